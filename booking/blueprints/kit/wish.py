"""What somebody looks for, carried from page to page in the address: people, equipment, area."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from flask import request

from booking.blueprints.kit.converters import whole
from booking.reservations.space_queries import SpaceFilter
from booking.spaces.models import Kind
from booking.spaces.rules import EQUIPMENT_LENGTH, MOST_EQUIPMENT, MOST_SEATS

SEATED = (Kind.MEETING_ROOM, Kind.HALL)
"""Kinds that are chosen by their seats; a desk and a store are for one, whatever was looked for before."""


class Wish(NamedTuple):
    """What a space must offer; None and nothing where nobody said."""

    people: int | None = None
    equipment: tuple[str, ...] = ()
    area: int | None = None

    @classmethod
    def of_request(cls) -> Wish:
        """Read it from the address, or the form that carries it; nonsense is nothing said."""
        people = request.values.get("people", 0, type=whole)
        area = request.values.get("area", 0, type=whole)
        names = [name for name in request.values.getlist("equipment") if 0 < len(name) <= EQUIPMENT_LENGTH]
        return cls(
            people if 1 < people <= MOST_SEATS else None,
            tuple(dict.fromkeys(names))[:MOST_EQUIPMENT],
            area if area > 0 else None,
        )

    def args(self, **instead: object) -> dict[str, Any]:
        """Write it as parameters of an address, with something else in it; what nobody said is left out."""
        people = self.people if (self.people or 1) > 1 else None
        said = {"people": people, "equipment": list(self.equipment), "area": self.area} | instead
        return {name: value for name, value in said.items() if value}

    def among(self, kind: Kind, equipment: Collection[str], areas: Collection[int]) -> SpaceFilter:
        """Tell what of it can be meant of a kind: seats, where seats are chosen, and what its spaces have."""
        return SpaceFilter(
            (self.people or 1) if kind in SEATED else 1,
            tuple(name for name in self.equipment if name in equipment),
            self.area if self.area in areas else None,
        )


NOTHING = Wish()

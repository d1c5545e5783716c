"""A drawn timeline: rows on one axis of hours, whether a row is a space on a day or a day of a space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import url_for

from booking.blueprints.calendar.plan import Reader, closed_hours, in_quarters, is_within_reach, maker_on
from booking.blueprints.kit.availability import Criteria
from booking.blueprints.kit.session import me
from booking.blueprints.kit.timeline import Axis, Claim, Row, RowMaker, Tick
from booking.people.models import Role
from booking.reservations.rules import MINUTE, BookingContext
from booking.spaces.rules import Opening

NINE = 9 * 60  # where a timeline opens that is not of today


@dataclass(frozen=True, slots=True)
class Sheet:
    """The drawn timeline of a page."""

    rows: Sequence[Row]
    ticks: Sequence[Tick]
    columns: int
    now: int | None
    open_at: int
    label: str


def page_of_reservation() -> str:
    """Name the page where the reader deals with a reservation: an administrator's is at the front desk."""
    return "front_desk.reservation" if me().role is Role.ADMIN else "reservations.show"


def reader(wish: Criteria) -> Reader:
    """Tell what the signed-in member may read; addresses are made once, not once a row."""
    show = url_for(page_of_reservation(), reservation_id=0).removesuffix("0")
    return Reader.of(me(), show, url_for("reservations.new", **wish.args()))


@dataclass(frozen=True, slots=True)
class Lane:
    """What all rows of one day under one rule have in common."""

    axis: Axis
    maker: RowMaker
    hatched: Sequence[Claim]
    opening: Opening
    bookable: bool

    @classmethod
    def under(cls, opening: Opening, day: date, axis: Axis, at: BookingContext, looks: Reader) -> Lane:
        """Work it out once a rule and day."""
        here = replace(at, opening=opening)
        maker = maker_on(axis, looks, at.now + opening.lead_minutes * MINUTE)
        bookable = bool(looks.new_url) and is_within_reach(day, here)
        return cls(axis, maker, closed_hours(day, axis, here), opening, bookable)

    def row(
        self,
        space_id: int,
        name: str,
        claims: Sequence[Claim],
        *,
        detail: str = "",
        href: str = "",
        past: int = 0,
    ) -> Row:
        """Draw one row with these claims; what the rule keeps closed is hatched over them."""
        row = self.maker.row(
            space_id,
            name,
            [*claims, *self.hatched],
            detail=detail,
            href=href,
            step=in_quarters(self.opening.step_minutes),
            shortest=in_quarters(self.opening.minimum_minutes),
            bookable=self.bookable,
        )
        return replace(row, past=past) if past else row

"""The form that joins the waiting list, and what its hidden fields name."""

from datetime import datetime
from typing import NamedTuple

from flask import abort, request
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from booking.blueprints.kit.availability import Criteria
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.reservation import (
    ReserveForm,
    fill_people,
    fill_times,
    prefill,
    wanted_space,
)
from booking.blueprints.kit.labels.reservations import place_name
from booking.blueprints.kit.labels.spaces import kind_name, kind_or
from booking.blueprints.kit.labels.waiting import any_space_label
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.reservations.space_queries import areas_of_kind, equipment_of_kind
from booking.reservations.waiting.line import SPACES_WITHOUT_LINE
from booking.reservations.waiting.wait_for import AnyOf
from booking.spaces.models import Kind, Space


class WaitForm(ReserveForm):
    """Wait for one space, or without one for any of a kind."""

    kind = HiddenField()


class Wanted(NamedTuple):
    """What is waited for: a space, or any that has what is looked for."""

    space: Space | None
    any_of: AnyOf | None
    kind: Kind

    @property
    def name(self) -> str:
        """Say it."""
        if self.space is not None:
            return place_name(self.space)
        assert self.any_of is not None  # noqa: S101 - one or the other
        return any_space_label(self.kind, self.any_of.wanted.equipment)

    @property
    def kind_name(self) -> str:
        """Say of which kind it is."""
        return str(kind_name(self.kind))


def wanted_of_request() -> Wanted:
    """Read what is waited for, from the address or the form; a store has no line, and is not found."""
    if space_id := request.values.get("space", 0, type=whole):
        space = wanted_space(space_id)
        if space.kind in SPACES_WITHOUT_LINE:
            abort(404)
        return Wanted(space, None, space.kind)
    kind = kind_or(request.values.get("kind"), Kind.MEETING_ROOM)
    if kind in SPACES_WITHOUT_LINE:
        abort(404)
    session, park_id = db.session(), my_park().id
    areas = {row[0] for row in areas_of_kind(session, park_id, kind)}
    wish = Criteria.of_request().among(kind, equipment_of_kind(session, park_id, kind), areas)
    return Wanted(None, AnyOf(kind, wish), kind)


def wait_form(wanted: Wanted, source: MultiDict[str, str] | None = None) -> WaitForm:
    """Make the form; what is not typed is named in it."""
    form = WaitForm(source) if source is not None else WaitForm()
    form.space.data = f"{wanted.space.id}" if wanted.space else ""
    form.kind.data = wanted.kind.value
    return form


def fill(form: WaitForm, wanted: Wanted, now: datetime) -> None:
    """Begin with what the address says, else with the next full hour."""
    if wanted.space is not None:
        prefill(form, wanted.space, now)
        return
    form.day.data = form.day.data or now.astimezone(my_park().zone).date()
    fill_people(form, wanted.kind)
    fill_times(form, now)

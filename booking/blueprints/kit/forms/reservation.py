"""The forms of a reservation: what they begin with and offer, and from a form to a span."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from flask import abort, request
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from booking.audit.trail import EditConflict
from booking.blueprints.kit.availability import LONGEST_PURPOSE, SEATED
from booking.blueprints.kit.converters import day_or, exact_or_none, instant_or_none, minute_of_instant, whole
from booking.blueprints.kit.filters import moment
from booking.blueprints.kit.forms.edit_form import Beside, EditedRecord, EditForm
from booking.blueprints.kit.forms.fields import BoundOnce, CheckboxesField, ClockField, DayField, options
from booking.blueprints.kit.forms.validators import CONFLICT, REASON, UNPROCESSABLE, InRange, tidy_line
from booking.blueprints.kit.session import me, my_enterprise_id, my_park
from booking.blueprints.messages import put_beside
from booking.db import db
from booking.language import gettext, lazy_gettext as _, local_name
from booking.people.models import Role
from booking.reservations import rules
from booking.reservations.models import Reservation
from booking.reservations.queries import reservation_in
from booking.reservations.refusals import NothingFree, OutOfDate, Taken
from booking.reservations.reserve import booking_context_for
from booking.reservations.series.refusals import NothingOfSeriesFree
from booking.reservations.space_queries import space_to_book, spaces_in_service
from booking.spaces.models import AnySpace, Kind, Space
from booking.spaces.rules import DAY_MINUTES
from booking.values import Refusal, Span


class DayForm(FlaskForm):
    """A day, from one time to another."""

    day = DayField(_("日期"), [InputRequired(_("请选择日期。"))])
    starts = ClockField(_("开始"), [InputRequired(_("请填写开始时间。"))])
    ends = ClockField(_("结束"), [InputRequired(_("请填写结束时间。"))])


class StoreForm(FlaskForm):
    """A store, by whole days; without a last day it is kept until it is given back."""

    day = DayField(_("从哪天起"), [InputRequired(_("请选择日期。"))])
    until = DayField(_("到哪天为止"), [Optional()], description=_("不填就是一直用到退租，按天计费。"))


MOST_PEOPLE = 10_000
LONGEST_KEY = 40


class WishFields(FlaskForm):
    """For how many and what for; the key tells a form that was sent twice."""

    Meta = BoundOnce
    people = IntegerField(
        _("人数"),
        [InputRequired(_("请填写人数。")), InRange(1, MOST_PEOPLE, _("人数至少为 1。"))],
        default=1,
    )
    purpose = StringField(
        _("用途"),
        [Length(max=LONGEST_PURPOSE, message=_("用途请不要超过 120 个字。")), Optional()],
        [tidy_line],
    )
    idempotency_key = HiddenField("", validators=[Length(max=LONGEST_KEY)])


class ReserveForm(DayForm, WishFields):
    """Reserve one space."""

    space = HiddenField("")


class ReserveStoreForm(StoreForm, WishFields):
    """Reserve one store."""

    space = HiddenField("")


class PoolForm(DayForm, WishFields):
    """Reserve any one of a kind, in an area or anywhere."""

    kind = SelectField(_("类型"))
    area = SelectField(_("区域"), coerce=whole)
    equipment = CheckboxesField(_("需要的设备"), validate_choice=False)


class MoveForm(DayForm, EditForm):
    """Move to another time or space of the kind."""

    space = SelectField(_("哪个空间"), coerce=whole)


class MoveStoreForm(StoreForm, EditForm):
    """Move to another store or other days."""

    space = SelectField(_("哪个空间"), coerce=whole)


WHY_MOVED = StringField(_("原因"), [Optional(), REASON], [tidy_line], description=_("会写在给对方的信里。"))


class ParkMoveForm(MoveForm):
    """Move on a tenant's behalf, who reads why."""

    reason = WHY_MOVED


class ParkMoveStoreForm(MoveStoreForm):
    """Move a store on a tenant's behalf, who reads why."""

    reason = WHY_MOVED


class EndForm(EditForm):
    """Another end for the same day; whether it is free is the database's to say."""

    ends = SelectField(_("新的结束时间"), validate_choice=False)


class EndStoreForm(EditForm):
    """Another last day, or none."""

    until = DayField(_("到哪天为止"), [Optional()], description=_("不填就是一直用到退租，按天计费。"))


def span_of(form: DayForm | StoreForm, now: datetime) -> Span:
    """Read the times of a valid form; raises EndsBeforeItStarts, NoSuchClock, InThePast."""
    zone, day = my_park().zone, form.day.data
    assert day is not None  # noqa: S101 - the field is required
    if isinstance(form, StoreForm):
        return rules.storage_span(day, form.until.data, now, zone)
    first, last = form.starts.data or 0, form.ends.data or 0
    return rules.local_span(day, first, last, zone)


def ours_or_404(reservation_id: int) -> Reservation:
    """Find a reservation that the reader may see: their enterprise's; for an administrator the park's."""
    found = reservation_in(db.session(), my_park().id, reservation_id)
    if found is None or (me().role != Role.ADMIN and found.enterprise_id != my_enterprise_id()):
        abort(404)
    return found


def apply_refusal(form: FlaskForm, refusal: Refusal) -> int:
    """Put a refusal where it belongs, and tell the status: 409 for who came late, else 422.

    Who came late while the change was being kept is told what changed, like those before.
    """
    if isinstance(refusal, OutOfDate) and isinstance(form, EditForm):
        with suppress(EditConflict):
            form.check(db.session())
    put_beside(form, refusal)
    late = EditConflict | OutOfDate | Taken | NothingFree | NothingOfSeriesFree
    return CONFLICT if isinstance(refusal, late) else UNPROCESSABLE


def move_form(reservation: Reservation, now: datetime, *, sent: bool = True) -> MoveForm | MoveStoreForm:
    """Make the form that moves it: whole days for a store, times of a day for the rest; the park says why."""
    zone, reservation_id = my_park().zone, reservation.id

    def shown() -> dict[str, Any]:
        found = ours_or_404(reservation_id)
        day = found.starts_at.astimezone(zone).date()
        times = {
            "starts": minute_of_instant(found.starts_at, day, zone),
            "ends": minute_of_instant(found.ends_at, day, zone),
            "until": last_day_of_store(found),
        }
        return {"data": {"day": day, "space": found.space_id, **times}}

    storage = reservation.space.kind is Kind.STORAGE
    of_park = me().enterprise_id is None
    kinds: tuple[type[MoveForm], type[MoveStoreForm]] = (
        (ParkMoveForm, ParkMoveStoreForm) if of_park else (MoveForm, MoveStoreForm)
    )
    kind: type[MoveForm | MoveStoreForm] = kinds[storage]
    of_form = {"starts_at": "day" if storage else "starts", "ends_at": "until" if storage else "ends"}
    form = kind.of(
        EditedRecord(
            "reservation",
            reservation_id,
            fields=("day", "starts", "ends", "until", "space"),
            of_form=of_form | {"space_id": "space"},
        ),
        shown,
        sent=sent,
    )
    offer_spaces(form, reservation, now)
    return form


def end_form(reservation: Reservation, *, sent: bool = True) -> EndForm | EndStoreForm:
    """Make the form that gives it another end; where and when it begins stands beside."""
    reservation_id = reservation.id

    def shown() -> dict[str, Any]:
        found = ours_or_404(reservation_id)
        return {"data": {"ends": found.ends_at.isoformat(), "until": last_day_of_store(found)}}

    def beside() -> dict[str, Beside]:
        found = ours_or_404(reservation_id)
        place = local_name(found.space.name, found.space.name_en)
        return {
            "space_id": Beside(gettext("空间"), str(found.space_id), place),
            "starts_at": Beside(gettext("开始"), found.starts_at.isoformat(), moment(found.starts_at)),
        }

    storage = reservation.space.kind is Kind.STORAGE
    kind: type[EndForm | EndStoreForm] = EndStoreForm if storage else EndForm
    thing = EditedRecord(
        "reservation",
        reservation_id,
        beside=beside,
        of_form={"ends_at": "until" if storage else "ends"},
        say={"ends": lambda key: moment(exact_or_none(key) or reservation.ends_at)},
    )
    return kind.of(thing, shown, sent=sent)


def last_day_of_store(reservation: Reservation) -> date | None:
    """Give the last day of a store, or None where its end is open."""
    if reservation.open_ended:
        return None
    return (reservation.ends_at - rules.MINUTE).astimezone(my_park().zone).date()


class ChoosesSpace(Protocol):
    """A form in which one space of several is chosen."""

    space: SelectField


def offer_spaces(form: ChoosesSpace, reservation: Reservation, now: datetime) -> None:
    """Offer the spaces of the kind."""
    form.space.choices = options(space_choices(reservation.space, now))


def space_choices(there: Space, now: datetime) -> list[tuple[int, str]]:
    """Give the spaces of a kind to choose from; what is there now among them, though it be retired."""
    rows = spaces_in_service(db.session(), my_park().id, there.kind, now)
    choices = [
        (row.id, f"{local_name(row.name, row.name_en)} · {local_name(row.area, row.area_en)}") for row in rows
    ]
    if there.id not in {row.id for row in rows}:
        choices.insert(0, (there.id, local_name(there.name, there.name_en)))
    return choices


def wanted_space(space_id: int) -> Space:
    """Find a space of the reader's park, or answer 404."""
    space = space_to_book(db.session(), my_park().id, space_id)
    if space is None:
        abort(404)
    return space


def prefill(form: ReserveForm | ReserveStoreForm, space: AnySpace, now: datetime) -> None:
    """Fill in what the address says as start and end, else the day that it says, or today."""
    zone = my_park().zone
    start = instant_or_none(request.values.get("start"), zone)
    end = instant_or_none(request.values.get("end"), zone)
    today = (start or now).astimezone(zone).date()
    form.day.data = day_or(request.values.get("day"), today)
    fill_people(form, space.kind)
    if isinstance(form, ReserveForm):
        if start is not None:
            form.starts.data = minute_of_instant(start, form.day.data, zone)
        if end is not None:
            form.ends.data = minute_of_instant(end, form.day.data, zone)
        if start is None and not request.values.get("day"):
            _begin_when_open(form, space, now)
        fill_times(form, now)


def _begin_when_open(form: ReserveForm, space: AnySpace, now: datetime) -> None:
    """Begin where an hour is open next, where nobody said a day."""
    at = booking_context_for(db.session(), space, Span(now, now + timedelta(hours=1)), now)
    form.day.data, form.starts.data = rules.next_full_hour(at) or (form.day.data, None)


def fill_people(form: WishFields, kind: Kind) -> None:
    """Begin with one, and of a desk or a store with one whatever was looked for before."""
    if form.people.data is None or kind not in SEATED:
        form.people.data, form.people.raw_data = 1, None  # what was typed would be shown instead


def fill_times(form: DayForm, now: datetime) -> None:
    """Begin with the next full hour, for one hour, where nobody said anything else."""
    local = now.astimezone(my_park().zone)
    if form.starts.data is None:
        soon = local.hour + 1 if form.day.data == local.date() else 9
        form.starts.data = min(soon, 23) * 60
    if form.ends.data is None:
        form.ends.data = min(form.starts.data + 60, DAY_MINUTES)

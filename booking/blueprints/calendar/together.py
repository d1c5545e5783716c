"""A time for all of us: when these colleagues can and one of these rooms is free."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from flask import render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, SelectField
from wtforms.validators import Optional

from booking import clock
from booking.blueprints.calendar.day import blueprint
from booking.blueprints.calendar.query import SheetChip
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.availability import favourites_first, new_url, place_of, quotas_then
from booking.blueprints.kit.converters import minute_of_instant, whole
from booking.blueprints.kit.filters import comma_list, day as day_text, duration
from booking.blueprints.kit.forms.fields import CheckboxesField, DayField, options
from booking.blueprints.kit.forms.reservation import MOST_PEOPLE
from booking.blueprints.kit.forms.validators import InRange
from booking.blueprints.kit.free_time.days import ONE_DAY, FreeDays, rooms_on
from booking.blueprints.kit.labels.people import asks_first, judged_for_me
from booking.blueprints.kit.labels.prices import fulls_of, price_detail, price_text, provisional_in
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.session import me, my_enterprise, my_enterprise_id, my_park
from booking.charges.pricing import Quote
from booking.charges.quote_each import quote_each
from booking.db import db
from booking.language import gettext, lazy_gettext as _, local_name
from booking.parks.queries import park_calendar
from booking.people.models import Member
from booking.people.queries import members_of
from booking.reservations.approval.agree import ToJudge
from booking.reservations.free_time.queries import meetings_of
from booking.reservations.free_time.rules import times_for_all
from booking.reservations.rules import MINUTE, MINUTES_OF_DAY, local_instant
from booking.reservations.space_queries import SpaceFilter, SpaceRow, spaces_in_service
from booking.spaces.models import Kind
from booking.values import Money, Span
from booking.values.writing import minute_clock

LENGTHS = (HALF_HOUR := 30, HOUR := 60, 90, 120, 180, 240)
PARTS = {"work": (9 * 60, 18 * 60), "am": (0, 12 * 60), "pm": (13 * 60, 18 * 60), "any": (0, MINUTES_OF_DAY)}


def args_of_search(day: date | None, starts: int | None, ends: int | None) -> dict[str, Any]:
    """Carry on what was searched: the day, the part of it that the time is in, the next length offered."""
    rest = day is not None and not park_calendar(db.session(), my_park().id).is_working_day(day)
    found = {"day": day} | ({"rest": "y"} if rest else {})
    if starts is None or ends is None or ends <= starts:
        return found
    parts = (part for part in ("am", "pm", "work") if PARTS[part][0] <= starts and ends <= PARTS[part][1])
    length = next((one for one in LENGTHS if one >= ends - starts), LENGTHS[-1])
    return found | {"part": next(parts, "any"), "length": length}


class TogetherForm(FlaskForm):
    """Who comes, for how long, from which day on, and where."""

    class Meta:
        csrf = False  # it only asks, and its address is to be kept and sent on

    who = CheckboxesField(_("谁要来"))
    people = IntegerField(
        _("一共几个人"),
        [Optional(), InRange(1, MOST_PEOPLE, _("人数至少为 1。"))],
        description=_("有外面的客人就写总人数。"),
    )
    length = SelectField(_("多久"), coerce=whole, default=60)
    day = DayField(_("从哪天起"), [Optional()])
    part = RadioField(_("什么时候"), default="work")
    rest = BooleanField(_("休息日也行"))
    rooms = CheckboxesField(_("哪些会议室"), description=_("一个都不选，就是哪间都行。"))


@blueprint.get("/together")
@allow(*TENANTS)
def together() -> str:
    """Find the next times for several people and rooms; each is booked with one press."""
    now, park = clock.now(), my_park()
    members = [one for one in members_of(db.session(), my_enterprise_id()) if one.active]
    rooms = spaces_in_service(db.session(), park.id, Kind.MEETING_ROOM, now)
    form = together_form(members, rooms, now)
    found = suggestions_for(form, rooms, now) if form.validate() else None
    return render_template(
        "calendar/together.html",
        form=form,
        chips=together_chips(form, members, rooms),
        found=found,
        provisional=provisional_in(one.span for one in found or () if one.span),
        day_url=url_for("calendar.day"),
    )


def together_form(members: Sequence[Member], rooms: Sequence[SpaceRow], now: datetime) -> TogetherForm:
    """Fill the form from the address: oneself, for an hour, from today on; what is unknown is not said."""
    form = TogetherForm(request.args)
    form.who.choices = options((str(one.id), one.name) for one in members)
    form.rooms.choices = options(
        (str(one.id), f"{local_name(one.name, one.name_en)} · {place_of(one)}") for one in rooms
    )
    form.length.choices = options((minutes, duration(minutes)) for minutes in LENGTHS)
    form.part.choices = options(
        [
            ("work", gettext("工作时间 9:00–18:00")),
            ("am", gettext("上午")),
            ("pm", gettext("下午")),
            ("any", gettext("开放时间都行")),
        ]
    )
    known, here = {str(one.id) for one in members}, {str(one.id) for one in rooms}
    form.who.data = [one for one in form.who.data or () if one in known] or [str(me().id)]
    form.rooms.data = [one for one in form.rooms.data or () if one in here]
    form.length.data = form.length.data if form.length.data in LENGTHS else 60
    form.part.data = form.part.data if form.part.data in PARTS else "work"
    form.day.data = form.day.data or now.astimezone(my_park().zone).date()
    return form


class TimeForAll(NamedTuple):
    """A time at which everybody can, the room for it, its price, and what books it."""

    when: str
    name: str
    place: str
    price: str
    detail: str
    asks: str
    url: str
    fields: dict[str, Any]
    over: str = ""  # why the quotas leave less than that, in a sentence; it could not be booked
    span: Span | None = None
    doubtful: bool = False  # others may take its free minutes first: the price is a range
    left: str = ""  # what they leave before it and after, where there is little


DAYS_LOOKED_AT = 21


def suggestions_for(form: TogetherForm, rooms: Sequence[SpaceRow], now: datetime) -> Sequence[TimeForAll]:
    """Give the next times with the price of each."""
    session, park, people, along = db.session(), my_park(), how_many(form), colleagues_of(form)
    first = max(form.day.data or date.min, now.astimezone(park.zone).date())
    chosen = {int(one) for one in form.rooms.data or ()}
    fitting = [row for row in rooms if row.capacity >= people and (not chosen or row.id in chosen)]
    ordered = {row.id: row for row in favourites_first(sorted(fitting, key=lambda row: row.capacity))}
    span = Span(*(local_instant(first, days * MINUTES_OF_DAY, park.zone) for days in (0, DAYS_LOOKED_AT)))
    who = [int(one) for one in form.who.data or ()]
    busy = meetings_of(session, my_enterprise_id(), who, span)
    free = FreeDays(Kind.MEETING_ROOM, first, SpaceFilter(people), now, DAYS_LOOKED_AT)
    found = _next_times(form, free, list(ordered), busy)
    places = {nth: (ordered[room], one) for nth, (one, room) in enumerate(found)}
    quotes = quote_each(session, park, my_enterprise(), places)
    fulls = fulls_of(places, quotes)
    totals = {nth: one.total for nth, one in quotes.items()}
    wishes = judged_for_me(
        [ToJudge(ordered[room], one, totals.get(nth, Money.zero())) for nth, (one, room) in enumerate(found)]
    )
    quotas = quotas_then(ordered[found[0][1]], [one for one, _ in found]) if found else {}
    approval = {one: at.opening.needs_approval for at, ids in free.rules for one in ids}
    return [
        _suggestion(one, ordered[room], (quotes.get(nth), fulls.get(nth)), (people, along))._replace(
            asks=asks_first(wishes[nth], park_approves=approval[room], starts_at=one.start),
            span=one,
            doubtful=nth in fulls,
            **quotas[one],
        )
        for nth, (one, room) in enumerate(found)
    ]


def how_many(form: TogetherForm) -> int:
    """Give how many come: as many as are ticked and who books, or more."""
    return max(len(colleagues_of(form)) + 1, form.people.data or 1)


def colleagues_of(form: TogetherForm) -> Sequence[int]:
    """Give who comes along, but for who books."""
    return [int(one) for one in form.who.data or () if int(one) != me().id]


MOST_TIMES, MOST_A_DAY = 12, 6


def _next_times(
    form: TogetherForm, free: FreeDays, order: Sequence[int], busy: Sequence[Span]
) -> Sequence[tuple[Span, int]]:
    """Walk through the days until there are twelve; six a day at most, so that other days are offered too."""
    found: list[tuple[Span, int]] = []
    calendar, length = park_calendar(db.session(), my_park().id), form.length.data * MINUTE
    for number in range(DAYS_LOOKED_AT):
        day = free.first + number * ONE_DAY
        if not (form.rest.data or calendar.is_working_day(day)):
            continue
        there = rooms_on(day, free, PARTS[form.part.data], form.length.data)
        rooms = sorted((one for one in there if one.key in order), key=lambda room: order.index(room.key))
        midnight = local_instant(day, 0, my_park().zone)
        that_day = Span(midnight, midnight + MINUTES_OF_DAY * MINUTE)
        theirs = [one for one in busy if one.overlaps(that_day)]
        found += times_for_all(rooms, theirs, length)[:MOST_A_DAY]
        if len(found) >= MOST_TIMES:
            break
    return found[:MOST_TIMES]


def _suggestion(
    span: Span,
    room: SpaceRow,
    priced: tuple[Quote | None, Money | None],
    who: tuple[int, Sequence[int]],
) -> TimeForAll:
    (price, full), (people, along) = priced, who
    zone = my_park().zone
    day = span.start.astimezone(zone).date()
    starts, ends = (minute_clock(minute_of_instant(one, day, zone)) for one in (span.start, span.end))
    return TimeForAll(
        times(span.start, span.end, room.kind),
        local_name(room.name, room.name_en),
        place_of(room),
        price_text(price, full) if price else "",
        price_detail(price, full) if price else "",
        "",
        new_url(room.id, room.kind, span, people=people, colleagues=along),
        {
            "space": room.id,
            "day": day,
            "starts": starts,
            "ends": ends,
            "people": people,
            "colleagues": along,
            "purpose": "",
            "idempotency_key": secrets.token_urlsafe(12),
        },
    )


def together_chips(
    form: TogetherForm, members: Sequence[Member], rooms: Sequence[SpaceRow]
) -> Sequence[SheetChip]:
    """Fold the form into one line."""
    coming = [one.name for one in members if str(one.id) in (form.who.data or ())]
    places = [local_name(one.name, one.name_en) for one in rooms if str(one.id) in (form.rooms.data or ())]
    who, where = comma_list(coming[:MOST_NAMED]), comma_list(places[:MOST_NAMED])
    if len(coming) > MOST_NAMED:
        who = gettext("%(names)s等 %(count)s 人", names=who, count=len(coming))
    if len(places) > MOST_NAMED:
        where = gettext("%(names)s等 %(count)s 间", names=where, count=len(places))
    day = gettext("%(day)s 起", day=day_text(form.day.data)) if form.day.data else gettext("日期")
    part = next(str(label) for value, label, *_ in form.part.iter_choices() if value == form.part.data)
    when = f"{day} · {part}"
    return [
        SheetChip("who", who, str(gettext("谁要来")), wrong=bool(form.people.errors)),
        SheetChip("length", duration(form.length.data), str(gettext("多久"))),
        SheetChip("when", when, str(gettext("什么时候")), wrong=bool(form.day.errors)),
        SheetChip("rooms", where or str(gettext("哪间都行")), str(gettext("哪些会议室")), said=bool(where)),
    ]


MOST_NAMED = 2

"""The day page: all spaces of a kind on one day; of stores, until when each is free or taken.

And the strip of days that leads from one to the next.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask import Blueprint, render_template, url_for

from booking import clock
from booking.blueprints.calendar.query import (
    DayQuery,
    area_choices,
    filter_label,
    filter_of,
    fitting,
    kind_choices,
    only_those,
)
from booking.blueprints.kit import occupancy
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.availability import favourites_first
from booking.blueprints.kit.filters import day as day_text, full_day, short_month, short_weekday
from booking.blueprints.kit.labels.spaces import (
    KINDS,
    closed_label,
    closure_label,
    extended_label,
    kind_name,
    made_of,
)
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.kit.timeline import Claim
from booking.db import db
from booking.language import gettext, local_name
from booking.needs.work_queries import spaces_with_fault
from booking.parks.queries import park_calendar, provisional_years
from booking.people.models import Role
from booking.reservations import space_queries
from booking.reservations.queries import ClaimRow, claims_of_kind, parts_of_wholes
from booking.reservations.reserve import booking_context
from booking.reservations.rules import local_instant
from booking.reservations.upcoming import own_between
from booking.spaces.models import Kind
from booking.spaces.queries import rules_for
from booking.spaces.rules import Opening
from booking.values import FAR_FUTURE, Span, day_span, local_day

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")


@blueprint.get("")
@allow(*Role)
def day() -> str:
    """Show who has what on a day: own reservations named, others' busy, closures hatched."""
    now, park = clock.now(), my_park()
    today = now.astimezone(park.zone).date()
    asked = DayQuery.of_request(today)
    everywhere = space_queries.spaces_in_service(db.session(), park.id, asked.kind, now)
    wanted = filter_of(asked, everywhere)
    spaces = favourites_first(fitting(everywhere, asked, wanted, now))
    storage, areas = asked.kind is Kind.STORAGE, area_choices(everywhere, asked, wanted)
    return render_template(
        "calendar/storage.html" if storage else "calendar/day.html",
        asked=asked,
        today=today,
        shown=storage_rows(spaces, asked) if storage else day_timeline(spaces, asked, now),
        kinds=kind_choices(asked, KINDS, "calendar.day"),
        areas=areas,
        words=filter_label(asked, areas, wanted),
        only=only_those(wanted),
        all_url=asked.url(people=None, equipment=None),
        anything=bool(everywhere),
        days=day_strip(asked.day, today, asked.url(day="0")),
        month_url="" if storage else url_for("calendar.month", **asked.args()),
        search_url=url_for(
            "calendar.search", kind=asked.kind.value, day=max(asked.day, today), **asked.wish.args()
        ),
        new_url=url_for("reservations.new", **asked.wish.args()),
        provisional=provisional_years(db.session(), park.id, asked.day, asked.day),
        books=me().enterprise_id is not None,
        unseen=occupancy.unseen_label(asked.day),
    )


def day_timeline(
    spaces: Sequence[space_queries.SpaceRow], asked: DayQuery, now: datetime
) -> occupancy.Timeline | None:
    """Draw the day of these spaces; None where there are none."""
    if not spaces:
        return None
    session, park, looks = db.session(), my_park(), occupancy.reader(asked.wish)
    rules = rules_for(session, park.id, since=asked.day)
    whole_day = day_span(asked.day, park.zone)
    openings = {space.id: rules.of(space.id, asked.kind) for space in spaces}
    at = booking_context(session, park, asked.kind, rules.kind(asked.kind), now)
    faults = spaces_with_fault(session, park.id)
    axis = occupancy.axis_of(asked.day, occupancy.window_of(openings.values(), [asked.day]), at)
    settings = {
        opening: occupancy.RowSettings.under(opening, asked.day, axis, at, looks)
        for opening in set(openings.values())
    }
    taken = claims_of_kind(session, park.id, asked.kind, whole_day)
    requests = requested(whole_day, openings) if looks.new_url else {}
    claims = with_requests(occupancy.drawn_claims(taken, parts_of_wholes(session, park.id), looks), requests)
    week_url = url_for("calendar.week", space_id=0).removesuffix("0")
    carried = url_for("calendar.week", space_id=0, day=asked.day, **asked.wish.args()).partition("?")[2]
    rows = [
        settings[openings[space.id]].row(
            space.id,
            local_name(space.name, space.name_en),
            claims.get(space.id, ()),
            detail=detail,
            href=f"{week_url}{space.id}?{carried}",
            fault=space.id in faults,
        )
        for space, detail in with_seats_label(spaces)
    ]
    begins = local_instant(asked.day, occupancy.NINE, park.zone) if axis.now(now) is None else now
    longer = [extended_label(one) for one in at.opening.extended if one.day == asked.day]
    label = gettext("%(kind)s，%(day)s", kind=kind_name(asked.kind), day=day_text(asked.day))
    seen = (axis.ticks(), axis.columns, axis.now(now), axis.column(begins), label, longer)
    closed, faulty = closures_of_day(spaces, taken), not faults.isdisjoint(openings)
    return occupancy.Timeline(rows, *seen, closed, faulty, asked=bool(requests))


def with_requests(
    claims: Mapping[int, list[Claim]], requests: Mapping[int, list[Claim]]
) -> Mapping[int, list[Claim]]:
    """Draw what was asked for where nothing else is."""
    drawn = {one: occupancy.one_at_a_time([*claims.get(one, ()), *asked]) for one, asked in requests.items()}
    return {**claims, **drawn}


def requested(span: Span, openings: Mapping[int, Opening]) -> Mapping[int, list[Claim]]:
    """Draw what the reader has asked for and waits for, of these spaces; it takes nothing from anybody.

    They can have asked only where the park, or their manager, has to agree.
    """
    found: defaultdict[int, list[Claim]] = defaultdict(list)
    if me().rights is None and not any(one.needs_approval for one in openings.values()):
        return found
    for one in own_between(db.session(), me().id, span):
        if one.requested and one.space_id in openings:
            where = url_for("reservations.show", reservation_id=one.reservation_id)
            found[one.space_id].append(Claim("asked", one.span, gettext("待确认"), where))
    return found


def closures_of_day(
    spaces: Sequence[space_queries.SpaceRow], taken: Sequence[ClaimRow]
) -> Sequence[tuple[str, str]]:
    """Name what is closed on the day, until when and why: a bar that began earlier may be cut."""
    closed = {row.space_id: row for row in taken if row.closure_id is not None}
    return [
        (local_name(space.name, space.name_en), closed_label(closed[space.id], space.id))
        for space in spaces
        if space.id in closed
    ]


def with_seats_label(
    spaces: Sequence[space_queries.SpaceRow],
) -> Iterator[tuple[space_queries.SpaceRow, str]]:
    """Say how many each seats, and where it is or what it is made of."""
    words = {space.area_id: local_name(space.area, space.area_en) for space in spaces}
    combined = space_queries.combined_spaces(db.session(), my_park().id)
    made = {one: told for one in combined for _, told in made_of(one)}
    both = str(gettext("%(count)s 人 · %(area)s"))  # once, and not for each row
    for space in spaces:
        area = made.get(space.id, words[space.area_id])
        seats = area if space.kind is Kind.WORKSTATION else both % {"count": space.capacity, "area": area}
        yield space, seats


@dataclass(frozen=True, slots=True)
class StorageRow:
    """One unit on the day: its state in words, and where to go from here."""

    space: space_queries.SpaceRow
    name: str
    area: str
    size: int  # hundredths of a square metre
    tone: str  # "" free, "accent" mine, "warning" busy or closed
    state: str
    url: str = ""
    new_url: str = ""


LOOK_AHEAD = timedelta(days=366)


def storage_rows(spaces: Sequence[space_queries.SpaceRow], asked: DayQuery) -> Sequence[StorageRow]:
    """Tell of each unit who has it on the day, and until when."""
    park = my_park()
    day = day_span(asked.day, park.zone)
    ahead = Span(day.start, day.end + LOOK_AHEAD)
    claims: dict[int, list[ClaimRow]] = {}
    for row in claims_of_kind(db.session(), park.id, Kind.STORAGE, ahead):
        claims.setdefault(row.space_id, []).append(row)
    return [_storage_row(space, claims.get(space.id, []), day, asked) for space in spaces]


def _storage_row(
    space: space_queries.SpaceRow, claims: Sequence[ClaimRow], day: Span, asked: DayQuery
) -> StorageRow:
    since = occupancy.shown_since()
    if (
        since is not None
        and day.end <= since
        and not any(row.closure_id and row.starts_at < day.end for row in claims)
    ):
        return _made(space, "", gettext("过去的不显示"))
    there = next((row for row in claims if row.starts_at < day.end), None)
    if there is not None:
        return _taken(space, there)
    books = me().enterprise_id is not None
    new_url = url_for("reservations.new", space=space.id, day=asked.day) if books else ""
    if not claims:
        return _made(space, "", gettext("空闲"), new_url=new_url)
    until = full_day(local_day(claims[0].starts_at, my_park().zone) - timedelta(days=1))
    return _made(space, "", gettext("空闲至 %(day)s", day=until), new_url=new_url)


def _taken(space: space_queries.SpaceRow, row: ClaimRow) -> StorageRow:
    if row.closure_id is not None:
        return _made(space, "warning", closure_label(row.reason, row.closed_until))
    until = ""
    if row.ends_at < FAR_FUTURE:
        last = local_day(row.ends_at - timedelta(seconds=1), my_park().zone)
        until = gettext("至 %(day)s", day=full_day(last))
    mine = row.enterprise_id == me().enterprise_id and row.enterprise_id is not None
    if mine or (me().role == "admin" and row.reservation_id):
        url = (
            url_for(occupancy.page_of_reservation(), reservation_id=row.reservation_id)
            if row.reservation_id
            else ""
        )
        words = gettext("我方使用") if mine else row.enterprise
        return _made(space, "accent", f"{words} {until}".strip(), url=url)
    return _made(space, "warning", f"{gettext('已占用')} {until}")


def _made(
    space: space_queries.SpaceRow, tone: str, state: str, url: str = "", new_url: str = ""
) -> StorageRow:
    name, area = local_name(space.name, space.name_en), local_name(space.area, space.area_en)
    return StorageRow(space, name, area, space.area_hundredths, tone, state.strip(), url, new_url)


class StripDay(NamedTuple):
    """A day of the strip that leads from one to the next."""

    day: date
    name: str  # its weekday, 今天, or at a month's beginning the month
    rest: str  # what name and number leave out, for who hears it
    url: str
    shown: bool
    rests: bool


ONE_DAY = timedelta(days=1)


AHEAD, AROUND = 20, 4


def day_strip(shown: date, today: date, there: str) -> Sequence[StripDay]:
    """List yesterday and the next three weeks; for who is elsewhere, the days around.

    `there` is the address with `day=0`.
    """
    begins, days = today - ONE_DAY, AHEAD + 2
    if not begins <= shown <= today + AHEAD * ONE_DAY:
        begins, days = shown - AROUND * ONE_DAY, 2 * AROUND + 1
    calendar = park_calendar(db.session(), my_park().id)
    listed = [begins + number * ONE_DAY for number in range(days)]
    weekdays = {one.weekday(): short_weekday(one) for one in listed[:7]}
    months = {one.month: short_month(one) for one in (listed[0], listed[-1])}
    names = {today: str(gettext("今天"))}
    both, alone = str(gettext("%(month)s%(day)s日 %(weekday)s")), str(gettext("%(month)s%(day)s日"))
    return [
        StripDay(
            day,
            names.get(day) or (months[day.month] if day.day == 1 else weekdays[day.weekday()]),
            (both if day in names or day.day == 1 else alone)
            % {"month": months[day.month], "day": day.day, "weekday": weekdays[day.weekday()]},
            there.replace("day=0", f"day={day}"),
            day == shown,
            not calendar.is_working_day(day),
        )
        for day in listed
    ]

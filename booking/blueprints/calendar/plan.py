"""Lays claims and opening hours out as rows of the timeline; nothing of other people's leaves this file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from booking.blueprints.kit.labels.spaces import closure_words
from booking.blueprints.kit.timeline import Axis, Claim, RowMaker
from booking.language import gettext
from booking.people.models import Member
from booking.reservations.queries import ClaimRow
from booking.reservations.rules import MINUTES_OF_DAY, BookingContext, local_instant
from booking.spaces.rules import Opening
from booking.values.span import Span


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at the calendar: tenants see their own, an administrator sees whose it is."""

    enterprise_id: int | None
    sees_all: bool
    show_url: str  # ends where a reservation's number begins
    new_url: str  # the form; "" for who does not book

    @classmethod
    def of(cls, member: Member, show_url: str, new_url: str) -> Reader:
        """Tell what a member may read."""
        tenant = member.enterprise_id is not None
        return cls(member.enterprise_id, member.role == "admin", show_url, new_url if tenant else "")

    def claim(self, row: ClaimRow) -> Claim:
        """Draw a claim; somebody else's has no name and no link, in the page's source neither."""
        span = Span(row.starts_at, row.ends_at)
        if row.closure_id is not None:
            return Claim("closed", span, closure_words(row.reason, row.closed_until))
        href = f"{self.show_url}{row.reservation_id}" if row.reservation_id is not None else ""
        if self.enterprise_id is not None and row.enterprise_id == self.enterprise_id:
            return Claim("mine", span, row.purpose or row.member or gettext("使用中"), href)
        if self.sees_all:
            return Claim("mine" if href else "busy", span, row.enterprise or "", href)
        return Claim("busy", span)


def drawn_claims(
    rows: Iterable[ClaimRow], wholes: Mapping[int, tuple[int, ...]], reader: Reader
) -> Mapping[int, list[Claim]]:
    """Gather what takes each space: its own claims; for a whole, those of its parts, each holder's once."""
    found: defaultdict[int, list[Claim]] = defaultdict(list)
    of_part: defaultdict[int, list[int]] = defaultdict(list)
    for whole, parts in wholes.items():
        for part in parts:
            of_part[part].append(whole)
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        claim = reader.claim(row)
        found[row.space_id].append(claim)
        for whole in of_part.get(row.space_id, ()):
            key = (whole, row.starts_at, row.ends_at, row.reservation_id, row.closure_id)
            if key not in seen:
                seen.add(key)
                found[whole].append(claim)
    return found


HOUR = 60


def window_of(openings: Iterable[Opening]) -> tuple[int, int]:
    """Give the first and the last whole hour, in minutes, between which any of them is open."""
    openings = list(openings)
    first = min(one.opens_minute for one in openings) // HOUR * HOUR
    last = -(-max(one.closes_minute for one in openings) // HOUR) * HOUR
    return first, min(last, MINUTES_OF_DAY)


def axis_of(day: date, window: tuple[int, int], at: BookingContext) -> Axis:
    """Make the axis of one local day."""
    span = Span(local_instant(day, window[0], at.zone), local_instant(day, window[1], at.zone))
    return Axis(span, at.zone)


def maker_on(axis: Axis, reader: Reader, now: datetime) -> RowMaker:
    """Make the maker of rows on an axis."""
    head = f"{reader.new_url}{'&' if '?' in reader.new_url else '?'}"
    return RowMaker(
        axis,
        reserve_url=lambda space, start: f"{head}space={space}&start={start}",
        bookable_from=now,
    )


def closed_hours(day: date, axis: Axis, at: BookingContext) -> Sequence[Claim]:
    """Hatch what the rule keeps closed of the axis: before it opens, after it closes, or the whole day."""
    window = axis.window
    if not is_open_on(day, at):
        return [Claim("closed", window, gettext("休息日不开放"))]
    opens = local_instant(day, at.opening.opens_minute, at.zone)
    closes = local_instant(day, at.opening.closes_minute, at.zone)
    words, hatched = gettext("未开放"), []
    if opens > window.start:
        hatched.append(Claim("closed", Span(window.start, min(opens, window.end)), words))
    if closes < window.end:
        hatched.append(Claim("closed", Span(max(closes, window.start), window.end), words))
    return hatched


def is_open_on(day: date, at: BookingContext) -> bool:
    """Tell whether the space is open on a local day at all."""
    return at.opening.open_on_rest_days or at.calendar.is_working_day(day)


def is_within_reach(day: date, at: BookingContext) -> bool:
    """Tell whether one may book that day already, and still."""
    today = at.now.astimezone(at.zone).date()
    return 0 <= (day - today).days <= at.opening.horizon_days


QUARTER = 15


def in_quarters(minutes: int) -> int:
    """Write a length in the timeline's quarters, at least one."""
    return max(1, -(-minutes // QUARTER))

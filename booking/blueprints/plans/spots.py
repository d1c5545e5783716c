"""What the plan and the list beside it say of each space: how it stands, who is there, where a tap leads."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask import url_for

from booking import clock
from booking.blueprints.kit import occupancy
from booking.blueprints.kit.availability import ANYTHING, new_url
from booking.blueprints.kit.converters import local_time
from booking.blueprints.kit.filters import clock as clock_text
from booking.blueprints.kit.labels.spaces import closed_label, through, until_label
from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.language import gettext, local_name
from booking.reservations.queries import ClaimRow, claims_of_kind, parts_of_wholes
from booking.reservations.reserve import booking_context
from booking.reservations.rules import MINUTE, BookingContext, local_instant
from booking.reservations.space_queries import SpaceRow
from booking.reservations.waiting.line import SPACES_WITHOUT_LINE
from booking.spaces.floor_plan import HeldSpan, SpaceStanding, Stand, stand, to_book
from booking.spaces.models import Kind
from booking.spaces.queries import ParkRules, rules_for
from booking.values import FAR_FUTURE, Span, day_span, local_day


@dataclass(frozen=True, slots=True)
class Spot:
    """One space at the time asked for: the same facts for the plan and for the list."""

    space: SpaceRow
    name: str
    look: str  # a `SpaceStanding`, which the sheet colours
    state: str  # in words, with until when
    who: str  # of one's own enterprise, or to an administrator whoever it is
    url: str
    action: str  # what the link does, in words
    elsewhere: bool = False  # what is said of it is another space's, which shares its room with it

    @property
    def label(self) -> str:
        """Name it with its code, once."""
        return self.name if self.space.code in self.name else f"{self.space.code} {self.name}"

    @property
    def said(self) -> str:
        """Say all of it in one line."""
        return " · ".join(filter(None, (self.label, self.state, self.who)))


class At(NamedTuple):
    """The moment asked for, on its local day."""

    instant: datetime
    day: date
    now: datetime

    @property
    def rest_of_day(self) -> Span:
        """From the moment to midnight."""
        return Span(self.instant, day_span(self.day, my_park().zone).end)


def spots_of(spaces: Sequence[SpaceRow], at: At) -> list[Spot]:
    """Tell of these spaces, in their order; one statement a kind among them."""
    if not spaces:
        return []
    rules = rules_for(db.session(), my_park().id, since=at.day)
    kinds = {kind: _of_kind(kind, rules, at) for kind in dict.fromkeys(one.kind for one in spaces)}
    return [kinds[space.kind].spot(space) for space in spaces]


@dataclass(frozen=True, slots=True)
class _OfKind:
    """What all spaces of a kind have in common at the moment."""

    at: At
    kind: Kind
    rules: ParkRules
    context: BookingContext
    held: Mapping[int, Sequence[HeldSpan]]

    def spot(self, space: SpaceRow) -> Spot:
        """Tell of one space."""
        here = replace(self.context, opening=self.rules.of(space.id, self.kind))
        found = stand(self.held.get(space.id, ()), self._opened(here), self.at.instant)
        url, action = self._way(space, found, here)
        name, who = local_name(space.name, space.name_en), found.held.words if found.held else ""
        closed = found.standing is SpaceStanding.CLOSED and found.held is not None
        state = who if closed else _state(found, self.at, by_day=here.by_day)
        elsewhere = found.held is not None and found.held.elsewhere
        return Spot(space, name, found.standing.value, state, "" if closed else who, url, action, elsewhere)

    def _opened(self, here: BookingContext) -> Span | None:
        if here.by_day:
            return Span(day_span(self.at.day, here.zone).start, FAR_FUTURE)
        return here.open_on(self.at.day)

    def _way(self, space: SpaceRow, found: Stand, here: BookingContext) -> tuple[str, str]:
        if found.held is not None and found.held.href:
            return found.held.href, gettext("查看预订")
        span = self._proposed(found, here)
        if me().enterprise_id is not None and span is None and (wait := self._waited_for(found, here)):
            start, end = (local_time(one, here.zone) for one in (wait.start, wait.end))
            return url_for("waiting.new", space=space.id, start=start, end=end), gettext("候补")
        if me().enterprise_id is None or span is None:
            return url_for("calendar.week", space_id=space.id, day=self.at.day), gettext("看一周")
        return new_url(space.id, space.kind, span, **ANYTHING.args()), gettext("预订")

    def _waited_for(self, found: Stand, here: BookingContext) -> Span | None:
        """Give the hour, or as much as is open, for which one may wait where another has it; else None."""
        line = self.kind not in SPACES_WITHOUT_LINE and not here.opening.needs_approval
        opened = here.open_on(self.at.day)
        if found.standing is not SpaceStanding.BUSY or not line or opened is None or found.until is None:
            return None
        begins, until = self._soonest(here), Stand(SpaceStanding.FREE, opened.end)
        if begins is None or begins >= found.until:
            return None
        return to_book(until, begins, *_step_and_least(here))

    def _proposed(self, found: Stand, here: BookingContext) -> Span | None:
        """Give the stretch that a tap fills in: from the moment on, or from as soon as one may."""
        begins = self._soonest(here)
        if begins is None:
            return None
        if here.by_day:
            free = found.standing in {SpaceStanding.FREE, SpaceStanding.SOON}
            return Span(local_instant(self.at.day, 0, here.zone), FAR_FUTURE) if free else None
        return to_book(found, begins, *_step_and_least(here))

    def _soonest(self, here: BookingContext) -> datetime | None:
        """Give the next start that one may ask for from the moment on; None where the day is out of reach."""
        day_begins = local_instant(self.at.day, 0, here.zone)
        allowed = self.at.now.replace(second=0, microsecond=0) + here.opening.lead_minutes * MINUTE
        soonest = max(self.at.instant, allowed)
        if not occupancy.is_within_reach(self.at.day, here) or local_day(soonest, here.zone) > self.at.day:
            return None
        step, _ = _step_and_least(here)
        return soonest if here.by_day else day_begins - (day_begins - soonest) // step * step


def _step_and_least(here: BookingContext) -> tuple[timedelta, timedelta]:
    """Give the grid that starts and ends stand on, and the shortest use."""
    return here.opening.step_minutes * MINUTE, here.opening.minimum_minutes * MINUTE


def _of_kind(kind: Kind, rules: ParkRules, at: At) -> _OfKind:
    """Read who has what for the rest of the day."""
    park = my_park()
    context = booking_context(db.session(), park, kind, rules.kind(kind), at.now)
    rows = claims_of_kind(db.session(), park.id, kind, at.rest_of_day)
    return _OfKind(at, kind, rules, context, _held_by_space(rows, rules, kind))


def _held_by_space(rows: Sequence[ClaimRow], rules: ParkRules, kind: Kind) -> Mapping[int, list[HeldSpan]]:
    """Gather what takes each space; a combined one is taken with any of its parts.

    Beside each use stand the times before and after it that are kept to tidy up.
    """
    reader, now = occupancy.reader(ANYTHING), clock.now()
    wholes: defaultdict[int, list[int]] = defaultdict(list)
    for whole, parts in parts_of_wholes(db.session(), my_park().id).items():
        for part in parts:
            wholes[part].append(whole)
    found: defaultdict[int, list[HeldSpan]] = defaultdict(list)
    for row in reader.seen(rows):
        for space_id in (row.space_id, *wholes.get(row.space_id, ())):
            found[space_id].append(_held(row, reader, space_id))
            found[space_id] += _tidied(row, rules.of(space_id, kind).buffer_minutes * MINUTE, now)
    return found


def _tidied(row: ClaimRow, buffer: timedelta, now: datetime) -> Iterator[HeldSpan]:
    """Give the times around a use in which nobody can have the space."""
    for start, end in ((row.starts_at - buffer, row.starts_at), (row.used_at(now).end, row.ends_at)):
        if start < end:
            yield HeldSpan(Span(start, end), SpaceStanding.TIDY)


def _held(row: ClaimRow, reader: occupancy.Reader, on: int) -> HeldSpan:
    """Say whose a claim is, as far as the reader may know; at a whole, of a part that is used alone."""
    found = _claimed(row, reader, on)
    elsewhere = row.closure_id is None and row.booked_space_id not in {None, on}
    if not elsewhere or on == row.space_id:  # a part of a whole is where its people sit
        return found._replace(elsewhere=elsewhere)
    return HeldSpan(found.span, SpaceStanding.BUSY, through(row, on), elsewhere=True)


def _claimed(row: ClaimRow, reader: occupancy.Reader, on: int) -> HeldSpan:
    span = row.used_at(clock.now())
    if row.closure_id is not None:
        return HeldSpan(span, SpaceStanding.CLOSED, closed_label(row, on))
    href = f"{reader.show_url}{row.reservation_id}" if row.reservation_id is not None else ""
    if reader.enterprise_id is not None and row.enterprise_id == reader.enterprise_id:
        return _own(row, span, href)
    if reader.sees_all:
        return HeldSpan(span, SpaceStanding.BUSY, row.enterprise or "", href)
    return HeldSpan(span, SpaceStanding.BUSY)


def _own(row: ClaimRow, span: Span, href: str) -> HeldSpan:
    if row.wait_id is not None:
        words, href = gettext("为你们的候补保留，点开接受"), url_for("waiting.show", wait_id=row.wait_id)
        return HeldSpan(span, SpaceStanding.BUSY, words, href)
    if row.member_id == me().id:
        return HeldSpan(span, SpaceStanding.MINE, row.purpose or gettext("我"), href)
    return HeldSpan(span, SpaceStanding.OURS, row.member or gettext("同事"), href)


def _state(found: Stand, at: At, *, by_day: bool) -> str:
    until = "" if by_day and found.standing is SpaceStanding.FREE else _until(found.until, at)
    if not until:
        return _open_end(found.standing)
    if found.standing is SpaceStanding.SOON and found.tidied:
        return _with_end(SpaceStanding.FREE, until)
    if found.standing is SpaceStanding.SOON and found.closes:
        return gettext("空闲，%(until)s 关门", until=until)
    return _with_end(found.standing, until)


def _open_end(standing: SpaceStanding) -> str:
    words = {
        SpaceStanding.CLOSED: gettext("未开放"),
        SpaceStanding.BUSY: gettext("已占用"),
        SpaceStanding.MINE: gettext("我的预订"),
        SpaceStanding.OURS: gettext("我们在用"),
    }
    return str(words.get(standing) or gettext("空闲"))


def _with_end(standing: SpaceStanding, until: str) -> str:
    words = {
        SpaceStanding.FREE: gettext("空闲至 %(until)s", until=until),
        SpaceStanding.SOON: gettext("空闲，%(until)s 有人用", until=until),
        SpaceStanding.CLOSED: gettext("未开放，%(until)s 开", until=until),
        SpaceStanding.BUSY: gettext("已占用至 %(until)s", until=until),
        SpaceStanding.TIDY: gettext("整理到 %(until)s", until=until),
        SpaceStanding.MINE: gettext("我的预订至 %(until)s", until=until),
        SpaceStanding.OURS: gettext("我们在用，至 %(until)s", until=until),
    }
    return words[standing]


def _until(instant: datetime | None, at: At) -> str:
    """Write the clock of the day asked for; another day whole; "" for what has no end."""
    if instant is None or instant >= FAR_FUTURE:
        return ""
    if instant <= at.rest_of_day.end:
        return clock_text(instant) if instant < at.rest_of_day.end else "24:00"
    return until_label(instant)

"""What takes a space and when it is open, as its reader may know it: as rows of a timeline, and in words."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Self

from flask import url_for
from markupsafe import Markup

from booking import clock
from booking.blueprints.kit.availability import Criteria
from booking.blueprints.kit.filters import moment
from booking.blueprints.kit.labels.spaces import closed_label, through
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.kit.timeline import Axis, Claim, RowMaker, Tick, row_maker
from booking.language import gettext
from booking.people.models import Member, Role
from booking.reservations.queries import ClaimRow
from booking.reservations.rules import MINUTE, MINUTES_OF_DAY, BookingContext, local_instant
from booking.spaces.rules import Opening
from booking.values import Span


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at the calendar: tenants see their own, an administrator sees whose it is."""

    enterprise_id: int | None
    sees_all: bool
    show_url: str  # ends where a reservation's number begins
    new_url: str  # the form; "" for who does not book
    stay_url: str = ""  # ends where a stay's number begins; for who sees all
    since: datetime | None = None  # others' use before it is not shown: read day by day it would say whose

    @classmethod
    def of(cls, member: Member, show_url: str, new_url: str) -> Self:
        """Tell what a member may read."""
        tenant = member.enterprise_id is not None
        return cls(member.enterprise_id, member.role == "admin", show_url, new_url if tenant else "")

    def seen(self, rows: Iterable[ClaimRow]) -> Iterator[ClaimRow]:
        """Keep closures, and of what enterprises took the part that may be shown."""
        for row in rows:
            if self.since is None or row.closure_id is not None or row.starts_at >= self.since:
                yield row
            elif row.ends_at > self.since:
                yield row._replace(starts_at=self.since)

    def claims(self, row: ClaimRow, on: int) -> list[Claim]:
        """Draw a claim on the row of a space, and apart from it the time kept free after it to tidy up."""
        drawn, used = self.claim(row, on), row.used_at(clock.now())
        if used == drawn.span:
            return [drawn]
        tidy = Span(used.end, drawn.span.end)
        return [replace(drawn, span=used), Claim("tidy", tidy, gettext("整理时间"))]

    def claim(self, row: ClaimRow, on: int) -> Claim:
        """Draw a claim; somebody else's has no name and no link, in the page's source neither.

        A part says by which combined space it is taken, and either what of the other is closed.
        """
        span = Span(row.starts_at, row.ends_at)
        if row.closure_id is not None:
            return Claim("closed", span, closed_label(row, on))
        so = through(row, on)
        if row.wait_id is not None:
            return self._held(row, span)
        href = f"{self.show_url}{row.reservation_id}" if row.reservation_id is not None else ""
        if self.enterprise_id is not None and row.enterprise_id == self.enterprise_id:
            return Claim("mine", span, _joined(row.purpose or row.member or gettext("使用中"), so), href)
        if self.sees_all:
            href = f"{self.stay_url}{row.stay_id}" if self.stay_url and row.stay_id is not None else href
            return Claim("mine" if href else "busy", span, _joined(row.enterprise or "", so), href)
        return Claim("busy", span, so)

    def _held(self, row: ClaimRow, span: Span) -> Claim:
        """Draw what is held for the first in line; to others it is busy like anything else."""
        if self.enterprise_id is not None and row.enterprise_id == self.enterprise_id:
            return Claim("mine", span, gettext("候补保留"), url_for("waiting.show", wait_id=row.wait_id))
        return Claim("busy", span, gettext("候补保留") if self.sees_all else "")


def drawn_claims(
    rows: Iterable[ClaimRow], wholes: Mapping[int, tuple[int, ...]], reader: Reader
) -> Mapping[int, list[Claim]]:
    """Gather what takes each space: its own claims; for a whole, those of its parts, each holder's once.

    Where parts are taken at one time by different holders, one of them is drawn and not one over another.
    """
    found: defaultdict[int, list[Claim]] = defaultdict(list)
    of_part: defaultdict[int, list[int]] = defaultdict(list)
    for whole, parts in wholes.items():
        for part in parts:
            of_part[part].append(whole)
    seen: set[tuple[object, ...]] = set()
    for row in reader.seen(rows):
        found[row.space_id] += reader.claims(row, row.space_id)
        for whole in of_part.get(row.space_id, ()):
            key = (whole, row.starts_at, row.ends_at, row.reservation_id, row.closure_id)
            if key not in seen:
                seen.add(key)
                found[whole] += reader.claims(row, whole)
    return {space: one_at_a_time(claims) if space in wholes else claims for space, claims in found.items()}


BEFORE: Final = ("mine", "closed", "busy", "tidy", "asked")  # what is drawn of several at one time


def one_at_a_time(claims: Sequence[Claim]) -> list[Claim]:
    """Leave of each claim what is not drawn already of one that comes before it."""
    drawn: list[Claim] = []
    for claim in sorted(claims, key=lambda one: (BEFORE.index(one.kind), one.span.start)):
        left = [claim.span]
        for other in drawn:
            left = [piece for span in left for piece in _without(span, other.span)]
        drawn += [replace(claim, span=span) for span in left]
    return drawn


def _without(span: Span, other: Span) -> Iterator[Span]:
    """Give what is left of a span beside another."""
    if span.start < min(span.end, other.start):
        yield Span(span.start, min(span.end, other.start))
    if max(span.start, other.end) < span.end:
        yield Span(max(span.start, other.end), span.end)


def _joined(words: str, so: str) -> str:
    return " · ".join(part for part in (words, so) if part)


HOUR = 60


def window_of(openings: Iterable[Opening], days: Collection[date]) -> tuple[int, int]:
    """Give the first and the last whole hour, in minutes, between which any is open, by rule or on a day."""
    hours = [opening.widest_on(days) for opening in openings]
    first = min(one.opens for one in hours) // HOUR * HOUR
    last = -(-max(one.closes for one in hours) // HOUR) * HOUR
    return first, min(last, MINUTES_OF_DAY)


def axis_of(day: date, window: tuple[int, int], at: BookingContext) -> Axis:
    """Make the axis of one local day."""
    span = Span(local_instant(day, window[0], at.zone), local_instant(day, window[1], at.zone))
    return Axis(span, at.zone)


def closed_hours(day: date, axis: Axis, at: BookingContext) -> Sequence[Claim]:
    """Hatch what the rule keeps closed of the axis: before it opens, after it closes, or the whole day."""
    window = axis.window
    opened = at.open_on(day)
    if opened is None:
        return [Claim("closed", window, gettext("休息日不开放"))]
    words, hatched = gettext("未开放"), []
    if opened.start > window.start:
        hatched.append(Claim("closed", Span(window.start, min(opened.start, window.end)), words))
    if opened.end < window.end:
        hatched.append(Claim("closed", Span(max(opened.end, window.start), window.end), words))
    return hatched


def is_within_reach(day: date, at: BookingContext) -> bool:
    """Tell whether one may book that day already, and still."""
    today = at.now.astimezone(at.zone).date()
    return 0 <= (day - today).days <= at.opening.horizon_days


QUARTER = 15


def in_quarters(minutes: int) -> int:
    """Write a length in the timeline's quarters, at least one."""
    return max(1, -(-minutes // QUARTER))


NINE = 9 * 60  # where a timeline opens that is not of today


@dataclass(frozen=True, slots=True)
class Timeline:
    """The drawn timeline of a page."""

    rows: Sequence[Markup]
    ticks: Sequence[Tick]
    columns: int
    now: int | None
    open_at: int
    label: str
    extended: Sequence[str] = ()  # that the day is open for longer
    closed: Sequence[tuple[str, str]] = ()  # what is closed for a while, and why
    faulty: bool = False  # a fault of some is reported
    asked: bool = False  # the reader has asked for some, and waits for the answer


def page_of_reservation() -> str:
    """Name the page where the reader deals with a reservation: an administrator's is at the front desk."""
    return "front_desk.reservation" if me().role is Role.ADMIN else "reservations.show"


def reader(wish: Criteria) -> Reader:
    """Tell what the signed-in member may read; addresses are made once, not once a row."""
    show = url_for(page_of_reservation(), reservation_id=0).removesuffix("0")
    found = Reader.of(me(), show, url_for("reservations.new", **wish.args()))
    if found.sees_all:
        found = replace(found, stay_url=url_for("front_desk.stay", stay_id=0).removesuffix("0"))
    return replace(found, since=shown_since())


def shown_since() -> datetime | None:
    """Give from when on the reader sees what others took: the branch from today on, anybody else always.

    By kind and month the branch is told nothing that one or two unnamed enterprises used; nor here by day.
    """
    if me().role is not Role.BRANCH:
        return None
    zone = my_park().zone
    return local_instant(clock.now().astimezone(zone).date(), 0, zone)


def unseen_label(first: date) -> str:
    """Say why days that are over look free to the branch; "" where none is drawn."""
    since = shown_since()
    if since is None or local_instant(first, 0, my_park().zone) >= since:
        return ""
    return gettext("过去的日子不显示占用：一天天看，能推出未具名企业用了多少。合起来的数在“利用率”里。")


@dataclass(frozen=True, slots=True)
class RowSettings:
    """What all rows of one day under one rule have in common."""

    axis: Axis
    maker: RowMaker
    hatched: Sequence[Claim]
    buffer: timedelta  # kept free after a use

    @classmethod
    def under(cls, opening: Opening, day: date, axis: Axis, at: BookingContext, looks: Reader) -> Self:
        """Work it out once a rule and day."""
        here = replace(at, opening=opening)
        bookable = bool(looks.new_url) and is_within_reach(day, here)
        maker = row_maker(
            axis,
            f"{looks.new_url}{'&' if '?' in looks.new_url else '?'}",
            axis.column_after(at.now + opening.lead_minutes * MINUTE),
            wait_url=f"{url_for('waiting.new')}?" if bookable and not opening.needs_approval else "",
            step=in_quarters(opening.step_minutes),
            shortest=in_quarters(opening.minimum_minutes),
            bookable=bookable,
        )
        return cls(axis, maker, closed_hours(day, axis, here), opening.buffer_minutes * MINUTE)

    def kept_free(self, claims: Sequence[Claim]) -> Sequence[Claim]:
        """Draw before each claim for how long no use can end: the rule keeps time to tidy up after that."""
        if not self.buffer:
            return claims
        words, on = gettext("下一个使用前留给整理"), self.axis
        before = [
            Claim("tidy", Span(on.instant(on.column(one.span.start - self.buffer)), one.span.start), words)
            for one in claims
            if one.kind != "tidy" and on.column(one.span.start)
        ]
        return one_at_a_time([*claims, *before])

    def row(
        self,
        space_id: int,
        name: str,
        claims: Sequence[Claim],
        *,
        detail: str = "",
        href: str = "",
        past: int = 0,
        fault: bool = False,
    ) -> Markup:
        """Draw one row with these claims; what the rule keeps closed is hatched over them."""
        covered = (*self.kept_free(claims), *self.hatched)
        return self.maker.html(space_id, name, covered, detail=detail, href=href, past=past, fault=fault)


def closures_told(rows: Iterable[ClaimRow], on: int, now: datetime) -> Sequence[str]:
    """Tell of each closure among the claims on a space, or on its parts, that is not over."""
    first: dict[int, ClaimRow] = {}
    for row in rows:
        if row.closure_id is not None and (row.closed_until is None or row.closed_until > now):
            first.setdefault(row.closure_id, row)
    return [_closure_label(row, on, now) for row in first.values()]


def _closure_label(row: ClaimRow, on: int, now: datetime) -> str:
    words = closed_label(row, on)
    if row.starts_at <= now:
        return words
    return gettext("%(start)s 起，%(closed)s", start=moment(row.starts_at), closed=words)

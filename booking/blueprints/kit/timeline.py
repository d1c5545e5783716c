"""The day as rows of quarters: turns spans of time into finished columns for components/timeline.html."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from flask import current_app
from jinja2 import Template
from markupsafe import Markup

from booking.blueprints.kit.converters import local_time
from booking.blueprints.kit.filters import DASH
from booking.language import gettext, language_tag
from booking.values import Span

BlockKind = Literal["mine", "busy", "closed", "tidy", "asked"]


@dataclass(frozen=True, slots=True)
class Block:
    """What takes a space: the reader's own, somebody else's, a closure, or time to tidy up.

    What the reader asked for is drawn too, and takes nothing.

    `when` tells the times to who cannot see where it stands.
    """

    kind: BlockKind
    at: int
    length: int
    label: str
    href: str = ""
    when: str = ""

    @property
    def said(self) -> str:
        """What is said of it where it is pointed at; nothing of what has no name."""
        return f"{self.when} {self.label}" if self.label else ""

    @property
    def css(self) -> str:
        """What it looks like and where it stands, as classes of the timeline's stylesheet."""
        return f"is-{self.kind} at-{self.at} len-{self.length}"


@dataclass(frozen=True, slots=True)
class Gap:
    """A free stretch; without scripts it is a link to the form with its start filled in."""

    at: int
    length: int
    href: str
    label: str

    @property
    def css(self) -> str:
        """Where it stands, as classes of the timeline's stylesheet."""
        return f"at-{self.at} len-{self.length}"


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One space (on the day page) or one day (on the week page). `starts` is local, like 2026-11-03T08:00."""

    space_id: int
    name: str
    detail: str
    href: str
    starts: str
    blocks: Sequence[Block] = ()
    gaps: Sequence[Gap] = ()
    picture: str = ""
    step: int = 1
    shortest: int = 1
    past: int = 0  # how many columns have gone by; for rows that are days
    fault: bool = False  # somebody reported one


@dataclass(frozen=True, slots=True)
class Tick:
    """An hour on the ruler."""

    at: int
    length: int
    label: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What takes a space, as instants; the label of a busy one names nobody."""

    kind: BlockKind
    span: Span
    label: str = ""
    href: str = ""


QUARTER = timedelta(minutes=15)
MOST_COLUMNS = 96


@dataclass(frozen=True)
class Axis:
    """The opening window of one local day, in quarters; `window` starts and ends on whole quarters."""

    window: Span
    zone: ZoneInfo

    @cached_property
    def columns(self) -> int:
        """How many quarters it shows, at most 96."""
        return min(MOST_COLUMNS, -(-self.window.length // QUARTER))

    @property
    def starts(self) -> str:
        """Its start on the park's clock, as the script counts from it."""
        return local_time(self.window.start, self.zone)

    def column(self, instant: datetime) -> int:
        """Tell the quarter an instant falls in, kept within the window."""
        return max(0, min(self.columns, (instant - self.window.start) // QUARTER))

    def column_after(self, instant: datetime) -> int:
        """Tell the first quarter border not before an instant, kept within the window."""
        return max(0, min(self.columns, -((self.window.start - instant) // QUARTER)))

    def place(self, span: Span) -> tuple[int, int]:
        """Give (first column, number of columns) that a span touches; 0 columns when it is elsewhere."""
        first, last = self.column(span.start), self.column_after(span.end)
        return first, max(0, last - first)

    def instant(self, column: int) -> datetime:
        """Give the instant at a column's left border."""
        return self.window.start + column * QUARTER

    def ticks(self) -> list[Tick]:
        """Give the whole hours, each as wide as it lasts within the window."""
        return [
            Tick(at, min(4, self.columns - at), f"{self.instant(at).astimezone(self.zone):%H:%M}")
            for at in range(self.columns)
            if not self.instant(at).astimezone(self.zone).minute
        ]

    def now(self, instant: datetime) -> int | None:
        """Give the column of the line that says now, or None outside the window."""
        return self.column(instant) if self.window.contains(instant) else None


@dataclass(frozen=True, eq=False)
class RowMaker:
    """Makes rows of one day under one rule, in one language.

    `reserve_url` and `wait_url` begin the addresses of the form and of the waiting list, where the space and
    the times follow; the latter is "" where nobody stands in line. A gap begins at `free_from` at the
    earliest, a column, and lasts `shortest` quarters; one books in steps of `step` quarters.
    """

    axis: Axis
    reserve_url: str
    free_from: int
    wait_url: str = ""
    step: int = 1
    shortest: int = 1
    bookable: bool = True
    draw: Callable[[TimelineRow], Markup] | None = None

    @cached_property
    def _labels(self) -> dict[BlockKind, str]:
        mine, busy, closed, asked = (
            gettext("我的预订"),
            gettext("已占用"),
            gettext("停用"),
            gettext("待确认"),
        )
        return {"mine": mine, "busy": busy, "closed": closed, "tidy": "", "asked": asked}

    @cached_property
    def _gap_label(self) -> str:
        return str(gettext("%(name)s %(span)s 空闲，预订"))  # filled in a few hundred times a page

    @cached_property
    def _local_times(self) -> list[str]:
        borders = range(self.axis.columns + 1)
        return [local_time(self.axis.instant(column), self.axis.zone) for column in borders]

    @cached_property
    def _clocks(self) -> list[str]:
        """Write the borders as times of the day, its end as 24:00."""
        day = self._local_times[0][:10]
        return [one[11:] if one[:10] == day else "24:00" for one in self._local_times]

    @cached_property
    def _first_quarter(self) -> int:
        local = self.axis.window.start.astimezone(self.axis.zone)
        return (local.hour * 60 + local.minute) // 15

    def row(
        self,
        space_id: int,
        name: str,
        claims: Sequence[Claim],
        *,
        detail: str = "",
        href: str = "",
        picture: str = "",
        past: int = 0,
        fault: bool = False,
    ) -> TimelineRow:
        """Lay the claims out as blocks, and what is left as gaps."""
        ordered = sorted(claims, key=_start)
        day = self._local_times[0][:10]
        wait = f"{self.wait_url}space={space_id}&day={day}&starts=" if self.bookable and self.wait_url else ""
        blocks = [block for claim in ordered if (block := self._block(claim, wait))]
        gaps = self._gaps(space_id, name, blocks) if self.bookable else []
        starts, step, shortest = self._local_times[0], self.step, self.shortest
        drawn = (starts, blocks, gaps, picture, step, shortest, past, fault)
        return TimelineRow(space_id, name, detail, href, *drawn)

    def html(self, space_id: int, name: str, claims: Iterable[Claim], **more: Any) -> Markup:  # noqa: ANN401 - as `row` has them
        """Draw the same; a row of which everything is as it was is the one drawn then."""
        return _html(self, space_id, name, tuple(claims), *more.items())

    def _block(self, claim: Claim, wait: str) -> Block | None:
        at, length = self.axis.place(claim.span)
        if claim.kind == "tidy":  # of what its use leaves of the last quarter
            first = self.axis.column_after(claim.span.start)
            at, length = first, max(0, at + length - first)
        if not length:
            return None
        if wait and claim.kind == "busy" and at + length > self.free_from:
            starts, ends = self._clocks[max(at, self.free_from)], self._clocks[at + length]
            words = " ".join(filter(None, (f"{starts}{DASH}{ends} {self._labels['busy']}", claim.label)))
            return Block("busy", at, length, words, f"{wait}{starts}&ends={ends}")
        when = f"{self._clocks[at]}{DASH}{self._clocks[at + length]}"
        return Block(claim.kind, at, length, claim.label or self._labels[claim.kind], claim.href, when)

    def _gaps(self, space_id: int, name: str, blocks: Sequence[Block]) -> list[Gap]:
        found, free_from = [], self.free_from
        for block in [*blocks, Block("closed", self.axis.columns, 0, "")]:
            first = free_from + -(free_from + self._first_quarter) % self.step
            if block.at - first >= self.shortest:
                found.append(self._gap(space_id, name, first, block.at))
            free_from = max(free_from, block.at + block.length)
        return found

    def _gap(self, space_id: int, name: str, first: int, last: int) -> Gap:
        start, until = self._local_times[first], self._local_times[last][-5:]
        span = f"{start[-5:]}{DASH}{'24:00' if until == '00:00' else until}"
        label = self._gap_label % {"name": name, "span": span}
        return Gap(first, last - first, f"{self.reserve_url}space={space_id}&start={start}", label)


def _start(claim: Claim) -> datetime:
    return claim.span.start


@lru_cache(maxsize=4_096)  # a row of a day is some four kilobytes
def _html(
    maker: RowMaker, space_id: int, name: str, claims: Sequence[Claim], *more: tuple[str, Any]
) -> Markup:
    if maker.draw is None:
        raise TypeError("only `row_maker` makes makers that draw")
    return maker.draw(maker.row(space_id, name, claims, **dict(more)))


def row_maker(axis: Axis, reserve_url: str, free_from: int, **more: Any) -> RowMaker:  # noqa: ANN401 - as RowMaker has them
    """Give the maker of these rows, the same one for the same facts; its words are the reader's."""
    page = current_app.jinja_env.get_template("components/timeline.html")
    return _row_maker(page, language_tag(), axis, reserve_url, free_from, *more.items())


@lru_cache(maxsize=256)
def _row_maker(
    page: Template, _language: str, axis: Axis, reserve_url: str, free_from: int, *more: tuple[str, Any]
) -> RowMaker:
    return RowMaker(axis, reserve_url, free_from, draw=page.module.timeline_row, **dict(more))  # type: ignore[attr-defined]

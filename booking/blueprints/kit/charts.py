"""Charts as finished coordinates: pure functions from values to shapes that the SVG macros only write out.

Widths are percentages of the drawing and heights are pixels, so that a chart fills any width and its
letters stay as large as the text around it. Nothing here knows a language, a database or a colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from booking.values import Span

TEXT_HEIGHT = 44  # a bar at least this high carries two lines of text inside
LINE_HEIGHT = 18  # and at least this high, one
Tone = Literal["kept", "accent", "gap", "excess", "amber", "soft"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle with what may be written in it."""

    x: str
    y: float
    width: str
    height: float
    tone: Tone
    label: str = ""
    value: str = ""
    outlined: bool = False  # its value is not final

    @property
    def has_room(self) -> bool:
        """Tell whether label and value fit inside, one under the other."""
        return self.height >= TEXT_HEIGHT

    @property
    def has_line(self) -> bool:
        """Tell whether they fit on one line only."""
        return LINE_HEIGHT <= self.height < TEXT_HEIGHT

    @property
    def middle(self) -> float:
        """The height at which its text is centred."""
        return round(self.y + self.height / 2, 2)


@dataclass(frozen=True, slots=True)
class ChartText:
    """A text with its place."""

    x: str
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "middle"


@dataclass(frozen=True, slots=True)
class Chart:
    """A finished drawing of `height` pixels; `lines` are the heights of its ruled lines."""

    height: int
    bars: tuple[Bar, ...]
    labels: tuple[ChartText, ...]
    lines: tuple[float, ...] = ()
    points: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A value (fen, minutes, anything) with its words; `value` is never negative."""

    value: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class StackedColumn:
    """One month, say: its label, its parts from the ground up, and the figure over it."""

    label: str
    parts: Sequence[int]
    text: str = ""
    outlined: bool = False


def percentage(part: float, whole: float) -> str:
    """Write a share of the width as SVG wants it; of nothing it is 0."""
    return f"{100 * part / whole:.2f}%" if whole else "0%"


def _scaled(value: float, most: float, room: float) -> float:
    return round(room * value / most, 2) if most else 0.0


# --- before and now -------------------------------------------------------------------------------

BEFORE_X, NOW_X, COLUMN_WIDTH = 6, 54, 40
PICTURE_HEIGHT = 300
LABEL_ROOM = 24  # pixels under a chart for its labels
HEAD_ROOM = 22  # pixels over the highest bar for its figure


def before_and_now(before: Part, kept: Part, shared: Part, gap: Part, names: tuple[str, str]) -> Chart:
    """Draw two columns: what the enterprise paid before, and what it pays now with the gap between.

    `gap.value` may be given as any figure: the gap drawn is `before - kept - shared`, an excess if
    negative. `names` stand under the columns. Source: docs/rules.md, Saving.
    """
    now = kept.value + shared.value
    most = max(before.value, now)
    ground = PICTURE_HEIGHT - LABEL_ROOM
    room = ground - HEAD_ROOM
    heights = [_scaled(part.value, most, room) for part in (before, kept, shared)]
    kept_top = round(ground - heights[1], 2)
    now_top = round(kept_top - heights[2], 2)
    before_top = round(ground - heights[0], 2)
    bars = [
        _tower(BEFORE_X, before_top, heights[0], "kept", before),
        _tower(NOW_X, kept_top, heights[1], "kept", kept),
        _tower(NOW_X, now_top, heights[2], "accent", shared),
    ]
    if before.value > now:
        bars.append(_tower(NOW_X, before_top, round(now_top - before_top, 2), "gap", gap))
    elif now > before.value:
        bars.append(_tower(BEFORE_X, now_top, round(before_top - now_top, 2), "excess", gap))
    centres = (BEFORE_X + COLUMN_WIDTH / 2, NOW_X + COLUMN_WIDTH / 2)
    labels = [ChartText(f"{x:g}%", PICTURE_HEIGHT - 6, name) for x, name in zip(centres, names, strict=True)]
    return Chart(PICTURE_HEIGHT, tuple(bars), tuple(labels), (ground,))


def _tower(x: int, y: float, height: float, tone: Tone, part: Part) -> Bar:
    return Bar(f"{x}%", y, f"{COLUMN_WIDTH}%", height, tone, part.label, part.text)


# --- columns by month -------------------------------------------------------------------------------


TONES: tuple[Tone, ...] = ("accent", "kept", "soft", "amber")


def stacked_columns(
    columns: Sequence[StackedColumn], height: int = 180, tones: Sequence[Tone] = TONES
) -> Chart:
    """Draw columns, each of parts stacked from the ground up; one part a column makes plain columns."""
    most = max((sum(column.parts) for column in columns), default=0)
    ground = height - LABEL_ROOM
    bars: list[Bar] = []
    labels: list[ChartText] = []
    for index, column in enumerate(columns):
        slot = 100 / len(columns)
        middle = f"{slot * (index + 0.5):.2f}%"
        stack = _stack(column, (slot * (index + 0.18), slot * 0.64), ground, most, tones)
        bars.extend(stack)
        labels.append(ChartText(middle, height - 6, column.label))
        if column.text:
            top = stack[-1].y if stack else ground
            labels.append(ChartText(middle, round(top - 6, 2), column.text))
    return Chart(height, tuple(bars), tuple(labels), (ground,))


def _stack(
    column: StackedColumn, place: tuple[float, float], ground: float, most: int, tones: Sequence[Tone]
) -> list[Bar]:
    x, width = place
    bars: list[Bar] = []
    top = ground
    for tone, value in zip(tones, column.parts, strict=False):
        tall = _scaled(value, most, ground - HEAD_ROOM)
        top = round(top - tall, 2)
        if tall:
            bars.append(Bar(f"{x:.2f}%", top, f"{width:.2f}%", tall, tone, outlined=column.outlined))
    return bars


def sparkline(values: Sequence[int], width: int = 100, height: int = 28) -> Chart:
    """Draw a run of values as one line in a box of `width` by `height`, 2 units free at the edges."""
    low, high = min(values, default=0), max(values, default=0)
    spread = (high - low) or 1
    gaps = max(1, len(values) - 1)
    points = " ".join(
        f"{width * index / gaps:.1f},{height - 2 - (height - 4) * (value - low) / spread:.1f}"
        for index, value in enumerate(values)
    )
    return Chart(height, (), (), points=points)


@dataclass(frozen=True, slots=True)
class UseBar:
    """One of the three thin bars: where it lies, and its words beside it."""

    name: str
    text: str
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class UsePicture:
    """Reserved, used and billed on one axis; `ticks` are its whole hours (days, for storage)."""

    height: int
    rows: tuple[UseBar, ...]
    ticks: tuple[ChartText, ...]


# --- reserved, used, billed ---------------------------------------------------------------------------

BAR_HEIGHT, BAR_STEP = 6, 12


def use_bars(rows: Sequence[tuple[str, str, Span | None]], zone: ZoneInfo) -> UsePicture:
    """Draw (name, text, span) triples: reserved, used, billed, in this order; a missing span has no bar."""
    spans = [span for _, _, span in rows if span]
    height = BAR_STEP * len(rows)
    if not spans:
        return UsePicture(height, tuple(UseBar(name, text, None) for name, text, _ in rows), ())
    start = _hour_before(min(span.start for span in spans), zone)
    end = _hour_after(max(span.end for span in spans), zone)
    tones: tuple[Tone, ...] = ("kept", "soft", "accent")
    drawn = [
        UseBar(name, text, _thin(span, index, start, end, tone) if span else None)
        for index, ((name, text, span), tone) in enumerate(zip(rows, tones, strict=False))
    ]
    return UsePicture(height, tuple(drawn), tuple(_ticks(start, end)))


def _thin(span: Span, index: int, start: datetime, end: datetime, tone: Tone) -> Bar:
    whole = (end - start).total_seconds()
    x = percentage((span.start - start).total_seconds(), whole)
    width = percentage(span.length.total_seconds(), whole)
    return Bar(x, index * BAR_STEP + 3, width, BAR_HEIGHT, tone)


def _hour_before(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(minute=0, second=0, microsecond=0)


HOUR = timedelta(hours=1)


def _hour_after(instant: datetime, zone: ZoneInfo) -> datetime:
    hour = _hour_before(instant, zone)
    return hour if hour == instant else hour + HOUR


MOST_TICKS = 5


def _ticks(start: datetime, end: datetime) -> list[ChartText]:
    """Rule whole hours, or every 2, 3, 6, 12 of them, or days; five at most, as a phone is narrow."""
    hours = int((end - start) / HOUR)
    step = next(
        (n for n in (1, 2, 3, 6, 12) if hours / n < MOST_TICKS), 24 * (1 + hours // (24 * MOST_TICKS))
    )
    marks = []
    for hour in range(0, hours + 1, step):
        at = start + hour * HOUR
        text = f"{at:%H:%M}" if step < 24 else f"{at.month}-{at.day}"  # noqa: PLR2004 - hours of a day
        marks.append(ChartText(percentage(hour, hours), 0, text, _anchor(hour, hours)))
    return marks


def _anchor(part: int, whole: int) -> Literal["start", "middle", "end"]:
    if part == 0:
        return "start"
    return "end" if part == whole else "middle"

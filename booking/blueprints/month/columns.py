"""The twelve columns of the month page as finished shapes: widths in per cent, heights in em."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from booking.language import gettext
from booking.rhythm.board import MonthColumn

GROUND, ROOM = 9.5, 7.9  # em from the top to the ground, and of it what the highest column takes
FIGURE_GAP = 0.4
GAP = 24  # per cent of a column's pitch left free
Look = Literal["documented", "declared", "open", "chosen", "negative"]


@dataclass(frozen=True, slots=True)
class ColumnBar:
    """A part of a column."""

    y: str
    height: str
    look: Look


@dataclass(frozen=True, slots=True)
class DrawnColumn:
    """A month as it is drawn: parts and figure lead to what these are made of, its label to the month."""

    url: str
    month_url: str
    words: str
    label: str
    figure: str
    chosen: bool
    left: str
    pitch: str
    x: str
    width: str
    middle: str
    figure_y: str
    bars: tuple[ColumnBar, ...]


def drawn_columns(columns: Sequence[MonthColumn]) -> list[DrawnColumn]:
    """Give each month its place, the first at the left."""
    pitch = 100 / len(columns) if columns else 0
    return [_drawn(column, number * pitch, pitch) for number, column in enumerate(columns)]


def _drawn(column: MonthColumn, left: float, pitch: float) -> DrawnColumn:
    top = GROUND - ROOM * (column.documented + column.declared) / 1000
    return DrawnColumn(
        url=column.url,
        month_url=column.month_url,
        words=_column_label(column),
        label=column.label,
        figure=column.figure,
        chosen=column.chosen,
        left=f"{left:.3f}%",
        pitch=f"{pitch:.3f}%",
        x=f"{left + pitch * GAP / 200:.3f}%",
        width=f"{pitch * (100 - GAP) / 100:.3f}%",
        middle=f"{left + pitch / 2:.3f}%",
        figure_y=f"{top - FIGURE_GAP:.2f}em",
        bars=tuple(_bars(column)),
    )


def _bars(column: MonthColumn) -> Iterator[ColumnBar]:
    documented, declared = ROOM * column.documented / 1000, ROOM * column.declared / 1000
    if column.open:
        yield ColumnBar(f"{GROUND - documented - declared:.2f}em", f"{documented + declared:.2f}em", "open")
        return
    solid: Look = "negative" if column.negative else "chosen" if column.chosen else "documented"
    if column.documented:
        yield ColumnBar(f"{GROUND - documented:.2f}em", f"{documented:.2f}em", solid)
    if column.declared:
        yield ColumnBar(f"{GROUND - documented - declared:.2f}em", f"{declared:.2f}em", "declared")


def _column_label(column: MonthColumn) -> str:
    facts = {"month": column.label, "amount": column.figure}
    if column.open:
        return gettext("%(month)s：到现在 %(amount)s 万元", **facts)
    return gettext("%(month)s：%(amount)s 万元", **facts)

"""The heat map: an hour a row, a weekday a column, each cell as it may be told to its reader."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from booking.blueprints.kit.filters import duration
from booking.blueprints.kit.labels.utilisation import not_told_label, or_dash, share_told, weekday_names
from booking.blueprints.utilisation.filter import UtilisationFilter
from booking.language import gettext
from booking.usage.measuring.heat_map import HoursTold
from booking.usage.utilisation import Told, Utilisation


def _hours_in_sight(hours: Mapping[tuple[int, int], Utilisation]) -> range:
    """Choose the hours from the first to the last that anybody used or wanted, or where nobody did, was open.

    A place that is open day and night would else begin with rows of nothing.
    """
    wanted = {hour for (_, hour), use in hours.items() if use.used or use.refused}
    shown = wanted or {hour for (_, hour), use in hours.items() if use.open}
    return range(min(shown), max(shown) + 1) if shown else range(0)


HEAT_STEPS = (0, 10, 25, 40, 55, 70, 85)
"""From how many per cent on a cell has each of its colours."""


def level(share: float | Fraction) -> int:
    """Choose the colour of a share."""
    return max(index for index, least in enumerate(HEAT_STEPS) if 100 * share >= least)


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour of a weekday: its colour, its figure, and what it says when asked."""

    css: str
    text: str
    title: str
    url: str
    refused: int


def heat_rows(
    wanted: UtilisationFilter, hours: Mapping[tuple[int, int], Utilisation], told: HoursTold
) -> Iterator[tuple[str, list[Cell]]]:
    """Give a row an hour."""
    names = weekday_names("wide")
    for hour in _hours_in_sight(hours):
        uses = [hours.get((weekday, hour), Utilisation()) for weekday in range(7)]
        cells = [
            _cell(wanted, weekday, hour, names, use.as_told(told.of_weekday(weekday, hour)))
            for weekday, use in enumerate(uses)
        ]
        yield f"{hour}–{hour + 1}", cells


def _cell(wanted: UtilisationFilter, weekday: int, hour: int, names: Sequence[str], use: Utilisation) -> Cell:
    where = gettext("%(weekday)s %(hour)s 时", weekday=names[weekday], hour=hour)
    if use.share is None:
        return Cell("is-closed", "", gettext("%(where)s：不开放", where=where), "", use.refused)
    title, shown = _hour_told(where, use), use.rounded_share if use.told else use.share
    if use.refused:
        title = gettext("%(title)s；%(count)s 次没订到", title=title, count=use.refused)
    if use.told is Told.HIDDEN or shown is None:
        return Cell("is-hidden", "", title, "", use.refused)
    url = wanted.url("utilisation.hour", weekday=weekday + 1, hour=hour)
    return Cell(f"heat-{level(shown)}", f"{float(100 * shown):.0f}", title, url, use.refused)


def _hour_told(where: str, use: Utilisation) -> str:
    """Say how much of an hour was used."""
    if use.told is Told.HIDDEN:
        return gettext("%(where)s：%(why)s", where=where, why=not_told_label())
    if use.told is Told.ROUNDED:
        return gettext("%(where)s：%(share)s", where=where, share=share_told(use))
    return gettext(
        "%(where)s：%(share)s，使用 %(used)s / 开放 %(open)s",
        where=where,
        share=or_dash(use.share),
        used=duration(use.used),
        open=duration(use.open),
    )

"""What a figure of utilisation is made of: its hours as a heat map, its places, its days.

In the heat map an hour is a row, a weekday a column, each cell as it may be told to its reader. An hour is
made of days, a kind of places, each with its own page.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask import abort, request, url_for

from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import day, duration, month_text
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.labels.utilisation import (
    knowing,
    not_told_label,
    or_dash,
    share_told,
    shares,
    weekday_names,
)
from booking.blueprints.kit.why import (
    Explanation,
    FigurePart,
    Paper,
    explain_figure,
    named_together,
    way_from_the_wall,
)
from booking.blueprints.utilisation.filter import UtilisationFilter, blueprint, read_filter
from booking.db import db
from booking.language import gettext, local_name
from booking.usage.measuring import heat_map
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
    wanted: UtilisationFilter, hours: Mapping[tuple[int, int], Utilisation], told: heat_map.HoursTold
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


@blueprint.get("/parts")
@allow(*STAFF)
def parts() -> str:
    """Take a kind's figure apart into its places."""
    wanted = read_filter()
    told = wanted.telling(knowing())
    rows = heat_map.places_used(db.session(), wanted.places, told)
    whole_use = heat_map.all_of(rows, wanted.places, told)
    kind = Paper(gettext("利用率"), wanted.url(area=None, space=None))
    return explain_figure(
        Explanation(
            title=gettext("%(kind)s利用率的来历", kind=kind_name(wanted.kind)),
            value=share_told(whole_use),
            rule=_rule(wanted),
            parts=[*named_together(_of_places(wanted, rows), not_told_label(), kind), _sum(whole_use)],
            way=way_from_the_wall(wanted.last, [kind]),
            notes=what_counts(),
        )
    )


def _of_places(
    wanted: UtilisationFilter, rows: Sequence[heat_map.PlaceUse]
) -> Iterator[tuple[FigurePart, bool]]:
    """Give each place, and whether its share is told."""
    for row in rows:
        part = FigurePart(
            label=local_name(row.space.name, row.space.name_en),
            value=_minutes(row.use),
            how=_share(row.use),
            sign="+",
            url=wanted.url(space=row.space.id, area=None),
            paper=gettext("按日、按时段看"),
        )
        yield part, row.use.told is not Told.HIDDEN


@blueprint.get("/hour")
@allow(*STAFF)
def hour() -> str:
    """Take an hour of a weekday apart into the days it is made of."""
    wanted = read_filter()
    weekday, at = request.args.get("weekday", 0, type=whole), request.args.get("hour", -1, type=whole)
    if not 1 <= weekday <= len(weekday_names("wide")) or at not in heat_map.HOURS:
        abort(404)
    days = {
        one.day: use
        for one, use in heat_map.hours_used(db.session(), wanted.places).items()
        if one.hour == at and one.day.weekday() == weekday - 1
    }
    known = knowing()
    told = heat_map.hours_as_told(db.session(), wanted.places, wanted.telling(known), known)
    use = sum(days.values(), Utilisation()).as_told(told.of_weekday(weekday - 1, at))
    days = {on: one.as_told(told.on(on, at)) for on, one in days.items()}
    where = gettext("%(weekday)s %(hour)s 时", weekday=weekday_names("wide")[weekday - 1], hour=at)
    return explain_figure(
        Explanation(
            title=gettext("%(kind)s，%(where)s", kind=kind_name(wanted.kind), where=where),
            value=share_told(use),
            rule=_rule(wanted),
            parts=[*_of_days(wanted, days), _sum(use)],
            way=[(gettext("利用率"), wanted.url())],
            notes=what_counts(),
        )
    )


def _of_days(wanted: UtilisationFilter, days: Mapping[date, Utilisation]) -> Iterator[FigurePart]:
    for on, use in sorted(days.items()):
        refused = gettext("%(count)s 次没订到", count=use.refused) if use.refused else ""
        yield FigurePart(
            label=day(on),
            value=_minutes(use),
            how=gettext("，").join(filter(None, [_share(use) if use.share is not None else "", refused])),
            sign="+",
            url=url_for("calendar.day", day=on, kind=wanted.kind.value),
            paper=gettext("当天时间表"),
        )


def _sum(use: Utilisation) -> FigurePart:
    return FigurePart(gettext("使用 ÷ 开放"), _minutes(use), _share(use), "=")


def _minutes(use: Utilisation) -> str:
    return share_told(use) if use.told else shares(use).of


def _share(use: Utilisation) -> str:
    """Write the share, or why it is all that is told."""
    return shares(use).of if use.told else share_told(use)


def _rule(wanted: UtilisationFilter) -> str:
    when = month_text(wanted.first)
    if wanted.last != wanted.first:
        when = gettext("%(first)s至%(last)s", first=when, last=month_text(wanted.last))
    where = ""
    if wanted.space is not None:
        where = local_name(wanted.space.name, wanted.space.name_en)
    elif wanted.area is not None:
        where = local_name(wanted.area.name, wanted.area.name_en)
    said = gettext("利用率 = 实际使用分钟 ÷ 开放分钟。")
    return " · ".join(filter(None, [when, where, said]))


def what_counts() -> list[str]:
    """Say what counts."""
    return [
        gettext("开放时间按当天的开放规则（含调休和临时延时）扣除停用；合并空间计入它的每个部分。"),
        gettext("数字来自签到签退，每天过完后写定；更正使用记录后随之更新。"),
    ]

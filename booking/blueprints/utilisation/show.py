"""The page of utilisation: kinds side by side, the heat map, months, and places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from babel.dates import get_day_names
from flask import render_template

from booking import clock
from booking.activities.queries import minutes_taken
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.charts import Chart, StackedColumn, percentage, stacked_columns
from booking.blueprints.kit.filters import duration, percent
from booking.blueprints.kit.labels.spaces import KINDS, kind_name
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.utilisation.asked import Asked, asked, blueprint, ranges
from booking.db import db
from booking.language import get_locale, gettext, local_name
from booking.people.models import Role
from booking.spaces.models import Kind
from booking.usage.heat_map import PlaceUse, areas_used, by_weekday_and_hour, hours_used, places_used
from booking.usage.utilisation import MonthUse, Utilisation, utilisation_of_months
from booking.values.month import Month
from booking.values.span import Span

TREND = 12  # months of the picture, at least


@blueprint.get("")
@allow(*STAFF)
def show() -> str:
    """Show how much was used of what was open, and when."""
    now, park, session = clock.now(), my_park(), db.session()
    wanted = asked(now)
    first = min(wanted.first, wanted.last.later(1 - TREND))
    months = utilisation_of_months(session, park, first, wanted.last, now=now)
    chosen = [use for month, use in months.items() if month >= wanted.first]
    hours = by_weekday_and_hour(hours_used(session, wanted.places))
    rows = places_used(session, wanted.places)
    return render_template(
        "utilisation/show.html",
        asked=wanted,
        ranges=list(ranges(wanted, now)),
        months=_month_choices(now),
        kinds=list(_kinds(wanted, chosen, minutes_taken(session, park, _so_far(wanted, now)))),
        figures=_figures(wanted, chosen, rows),
        heat=list(_heat_rows(wanted, hours)),
        weekdays=weekday_names("abbreviated"),
        steps=HEAT_STEPS,
        trend=_trend(months, wanted.kind),
        trend_in_words=_trend_in_words(months, wanted.kind),
        places=[PlaceRow.of(row, wanted) for row in rows],
        areas=[(area, shares(use), wanted.url(area=area.id, space=None)) for area, use in areas_used(rows)],
        missing=list(_missing(chosen)),
        may_grant=me().role is Role.ADMIN,
    )


def weekday_names(width: Literal["abbreviated", "wide"]) -> Sequence[str]:
    """Name Monday to Sunday in the reader's language."""
    names = get_day_names(width, locale=get_locale() or "zh")
    return [names[number] for number in range(7)]


class Shares(NamedTuple):
    """A utilisation in words: each share with its two figures."""

    share: str
    of: str  # used of open
    booked: str
    off_peak: str
    extended: str
    refused: int
    bar: str  # how long its bar is


def shares(use: Utilisation) -> Shares:
    """Put it into words; what was never open has a dash."""
    return Shares(
        share=or_dash(use.share),
        of=gettext("%(used)s / %(open)s 小时", used=hours_text(use.used), open=hours_text(use.open)),
        booked=or_dash(use.booked_share),
        off_peak=or_dash(use.off_peak_share),
        extended=or_dash(use.extended_share),
        refused=use.refused,
        bar=percentage(use.used, use.open),
    )


def or_dash(share: float | None) -> str:
    """Write 40.0%, or a dash for a share of nothing."""
    return "–" if share is None else percent(share)


def hours_text(minutes: int) -> str:
    """Write minutes as hours with one decimal, or whole ones from a hundred on."""
    hours = minutes / 60
    return f"{hours:,.0f}" if minutes >= 100 * 60 else f"{hours:.1f}"


class KindRow(NamedTuple):
    """A kind beside the others."""

    name: str
    url: str
    current: bool
    spaces: int
    use: Shares
    parts_url: str
    activities: str  # hours they took of it, "" for none: they are neither used nor open


def _so_far(wanted: Asked, now: datetime) -> Span:
    start = wanted.first.span.start
    return Span(start, max(start, min(wanted.last.span.end, now)))


def _kinds(wanted: Asked, months: Sequence[MonthUse], taken: Mapping[Kind, int]) -> Iterator[KindRow]:
    for kind in KINDS:
        use = sum((month.kinds[kind] for month in months), Utilisation())
        yield KindRow(
            name=kind_name(kind),
            url=wanted.url(kind=kind.value, area=None, space=None),
            current=kind is wanted.kind,
            spaces=max((month.kinds[kind].spaces for month in months), default=0),
            use=shares(use)._replace(booked="–") if kind is Kind.STORAGE else shares(use),
            parts_url=wanted.url("utilisation.parts", kind=kind.value, area=None, space=None),
            activities=activities_took(taken.get(kind, 0)),
        )


def activities_took(minutes: int) -> str:
    """Say how long activities held a kind of space; "" where none did."""
    return gettext("活动占用 %(hours)s 小时", hours=hours_text(minutes)) if minutes else ""


def _figures(
    wanted: Asked, months: Sequence[MonthUse], rows: Sequence[PlaceUse]
) -> list[tuple[str, str, str, str]]:
    """Give the figures of what is shown: the whole kind, or what it is narrowed to."""
    use = sum((row.use for row in rows), Utilisation())
    said = shares(use)
    refused = sum(month.kinds[wanted.kind].refused for month in months)
    whole = wanted.area is None and wanted.space is None
    found = [
        (gettext("利用率"), said.share, said.of, "accent"),
        (gettext("预订率"), said.booked, gettext("预订分钟 ÷ 开放分钟"), ""),
        (gettext("错时占比"), said.off_peak, gettext("占使用分钟"), ""),
        (gettext("延时占比"), said.extended, gettext("占使用分钟"), ""),
    ]
    if whole:
        times = gettext("%(count)s 次", count=refused)
        found.append((gettext("没订到"), times, gettext("每人每小时计一次"), ""))
    return found


HEAT_STEPS = (0, 10, 25, 40, 55, 70, 85)
"""From how many per cent on a cell has each of its colours."""


def level(share: float) -> int:
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


def _heat_rows(
    wanted: Asked, hours: Mapping[tuple[int, int], Utilisation]
) -> Iterator[tuple[str, list[Cell]]]:
    """Give a row an hour, from the first to the last at which anything was open."""
    opened = sorted({hour for (_, hour), use in hours.items() if use.open})
    names = weekday_names("wide")
    for hour in range(opened[0], opened[-1] + 1) if opened else ():
        cells = [_cell(wanted, weekday, hour, names, hours.get((weekday, hour))) for weekday in range(7)]
        yield f"{hour}–{hour + 1}", cells


def _cell(wanted: Asked, weekday: int, hour: int, names: Sequence[str], use: Utilisation | None) -> Cell:
    where = gettext("%(weekday)s %(hour)s 时", weekday=names[weekday], hour=hour)
    if use is None or use.share is None:
        return Cell("is-closed", "", gettext("%(where)s：不开放", where=where), "", use.refused if use else 0)
    title = gettext(
        "%(where)s：%(share)s，使用 %(used)s / 开放 %(open)s",
        where=where,
        share=percent(use.share),
        used=duration(use.used),
        open=duration(use.open),
    )
    if use.refused:
        title = gettext("%(title)s；%(count)s 次没订到", title=title, count=use.refused)
    url = wanted.url("utilisation.hour", weekday=weekday + 1, hour=hour)
    return Cell(f"heat-{level(use.share)}", f"{100 * use.share:.0f}", title, url, use.refused)


PERMILLE = 1000


def _trend(months: Mapping[Month, MonthUse], kind: Kind) -> Chart:
    """Draw the share of each month, its off-peak and extended parts on top."""
    columns = []
    for month, use in months.items():
        one = use.kinds[kind]
        parts = (one.used - one.off_peak - one.extended, one.off_peak, one.extended)
        columns.append(
            StackedColumn(
                gettext("%(month)s月", month=month.month),
                [PERMILLE * part // one.open if one.open else 0 for part in parts],
                f"{100 * one.share:.0f}" if one.share is not None else "",
            )
        )
    return stacked_columns(columns, tones=("kept", "accent", "gap"))


def _trend_in_words(months: Mapping[Month, MonthUse], kind: Kind) -> str:
    said = [f"{month} {or_dash(use.kinds[kind].share)}" for month, use in months.items()]
    return gettext("%(kind)s各月利用率：%(months)s", kind=kind_name(kind), months="，".join(said))


class PlaceRow(NamedTuple):
    """A place of the list."""

    name: str
    code: str
    area: str
    url: str
    use: Shares

    @classmethod
    def of(cls, row: PlaceUse, wanted: Asked) -> PlaceRow:
        """Put it into words."""
        space, area = row.space, row.area
        return cls(
            name=local_name(space.name, space.name_en),
            code=space.code,
            area=local_name(area.name, area.name_en),
            url=wanted.url(space=space.id, area=None, kind=None),
            use=shares(row.use),
        )


def _month_choices(now: datetime) -> list[Month]:
    this = Month.of(now, my_park().zone)
    return [this.later(-count) for count in range(24)]


def _missing(months: Sequence[MonthUse]) -> Iterator[str]:
    """Say what is not written down yet."""
    days = sum(month.days_over - month.days for month in months)
    waiting = sum(month.waiting for month in months)
    if days > 0:
        yield gettext("还有 %(count)s 天没有统计完，数字会随后补上。", count=days)
    if waiting:
        yield gettext("有 %(count)s 条使用记录刚被更正，几分钟内计入。", count=waiting)

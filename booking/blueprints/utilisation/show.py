"""The page of utilisation: kinds side by side, the heat map, months, and places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from flask import render_template, url_for

from booking import clock
from booking.activities.queries import minutes_taken
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.charts import Chart, StackedColumn, stacked_columns
from booking.blueprints.kit.labels.spaces import KINDS, kind_name
from booking.blueprints.kit.labels.utilisation import (
    Shares,
    few_told,
    hours_text,
    knowing,
    part_of,
    share_told,
    shares,
    weekday_names,
)
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.utilisation.filter import UtilisationFilter, blueprint, ranges, read_filter
from booking.blueprints.utilisation.parts import HEAT_STEPS, heat_rows
from booking.db import db
from booking.language import gettext, local_name
from booking.people.models import Role
from booking.spaces.models import Kind
from booking.usage.measuring import heat_map
from booking.usage.telling import EXACTLY, Knowing, Telling, told_months, told_of, unnamed_uses
from booking.usage.utilisation import MonthUse, Told, Utilisation, utilisation_of_months
from booking.values import Month, Span

TREND = 12  # months of the picture, at least


@blueprint.get("")
@allow(*STAFF)
def show() -> str:
    """Show how much was used of what was open, and when."""
    now, park, session = clock.now(), my_park(), db.session()
    wanted = read_filter(now)
    first = min(wanted.first, wanted.last.later(1 - TREND))
    known = knowing()
    in_months, told = _tellings(known, first, wanted)
    months = told_months(utilisation_of_months(session, park, first, wanted.last, now=now), in_months)
    chosen = [use for month, use in months.items() if month >= wanted.first]
    hours = heat_map.by_weekday_and_hour(heat_map.hours_used(session, wanted.places))
    rows = heat_map.places_used(session, wanted.places, told)
    hours_told = heat_map.hours_as_told(session, wanted.places, told, known)
    return render_template(
        "utilisation/show.html",
        asked=wanted,
        ranges=list(ranges(wanted, now)),
        months=_month_choices(now),
        kinds=list(_kinds(wanted, chosen, told, minutes_taken(session, park, _until_now(wanted, now)))),
        figures=_figures(wanted, chosen, heat_map.all_of(rows, wanted.places, told)),
        heat=list(heat_rows(wanted, hours, hours_told)),
        by_hour=hours_told.apart,
        untold=_untold(wanted, told, known),
        weekdays=weekday_names("abbreviated"),
        steps=HEAT_STEPS,
        trend=_trend(months, wanted.kind),
        trend_label=_trend_label(months, wanted.kind),
        places=[PlaceRow.of(row, wanted, is_told=known is None) for row in rows],
        areas=[
            (area, shares(use), wanted.url(area=area.id, space=None))
            for area, use in heat_map.areas_used(rows, told)
        ],
        missing=list(_missing(chosen)),
        may_grant=me().role is Role.ADMIN,
    )


def _tellings(known: Knowing | None, first: Month, wanted: UtilisationFilter) -> tuple[Telling, Telling]:
    """Read how the months of the picture are told, and those of them that are asked about."""
    if known is None:
        return EXACTLY, EXACTLY
    uses = unnamed_uses(db.session(), known, first.first_day, wanted.last.last_day)
    return told_of(uses, known), told_of((use for use in uses if use.month_key >= wanted.first.key), known)


def _untold(wanted: UtilisationFilter, told: Telling, known: Knowing | None) -> str:
    if known is None or not told.touches(wanted.kind):
        return ""
    return few_told(moves=known.moves(wanted.last.key))


class KindRow(NamedTuple):
    """A kind beside the others."""

    name: str
    url: str
    current: bool
    spaces: int
    use: Shares
    parts_url: str
    refused_url: str  # where the refused wishes of a single month are listed, "" of several
    activities: str  # hours they took of it, "" for none: they are neither used nor open


def _until_now(wanted: UtilisationFilter, now: datetime) -> Span:
    start = wanted.first.span.start
    return Span(start, max(start, min(wanted.last.span.end, now)))


def _kinds(
    wanted: UtilisationFilter, months: Sequence[MonthUse], told: Telling, taken: Mapping[Kind, int]
) -> Iterator[KindRow]:
    for kind in KINDS:
        spaces = max((month.kinds[kind].spaces for month in months), default=0)
        use = sum((month.kinds[kind] for month in months), Utilisation())
        use = replace(use, spaces=spaces).as_told(told.kind(kind), told.bands(kind))
        yield KindRow(
            name=kind_name(kind),
            url=wanted.url(kind=kind.value, area=None, space=None),
            current=kind is wanted.kind,
            spaces=spaces,
            use=shares(use)._replace(booked="–") if kind is Kind.STORAGE else shares(use),
            parts_url=wanted.url("utilisation.parts", kind=kind.value, area=None, space=None),
            refused_url=url_for("month.refused", month=wanted.first) if wanted.first == wanted.last else "",
            activities=activities_took(taken.get(kind, 0)),
        )


def activities_took(minutes: int) -> str:
    """Say how long activities held a kind of space; "" where none did."""
    return gettext("活动占用 %(hours)s 小时", hours=hours_text(minutes)) if minutes else ""


def _figures(
    wanted: UtilisationFilter, months: Sequence[MonthUse], use: Utilisation
) -> list[tuple[str, str, str, str]]:
    """Give the figures of what is shown: the whole kind, or what it is narrowed to."""
    said, narrowed = shares(use), wanted.area is not None or wanted.space is not None
    if narrowed and me().role is not Role.ADMIN:
        said = said._replace(booked="–")
    refused = sum(month.kinds[wanted.kind].refused for month in months)
    found = [
        (gettext("利用率"), said.share, said.of, "accent"),
        (gettext("预订率"), said.booked, gettext("预订分钟 ÷ 开放分钟"), ""),
        (gettext("错时占比"), said.off_peak, gettext("占使用分钟"), ""),
        (gettext("延时占比"), said.extended, gettext("占使用分钟"), ""),
    ]
    if not narrowed:
        times = gettext("%(count)s 次", count=refused)
        found.append((gettext("没订到"), times, gettext("每人每小时计一次"), ""))
    return found


PERMILLE = 1000


def _trend(months: Mapping[Month, MonthUse], kind: Kind) -> Chart:
    """Draw the share of each month, its off-peak and extended parts on top."""
    columns = []
    for month, use in months.items():
        one = use.kinds[kind]
        columns.append(
            StackedColumn(
                gettext("%(month)s月", month=month.month),
                _permilles(one),
                _whole(one),
            )
        )
    return stacked_columns(columns, tones=("kept", "accent", "gap"))


def _permilles(one: Utilisation) -> list[int]:
    """Divide a month's column: its bands, or where these may not be told its share as one."""
    if one.told:
        return [int(PERMILLE * (0 if one.told is Told.HIDDEN else one.rounded_share or 0)), 0, 0]
    if not one.used:
        return [0, 0, 0]
    bands = ((one.off_peak, one.bands_told.off_peak), (one.extended, one.bands_told.extended))
    parts = [part_of(one, minutes, told) for minutes, told in bands]
    shares = [Fraction(0) if part is None else part.of_one for part in parts]
    return [int(PERMILLE * share * one.used / one.open) for share in (max(0, 1 - sum(shares)), *shares)]


def _whole(one: Utilisation) -> str:
    if one.told is Told.HIDDEN or one.share is None:
        return "–" if one.told else ""
    if one.told:
        return gettext("约%(share)s", share=f"{float(100 * (one.rounded_share or 0)):.0f}")
    return f"{100 * one.share:.0f}"


def _trend_label(months: Mapping[Month, MonthUse], kind: Kind) -> str:
    said = [f"{month} {share_told(use.kinds[kind])}" for month, use in months.items()]
    return gettext("%(kind)s各月利用率：%(months)s", kind=kind_name(kind), months="，".join(said))


class PlaceRow(NamedTuple):
    """A place of the list."""

    name: str
    code: str
    area: str
    url: str
    use: Shares

    @classmethod
    def of(cls, row: heat_map.PlaceUse, wanted: UtilisationFilter, *, is_told: bool) -> PlaceRow:
        """Put it into words; what was booked of one place can be one enterprise's that did not come."""
        space, area = row.space, row.area
        return cls(
            name=local_name(space.name, space.name_en),
            code=space.code,
            area=local_name(area.name, area.name_en),
            url=wanted.url(space=space.id, area=None, kind=None),
            use=shares(row.use) if is_told else shares(row.use)._replace(booked="–"),
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

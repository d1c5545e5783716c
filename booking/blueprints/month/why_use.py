"""Where the figures of use come from: off-peak and extended minutes, wishes refused, the idle places."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from flask import url_for

from booking import clock
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.filters import area, comma_list, day, full_day, month_text, percent
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.labels.utilisation import hours_text, knowing, not_told_label
from booking.blueprints.kit.month_sheet.headline import METERED, shifted_share
from booking.blueprints.kit.session import month_or_404, my_park
from booking.blueprints.kit.why import (
    Explanation,
    FigurePart,
    back_to_month,
    explain_figure,
    named_together,
    use_url,
)
from booking.blueprints.month.show import blueprint
from booking.db import db
from booking.language import gettext, local_name
from booking.spaces.idle.queries import idle_places_at_end_of
from booking.spaces.models import IdlePlace, Kind
from booking.usage.measuring.heat_map import Places, PlaceUse, places_used
from booking.usage.telling import Knowing, Telling, telling_of, told_months
from booking.usage.turned_away import WantsByHour, turned_away_in
from booking.usage.utilisation import ALL_HIDDEN, NOTHING, Told, Utilisation, utilisation_of_months
from booking.values import Month


@blueprint.get("/<month>/why/shifted")
@allow(*STAFF)
def shifted(month: str) -> str:
    """Take the share of off-peak and extended minutes apart, by kind and place."""
    chosen = month_or_404(month)
    known = knowing()
    told = telling_of(db.session(), known, chosen.first_day, chosen.last_day)
    kinds = {kind: _places_of(chosen, kind, told) for kind in METERED}
    uses = {kind: _together(kind, rows, told) for kind, rows in kinds.items()}
    whole = sum(uses.values(), NOTHING).as_told(
        Told.EXACT, ALL_HIDDEN._replace(shifted=told.shifted(chosen.key))
    )
    return explain_figure(
        Explanation(
            title=gettext("%(month)s错时、延时的占比从哪来", month=month_text(chosen)),
            value=_share(whole),
            rule=gettext("（错时分钟 + 延时分钟）÷ 使用分钟，工位、会议室和会客厅合计。"),
            parts=[
                *(_of_kind(chosen, kind, rows, uses[kind]) for kind, rows in kinds.items() if rows),
                FigurePart(gettext("合计"), _share(whole), _shifted(whole), "="),
                _month_before(chosen.previous, known),
            ],
            way=back_to_month(chosen),
        )
    )


def _places_of(month: Month, kind: Kind, told: Telling) -> Sequence[PlaceUse]:
    return places_used(db.session(), Places(my_park().id, month.first_day, month.last_day, kind), told)


def _together(kind: Kind, rows: Sequence[PlaceUse], told: Telling) -> Utilisation:
    return sum((row.use for row in rows), NOTHING).as_told(told.kind(kind), told.bands(kind))


def _share(use: Utilisation) -> str:
    share = shifted_share(use)
    return "–" if share is None else percent(share)


def _shifted(use: Utilisation) -> str:
    if _is_hidden(use):
        return not_told_label()
    if use.bands_told.shifted is Told.ROUNDED:
        return gettext("有未具名企业用过，只显示整百分数")
    facts = {
        "off": hours_text(use.off_peak),
        "late": hours_text(use.extended),
        "used": hours_text(use.used),
    }
    return gettext("（错时 %(off)s + 延时 %(late)s）÷ 使用 %(used)s 小时", **facts)


def _of_kind(month: Month, kind: Kind, rows: Sequence[PlaceUse], use: Utilisation) -> FigurePart:
    return FigurePart(
        kind_name(kind),
        _share(use),
        _shifted(use),
        "+",
        use_url("utilisation.show", month, kind),
        gettext("利用率"),
        parts=[] if _is_hidden(use) else [*named_together(_of_places(month, rows), not_told_label())],
    )


def _is_hidden(use: Utilisation) -> bool:
    return use.bands_told.shifted is Told.HIDDEN


def _of_places(month: Month, rows: Sequence[PlaceUse]) -> Iterator[tuple[FigurePart, bool]]:
    """Give each place, and whether its share is told."""
    for row in rows:
        yield _of_place(month, row), not _is_hidden(row.use)


def _of_place(month: Month, row: PlaceUse) -> FigurePart:
    return FigurePart(
        local_name(row.space.name, row.space.name_en),
        _share(row.use),
        _shifted(row.use),
        url=use_url("utilisation.show", month, row.space.kind, space=row.space.id),
        paper=gettext("按日、按时段看"),
    )


def _month_before(month: Month, known: Knowing | None) -> FigurePart:
    session = db.session()
    told = telling_of(session, known, month.first_day, month.last_day)
    found = utilisation_of_months(session, my_park(), month, month, now=clock.now())
    use = told_months(found, told)[month].total
    url = url_for("month.shifted", month=month)
    before = gettext("上月（%(month)s）", month=month_text(month))
    return FigurePart(before, _share(use), _shifted(use), "", url, gettext("来历"))


@blueprint.get("/<month>/why/refused")
@allow(*STAFF)
def refused(month: str) -> str:
    """Tell on which days and hours who wanted a place found none, and never who."""
    chosen = month_or_404(month)
    found = turned_away_in(db.session(), my_park().id, chosen)
    kinds = [_turned_away(kind, days) for kind, days in found.items()]
    count = sum(sum(hours.values()) for days in found.values() for hours in days.values())
    times = gettext("%(count)s 次", count=count)
    return explain_figure(
        Explanation(
            title=gettext("%(month)s没有订到的从哪来", month=month_text(chosen)),
            value=times,
            rule=gettext("想订、当时没有空位的，同一个人、同一类空间、同一个小时只计一次。"),
            parts=[*kinds, FigurePart(gettext("合计"), times, sign="=")],
            way=back_to_month(chosen),
            notes=[gettext("只数次数，不记是谁。仓储按天出租，不计在内。")],
        )
    )


def _turned_away(kind: Kind, days: Mapping[date, WantsByHour]) -> FigurePart:
    count = sum(sum(hours.values()) for hours in days.values())
    return FigurePart(
        kind_name(kind),
        gettext("%(count)s 次", count=count),
        sign="+",
        parts=[_on_day(kind, on, hours) for on, hours in days.items()],
    )


def _on_day(kind: Kind, on: date, hours: WantsByHour) -> FigurePart:
    said = (gettext("%(hour)s 时 %(count)s 次", hour=hour, count=count) for hour, count in hours.items())
    return FigurePart(
        day(on),
        gettext("%(count)s 次", count=sum(hours.values())),
        comma_list(said),
        url=url_for("calendar.day", day=on, kind=kind.value),
        paper=gettext("当天时间表"),
    )


@blueprint.get("/<month>/why/idle")
@allow(*STAFF)
def idle(month: str) -> str:
    """Name each idle place as the register had it at the month's end."""
    chosen = month_or_404(month)
    places = idle_places_at_end_of(db.session(), my_park(), chosen)
    used = [one for one in places if one.put_to_use_on is not None and one.put_to_use_on <= chosen.last_day]
    empty = [one for one in places if one not in used]
    size = area(sum(one.area_hundredths for one in used))
    facts = {"all": len(places), "count": len(used), "used": size}
    return explain_figure(
        Explanation(
            title=gettext("%(month)s的闲置点从哪来", month=month_text(chosen)),
            value=gettext("%(all)s 处，用起来 %(count)s 处 %(used)s", **facts),
            rule=gettext("到月底为止登记在册的闲置点；投入使用的按投入那天算。"),
            parts=list(_by_state(used, empty)),
            way=back_to_month(chosen),
        )
    )


def _by_state(used: Sequence[IdlePlace], empty: Sequence[IdlePlace]) -> Iterator[FigurePart]:
    for label, places in ((gettext("用起来了"), used), (gettext("还空着"), empty)):
        if places:
            size = area(sum(one.area_hundredths for one in places))
            count = gettext("%(count)s 处", count=len(places))
            yield FigurePart(label, size, count, "+", parts=[_idle_place(one) for one in places])


def _idle_place(one: IdlePlace) -> FigurePart:
    how = gettext("%(day)s 起空着", day=full_day(one.empty_since))
    if one.put_to_use_on is not None:
        codes = comma_list(space.code for space in one.spaces)
        facts = {"empty": how, "day": full_day(one.put_to_use_on), "spaces": codes}
        how = gettext("%(empty)s，%(day)s 投入使用，做成 %(spaces)s", **facts)
    url = url_for("idle_places.show", idle_place_id=one.id)
    return FigurePart(one.name, area(one.area_hundredths), how, url=url, paper=gettext("登记和照片"))

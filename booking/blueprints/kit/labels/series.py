"""A series in words: how often, when, until when, and which of how many one is."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from booking.blueprints.kit.filters import comma_list, day
from booking.blueprints.kit.labels.reservations import Marked
from booking.language import gettext
from booking.reservations.approval.rules import Answerer
from booking.reservations.models import ReservationState
from booking.reservations.series.models import Series
from booking.reservations.series.queries import NotGranted, PlaceInSeries
from booking.reservations.series.recurrence import LAST, Frequency, NthWeekday, Recurrence, read_rule
from booking.reservations.series.tell_series import SeriesBefore
from booking.values.writing import minute_clock


def short_weekdays() -> tuple[str, ...]:
    """Name the days of the week from Monday on, short."""
    return (
        gettext("周一"), gettext("周二"), gettext("周三"), gettext("周四"), gettext("周五"),
        gettext("周六"), gettext("周日"),
    )  # fmt: skip


def nth_names() -> dict[int, str]:
    """Name the first to the fourth, and the last."""
    return {
        1: gettext("第一个"),
        2: gettext("第二个"),
        3: gettext("第三个"),
        4: gettext("第四个"),
        LAST: gettext("最后一个"),
    }


def how_often(rule: Recurrence, *, working_days_only: bool) -> str:
    """Say 每周三, 每 2 周的周一、周三, 每月最后一个周五, 每个工作日."""
    if rule.frequency is Frequency.DAILY and rule.interval == 1 and working_days_only:
        return gettext("每个工作日")
    words = _how_often(rule)
    return gettext("%(often)s（只在工作日）", often=words) if working_days_only else words


def _how_often(rule: Recurrence) -> str:
    if rule.frequency is Frequency.DAILY:
        return gettext("每天") if rule.interval == 1 else gettext("每 %(count)s 天", count=rule.interval)
    if rule.frequency is Frequency.WEEKLY:
        days = comma_list(short_weekdays()[one] for one in rule.weekdays)
        if rule.interval == 1:
            return gettext("每%(days)s", days=days)
        return gettext("每 %(count)s 周的%(days)s", count=rule.interval, days=days)
    on = nth_day_label(rule)
    if rule.interval == 1:
        return gettext("每月%(day)s", day=on)
    return gettext("每 %(count)s 个月的%(day)s", count=rule.interval, day=on)


def nth_day_label(rule: Recurrence) -> str:
    """Say 15日, 最后一天, 第一个周一."""
    if rule.nth_weekday is not None:
        return nth_weekday_name(rule.nth_weekday)
    return month_day_name(rule.month_day or LAST)


def nth_weekday_name(one: NthWeekday) -> str:
    """Say 第一个周一."""
    return gettext("%(nth)s%(weekday)s", nth=nth_names()[one.nth], weekday=short_weekdays()[one.weekday])


def month_day_name(month_day: int) -> str:
    """Say 15日, 最后一天."""
    return gettext("最后一天") if month_day == LAST else gettext("%(day)s日", day=month_day)


def ends_when(rule: Recurrence) -> str:
    """Say until when, or how often in all."""
    if rule.until is not None:
        return gettext("到 %(day)s 为止", day=day(rule.until))
    return gettext("共 %(count)s 次", count=rule.count)


def how_often_until(rule: Recurrence, *, working_days_only: bool) -> str:
    """Say how often, and until when or how many times where that is known: 每周二，共 8 次."""
    often = how_often(rule, working_days_only=working_days_only)
    if rule.until is None and rule.count is None:
        return often
    return gettext("%(often)s，%(ends)s", often=often, ends=ends_when(rule))


def series_rule(series: Series | SeriesBefore) -> str:
    """Say 每周三 09:00–10:00, by the park's clock."""
    rule = read_rule(series.rule, series.first_day)
    often = how_often(rule, working_days_only=series.working_days_only)
    return f"{often} {minute_clock(series.starts_minute)}–{minute_clock(series.ends_minute)}"


def occurrence_label(place: PlaceInSeries) -> str:
    """Say 每周三 09:00–10:00，第 4 次 / 共 12 次; of what was given up the rule alone."""
    rule = series_rule(place.series)
    if not place.number:
        return rule
    return gettext("%(rule)s，第 %(number)s 次 / 共 %(of)s 次", rule=rule, number=place.number, of=place.of)


def kept_rule_label(text: str) -> str:
    """Say a rule as it is kept in the trail: 每周三，共 12 次."""
    rule = read_rule(text, date.min)
    return gettext("%(often)s，%(ends)s", often=_how_often(rule), ends=ends_when(rule))


def asked_label(rows: Iterable[Marked]) -> str:
    """Say how many of these are only asked for, and of whom; "" where none is."""
    asked = Counter(one.answerer for one in rows if one.state is ReservationState.REQUESTED)
    manager, park = asked[Answerer.MANAGER], asked[Answerer.PARK]
    told = [
        gettext("%(count)s 次等企业负责人批准", count=manager) if manager else "",
        gettext("%(count)s 次等园区确认", count=park) if park else "",
    ]
    words = comma_list(one for one in told if one)
    return gettext("其中 %(asked)s", asked=words) if words else ""


def books_itself_labels(later: int, doubtful: int) -> list[str]:
    """Say how many of `later` book themselves when their day may be, and how many only if it opens at all."""
    words = []
    if later > doubtful:
        words.append(gettext("%(count)s 次还没开放预订：一开放就自动替你订上。", count=later - doubtful))
    if doubtful:
        words.append(
            gettext(
                "%(count)s 次按现在的规则那天不开放；工作日安排公布后若开放，到时自动订。", count=doubtful
            )
        )
    return words


def series_fact_names() -> dict[str, str]:
    """Name the facts that the trail keeps of series."""
    return {
        "booked": gettext("订上的次数"),
        "cancelled": gettext("取消的次数"),
        "ends_minute": gettext("结束"),
        "first_day": gettext("从哪天起"),
        "moved": gettext("改动的次数"),
        "recurrence_id": gettext("哪一次"),
        "rule": gettext("多久一次"),
        "starts_minute": gettext("开始"),
        "wished": gettext("没订上的次数"),
        "working_days_only": gettext("只在工作日"),
    }


def not_granted_label(asked: NotGranted | None) -> str:
    """Say what became of the last request for a day that is kept; "" where it was not asked for."""
    if asked is None:
        return ""
    words = gettext("上次申请没有通过：%(reason)s", reason=asked.reason)
    return words if asked.reason else gettext("上次申请没有等到答复")

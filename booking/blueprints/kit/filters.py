"""Template filters: how money, times, lengths and areas are written for people, in their language."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from flask import Flask, g

from booking import clock as the_clock
from booking.language import ENGLISH, get_locale, gettext, language_tag
from booking.values import Money, Month, Share, Span, round_half_up
from booking.values.writing import (
    MINUS,
    area_text,
    money_text,
    ten_thousands_figure,
    thousands_figure,
    whole_yuan_text,
)

USUAL_ZONE = ZoneInfo("Asia/Shanghai")


def zone() -> ZoneInfo:
    """Give the zone of the reader's park (`g.zone`), Asia/Shanghai where no park is known."""
    found: ZoneInfo = g.get("zone") or USUAL_ZONE
    return found


def local(instant: datetime) -> datetime:
    """Put an instant on the park's clock; what the database hands out without a zone is UTC."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(zone())


def clock(instant: datetime) -> str:
    """Write 16:36 on the park's clock; seconds are dropped."""
    return f"{local(instant):%H:%M}"


def _written(value: date, pattern: str) -> str:
    where = local(value).date() if isinstance(value, datetime) else value
    return _date_text(where, pattern, get_locale() or "zh")


@lru_cache(maxsize=4096)
def _date_text(value: date, pattern: str, locale: Locale | str) -> str:
    """Write a date; pages and letters write the same few days again and again."""
    return format_date(value, pattern, locale=locale)


def day(value: date) -> str:
    """Write 11月3日 周二 of a day or an instant; of another year, 2025年11月3日 周一."""
    where = local(value).date() if isinstance(value, datetime) else value
    if where.year == local(the_clock.now()).year:
        return _written(where, gettext("M月d日 EEE"))
    return _written(where, gettext("y年M月d日 EEE"))


def last_day(end: datetime) -> str:
    """Write the day that ends at an instant: 11月3日 周二 of midnight to the 4th."""
    return day(end - timedelta(microseconds=1))


def full_day(value: date) -> str:
    """Write 2026年11月3日 of a day or an instant."""
    return _written(value, gettext("y年M月d日"))


def day_of_month(value: date) -> str:
    """Write 8 日, 8 Oct: a day whose month is known."""
    return _written(value, gettext("d 日"))


def month_text(value: Month) -> str:
    """Write 2026年10月."""
    return _written(value.first_day, gettext("y年M月"))


def moment(instant: datetime) -> str:
    """Write 11月3日 周二 16:36."""
    there = local(instant)
    return f"{day(there.date())} {there:%H:%M}"


def month_name(value: Month) -> str:
    """Write 十月, October: the month within its year."""
    return _written(value.first_day, "LLLL")


def month_short(value: Month) -> str:
    """Write 10月, Oct: as an axis names it."""
    return _written(value.first_day, "LLL")


def short_weekday(value: date) -> str:
    """Write 周二, Tue."""
    return _written(value, "EEE")


def short_day(value: date) -> str:
    """Write 12月1日, 1 Dec."""
    return _written(value, gettext("M月d日"))


def short_month(value: date) -> str:
    """Write 11月, Nov, of a day."""
    return _written(value, "LLL")


DASH = "\u2013"


def clock_span(span: Span) -> str:
    """Write 16:36–18:17; an end at midnight is 24:00, an end on another day names it."""
    start, end = local(span.start), local(span.end)
    if end.date() == start.date():
        return f"{clock(start)}{DASH}{clock(end)}"
    if end.date() == start.date() + timedelta(days=1) and clock(end) == "00:00":
        return f"{clock(start)}{DASH}24:00"
    return f"{clock(start)} {DASH} {moment(end)}"


def span_text(span: Span) -> str:
    """Write 11月3日 周二 16:36–18:17."""
    return f"{day(span.start)} {clock_span(span)}"


MINUTES_A_DAY = 24 * 60


def duration(length: timedelta | int) -> str:
    """Write 1 小时 41 分 of a length or of whole minutes; seconds are dropped, days are named."""
    minutes = int(length.total_seconds()) // 60 if isinstance(length, timedelta) else length
    days, rest = divmod(minutes, MINUTES_A_DAY)
    in_days = gettext("%(count)s 天", count=days) if days else ""
    return f"{in_days} {hours_text(rest)}" if days and rest else in_days or hours_text(rest)


def hours_text(minutes: int) -> str:
    """Write 24 小时 30 分: nobody counts in days what is had by the hour."""
    hours, left = divmod(minutes, 60)
    parts = [
        gettext("%(count)s 小时", count=hours) if hours else "",
        gettext("%(count)s 分", count=left) if left or not minutes else "",
    ]
    return " ".join(part for part in parts if part)


HAN, LATIN = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z]")


def spoken(text: str) -> str:
    """Tell the language of a text that was written before, where it is not the page's; else "".

    One Chinese character counts as two letters: an English sentence may name a space in Chinese.
    """
    is_chinese = 2 * len(HAN.findall(text)) > len(LATIN.findall(text))
    is_english = not HAN.search(text) and bool(LATIN.search(text))
    if language_tag() == ENGLISH:
        return CHINESE_TAG if is_chinese else ""
    return ENGLISH if is_english else ""


CHINESE_TAG = "zh-CN"


def percent(share: Share | Fraction | Decimal | float, *, plus: bool = False) -> str:
    """Write 40.0% of a share of one (0.4), half-up; of rounded sums about 40%. `plus` writes it of growth."""
    exact, shown = (share.exact, share.of_one) if isinstance(share, Share) else (True, share)
    top, bottom = shown.as_integer_ratio()
    rounded = round_half_up(top * (1000 if exact else 100), bottom)
    whole, tenth = divmod(abs(rounded), 10)
    sign = MINUS if rounded < 0 else "+" if plus and rounded else ""
    if exact:
        return f"{sign}{whole}.{tenth}%"
    return gettext("约 %(amount)s", amount=f"{sign}{abs(rounded)}%")


GAP = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


def close_up(text: str) -> str:
    """Write 上月约 24% where a sentence leaves a gap before a figure: Chinese has none between its words."""
    return GAP.sub("", text)


def large_figure(amount: Money) -> str:
    """Write 11.0 of ¥110,283.00 as people say large sums: in 万; English counts in thousands, 110.3."""
    return thousands_figure(amount) if language_tag() == ENGLISH else ten_thousands_figure(amount)


def large_money(amount: Money) -> str:
    """Write 11.0 万元, ¥110.3k; the exact sum stands in the table."""
    return gettext("%(figure)s 万元", figure=large_figure(amount))


def comma_list(names: Iterable[str]) -> str:
    """Write names one after the other: 甲、乙、丙; A, B, C."""
    between: str = gettext("、")
    return between.join(names)


def sentences(said: Iterable[str]) -> str:
    """Put whole sentences one behind the other: Chinese ones touch, in English a space stands between."""
    return ("" if language_tag() == "zh-CN" else " ").join(filter(None, said))


money = money_text
area = area_text  # of hundredths of a square metre


FILTERS = {
    "money": money,
    "sentences": sentences,
    "whole_yuan": whole_yuan_text,
    "clock": clock,
    "day": day,
    "full_day": full_day,
    "last_day": last_day,
    "month_text": month_text,
    "moment": moment,
    "clock_span": clock_span,
    "span_text": span_text,
    "duration": duration,
    "area": area,
    "large_money": large_money,
    "percent": percent,
    "close_up": close_up,
    "spoken": spoken,
}


def init(app: Flask) -> None:
    """Give the templates these filters."""
    app.jinja_env.filters.update(FILTERS)

"""How paper writes figures: money, days, times and durations in Chinese, whatever the reader's browser."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from booking.values import Month
from booking.values.writing import MINUS, area_text, money_text

money = money_text


def long_date(day: date) -> str:
    """Write `2026年11月3日`."""
    return f"{day.year}年{day.month}月{day.day}日"


WEEKDAYS = "一二三四五六日"


def short_date(day: date) -> str:
    """Write `11月3日 周二`."""
    return f"{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


def month(month: Month) -> str:
    """Write `2026年10月`."""
    return f"{month.year}年{month.month}月"


def days(first: date, last: date) -> str:
    """Write `1月28日–31日`, or one day alone; across months `1月28日–2月3日`."""
    if first == last:
        return short_date(first)
    start = f"{first.month}月{first.day}日"
    if first.month == last.month:
        return f"{start}–{last.day}日"
    return f"{start}–{last.month}月{last.day}日"


def _clock(instant: datetime, day: date, zone: ZoneInfo) -> str:
    """Write an instant as seen from a local day: `23:40`, midnight at its end `24:00`, else with its day."""
    local = instant.astimezone(zone)
    if local.date() == day:
        return f"{local:%H:%M}"
    if (local.date() - day).days == 1:
        return "24:00" if local.hour == local.minute == 0 else f"次日 {local:%H:%M}"
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def times(start: datetime, end: datetime, day: date, zone: ZoneInfo) -> str:
    """Write `16:36–18:17` in the park's zone; another day than `day` is named."""
    return f"{_clock(start, day, zone)}–{_clock(end, day, zone)}"


MINUTES_PER_HOUR = 60


def duration(minutes: int) -> str:
    """Write `1 小时 41 分`."""
    hours, rest = divmod(minutes, MINUTES_PER_HOUR)
    if not hours:
        return f"{rest} 分"
    return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"


PERMILLE_PER_PERCENT = 10


def tax_rate(permille: int) -> str:
    """Write a tax rate given in thousandths: `6%`, `1.5%`."""
    whole, tenth = divmod(permille, PERMILLE_PER_PERCENT)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"


def area(square_metres: Decimal) -> str:
    """Write `105 m²`, with digits after the point only where there are any."""
    return area_text(int(square_metres * 100))


def percent(share: Decimal | None, *, exact: bool = True) -> str:
    """Write `47.5%`, of rounded sums `约 48%`, or a dash where there is nothing to divide by."""
    if share is None:
        return "—"
    return (f"{share:.1f}%" if exact else f"约 {share:.0f}%").replace("-", MINUS)

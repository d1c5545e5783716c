"""The words of a Chinese invoice; paper speaks Chinese whatever the reader's browser says."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from booking.charges.models import ChargeKind
from booking.invoices.billable_lines import InvoiceLine
from booking.spaces.models import Kind
from booking.tariffs.terms import PEAK
from booking.values.money import Money
from booking.values.month import Month
from booking.values.writing import money_text

KINDS = {
    Kind.WORKSTATION: "工位",
    Kind.MEETING_ROOM: "会议室",
    Kind.STORAGE: "仓储",
    Kind.HALL: "会客厅",
}


def band(name: str) -> str:
    """Name a band; minutes that lie in none are the peak."""
    return "标准" if name in {PEAK, ""} else name


def month_words(month: Month) -> str:
    """Write `2026年10月`."""
    return f"{month.year}年{month.month}月"


def day_words(day: date) -> str:
    """Write `10月12日`."""
    return f"{day.month}月{day.day}日"


TITLES = {
    ChargeKind.USE: "使用",
    ChargeKind.STORAGE: "仓储",
    ChargeKind.NO_SHOW: "未到场",
    ChargeKind.LATE_CANCEL: "临期取消",
    ChargeKind.ADJUSTMENT: "争议退回",
}


def follows(line: InvoiceLine) -> str:
    """Name a line that follows from an earlier month: which month, and why it comes now."""
    month = f"{line.month_key // 100}年{line.month_key % 100}月"
    if line.kind is ChargeKind.ADJUSTMENT:
        return f"{month}{TITLES[line.kind]}"
    if line.answered_at is not None:
        return f"{month}争议结清"
    return f"{month}补计{TITLES[line.kind]}"


SHARES = {ChargeKind.NO_SHOW: "no_show_permille", ChargeKind.LATE_CANCEL: "late_cancel_permille"}


def detail(line: InvoiceLine, zone: ZoneInfo) -> str:
    """Say when it was, and by which rule a fee came about."""
    if line.kind in SHARES:
        permille = line.terms.get(SHARES[line.kind])
        quote = line.terms.get("quote_fen")
        when = _times(line.reserved_starts_at, line.reserved_ends_at, zone)
        if permille is None or quote is None:
            return when
        return f"预订 {when}，报价 {money_text(Money(quote))} 的 {_percent(permille)}"
    if line.kind is ChargeKind.STORAGE:
        return f"{line.days} 天"
    return _times(line.used_starts_at, line.used_ends_at, zone)


def _percent(permille: int) -> str:
    return f"{permille / 10:g}%"


def _times(start: datetime | None, end: datetime | None, zone: ZoneInfo) -> str:
    """Write `10月12日 16:36–18:17`, or nothing."""
    if start is None:
        return ""
    began = start.astimezone(zone)
    said = f"{began.month}月{began.day}日 {began:%H:%M}"
    return said if end is None else f"{said}–{end.astimezone(zone):%H:%M}"

"""Writes money, areas and times of day for people: one way for screen, mail, paper and tables.

What is in Chinese alone is for paper, which does not ask for the reader's language.
"""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from booking.values.money import FEN_PER_YUAN, Money, round_half_up
from booking.values.span import Month

MINUS = "\u2212"
"""The minus that is as wide as a figure, so that columns stay straight."""


def money_text(amount: Money) -> str:
    """Write ¥1,234.50, and −¥1,234.50 for what is owed back."""
    yuan, fen = divmod(abs(amount.fen), 100)
    return f"{MINUS if amount.fen < 0 else ''}¥{yuan:,}.{fen:02d}"


def whole_yuan_text(amount: Money) -> str:
    """Write ¥106,000 of an amount that was rounded to whole yuan, or more."""
    return money_text(amount).removesuffix(".00")


def _tenths(fen: int, of: int) -> str:
    """Write how many times `of` fen, to one decimal, rounded half-up."""
    whole, tenth = divmod(abs(round_half_up(fen * 10, of)), 10)
    return f"{MINUS if fen < 0 else ''}{whole:,}.{tenth}"


def ten_thousands_figure(amount: Money) -> str:
    """Write 11.0 of ¥110,283.00: how many 万 yuan, as people say large sums."""
    return _tenths(amount.fen, 10_000_00)


def thousands_figure(amount: Money) -> str:
    """Write 110.3 of ¥110,283.00, for who counts in thousands."""
    return _tenths(amount.fen, 1_000_00)


def area_text(hundredths: int) -> str:
    """Write 1,200 m², 97.5 m² of hundredths of a square metre: no decimals that say nothing."""
    return f"{MINUS if hundredths < 0 else ''}{_figure(abs(hundredths), grouped=True)} m²"


def square_metres_text(square_metres: Decimal) -> str:
    """Write 105 m², 97.5 m² of square metres."""
    return area_text(int(square_metres * 100))


def metres_figure(hundredths: int) -> str:
    """Write 1200, 35.5 or 0.05, as a form or a cell of a table holds it."""
    return f"{'-' if hundredths < 0 else ''}{_figure(abs(hundredths), grouped=False)}"


def _figure(hundredths: int, *, grouped: bool) -> str:
    whole, rest = divmod(hundredths, 100)
    parts = f".{rest:02d}".rstrip("0").rstrip(".")
    return f"{whole:,}{parts}" if grouped else f"{whole}{parts}"


def minute_clock(minute: int) -> str:
    """Write 08:30 of a minute after local midnight; the day ends at 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ((1000, "仟"), (100, "佰"), (10, "拾"), (1, ""))


def _below_ten_thousand(number: int) -> str:
    """Write 1 to 9999 digit by digit; a run of inner zeros becomes one 零."""
    words, gap = "", False
    for size, place in PLACES:
        digit = number // size % 10
        if digit:
            words += ("零" if gap and words else "") + DIGITS[digit] + place
        gap = digit == 0
    return words


MYRIADS = ((10**8, "亿"), (10**4, "万"))


def _whole(number: int) -> str:
    """Write a positive whole number; 零 stands where the lower part begins with empty places."""
    for size, name in MYRIADS:
        if number >= size:
            upper, lower = divmod(number, size)
            zero = "零" if 0 < lower < size // 10 else ""
            return _whole(upper) + name + zero + (_whole(lower) if lower else "")
    return _below_ten_thousand(number)


def _cents(yuan: int, jiao: int, fen: int) -> str:
    """Write what follows 元: 整 after a round sum, 零 where a place between is empty."""
    if not jiao and not fen:
        return "整"
    gap = yuan > 0 and (jiao == 0 or yuan % 10 == 0)
    words = "零" if gap else ""
    words += f"{DIGITS[jiao]}角" if jiao else ""
    return words + (f"{DIGITS[fen]}分" if fen else "")


def capitals(amount: Money) -> str:
    """Write an amount in capitals, without the currency: `壹仟肆佰零玖元伍角`.

    Rule source: People's Bank of China, 支付结算办法, annex 1 正确填写票据和结算凭证的基本规定. Where
    that rule leaves a choice, the first of its own examples decides: 零 is written between an empty 元
    place and a 角 (壹仟陆佰捌拾元零叁角贰分), not between an empty 万 place and a 仟 (壹拾万柒仟元), and
    整 ends whole yuan only, not 角. Negative amounts begin with 负; nothing is 零元整.
    """
    yuan, rest = divmod(abs(amount.fen), FEN_PER_YUAN)
    jiao, fen = divmod(rest, 10)
    sign = "负" if amount.fen < 0 else ""
    if not yuan:
        return sign + ("零元整" if not rest else _cents(0, jiao, fen))
    return f"{sign}{_whole(yuan)}元{_cents(yuan, jiao, fen)}"


def long_date(day: date) -> str:
    """Write `2026年11月3日`."""
    return f"{day.year}年{day.month}月{day.day}日"


WEEKDAYS = "一二三四五六日"


def short_date(day: date) -> str:
    """Write `11月3日 周二`."""
    return f"{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


def month_text(month: Month) -> str:
    """Write `2026年10月`."""
    return f"{month.year}年{month.month}月"


def days_text(first: date, last: date) -> str:
    """Write `1月28日–31日`, or one day alone; across months `1月28日–2月3日`."""
    if first == last:
        return short_date(first)
    start = f"{first.month}月{first.day}日"
    if first.month == last.month:
        return f"{start}–{last.day}日"
    return f"{start}–{last.month}月{last.day}日"


def _clock_seen_from(instant: datetime, day: date, zone: ZoneInfo) -> str:
    """Write an instant as seen from a local day: `23:40`, midnight at its end `24:00`, else with its day."""
    local = instant.astimezone(zone)
    if local.date() == day:
        return f"{local:%H:%M}"
    if (local.date() - day).days == 1:
        return "24:00" if local.hour == local.minute == 0 else f"次日 {local:%H:%M}"
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def times_text(start: datetime, end: datetime, day: date, zone: ZoneInfo) -> str:
    """Write `16:36–18:17` in the park's zone; another day than `day` is named."""
    return f"{_clock_seen_from(start, day, zone)}–{_clock_seen_from(end, day, zone)}"


MINUTES_PER_HOUR = 60


def duration_text(minutes: int) -> str:
    """Write `1 小时 41 分`."""
    hours, rest = divmod(minutes, MINUTES_PER_HOUR)
    if not hours:
        return f"{rest} 分"
    return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"


PERMILLE_PER_PERCENT = 10


def tax_rate_text(permille: int) -> str:
    """Write a tax rate given in thousandths: `6%`, `1.5%`."""
    whole, tenth = divmod(permille, PERMILLE_PER_PERCENT)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"


def percent_text(share: Decimal | None, *, exact: bool = True) -> str:
    """Write `47.5%`, of rounded sums `约 48%`, or a dash where there is nothing to divide by."""
    if share is None:
        return "—"
    return (f"{share:.1f}%" if exact else f"约 {share:.0f}%").replace("-", MINUS)

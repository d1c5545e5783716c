"""Writes money, areas and times of day for people: one way for screen, mail, paper and tables."""

from booking.values.money import FEN_PER_YUAN, Money, round_half_up

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

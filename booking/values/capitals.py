"""Money in Chinese capitals (大写), as banks and contracts write it."""

from booking.values.money import FEN_PER_YUAN, Money

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

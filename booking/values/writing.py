"""Writes money, areas and times of day for people: one way for screen, mail, paper and tables."""

from booking.values.money import Money, round_half_up

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

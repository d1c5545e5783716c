"""Writes amounts of money and areas for people: one way for screen, mail and paper."""

from booking.values.money import Money

MINUS = "\u2212"
"""The minus that is as wide as a figure, so that columns stay straight."""


def money_text(amount: Money) -> str:
    """Write ¥1,234.50, and −¥1,234.50 for what is owed back."""
    yuan, fen = divmod(abs(amount.fen), 100)
    return f"{MINUS if amount.fen < 0 else ''}¥{yuan:,}.{fen:02d}"


def whole_yuan_text(amount: Money) -> str:
    """Write ¥106,000 of an amount that was rounded to whole yuan, or more."""
    return money_text(amount).removesuffix(".00")


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

"""Money as a whole number of fen, the one way it is rounded, and shares of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Self


def round_half_up(numerator: int, denominator: int) -> int:
    """Divide exactly and round to the nearest whole number, halves away from zero.

    Integers only, so no figure passes through binary floating point (docs/rules.md, Money).
    """
    if denominator <= 0:
        msg = f"denominator must be positive, got {denominator}"
        raise ValueError(msg)
    doubled = 2 * abs(numerator) + denominator
    magnitude = doubled // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


FEN_PER_YUAN = 100


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """A whole number of fen; negative amounts are what is owed back."""

    fen: int

    @classmethod
    def yuan(cls, yuan: int) -> Self:
        """Make an amount from whole yuan."""
        return cls(yuan * FEN_PER_YUAN)

    @classmethod
    def zero(cls) -> Self:
        """Nothing."""
        return cls(0)

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Self:
        """Add up, exactly."""
        return cls(sum(amount.fen for amount in amounts))

    def __add__(self, other: Money) -> Money:
        """Add another amount."""
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        """Take away another amount."""
        return Money(self.fen - other.fen)

    def __neg__(self) -> Money:
        """Turn what is owed into what is owed back."""
        return Money(-self.fen)

    def __mul__(self, count: int) -> Money:
        """Multiply by a whole number."""
        return Money(self.fen * count)

    def __bool__(self) -> bool:
        """Tell whether there is any money at all."""
        return self.fen != 0

    def __str__(self) -> str:
        """Write plain yuan with two digits, as `-1234.50`; for people use the template filter."""
        sign = "-" if self.fen < 0 else ""
        yuan, fen = divmod(abs(self.fen), FEN_PER_YUAN)
        return f"{sign}{yuan}.{fen:02d}"

    def share(self, numerator: int, denominator: int) -> Money:
        """Take `numerator/denominator` of it, rounded half-up to the fen, once."""
        return Money(round_half_up(self.fen * numerator, denominator))


def tax_included(gross: Money, rate_permille: int) -> Money:
    """Tell the VAT inside a price that includes it: `round_half_up(gross * r / (1 + r))`.

    `rate_permille` is the rate in thousandths (6 % is 60). Source: docs/rules.md, Money.
    """
    return Money(round_half_up(gross.fen * rate_permille, 1000 + rate_permille))


@dataclass(frozen=True, slots=True)
class Share:
    """A share of one (0.4); of rounded sums it is not `exact`, and written in whole per cents."""

    of_one: Fraction
    exact: bool = True

    @classmethod
    def of(cls, part: int, whole: int, *, exact: bool) -> Share | None:
        """Give `part` ÷ `whole`; None where there is nothing to divide by."""
        return cls(Fraction(part, whole), exact) if whole else None

    def __neg__(self) -> Share:
        """Turn a saving into what was paid more."""
        return Share(-self.of_one, self.exact)

    @property
    def size(self) -> Share:
        """The share without its sign."""
        return Share(abs(self.of_one), self.exact)

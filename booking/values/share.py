"""A share of one that knows whether what it was computed from was exact."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Share:
    """A share of one (0.4); of rounded sums it is not `exact`, and written in whole per cents."""

    of_one: Fraction
    exact: bool = True

    @classmethod
    def of(cls, part: int, whole: int, *, exact: bool) -> "Share | None":
        """Give `part` ÷ `whole`; None where there is nothing to divide by."""
        return cls(Fraction(part, whole), exact) if whole else None

    def __neg__(self) -> "Share":
        """Turn a saving into what was paid more."""
        return Share(-self.of_one, self.exact)

    @property
    def size(self) -> "Share":
        """The share without its sign."""
        return Share(abs(self.of_one), self.exact)

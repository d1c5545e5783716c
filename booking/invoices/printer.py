"""The port to paper: what an invoice and a credit note say, and who can print them.

All figures are finished: the printer sets them, it never prices, rounds or sums anything but the
subtotals of the rows that it shows. What does not add up cannot be made.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from booking.charges.explain import UseExplained
from booking.values import Money, Month, PrintFailed

__all__ = [
    "Buyer", "CreditLine", "CreditNotePaper", "Fee", "InvoicePaper", "LeftOut",
    "PrintFailed", "Printer", "Seller", "SpaceCharges", "StorageDays", "Tax", "UseOfDay",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seller:
    """The park's operator: who is to be paid and where; empty texts are left out."""

    park: str
    name: str
    credit_code: str
    address: str = ""
    phone: str = ""
    email: str = ""
    bank_name: str = ""
    bank_account: str = ""


@dataclass(frozen=True, slots=True)
class Buyer:
    """The enterprise that pays; empty texts are left out."""

    name: str
    credit_code: str
    address: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class UseOfDay:
    """What one stay cost on one local day: when it was used, what is billed, and its bands in order.

    The instants are aware, in any zone. `note` is a short remark in words, such as 已达当日封顶 or 经更正.
    """

    day: date
    came_at: datetime
    left_at: datetime
    billed_from: datetime
    billed_to: datetime
    parts: tuple[UseExplained, ...]
    note: str = ""

    @property
    def amount(self) -> Money:
        """The sum of its lines."""
        return Money.total(part.amount for part in self.parts)


@dataclass(frozen=True, slots=True)
class StorageDays:
    """Storage of this month's calendar days, first and last included.

    `price` is per day and unit; `quantity` says of what, such as "1 个" or "12.5 m²".
    """

    first_day: date
    last_day: date
    days: int
    quantity: str
    price: Money
    amount: Money
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """An amount that is not use: a no-show, a late cancelling, an adjustment (which may be negative).

    `title` names it (未到场), `detail` gives its rule in words (预订 14:00–15:00，报价 ¥80.00 的 50%).
    """

    day: date
    title: str
    detail: str
    amount: Money


@dataclass(frozen=True, slots=True)
class SpaceCharges:
    """All that one space cost in the month, its rows in order of time."""

    name: str
    code: str
    kind: str
    area: str
    rows: tuple[UseOfDay | StorageDays | Fee, ...]
    parts: str = ""  # what a combined space is made of

    @property
    def subtotal(self) -> Money:
        """The sum of its rows."""
        return Money.total(row.amount for row in self.rows)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line in dispute: named on the invoice, not asked for; it follows with a later month."""

    space: str
    day: date
    amount: Money
    question: str


@dataclass(frozen=True, slots=True)
class Tax:
    """What is taxed at one rate, and the tax contained in it; the rate in thousandths (6 % is 60)."""

    rate_permille: int
    gross: Money
    tax: Money

    @property
    def net(self) -> Money:
        """The gross without the tax."""
        return self.gross - self.tax


def _check_sum(number: str, total: Money, *breakdowns: Money) -> None:
    for breakdown in breakdowns:
        if breakdown != total:
            msg = f"paper {number} does not add up: total {total}, lines or taxes {breakdown}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class InvoicePaper:
    """Everything on an invoice (账单). Raises ValueError where rows or taxes do not add up to `total`.

    `adjustments` belong to no space (a line of an earlier month, settled). `payment_url` is the hosted
    payment page, shown as a code to scan, or None for bank transfer only.
    """

    number: str
    month: Month
    issued_on: date
    due_on: date
    seller: Seller
    buyer: Buyer
    spaces: tuple[SpaceCharges, ...]
    taxes: tuple[Tax, ...]
    total: Money
    adjustments: tuple[Fee, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    payment_url: str | None = None

    def __post_init__(self) -> None:
        """Keep the promise that what is printed adds up."""
        of_spaces = Money.total(space.subtotal for space in self.spaces)
        of_rows = of_spaces + Money.total(fee.amount for fee in self.adjustments)
        _check_sum(self.number, self.total, of_rows, Money.total(tax.gross for tax in self.taxes))


@dataclass(frozen=True, slots=True)
class CreditLine:
    """A line taken back, whole or in part: what it was for, what was billed, and the amount as the opposite.

    The rate is in thousandths (6 % is 60).
    """

    title: str
    detail: str
    amount: Money
    billed: Money
    rate_permille: int


@dataclass(frozen=True, slots=True)
class CreditNotePaper:
    """Everything on a credit note (贷记单); all amounts, taxes and the total are negative.

    Raises ValueError where lines or taxes do not add up to `total`.
    """

    number: str
    issued_on: date
    invoice_number: str
    invoice_issued_on: date
    invoice_month: Month
    seller: Seller
    buyer: Buyer
    reason: str
    lines: tuple[CreditLine, ...]
    taxes: tuple[Tax, ...]
    total: Money

    def __post_init__(self) -> None:
        """Keep the promise that what is printed adds up."""
        of_lines = Money.total(line.amount for line in self.lines)
        _check_sum(self.number, self.total, of_lines, Money.total(tax.gross for tax in self.taxes))


class Printer(Protocol):
    """Makes PDF files. The same paper gives the same bytes; every failure is `PrintFailed`."""

    def invoice(self, paper: InvoicePaper) -> bytes:
        """Set an invoice; raises PrintFailed."""
        ...

    def credit_note(self, paper: CreditNotePaper) -> bytes:
        """Set a credit note; raises PrintFailed."""
        ...

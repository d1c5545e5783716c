"""The laws of closing a month, of paying its invoices and of taking them back; pure, with their refusals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from booking.values.money import Money, tax_included
from booking.values.month import Month
from booking.values.refusal import Refusal
from booking.values.work_calendar import ONE_DAY, Calendar, working_day_after


@dataclass(eq=False)
class MonthNotOver(Refusal):
    """A month is closed after its last day; `first_day` is the first on which it is over."""

    month: Month
    first_day: date


@dataclass(eq=False)
class ReviewRunning(Refusal):
    """The statement is still open to question; `closable_from` is the first day after that."""

    month: Month
    closable_from: date


@dataclass(eq=False)
class EarlierMonthOpen(Refusal):
    """Months are closed in order, so that each invoice carries its own days."""

    month: Month
    earlier: Month


@dataclass(eq=False)
class MonthNotClosed(Refusal):
    """Invoices are made of closed months only."""

    month: Month


@dataclass(eq=False)
class AmountNotPositive(Refusal):
    """Money that is paid or given back is more than nothing."""


@dataclass(eq=False)
class CreditedTooMuch(Refusal):
    """No more is taken back than the invoice asked for; `left` is what earlier credit notes left of it."""

    left: Money
    amount: Money


@dataclass(eq=False)
class NothingLeftToCredit(Refusal):
    """The invoice was taken back whole."""

    number: str


@dataclass(frozen=True, slots=True)
class TaxPart:
    """What of an invoice is taxed at one rate; the rate in thousandths."""

    vat_permille: int
    gross: Money
    tax: Money


def closable_from(month: Month, review_days: int, calendar: Calendar) -> date:
    """Tell the first local day on which a month may be closed: the one after `review_days` working days.

    Source: docs/rules.md, The month.
    """
    return working_day_after(calendar, month.last_day, review_days) + ONE_DAY


def tax_parts(lines: Iterable[tuple[int, Money]]) -> tuple[TaxPart, ...]:
    """Sum gross amounts by VAT rate, and tell the tax in each sum, rounded half-up once a rate.

    Source: docs/rules.md, Money.
    """
    gross: dict[int, int] = {}
    for permille, amount in lines:
        gross[permille] = gross.get(permille, 0) + amount.fen
    return tuple(
        TaxPart(permille, Money(fen), tax_included(Money(fen), permille))
        for permille, fen in sorted(gross.items())
    )


def key_for(invoice_id: int, idempotency_key: str | None) -> str | None:
    """Make a form's one-time key (up to 40 characters) the invoice's own; another invoice never meets it."""
    return f"{invoice_id}.{idempotency_key}" if idempotency_key else None

"""The laws of closing a month, of paying its invoices and of taking them back; pure, with their refusals.

A credit note takes back lines, whole or in part, and the tax that goes with them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from booking.values import ONE_DAY, Calendar, Money, Month, Refusal, tax_included, working_day_after


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


@dataclass(eq=False)
class NothingPicked(Refusal):
    """A credit note takes back at least one line."""


@dataclass(eq=False)
class LineNotOnInvoice(Refusal):
    """Only what an invoice billed is taken back of it."""

    charge_id: int


@dataclass(eq=False)
class LineCreditedTooMuch(Refusal):
    """Of a line never more is taken back than it billed; `left` is what earlier notes left of it."""

    charge_id: int
    left: Money
    amount: Money


@dataclass(eq=False)
class RateCreditedTooMuch(Refusal):
    """At a rate never more is taken back than the invoice taxed at it, discounts on it counted."""

    vat_permille: int
    left: Money
    amount: Money


NOTHING = Money.zero()


@dataclass(frozen=True, slots=True)
class CreditableLine:
    """A line of an invoice, and what notes took back of it by name; both less than nothing for a discount."""

    charge_id: int
    vat_permille: int
    billed: Money
    credited: Money = NOTHING

    @property
    def left(self) -> Money:
        """What may still be taken back of it."""
        return self.billed - self.credited


def left_of_rates(parts: Sequence[TaxPart], taken: Iterable[TaxPart]) -> dict[int, TaxPart]:
    """Tell by rate what earlier notes left of an invoice's taxes, whether they named lines or not."""
    left = {part.vat_permille: part for part in parts}
    for back in taken:
        part = left[back.vat_permille]
        left[back.vat_permille] = TaxPart(part.vat_permille, part.gross - back.gross, part.tax - back.tax)
    return left


def all_that_is_left(lines: Sequence[CreditableLine], left: Mapping[int, TaxPart]) -> dict[int, Money]:
    """Pick every line with what is left of it.

    What notes of before took back without naming lines goes off the last lines of its rate.
    """
    picks = {line.charge_id: line.left for line in lines if line.left}
    for permille, part in left.items():
        mine = [line for line in lines if line.vat_permille == permille and line.left]
        unnamed = Money.total(line.left for line in mine) - part.gross
        for line in reversed(mine):
            if unnamed and _same_way(line.left, unnamed):
                cut = min(line.left, unnamed, key=lambda amount: abs(amount.fen))
                picks[line.charge_id], unnamed = line.left - cut, unnamed - cut
    return {charge_id: amount for charge_id, amount in picks.items() if amount}


def check_picks(lines: Iterable[CreditableLine], picks: Mapping[int, Money], creditable: Money) -> None:
    """Refuse what was not billed, more of a line than is left of it, and more than is left of the invoice."""
    known = {line.charge_id: line for line in lines}
    if not picks:
        raise NothingPicked
    for charge_id, amount in picks.items():
        line = known.get(charge_id)
        if line is None:
            raise LineNotOnInvoice(charge_id)
        if not _within(amount, line.left):
            raise LineCreditedTooMuch(charge_id, line.left, amount)
    total = Money.total(picks.values())
    if total <= NOTHING:
        raise AmountNotPositive
    if total > creditable:
        raise CreditedTooMuch(creditable, total)


def taxes_of(
    lines: Iterable[CreditableLine], picks: Mapping[int, Money], left: Mapping[int, TaxPart]
) -> tuple[TaxPart, ...]:
    """Tell by rate what the picked lines come to, and the tax in it; raises RateCreditedTooMuch.

    The tax of a note is that of its own sum, rounded half-up, as on an invoice. All notes of an invoice
    together take back exactly its tax, so the last one of a rate takes what is left of it; that this is
    never more than a fen off its own, one of many small ones before it may be a fen off instead.
    """
    gross: dict[int, Money] = {}
    for line in lines:
        if line.charge_id in picks:
            sum_ = gross.get(line.vat_permille, NOTHING) + picks[line.charge_id]
            gross[line.vat_permille] = sum_
    found = []
    for permille, amount in sorted(gross.items()):
        if amount:
            if not _within(amount, left[permille].gross):
                raise RateCreditedTooMuch(permille, left[permille].gross, amount)
            found.append(TaxPart(permille, amount, _tax(amount, left[permille])))
    return tuple(found)


def _tax(amount: Money, left: TaxPart) -> Money:
    """Stay within a fen of what the rest will owe, and within what is left; both in the part's own sign."""
    sign = 1 if left.gross > NOTHING else -1
    own = sign * tax_included(amount, left.vat_permille).fen
    rest = sign * tax_included(left.gross - amount, left.vat_permille).fen
    there = sign * left.tax.fen
    if amount == left.gross:
        return left.tax
    least, most = max(0, there - rest - 1), min(there, there - rest + 1)
    return Money(sign * min(max(own, least), most))


def _same_way(one: Money, other: Money) -> bool:
    return (one > NOTHING) == (other > NOTHING)


def _within(amount: Money, left: Money) -> bool:
    """Tell whether an amount goes the way of what is left, and not beyond it."""
    return bool(amount) and bool(left) and _same_way(amount, left) and abs(amount.fen) <= abs(left.fen)

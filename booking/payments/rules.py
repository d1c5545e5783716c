"""The laws of money received; pure, with their refusals.

And the law of reconciling an invoice with the payment provider: what to write down and to tell, what is odd.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from booking.payments.gateway import GatewayPayment, GatewayState, GatewayStatus
from booking.values import Money, Refusal


@dataclass(eq=False)
class PaidTooMuch(Refusal):
    """A bank transfer larger than what is owed is not booked on the invoice."""

    owed: Money
    amount: Money


@dataclass(eq=False)
class NothingOwed(Refusal):
    """The invoice is settled already."""

    number: str


@dataclass(eq=False)
class ReceivedInFuture(Refusal):
    """Money that has not come cannot be booked."""

    today: date


@dataclass(eq=False)
class PaidBeforeInvoice(Refusal):
    """Nobody pays an invoice before it is issued; `issued_on` is the park's local day of its issue."""

    issued_on: date


@dataclass(eq=False)
class PaidOnlineNotReversed(Refusal):
    """What came by the provider is in its books too, and is given back there."""

    reference: str


@dataclass(eq=False)
class ReversedBefore(Refusal):
    """A payment is reversed once."""

    on: date


def check_received(received_on: date, issued_on: date, today: date) -> None:
    """Refuse a day of payment before the invoice's own, or after today; all are the park's local days."""
    if received_on > today:
        raise ReceivedInFuture(today)
    if received_on < issued_on:
        raise PaidBeforeInvoice(issued_on)


class Discrepancy(StrEnum):
    """What a person must look at; money already written down is never changed by a discrepancy."""

    TOTAL_DIFFERS = "total_differs"  # the provider's invoice is not ours
    AMOUNT_CHANGED = "amount_changed"  # a payment we know now bears another amount
    PAYMENT_GONE = "payment_gone"  # a payment we know is no longer there
    PAID_WITHOUT_MONEY = "paid_without_money"  # called paid there, and the money is in neither book
    WITHDRAWN = "withdrawn"  # voided or written off there, while we still wait for money
    TOLD_TOO_MUCH = "told_too_much"  # told of a transfer that was reversed since: its page asks too little
    OVERPAID = "overpaid"  # more came in than was asked: pay the difference back


@dataclass(frozen=True, slots=True)
class KnownPayment:
    """A payment in our books; `provider_id` is None where it came by bank transfer."""

    amount: Money
    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What follows from comparing the books.

    `record` are the payments to write down, each once, by its unique `provider_id`. `paid` and `owed`
    count them in; `owed` is never negative, `overpaid` is the rest. `tell_provider` asks for
    `settle_outside`: our books are even, and the provider still waits; `tell_part` for `paid_outside`:
    something is still owed, and of a bank transfer the provider knows nothing or too little.
    """

    record: tuple[GatewayPayment, ...]
    paid: Money
    owed: Money
    overpaid: Money
    tell_provider: bool
    tell_part: bool
    discrepancies: tuple[Discrepancy, ...]

    @property
    def settled(self) -> bool:
        """Whether nothing is owed any more."""
        return not self.owed


def reconcile(
    total: Money, credited: Money, known: Iterable[KnownPayment], state: GatewayState
) -> Reconciliation:
    """Compare our invoice with what the gateway says of it.

    `total` is the invoice's, `credited` the positive sum of its credit notes, `known` every payment in
    our books. Safe twice: with what it names written down, it names nothing more.
    """
    books = tuple(known)
    online = {payment.provider_id: payment.amount for payment in books if payment.provider_id is not None}
    record = tuple(payment for payment in state.payments if payment.provider_id not in online)
    paid = Money.total(payment.amount for payment in books) + Money.total(new.amount for new in record)
    rest = total - credited - paid
    transfers = Money.total(payment.amount for payment in books if payment.provider_id is None)
    waits = state.status is GatewayStatus.OPEN
    owed, overpaid = max(rest, Money.zero()), max(-rest, Money.zero())
    return Reconciliation(
        record=record,
        paid=paid,
        owed=owed,
        overpaid=overpaid,
        tell_provider=not owed and waits,
        tell_part=bool(owed) and waits and transfers > state.settled_outside,
        discrepancies=tuple(_discrepancies(total, online, state, transfers, owed, overpaid)),
    )


def _discrepancies(
    total: Money,
    online: Mapping[str, Money],
    state: GatewayState,
    transfers: Money,
    owed: Money,
    overpaid: Money,
) -> list[Discrepancy]:
    """Name what is odd, in the order in which it is declared."""
    if state.status is GatewayStatus.ELSEWHERE:
        return [Discrepancy.OVERPAID] if overpaid else []
    there = {payment.provider_id: payment.amount for payment in state.payments}
    too_much = bool(owed) and state.settled_outside > transfers
    withdrawn = state.status in {GatewayStatus.VOID, GatewayStatus.UNCOLLECTIBLE}
    odd = {
        Discrepancy.TOTAL_DIFFERS: state.total != total,
        Discrepancy.AMOUNT_CHANGED: any(there.get(key, amount) != amount for key, amount in online.items()),
        Discrepancy.PAYMENT_GONE: any(key not in there for key in online),
        Discrepancy.PAID_WITHOUT_MONEY: bool(owed) and state.status is GatewayStatus.PAID and not too_much,
        Discrepancy.WITHDRAWN: bool(owed) and withdrawn,
        Discrepancy.TOLD_TOO_MUCH: too_much,
        Discrepancy.OVERPAID: bool(overpaid),
    }
    return [discrepancy for discrepancy, found in odd.items() if found]

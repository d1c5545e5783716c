"""The laws of money received; pure, with their refusals."""

from dataclasses import dataclass
from datetime import date

from booking.values.money import Money
from booking.values.refusal import Refusal


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

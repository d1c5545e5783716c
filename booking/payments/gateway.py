"""The port to online payment: invoices laid out to be paid, and what the payment provider says of them.

Our database owns the invoice; the gateway is one way to pay it. Every method is safe to repeat. They are
called by jobs, never while a page waits.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from booking.values import Money


class GatewayError(Exception):
    """The gateway did not do it; `reason` is for the list and the log, never for a tenant."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class GatewayUnavailable(GatewayError):  # noqa: N818 - it says how things stand
    """Not now: unreachable, overloaded, or our key is wrong. Try again; it may be done all the same."""


class GatewayRefused(GatewayError):  # noqa: N818 - it says how things stand
    """Not like this: trying again changes nothing. A person must look at it."""


class BadSignature(GatewayError):  # noqa: N818 - it says what is wrong
    """What was posted to us is not a readable event with the provider's own, fresh signature; answer 400."""


@dataclass(frozen=True, slots=True)
class Payer:
    """The enterprise that pays. `key` never changes, such as `enterprise-17`; `email` may be empty."""

    key: str
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class GatewayInvoice:
    """A closed invoice to be laid out for payment: one gross amount, in CNY.

    `key` never changes (`invoice-231`), `number` is the printed one, at most 26 characters, `due_at` the
    end of the last day to pay. `attempt` counts earlier tries: the provider repeats its first answer to
    the same try for a day, an error 500 included.
    """

    key: str
    number: str
    total: Money
    description: str
    due_at: datetime
    payer: Payer
    attempt: int = 0

    def __post_init__(self) -> None:
        """Nothing to pay is nothing to publish."""
        if self.total <= Money.zero():
            msg = f"an invoice of {self.total} cannot be laid out for payment"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class PublishedInvoice:
    """Where the invoice lies now; `pay_url` is the page to pay it at, or None where there is none."""

    provider_id: str
    pay_url: str | None


@dataclass(frozen=True, slots=True)
class GatewayCredit:
    """A credit note to be told to the provider; `amount` is positive, in CNY.

    `refund` sends money that was paid online back the way it came; without it whatever exceeds the open
    rest is noted as given back outside, which is the park's to do.
    """

    key: str
    number: str
    amount: Money
    reason: str = ""
    refund: bool = False
    attempt: int = 0

    def __post_init__(self) -> None:
        """A credit of nothing is a mistake."""
        if self.amount <= Money.zero():
            msg = f"a credit of {self.amount} gives nothing back"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class PaidOutside:
    """All that came by bank transfer of an invoice that is not settled yet; the last on `received_at`."""

    total: Money
    received_at: datetime
    attempt: int = 0


class GatewayStatus(StrEnum):
    """How the provider sees an invoice; ELSEWHERE where it is not an invoice of an online provider."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class GatewayPayment:
    """Money that came in online; `provider_id` is unique, `reference` is what a person can look up."""

    provider_id: str
    amount: Money
    paid_at: datetime
    reference: str = ""


NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class GatewayState:
    """What the provider knows of an invoice now.

    `payments` came in online, oldest first. `settled_outside` is what the provider was told came by
    other ways; `credited` what it was told was taken back.
    """

    status: GatewayStatus
    total: Money
    payments: tuple[GatewayPayment, ...] = ()
    settled_outside: Money = NOTHING
    credited: Money = NOTHING

    @property
    def amount_paid(self) -> Money:
        """What came in online, all together."""
        return Money.total(payment.amount for payment in self.payments)


@dataclass(frozen=True, slots=True)
class GatewayEvent:
    """Notice that something happened. It proves nothing about the invoice: `look` does.

    Events come twice, late and out of order: keep `id`, unique, and look the invoice up.
    `invoice_provider_id` is None where the event is about something else.
    """

    id: str
    type: str
    created: datetime
    invoice_provider_id: str | None


class PaymentGateway(Protocol):
    """Lays invoices out to be paid online. All but `read_event` raise GatewayUnavailable or GatewayRefused.

    `online` tells whether there is a provider at all; without one nothing needs to be published.
    """

    online: bool

    def publish(self, invoice: GatewayInvoice, *, now: datetime) -> PublishedInvoice:
        """Lay the invoice out, or find it where an earlier try left it, however far that came."""
        ...

    def settle_outside(self, provider_id: str, *, attempt: int = 0) -> None:
        """Tell the provider that the invoice was paid by bank transfer; nothing if it is paid already."""
        ...

    def paid_outside(self, provider_id: str, paid: PaidOutside) -> None:
        """Tell the provider what came by bank transfer, so that its page asks for the rest alone."""
        ...

    def credit(self, provider_id: str, note: GatewayCredit) -> str:
        """Tell the provider of a credit note, or find it told; gives the note's id there. Mails nobody."""
        ...

    def look(self, provider_id: str) -> GatewayState:
        """Ask how the invoice stands."""
        ...

    def read_event(self, body: bytes, signature: str | None, *, now: datetime) -> GatewayEvent:
        """Check and read what was posted to us: the raw body and its signature header; BadSignature."""
        ...

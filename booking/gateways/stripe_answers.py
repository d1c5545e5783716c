"""Stripe's answers in the words of the payment provider."""

import contextlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import stripe
from stripe import InvoicePayment

from booking.payments.gateway import GatewayError, GatewayPayment, GatewayRefused, GatewayUnavailable
from booking.values.money import Money


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn the library's errors into GatewayRefused and GatewayUnavailable.

    A wrong key, a missing permission and a clash of idempotency keys are for later: they are not the
    bill's fault, and end when a person has mended them or with the next attempt's key.
    """
    try:
        yield
    except stripe.StripeError as error:
        raise _in_our_words(error) from error


# Trying again changes nothing: the request itself, or the card, was refused.
_FOR_GOOD = (stripe.InvalidRequestError, stripe.CardError)


def _in_our_words(error: stripe.StripeError) -> GatewayError:
    code = error.code or type(error).__name__
    reason = f"{code}: {error.user_message or 'no message'} ({error.request_id or 'no request id'})"
    return GatewayRefused(reason) if isinstance(error, _FOR_GOOD) else GatewayUnavailable(reason)


def instant(timestamp: int) -> datetime:
    """Read Stripe's seconds since 1970."""
    return datetime.fromtimestamp(timestamp, UTC)


def online_payments(payments: Iterable[InvoicePayment]) -> tuple[GatewayPayment, ...]:
    """Keep what was paid online, oldest first; a payment record is money that came by another way."""
    online = (_payment(one) for one in payments if one.payment.type != "payment_record")
    return tuple(sorted(online, key=lambda payment: (payment.paid_at, payment.provider_id)))


def _payment(paid: InvoicePayment) -> GatewayPayment:
    reference = paid.payment.payment_intent if paid.payment.type == "payment_intent" else paid.payment.charge
    return GatewayPayment(
        provider_id=paid.id,
        amount=Money(paid.amount_paid or 0),
        paid_at=instant(paid.status_transitions.paid_at or paid.created),
        reference=object_id(reference) or "",
    )


def object_id(reference: stripe.StripeObject | str | None) -> str | None:
    """Give the id of what may be an id, a whole object, or nothing."""
    if isinstance(reference, stripe.StripeObject):
        return str(reference["id"])
    return reference

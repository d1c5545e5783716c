"""What Stripe answers, and what it posts to us, in the words of the payment gateway."""

import contextlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe
from stripe import Event, InvoicePayment

from booking.payments.gateway import (
    BadSignature,
    GatewayError,
    GatewayEvent,
    GatewayPayment,
    GatewayRefused,
    GatewayUnavailable,
)
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
        raise _as_gateway_error(error) from error


# Trying again changes nothing: the request itself, or the card, was refused.
_FOR_GOOD = (stripe.InvalidRequestError, stripe.CardError)


def _as_gateway_error(error: stripe.StripeError) -> GatewayError:
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


_UNREADABLE = (stripe.SignatureVerificationError, ValueError, TypeError, KeyError, AttributeError)


def read_event(
    client: stripe.StripeClient, secret: str, body: bytes, signature: str | None, *, now: datetime
) -> GatewayEvent:
    """Check the signature over the raw body and its age, then read; BadSignature for anything else.

    The library's own check of age takes timestamps from the future and asks the machine's clock, so it is
    switched off and made here, both ways. What is not UTF-8 or not ASCII raises other errors in it.
    """
    try:
        event = client.construct_event(body, signature, secret, tolerance=0)
        _check_age(signature or "", now)
        return GatewayEvent(event.id, event.type, instant(event.created), _invoice_id(event))
    except _UNREADABLE as error:
        reason = f"{type(error).__name__}: {error}"
        raise BadSignature(reason) from error


FRESH = timedelta(minutes=5)
_TIMESTAMP = re.compile(r"(?:^|,)t=(\d{1,12})(?:,|$)")


def _check_age(signature: str, now: datetime) -> None:
    found = _TIMESTAMP.search(signature)
    if found is None or abs(now - instant(int(found.group(1)))) > FRESH:
        msg = "the signature is not from the last five minutes"
        raise ValueError(msg)


def _invoice_id(event: Event) -> str | None:
    """Tell which invoice an event is about: itself, or what belongs to it."""
    about: dict[str, Any] = event.data.object.to_dict()
    kind = about.get("object")
    if kind == "invoice":
        return _id_of(about.get("id"))
    if kind in {"invoice_payment", "credit_note"}:
        return _id_of(about.get("invoice"))
    return None


def _id_of(reference: object) -> str | None:
    if isinstance(reference, dict):
        reference = reference.get("id")
    return reference if isinstance(reference, str) else None

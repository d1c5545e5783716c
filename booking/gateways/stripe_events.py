"""Checks and reads what Stripe posts to us."""

import re
from datetime import datetime, timedelta
from typing import Any

import stripe
from stripe import Event

from booking.gateways.stripe_answers import instant
from booking.payments.gateway import BadSignature, GatewayEvent

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
        return _id(about.get("id"))
    if kind in {"invoice_payment", "credit_note"}:
        return _id(about.get("invoice"))
    return None


def _id(reference: object) -> str | None:
    if isinstance(reference, dict):
        reference = reference.get("id")
    return reference if isinstance(reference, str) else None

"""The payment gateway at Stripe: one Stripe Invoice for each closed invoice, paid on Stripe's own page.

What is asked and what is answered is checked against library 16.1, API 2026-10-28.endive. What Stripe
answers, and what it posts to us, is turned into the words of the port.
"""

import contextlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe
from stripe import Event, Invoice, InvoicePayment
from stripe.params import CreditNoteCreateParams, PaymentRecordReportPaymentParams

from booking.gateways.stripe_drafts import CURRENCY, Drafts
from booking.payments import gateway as port
from booking.values import Money


class StripeGateway:
    """Our number, one gross line, nothing sent by Stripe itself; a key that is wrong is GatewayUnavailable.

    `timeout` is in seconds for each request, of which the library makes up to `retries` more, after a
    broken line, a conflict or a 500. `http_client` is for tests.
    """

    online = True

    def __init__(
        self,
        api_key: str,
        webhook_secret: str,
        *,
        timeout: float = 20.0,
        retries: int = 2,
        http_client: stripe.HTTPClient | None = None,
    ) -> None:
        stripe.enable_telemetry = False  # it would keep an identifier on this machine and send timings
        self._webhook_secret = webhook_secret
        self._client = stripe.StripeClient(
            api_key,
            max_network_retries=retries,
            http_client=http_client or stripe.RequestsClient(timeout=timeout),
        )

    def publish(self, invoice: port.GatewayInvoice, *, now: datetime) -> port.PublishedInvoice:
        """Look for it, make what is missing, finalise it. Raises GatewayUnavailable, GatewayRefused."""
        with translated():
            there = Drafts(self._client, invoice).finished(now=now)
        _check(there, invoice)
        return port.PublishedInvoice(provider_id=there.id, pay_url=there.hosted_invoice_url)

    def settle_outside(self, provider_id: str, *, attempt: int = 0) -> None:
        """Mark it as paid outside Stripe, unless it is paid. Raises GatewayUnavailable, GatewayRefused."""
        with translated():
            if self._is_paid(provider_id):
                return
            try:
                self._client.v1.invoices.pay(
                    provider_id,
                    {"paid_out_of_band": True},
                    {"idempotency_key": f"{provider_id}:settle:{attempt}"},
                )
            except stripe.InvalidRequestError:
                if not self._is_paid(provider_id):  # somebody may have paid it online in between
                    raise

    def _is_paid(self, provider_id: str) -> bool:
        return self._client.v1.invoices.retrieve(provider_id).status == "paid"

    def paid_outside(self, provider_id: str, paid: port.PaidOutside) -> None:
        """Attach what the invoice does not know of yet as a payment record. Raises as `settle_outside`.

        Looks first, so that it is safe twice. The page asks for the rest by itself: the invoice's own
        payment follows its `amount_remaining`. Where nothing would remain, online money came meanwhile,
        and the next comparing of the books settles it.
        """
        with translated():
            invoice = self._with_outside(provider_id)
            missing = paid.total.fen - (invoice.amount_paid_off_stripe or 0)
            if invoice.status != "open" or not 0 < missing < invoice.amount_remaining:
                return
            key = f"{provider_id}:outside:{paid.total.fen}:{paid.attempt}"
            record = self._client.v1.payment_records.report_payment(
                _transfer_params(invoice, missing, paid), {"idempotency_key": key}
            )
            self._client.v1.invoices.attach_payment(
                provider_id, {"payment_record": record.id}, {"idempotency_key": f"{key}:attach"}
            )

    def _with_outside(self, provider_id: str) -> Invoice:
        return self._client.v1.invoices.retrieve(provider_id, {"expand": ["amount_paid_off_stripe"]})

    def credit(self, provider_id: str, note: port.GatewayCredit) -> str:
        """Make a credit note, unless it is there. Raises GatewayUnavailable, GatewayRefused."""
        with translated():
            told = self._client.v1.credit_notes.list({"invoice": provider_id, "limit": 100})
            for known in told.auto_paging_iter():
                if _metadata(known.metadata).get("credit") == note.key:
                    return known.id
            invoice = self._client.v1.invoices.retrieve(provider_id)
            options: stripe.RequestOptions = {"idempotency_key": f"{note.key}:credit:{note.attempt}"}
            made = self._client.v1.credit_notes.create(_credit_params(invoice, note), options)
            return made.id

    def look(self, provider_id: str) -> port.GatewayState:
        """Retrieve the invoice and every payment of it. Raises GatewayUnavailable, GatewayRefused."""
        with translated():
            invoice = self._with_outside(provider_id)
            listed = self._client.v1.invoice_payments.list(
                {"invoice": provider_id, "status": "paid", "limit": 100}
            )
            payments = online_payments(listed.auto_paging_iter())
        return port.GatewayState(
            status=port.GatewayStatus(invoice.status or ""),
            total=Money(invoice.total),
            payments=payments,
            settled_outside=Money(invoice.amount_paid_off_stripe or 0),
            credited=Money(
                invoice.pre_payment_credit_notes_amount + invoice.post_payment_credit_notes_amount
            ),
        )

    def read_event(self, body: bytes, signature: str | None, *, now: datetime) -> port.GatewayEvent:
        """Check the signature and its age, and read what the event is about; BadSignature."""
        return read_event(self._client, self._webhook_secret, body, signature, now=now)


def _metadata(metadata: stripe.StripeObject | None) -> dict[str, str]:
    return metadata.to_dict() if metadata is not None else {}


def _check(there: Invoice, ours: port.GatewayInvoice) -> None:
    """Raise unless the invoice at Stripe is ours, to the fen."""
    if there.status in {"void", "uncollectible"}:
        reason = f"{ours.number} was withdrawn at the provider ({there.status})"
        raise port.GatewayRefused(reason)
    if (there.total, there.currency) != (ours.total.fen, CURRENCY):
        reason = f"{ours.number} is {there.total} {there.currency} at the provider, not {ours.total.fen}"
        raise port.GatewayRefused(reason)
    if there.hosted_invoice_url is None and there.status == "open":
        reason = f"{ours.number} has no page to pay it at yet"
        raise port.GatewayUnavailable(reason)


def _transfer_params(invoice: Invoice, fen: int, paid: port.PaidOutside) -> PaymentRecordReportPaymentParams:
    """Report money already received; the same money needs the same parameters, or the key clashes."""
    at = int(paid.received_at.timestamp())
    return {
        "amount_requested": {"currency": CURRENCY, "value": fen},
        "initiated_at": at,
        "outcome": "guaranteed",
        "guaranteed": {"guaranteed_at": at},
        "customer_details": {"customer": object_id(invoice.customer) or ""},
        "payment_method_details": {"type": "custom", "custom": {"display_name": "Bank transfer"}},
        "processor_details": {"type": "custom", "custom": {"payment_reference": f"{invoice.number}"}},
        "metadata": {"outside_fen": str(paid.total.fen)},
    }


def _credit_params(invoice: Invoice, note: port.GatewayCredit) -> CreditNoteCreateParams:
    """Say how much of the credit exceeds the open rest, and how that is given back."""
    excess = max(note.amount.fen - invoice.amount_remaining, 0)
    params: CreditNoteCreateParams = {
        "invoice": invoice.id,
        "amount": note.amount.fen,
        "memo": f"{note.number} {note.reason}".strip(),
        "metadata": {"credit": note.key, "number": note.number},
        "email_type": "none",  # we mail our own credit note; without this Stripe mails another
    }
    if excess and note.refund:
        params["refund_amount"] = excess
    elif excess:
        params["out_of_band_amount"] = excess
    return params


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn the library's errors into GatewayRefused and GatewayUnavailable.

    A wrong key, a missing permission and a clash of idempotency keys are for later: they are not the
    invoice's fault, and end when a person has mended them or with the next attempt's key.
    """
    try:
        yield
    except stripe.StripeError as error:
        raise _as_gateway_error(error) from error


# Trying again changes nothing: the request itself, or the card, was refused.
_FOR_GOOD = (stripe.InvalidRequestError, stripe.CardError)


def _as_gateway_error(error: stripe.StripeError) -> port.GatewayError:
    code = error.code or type(error).__name__
    reason = f"{code}: {error.user_message or 'no message'} ({error.request_id or 'no request id'})"
    return port.GatewayRefused(reason) if isinstance(error, _FOR_GOOD) else port.GatewayUnavailable(reason)


def instant(timestamp: int) -> datetime:
    """Read Stripe's seconds since 1970."""
    return datetime.fromtimestamp(timestamp, UTC)


def online_payments(payments: Iterable[InvoicePayment]) -> tuple[port.GatewayPayment, ...]:
    """Keep what was paid online, oldest first; a payment record is money that came by another way."""
    online = (_payment(one) for one in payments if one.payment.type != "payment_record")
    return tuple(sorted(online, key=lambda payment: (payment.paid_at, payment.provider_id)))


def _payment(paid: InvoicePayment) -> port.GatewayPayment:
    reference = paid.payment.payment_intent if paid.payment.type == "payment_intent" else paid.payment.charge
    return port.GatewayPayment(
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
) -> port.GatewayEvent:
    """Check the signature over the raw body and its age, then read; BadSignature for anything else.

    The library's own check of age takes timestamps from the future and asks the machine's clock, so it is
    switched off and made here, both ways. What is not UTF-8 or not ASCII raises other errors in it.
    """
    try:
        event = client.construct_event(body, signature, secret, tolerance=0)
        _check_age(signature or "", now)
        return port.GatewayEvent(event.id, event.type, instant(event.created), _invoice_id(event))
    except _UNREADABLE as error:
        reason = f"{type(error).__name__}: {error}"
        raise port.BadSignature(reason) from error


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

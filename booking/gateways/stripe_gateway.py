"""The payment gateway at Stripe: one Stripe Invoice for each closed invoice, paid on Stripe's own page.

What is asked and what is answered is checked against library 16.1, API 2026-10-28.endive.
"""

from datetime import datetime

import stripe
from stripe import Invoice
from stripe.params import CreditNoteCreateParams, PaymentRecordReportPaymentParams

from booking.gateways.stripe_answers import object_id, online_payments, read_event, translated
from booking.gateways.stripe_drafts import CURRENCY, Drafts
from booking.payments.gateway import (
    GatewayCredit,
    GatewayEvent,
    GatewayInvoice,
    GatewayRefused,
    GatewayState,
    GatewayStatus,
    GatewayUnavailable,
    PaidOutside,
    PublishedInvoice,
)
from booking.values.money import Money


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

    def publish(self, bill: GatewayInvoice, *, now: datetime) -> PublishedInvoice:
        """Look for the bill, make what is missing, finalise it. Raises GatewayUnavailable, GatewayRefused."""
        with translated():
            invoice = Drafts(self._client, bill).finished(now=now)
        _check(invoice, bill)
        return PublishedInvoice(provider_id=invoice.id, pay_url=invoice.hosted_invoice_url)

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

    def paid_outside(self, provider_id: str, paid: PaidOutside) -> None:
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

    def credit(self, provider_id: str, note: GatewayCredit) -> str:
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

    def look(self, provider_id: str) -> GatewayState:
        """Retrieve the invoice and every payment of it. Raises GatewayUnavailable, GatewayRefused."""
        with translated():
            invoice = self._with_outside(provider_id)
            listed = self._client.v1.invoice_payments.list(
                {"invoice": provider_id, "status": "paid", "limit": 100}
            )
            payments = online_payments(listed.auto_paging_iter())
        return GatewayState(
            status=GatewayStatus(invoice.status or ""),
            total=Money(invoice.total),
            payments=payments,
            settled_outside=Money(invoice.amount_paid_off_stripe or 0),
            credited=Money(
                invoice.pre_payment_credit_notes_amount + invoice.post_payment_credit_notes_amount
            ),
        )

    def read_event(self, body: bytes, signature: str | None, *, now: datetime) -> GatewayEvent:
        """Check the signature and its age, and read what the event is about; BadSignature."""
        return read_event(self._client, self._webhook_secret, body, signature, now=now)


def _metadata(metadata: stripe.StripeObject | None) -> dict[str, str]:
    return metadata.to_dict() if metadata is not None else {}


def _check(invoice: Invoice, bill: GatewayInvoice) -> None:
    """Raise unless the invoice at Stripe is our bill, to the fen."""
    if invoice.status in {"void", "uncollectible"}:
        reason = f"{bill.number} was withdrawn at the provider ({invoice.status})"
        raise GatewayRefused(reason)
    if (invoice.total, invoice.currency) != (bill.total.fen, CURRENCY):
        reason = f"{bill.number} is {invoice.total} {invoice.currency} at the provider, not {bill.total.fen}"
        raise GatewayRefused(reason)
    if invoice.hosted_invoice_url is None and invoice.status == "open":
        reason = f"{bill.number} has no page to pay it at yet"
        raise GatewayUnavailable(reason)


def _transfer_params(invoice: Invoice, fen: int, paid: PaidOutside) -> PaymentRecordReportPaymentParams:
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


def _credit_params(invoice: Invoice, note: GatewayCredit) -> CreditNoteCreateParams:
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

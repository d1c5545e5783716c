"""Creates one invoice at Stripe step by step; every step looks first, so that it can be resumed anywhere."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import stripe
from stripe import Customer, Invoice
from stripe.params import CustomerCreateParams, InvoiceCreateParams, InvoiceItemCreateParams

from booking.payments import gateway as port

CURRENCY = "cny"
METHODS = ["card", "alipay", "wechat_pay"]


@dataclass(frozen=True, slots=True)
class Drafts:
    """The steps for one invoice. Errors are the library's, but for GatewayRefused and GatewayUnavailable."""

    client: stripe.StripeClient
    ours: port.GatewayInvoice

    def finished(self, *, now: datetime) -> Invoice:
        """Give the invoice at Stripe, finalised; found, or made from the step on where it is missing."""
        customer = self._customer()
        invoice = self._find(customer) or self._draft(customer, now)
        return self._finalised(invoice, customer) if invoice.status == "draft" else invoice

    def _customer(self) -> str:
        payer = self.ours.payer
        wanted: CustomerCreateParams = {"name": payer.name, "metadata": {"payer": payer.key}}
        if payer.email:
            wanted["email"] = payer.email
        query = f'metadata["payer"]:"{payer.key}"'
        for known in self.client.v1.customers.search({"query": query, "limit": 1}).data:
            return self._brought_up_to_date(known)
        # A search answers late; within that time the idempotency key finds the customer again.
        made = self.client.v1.customers.create(wanted, self._once(payer.key, "customer", wanted))
        return made.id

    def _brought_up_to_date(self, known: Customer) -> str:
        payer = self.ours.payer
        if (known.name, known.email or "") != (payer.name, payer.email):
            self.client.v1.customers.update(known.id, {"name": payer.name, "email": payer.email})
        return known.id

    def _find(self, customer: str) -> Invoice | None:
        """Look among the customer's invoices: unlike a search, a list is never late."""
        listed = self.client.v1.invoices.list({"customer": customer, "limit": 100})
        return next((one for one in listed.auto_paging_iter() if self._is_ours(one)), None)

    def _is_ours(self, invoice: Invoice) -> bool:
        metadata: Mapping[str, str] = invoice.metadata.to_dict() if invoice.metadata else {}
        return metadata.get("bill") == self.ours.key

    def _draft(self, customer: str, now: datetime) -> Invoice:
        params = self._invoice_params(customer, now)
        try:
            return self.client.v1.invoices.create(params, self._once(self.ours.key, "invoice", params))
        except stripe.InvalidRequestError as refused:
            if refused.param != "number":
                raise
            return self._holder_of_number()

    def _holder_of_number(self) -> Invoice:
        """Find the invoice that has our number: from an earlier try under another customer, or another's."""
        found = self.client.v1.invoices.search({"query": f'number:"{self.ours.number}"', "limit": 1}).data
        if not found:
            reason = f"the number {self.ours.number} is taken; who has it is not known yet"
            raise port.GatewayUnavailable(reason)
        if not self._is_ours(found[0]):
            reason = f"the number {self.ours.number} belongs to another invoice ({found[0].id})"
            raise port.GatewayRefused(reason)
        return found[0]

    def _invoice_params(self, customer: str, now: datetime) -> InvoiceCreateParams:
        ours = self.ours
        params: InvoiceCreateParams = {
            "customer": customer,
            "number": ours.number,
            "currency": CURRENCY,
            "collection_method": "send_invoice",
            "auto_advance": False,  # we mail it ourselves
            "pending_invoice_items_behavior": "exclude",
            "payment_settings": {"payment_method_types": list(METHODS)},
            "description": ours.description,
            "metadata": {"bill": ours.key},  # as those laid out before call it
        }
        if ours.due_at > now:
            params["due_date"] = int(ours.due_at.timestamp())
        else:
            params["days_until_due"] = 0  # a due date must lie ahead
        return params

    def _finalised(self, invoice: Invoice, customer: str) -> Invoice:
        ours = self.ours
        if not invoice.lines.data:
            line: InvoiceItemCreateParams = {
                "customer": customer if invoice.customer is None else _id(invoice.customer),
                "invoice": invoice.id,
                "amount": ours.total.fen,
                "currency": CURRENCY,
                "description": ours.description,
            }
            self.client.v1.invoice_items.create(line, self._once(invoice.id, "line", line))
        self._check_draft(invoice.id)
        options: stripe.RequestOptions = {"idempotency_key": f"{invoice.id}:finalize:{ours.attempt}"}
        return self.client.v1.invoices.finalize_invoice(invoice.id, {"auto_advance": False}, options)

    def _check_draft(self, invoice_id: str) -> None:
        draft = self.client.v1.invoices.retrieve(invoice_id)
        if draft.total != self.ours.total.fen:
            reason = f"the draft {invoice_id} is {draft.total}, not {self.ours.total.fen}"
            raise port.GatewayRefused(reason)

    def _once(self, key: str, step: str, params: Mapping[str, Any]) -> stripe.RequestOptions:
        """The idempotency key of this step, try and parameters: Stripe does it once within a day."""
        content = json.dumps(params, sort_keys=True, ensure_ascii=False)
        version = sha256(content.encode()).hexdigest()[:12]
        return {"idempotency_key": f"{key}:{step}:{self.ours.attempt}:{version}"}


def _id(customer: Customer | str) -> str:
    return customer if isinstance(customer, str) else customer.id

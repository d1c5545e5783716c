"""What a Stripe account knows and allows: customers, invoices, payments, credit notes and events."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.fakes.stripe_lists import Params, Record, StripeSaysError, found, page


@dataclass
class Books:
    """One account. `now` is in seconds since 1970; `index_is_late` hides from searches what was made last."""

    now: int = 1_793_671_200  # 3 November 2026, 10:00 in Shanghai
    index_is_late: bool = False
    customers: dict[str, Record] = field(default_factory=dict)
    invoices: dict[str, Record] = field(default_factory=dict)
    payments: dict[str, Record] = field(default_factory=dict)
    notes: dict[str, Record] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    events: list[Record] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    _made: int = 0

    def id(self, prefix: str) -> str:
        self._made += 1
        return f"{prefix}_{self._made:06d}"

    def happened(self, kind: str, about: Record) -> None:
        self.events.append({
            "id": self.id("evt"), "object": "event", "type": kind, "created": self.now, "livemode": False,
            "api_version": "2026-10-28.endive", "data": {"object": dict(about)}, "pending_webhooks": 1,
            "request": None,
        })  # fmt: skip

    def get(self, shelf: dict[str, Record], key: str, kind: str) -> Record:
        if key not in shelf:
            raise StripeSaysError(
                f"No such {kind}: '{key}'", status=404 if kind == "invoice" else 400, code="resource_missing"
            )
        return shelf[key]

    def _indexed(self, shelf: dict[str, Record]) -> list[Record]:
        return list(shelf.values())[: -1 if self.index_is_late else None]

    # Customers.

    def create_customer(self, params: Params) -> Record:
        customer = {
            "id": self.id("cus"), "object": "customer", "created": self.now, "livemode": False,
            "name": None, "email": None, "metadata": {}, **params,
        }  # fmt: skip
        self.customers[customer["id"]] = customer
        self.happened("customer.created", customer)
        return customer

    def update_customer(self, params: Params, customer_id: str) -> Record:
        customer = self.get(self.customers, customer_id, "customer")
        customer.update({key: value or None for key, value in params.items()})
        return customer

    def search_customers(self, params: Params) -> Record:
        return found(self._indexed(self.customers), params, {"email", "name", "phone", "metadata"})

    # Invoices.

    def create_invoice(self, params: Params) -> Record:
        customer = self.get(self.customers, params.get("customer", ""), "customer")
        _check_due(params, self.now)
        if params.get("number") in {one["number"] for one in self.invoices.values()} - {None}:
            message = f"An invoice with number {params['number']} already exists."
            raise StripeSaysError(message, param="number", code="invoice_number_in_use")
        days = params.get("days_until_due")
        invoice: Record = {
            "id": self.id("in"), "object": "invoice", "created": self.now, "livemode": False,
            "status": "draft", "number": params.get("number"), "customer": customer["id"],
            "currency": params.get("currency", "usd"), "auto_advance": params.get("auto_advance", False),
            "collection_method": params.get("collection_method", "charge_automatically"),
            "due_date": params.get("due_date", self.now + days * 86_400 if days is not None else None),
            "description": params.get("description"), "metadata": params.get("metadata", {}),
            "payment_settings": params.get("payment_settings", {}), "hosted_invoice_url": None,
            "pre_payment_credit_notes_amount": 0, "post_payment_credit_notes_amount": 0,
            "starting_balance": 0, "status_transitions": {"finalized_at": None, "paid_at": None},
            "lines": {"object": "list", "data": [], "has_more": False, "url": "/v1/invoices/lines"},
            "_off_stripe": 0,
        }  # fmt: skip
        self._recount(invoice)
        self.invoices[invoice["id"]] = invoice
        self.happened("invoice.created", invoice)
        return invoice

    def add_line(self, params: Params) -> Record:
        invoice = self.get(self.invoices, params.get("invoice", ""), "invoice")
        if invoice["status"] != "draft":
            raise StripeSaysError("You can only add invoice items to draft invoices.", param="invoice")
        if params.get("customer") != invoice["customer"]:
            raise StripeSaysError("The customer does not match the invoice's.", param="customer")
        if "amount" not in params or params.get("currency") != invoice["currency"]:
            raise StripeSaysError("Amount and the invoice's own currency are needed.", param="amount")
        item = {"id": self.id("ii"), "object": "invoiceitem", "livemode": False, **params}
        invoice["lines"]["data"].append({**item, "id": self.id("il"), "object": "line_item"})
        self._recount(invoice)
        return item

    def finalize(self, params: Params, invoice_id: str) -> Record:
        invoice = self.get(self.invoices, invoice_id, "invoice")
        if invoice["status"] != "draft":
            raise StripeSaysError(
                "This invoice is already finalized, you can't re-finalize a non-draft invoice."
            )
        invoice["number"] = invoice["number"] or f"AUTO-{self._made}"
        invoice["status_transitions"]["finalized_at"] = self.now
        invoice["hosted_invoice_url"] = f"https://invoice.stripe.test/i/{invoice_id}"
        invoice["auto_advance"] = params.get(
            "auto_advance", True
        )  # finalising turns it on unless told not to
        invoice["status"] = "open" if invoice["total"] else "paid"
        if invoice["auto_advance"]:
            self.mails.append(f"invoice {invoice_id}")
        if invoice["total"]:
            self._expect(invoice)
        self._recount(invoice)
        self.happened("invoice.finalized", invoice)
        return invoice

    def pay(self, params: Params, invoice_id: str) -> Record:
        invoice = self.get(self.invoices, invoice_id, "invoice")
        if invoice["status"] == "paid":
            raise StripeSaysError("Invoice is already paid", code="invoice_already_paid")
        if invoice["status"] not in {"open", "uncollectible"}:
            raise StripeSaysError("Invoice is not open.", code="invoice_not_editable")
        if not params.get("paid_out_of_band"):
            raise StripeSaysError(
                "There is no payment method to charge.", code="invoice_no_payment_method_types"
            )
        rest = invoice["amount_remaining"]
        self._default_payment(invoice)["status"] = "canceled"
        record = self._payment(invoice, rest, "payment_record", self.id("pr"))
        record.update(status="paid", amount_paid=rest)
        record["status_transitions"]["paid_at"] = self.now
        invoice["_off_stripe"] += rest
        self._close(invoice)
        return invoice

    def void(self, params: Params, invoice_id: str) -> Record:
        invoice = self.get(self.invoices, invoice_id, "invoice")
        if invoice["status"] not in {"open", "uncollectible"}:
            raise StripeSaysError("You can only void open invoices.")
        invoice["status"] = "void"
        self.happened("invoice.voided", invoice)
        return invoice

    def retrieve(self, params: Params, invoice_id: str) -> Record:
        invoice = self.get(self.invoices, invoice_id, "invoice")
        if "amount_paid_off_stripe" in params.get("expand", []):
            return {**invoice, "amount_paid_off_stripe": invoice["_off_stripe"]}
        return invoice

    def list_invoices(self, params: Params) -> Record:
        wanted: Record = {key: params[key] for key in ("customer", "status") if key in params}
        return page(self.invoices, wanted, params, "/v1/invoices")

    def search_invoices(self, params: Params) -> Record:
        return found(
            self._indexed(self.invoices), params, {"number", "customer", "status", "total", "metadata"}
        )

    # Payments and credit notes.

    def report_payment(self, params: Params) -> Record:
        """Take note of money that came elsewhere; it belongs to no invoice until it is attached."""
        if params.get("outcome") != "guaranteed" or "guaranteed" not in params:
            raise StripeSaysError("Only what has come in is reported here.", param="outcome")
        if max(params["initiated_at"], params["guaranteed"]["guaranteed_at"]) > self.now:
            raise StripeSaysError("The payment must not lie in the future.", param="initiated_at")
        if params["amount_requested"]["value"] <= 0:
            raise StripeSaysError("Invalid positive integer", param="amount_requested[value]")
        kind = params["payment_method_details"].get("type")
        if kind != "custom" or "custom" not in params["payment_method_details"]:
            raise StripeSaysError("A custom payment method is needed.", param="payment_method_details")
        self.get(self.customers, params["customer_details"]["customer"], "customer")
        record = {
            "id": self.id("pr"), "object": "payment_record", "created": self.now, "livemode": False,
            "amount_requested": params["amount_requested"], "metadata": params.get("metadata", {}),
            "_customer": params["customer_details"]["customer"], "_attached": False,
        }  # fmt: skip
        self.records[record["id"]] = record
        return record

    def attach(self, params: Params, invoice_id: str) -> Record:
        invoice = self.get(self.invoices, invoice_id, "invoice")
        if ("payment_record" in params) == ("payment_intent" in params):
            raise StripeSaysError("Exactly one of payment_intent and payment_record is needed.")
        record = self.get(self.records, params.get("payment_record", ""), "payment_record")
        amount = record["amount_requested"]
        if invoice["status"] != "open":
            raise StripeSaysError("You can only attach payments to open invoices.")
        if record["_attached"] or record["_customer"] != invoice["customer"]:
            raise StripeSaysError("This payment belongs elsewhere.", param="payment_record")
        if amount["currency"] != invoice["currency"] or amount["value"] > invoice["amount_remaining"]:
            raise StripeSaysError("The payment exceeds what remains.", param="payment_record")
        record["_attached"] = True
        payment = self._payment(invoice, amount["value"], "payment_record", record["id"])
        payment.update(status="paid", amount_paid=amount["value"])
        payment["status_transitions"]["paid_at"] = self.now
        invoice["_off_stripe"] += amount["value"]
        self._recount(invoice)
        self.happened("invoice_payment.paid", payment)
        if not invoice["amount_remaining"]:
            self._close(invoice)
        return invoice

    def list_payments(self, params: Params) -> Record:
        wanted: Record = {key: params[key] for key in ("invoice", "status") if key in params}
        return page(self.payments, wanted, params, "/v1/invoice_payments")

    def list_notes(self, params: Params) -> Record:
        wanted: Record = {key: params[key] for key in ("invoice",) if key in params}
        return page(self.notes, wanted, params, "/v1/credit_notes")

    def create_note(self, params: Params) -> Record:
        invoice = self.get(self.invoices, params["invoice"], "invoice")
        if invoice["status"] not in {"open", "paid"}:
            raise StripeSaysError("You can only credit finalized invoices.", param="invoice")
        amount = params.get("amount", 0)
        credited = invoice["pre_payment_credit_notes_amount"] + invoice["post_payment_credit_notes_amount"]
        if amount <= 0 or amount + credited > invoice["total"]:
            raise StripeSaysError("The credit exceeds the invoice.", param="amount")
        before = min(amount, invoice["amount_remaining"])
        given = sum(params.get(key, 0) for key in ("refund_amount", "credit_amount", "out_of_band_amount"))
        if given != amount - before:
            message = f"What is given back must equal the post payment amount: {given} != {amount - before}"
            raise StripeSaysError(message)
        if params.get("refund_amount", 0) > self._paid_online(invoice):
            raise StripeSaysError("There is no charge to refund that much of.", param="refund_amount")
        return self._write_note(invoice, params, before)

    def _write_note(self, invoice: Record, params: Params, before: int) -> Record:
        note = {
            "id": self.id("cn"), "object": "credit_note", "created": self.now, "livemode": False,
            "status": "issued", "currency": invoice["currency"], "metadata": {}, **params,
        }  # fmt: skip
        self.notes[note["id"]] = note
        invoice["pre_payment_credit_notes_amount"] += before
        invoice["post_payment_credit_notes_amount"] += params["amount"] - before
        if params.get("email_type", "credit_note") == "credit_note":
            self.mails.append(f"credit note {note['id']}")
        self._recount(invoice)
        if invoice["status"] == "open" and not invoice["amount_remaining"]:
            self._close(invoice)
        self.happened("credit_note.created", note)
        return note

    def pays_online(self, invoice_id: str, amount: int | None = None) -> Record:
        """Do what the tenant does on the hosted page; a part where an amount is given."""
        invoice = self.get(self.invoices, invoice_id, "invoice")
        assert invoice["status"] == "open", "the page takes no money for what is not open"
        expected = self._default_payment(invoice)
        paid = invoice["amount_remaining"] if amount is None else amount
        expected.update(status="paid", amount_paid=paid, is_default=False)
        expected["status_transitions"]["paid_at"] = self.now
        self._recount(invoice)
        self.happened("invoice_payment.paid", expected)
        if invoice["amount_remaining"]:
            self._expect(invoice)
        else:
            self._close(invoice)
        return expected

    # What follows from what.

    def _close(self, invoice: Record) -> None:
        invoice["status"] = "paid"
        invoice["status_transitions"]["paid_at"] = self.now
        self._recount(invoice)
        self.happened("invoice.paid", invoice)

    def _expect(self, invoice: Record) -> None:
        self._payment(invoice, invoice["total"], "payment_intent", self.id("pi"))["is_default"] = True

    def _payment(self, invoice: Record, amount: int, kind: str, reference: str) -> Record:
        payment = {
            "id": self.id("inpay"), "object": "invoice_payment", "created": self.now, "livemode": False,
            "invoice": invoice["id"], "currency": invoice["currency"], "amount_requested": amount,
            "amount_paid": None, "status": "open", "is_default": False,
            "payment": {"type": kind, kind: reference},
            "status_transitions": {"paid_at": None, "canceled_at": None},
        }  # fmt: skip
        self.payments[payment["id"]] = payment
        return payment

    def _default_payment(self, invoice: Record) -> Record:
        return next(
            one for one in self.payments.values() if one["invoice"] == invoice["id"] and one["is_default"]
        )

    def _paid(self, invoice: Record) -> int:
        mine = [one for one in self.payments.values() if one["invoice"] == invoice["id"]]
        return sum(one["amount_paid"] for one in mine if one["status"] == "paid")

    def _paid_online(self, invoice: Record) -> int:
        return self._paid(invoice) - int(invoice["_off_stripe"])

    def _recount(self, invoice: Record) -> None:
        total = sum(line["amount"] for line in invoice["lines"]["data"])
        due = total - invoice["pre_payment_credit_notes_amount"]
        paid = self._paid(invoice)
        invoice.update(
            total=total, subtotal=total, amount_due=due, amount_paid=paid, amount_remaining=max(due - paid, 0)
        )


def _check_due(params: Params, now: int) -> None:
    due = [key for key in ("due_date", "days_until_due") if key in params]
    if params.get("collection_method") != "send_invoice":
        if due:
            raise StripeSaysError("Only for collection_method=send_invoice.", param=due[0])
    elif len(due) != 1:
        raise StripeSaysError("You must pass exactly one of due_date and days_until_due.", param="due_date")
    elif params.get("due_date", now + 1) <= now or params.get("due_date", now) > now + 5 * 366 * 86_400:
        raise StripeSaysError("The due date must lie in the future.", param="due_date")

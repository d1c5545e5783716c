"""A line to a Stripe that lives in memory: strict about parameters, and in trouble when it was told to be.

It stands where the library's HTTP client stands, so the library's own encoding, retries, errors and
objects are all in play; only the network is not. Parameters are checked against the library's types.
"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import stripe
from requests.structures import CaseInsensitiveDict
from stripe import params as types

from tests.fakes.stripe_books import Books
from tests.fakes.stripe_lists import StripeSaysError
from tests.fakes.stripe_params import WrongParameterError, checked, decode

if TYPE_CHECKING:
    from collections.abc import Mapping

API_KEY = "sk_test_park_of_the_tests"
WEBHOOK_SECRET = "whsec_park_of_the_tests"
Answer = tuple[str, int, "CaseInsensitiveDict[str]"]


class Trouble(StrEnum):
    """What may go wrong with one request, and whether the work was done all the same."""

    ERROR_BEFORE = "500, nothing done"
    ERROR_AFTER = "500, done"
    SILENCE_BEFORE = "no answer, nothing done"
    SILENCE_AFTER = "no answer, done"
    TOO_MANY = "429"
    BUSY = "409"
    GIBBERISH = "200 with no JSON, done"


ROUTES: tuple[tuple[str, str, type, str], ...] = (
    ("post", r"/v1/customers", types.CustomerCreateParams, "create_customer"),
    ("get", r"/v1/customers/search", types.CustomerSearchParams, "search_customers"),
    ("post", r"/v1/customers/(\w+)", types.CustomerUpdateParams, "update_customer"),
    ("post", r"/v1/invoices", types.InvoiceCreateParams, "create_invoice"),
    ("get", r"/v1/invoices", types.InvoiceListParams, "list_invoices"),
    ("get", r"/v1/invoices/search", types.InvoiceSearchParams, "search_invoices"),
    ("get", r"/v1/invoices/(\w+)", types.InvoiceRetrieveParams, "retrieve"),
    ("post", r"/v1/invoices/(\w+)/finalize", types.InvoiceFinalizeInvoiceParams, "finalize"),
    ("post", r"/v1/invoices/(\w+)/pay", types.InvoicePayParams, "pay"),
    ("post", r"/v1/invoices/(\w+)/attach_payment", types.InvoiceAttachPaymentParams, "attach"),
    ("post", r"/v1/payment_records/report_payment", types.PaymentRecordReportPaymentParams, "report_payment"),
    ("post", r"/v1/invoices/(\w+)/void", types.InvoiceVoidInvoiceParams, "void"),
    ("post", r"/v1/invoiceitems", types.InvoiceItemCreateParams, "add_line"),
    ("get", r"/v1/invoice_payments", types.InvoicePaymentListParams, "list_payments"),
    ("get", r"/v1/credit_notes", types.CreditNoteListParams, "list_notes"),
    ("post", r"/v1/credit_notes", types.CreditNoteCreateParams, "create_note"),
)


@dataclass
class _Kept:
    """The first answer to an idempotency key; it is the answer for a day."""

    request: tuple[str, str]
    answer: Answer
    until: int


class StripeHttp(stripe.HTTPClient):
    """Hand it to StripeGateway as `http_client`; `books` is the account behind it."""

    name = "memory"

    def __init__(self) -> None:
        super().__init__()
        self.books = Books()
        self.requests: list[str] = []
        self._plans: list[tuple[str, Trouble]] = []
        self._kept: dict[str, _Kept] = {}

    def plan(self, request: str, *troubles: Trouble) -> None:
        """Let the next requests that begin like `POST /v1/invoices` go wrong, one trouble each."""
        self._plans.extend((request, trouble) for trouble in troubles)

    def a_day_passes(self) -> None:
        self.books.now += 86_400
        self.books.index_is_late = False

    def signed(self, event: Mapping[str, Any], *, secret: str = WEBHOOK_SECRET) -> tuple[bytes, str]:
        """Post an event: the raw body and its `Stripe-Signature`, made just now."""
        body = json.dumps(event, ensure_ascii=False)
        header = stripe.WebhookSignature.generate_signature_header(body, secret, self.books.now)
        return body.encode(), header

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0.0

    def close(self) -> None:
        """Nothing is open."""

    def request(  # type: ignore[override] # the library's own clients leave out _usage too
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> Answer:
        """Answer one request as Stripe would."""
        parts = urlsplit(url)
        headers = headers or {}
        line = f"{method.upper()} {parts.path}"
        self.requests.append(line)
        trouble = self._trouble(line)
        if trouble is Trouble.SILENCE_BEFORE:
            raise stripe.APIConnectionError("timed out", should_retry=True)
        if trouble in {Trouble.TOO_MANY, Trouble.BUSY}:
            status, code = (429, "rate_limit") if trouble is Trouble.TOO_MANY else (409, "lock_timeout")
            return _refusal(StripeSaysError("Too many at once", status=status, code=code))
        encoded = str(post_data or "") if method == "post" else parts.query
        answer = self._once(method, parts.path, encoded, headers, trouble)
        if trouble is Trouble.GIBBERISH:
            return "<html>", 200, CaseInsensitiveDict()
        if trouble is Trouble.SILENCE_AFTER:
            raise stripe.APIConnectionError("timed out", should_retry=True)
        return answer

    def _trouble(self, line: str) -> Trouble | None:
        for index, (begins, trouble) in enumerate(self._plans):
            if re.fullmatch(begins.replace("*", r"\w+"), line):
                del self._plans[index]
                return trouble
        return None

    def _once(
        self, method: str, path: str, encoded: str, headers: Mapping[str, str], trouble: Trouble | None
    ) -> Answer:
        """Keep the first answer to an idempotency key, a 500 included, and give it again for a day."""
        key = headers.get("Idempotency-Key") if method == "post" else None
        kept = self._kept.get(key or "")
        if kept is not None and kept.until > self.books.now:
            if kept.request != (path, encoded):
                return _refusal(StripeSaysError("Keys for idempotent requests ..."), kind="idempotency_error")
            return kept.answer
        answer, executed = self._answer(method, path, encoded, headers, trouble)
        if key is not None and executed:
            assert len(key) <= 255
            self._kept[key] = _Kept((path, encoded), answer, self.books.now + 86_400)
        return answer

    def _answer(
        self, method: str, path: str, encoded: str, headers: Mapping[str, str], trouble: Trouble | None
    ) -> tuple[Answer, bool]:
        """Answer, and tell whether it came as far as doing something."""
        try:
            if headers.get("Authorization") != f"Bearer {API_KEY}":
                raise StripeSaysError("Invalid API Key provided", status=401)  # noqa: TRY301 - one way out
            handler, params, ids = self._handler(method, path, encoded)
        except WrongParameterError as wrong:
            return _refusal(StripeSaysError(str(wrong), param=wrong.param, code=wrong.code)), False
        except StripeSaysError as says:
            return _refusal(says), False
        broken = _refusal(StripeSaysError("An unknown error occurred", status=500), kind="api_error")
        if trouble is Trouble.ERROR_BEFORE:
            return broken, True
        answer = self._done(handler, params, ids)
        return (broken if trouble is Trouble.ERROR_AFTER else answer), True

    def _done(self, handler: Any, params: dict[str, Any], ids: tuple[str, ...]) -> Answer:
        try:
            record = handler(params, *ids)
        except StripeSaysError as says:
            return _refusal(says)
        headers = CaseInsensitiveDict({"Request-Id": f"req_{len(self.requests)}"})
        return json.dumps(_shown(record)), 200, headers

    def _handler(self, method: str, path: str, encoded: str) -> tuple[Any, dict[str, Any], tuple[str, ...]]:
        for verb, pattern, kind, name in ROUTES:
            match = re.fullmatch(pattern, path)
            if verb == method and match:
                return getattr(self.books, name), checked(decode(encoded), kind), match.groups()
        message = f"Unrecognized request URL ({method.upper()}: {path})."
        raise StripeSaysError(message, status=404)


def _shown(record: dict[str, Any]) -> dict[str, Any]:
    """Leave out what only the books know."""
    shown = {key: copy.deepcopy(value) for key, value in record.items() if not key.startswith("_")}
    if isinstance(shown.get("data"), list):
        shown["data"] = [_shown(one) for one in shown["data"]]
    return shown


def _refusal(says: StripeSaysError, *, kind: str = "invalid_request_error") -> Answer:
    error = {"type": kind, "message": str(says), "param": says.param, "code": says.code}
    headers = CaseInsensitiveDict({"Request-Id": "req_refused"})
    if kind == "api_error":
        headers["Stripe-Should-Retry"] = "false"  # as Stripe does: it would only answer the same again
    return json.dumps({"error": error}), says.status, headers

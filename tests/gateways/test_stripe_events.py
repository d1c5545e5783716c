"""Only Stripe can tell us that something happened, only just now, and it is never taken as proof."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.gateways.stripe_gateway import StripeGateway
from booking.payments.gateway import BadSignature, GatewayCredit, GatewayInvoice
from booking.values import Money
from tests.fakes.stripe_http import API_KEY, StripeHttp
from tests.gateways.conftest import NOW


def events_of(http: StripeHttp, kind: str) -> list[dict]:
    return [event for event in http.books.events if event["type"] == kind]


@pytest.fixture
def provider_id(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice
) -> str:
    provider_id = stripe_gateway.publish(october_invoice, now=NOW).provider_id
    stripe_gateway.credit(provider_id, GatewayCredit("credit-note-3", "P01-2026-C001", Money(4_000)))
    stripe_http.books.pays_online(provider_id)
    return provider_id


@pytest.mark.parametrize(
    "kind", ["invoice.finalized", "invoice.paid", "invoice_payment.paid", "credit_note.created"]
)
def test_an_event_tells_which_invoice_to_look_at(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, provider_id: str, kind: str
):
    (event,) = events_of(stripe_http, kind)
    body, signature = stripe_http.signed(event)
    read = stripe_gateway.read_event(body, signature, now=NOW)
    assert (read.id, read.type, read.invoice_provider_id) == (event["id"], kind, provider_id)
    assert read.created == NOW


def test_an_event_about_something_else_names_no_invoice(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, provider_id: str
):
    (event,) = events_of(stripe_http, "customer.created")
    assert stripe_gateway.read_event(*stripe_http.signed(event), now=NOW).invoice_provider_id is None


@pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(minutes=-6), timedelta(days=400)])
def test_an_event_that_is_not_of_now_is_refused(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, provider_id: str, age: timedelta
):
    (event,) = events_of(stripe_http, "invoice.paid")
    with pytest.raises(BadSignature, match="five minutes"):
        stripe_gateway.read_event(*stripe_http.signed(event), now=NOW + age)


def test_a_changed_body_or_a_foreign_secret_is_refused(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, provider_id: str
):
    (event,) = events_of(stripe_http, "invoice.paid")
    body, signature = stripe_http.signed(event)
    with pytest.raises(BadSignature, match="matching"):
        stripe_gateway.read_event(body.replace(b"144000", b"000001"), signature, now=NOW)
    with pytest.raises(BadSignature, match="matching"):
        stripe_gateway.read_event(*stripe_http.signed(event, secret="whsec_other"), now=NOW)
    with pytest.raises(BadSignature, match="UnicodeDecodeError"):
        stripe_gateway.read_event(b"\xff" + body, signature, now=NOW)


def test_without_a_secret_every_event_is_refused(stripe_http: StripeHttp, provider_id: str):
    (event,) = events_of(stripe_http, "invoice.paid")
    gateway = StripeGateway(API_KEY, "", http_client=stripe_http)
    with pytest.raises(BadSignature, match="secret"):
        gateway.read_event(*stripe_http.signed(event), now=NOW)


@pytest.mark.parametrize("event", [[], "x", 7, None, {}, {"id": "evt_1"}, {"object": "v2.core.event"}])
def test_a_signed_body_that_is_no_event_is_refused(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, event: object
):
    with pytest.raises(BadSignature):
        stripe_gateway.read_event(*stripe_http.signed(event), now=NOW)  # type: ignore[arg-type] # on purpose

"""An invoice at Stripe: laid out once whatever goes wrong, mailed by nobody but us, credited to the fen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
import stripe

from booking.gateways.stripe_gateway import StripeGateway
from booking.payments.gateway import (
    GatewayCredit,
    GatewayInvoice,
    GatewayRefused,
    GatewayStatus,
    GatewayUnavailable,
    PaidOutside,
    Payer,
    PublishedInvoice,
)
from booking.values import Money
from tests.fakes.stripe_http import API_KEY, WEBHOOK_SECRET, StripeHttp, Trouble
from tests.gateways.conftest import NOW

STEPS = [
    "GET /v1/customers/search",
    "POST /v1/customers",
    "GET /v1/invoices",
    "POST /v1/invoices",
    "POST /v1/invoiceitems",
    "GET /v1/invoices/*",
    "POST /v1/invoices/*/finalize",
]


def only_invoice(http: StripeHttp) -> dict[str, Any]:
    (invoice,) = http.books.invoices.values()
    return invoice


def publish_until_done(gateway: StripeGateway, http: StripeHttp, invoice: GatewayInvoice) -> PublishedInvoice:
    """Try as the job does: a minute later, and later again, when a search finds what was made first."""
    for attempt in range(3):
        try:
            return gateway.publish(replace(invoice, attempt=attempt), now=NOW)
        except GatewayUnavailable:
            http.books.index_is_late = http.books.index_is_late and attempt == 0
    return pytest.fail("still not published")


def test_the_invoice_at_stripe_says_what_ours_says(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice
):
    published = stripe_gateway.publish(october_invoice, now=NOW)
    invoice = only_invoice(stripe_http)
    assert published.provider_id == invoice["id"]
    assert published.pay_url == invoice["hosted_invoice_url"]
    assert published.pay_url is not None
    assert published.pay_url.startswith("https://")
    assert invoice["number"] == "P01-2026-0001"
    assert (invoice["total"], invoice["currency"], invoice["status"]) == (144_000, "cny", "open")
    assert invoice["due_date"] == int(datetime(2026, 11, 20, 16, tzinfo=UTC).timestamp())
    assert invoice["payment_settings"] == {"payment_method_types": ["card", "alipay", "wechat_pay"]}
    assert len(invoice["lines"]["data"]) == 1
    (customer,) = stripe_http.books.customers.values()
    assert (customer["name"], customer["email"]) == ("示例科技有限公司", "finance@enterprise.example")


def test_stripe_mails_nobody(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice
):
    provider_id = stripe_gateway.publish(october_invoice, now=NOW).provider_id
    stripe_gateway.credit(provider_id, GatewayCredit("credit-note-3", "P01-2026-C001", Money(4_000)))
    stripe_gateway.settle_outside(provider_id)
    assert stripe_http.books.mails == []


@pytest.mark.parametrize("trouble", list(Trouble))
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("retries", [0, 2])
@pytest.mark.parametrize("late", [False, True])
def test_whatever_goes_wrong_on_the_way_the_invoice_is_there_once_at_last(
    stripe_http: StripeHttp,
    october_invoice: GatewayInvoice,
    step: str,
    trouble: Trouble,
    retries: int,
    late: bool,
):
    gateway = StripeGateway(API_KEY, WEBHOOK_SECRET, http_client=stripe_http, retries=retries)
    stripe_http.books.index_is_late = late
    stripe_http.plan(step, trouble)
    published = publish_until_done(gateway, stripe_http, october_invoice)
    assert published.provider_id == only_invoice(stripe_http)["id"]
    assert only_invoice(stripe_http)["total"] == 144_000
    assert only_invoice(stripe_http)["status"] == "open"


@pytest.mark.parametrize("step", STEPS)
def test_three_days_of_trouble_at_one_step_end_with_one_invoice(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice, step: str
):
    for attempt in range(3):
        stripe_http.plan(step, Trouble.ERROR_AFTER)
        try:
            stripe_gateway.publish(
                replace(october_invoice, attempt=attempt), now=NOW + timedelta(days=attempt)
            )
        except GatewayUnavailable:
            stripe_http.a_day_passes()
    stripe_http._plans.clear()
    stripe_gateway.publish(replace(october_invoice, attempt=3), now=NOW + timedelta(days=3))
    assert only_invoice(stripe_http)["total"] == 144_000
    assert len(stripe_http.books.customers) == 1


def test_an_enterprise_is_one_customer_and_keeps_its_present_name(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice
):
    stripe_gateway.publish(october_invoice, now=NOW)
    renamed = replace(october_invoice.payer, name="示例智能科技有限公司", email="")
    november = replace(october_invoice, key="invoice-260", number="P01-2026-0030", payer=renamed)
    stripe_gateway.publish(november, now=NOW)
    (customer,) = stripe_http.books.customers.values()
    assert (customer["name"], customer["email"]) == ("示例智能科技有限公司", None)
    assert len(stripe_http.books.invoices) == 2


def test_an_invoice_that_is_due_already_can_still_be_paid(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice
):
    stripe_gateway.publish(replace(october_invoice, due_at=NOW - timedelta(days=1)), now=NOW)
    assert only_invoice(stripe_http)["due_date"] == stripe_http.books.now


def test_a_number_that_belongs_to_another_invoice_is_refused_by_name(
    stripe_gateway: StripeGateway, october_invoice: GatewayInvoice
):
    stripe_gateway.publish(october_invoice, now=NOW)
    thief = replace(october_invoice, key="invoice-999", payer=Payer("enterprise-99", "别家"))
    with pytest.raises(GatewayRefused, match="P01-2026-0001 belongs to another invoice"):
        stripe_gateway.publish(thief, now=NOW)


def test_a_number_whose_holder_is_not_known_yet_is_tried_later(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice
):
    stripe_gateway.publish(october_invoice, now=NOW)
    stripe_http.books.index_is_late = True  # neither the customer nor the number can be found
    stripe_http._kept.clear()
    with pytest.raises(GatewayUnavailable, match="not known yet"):
        stripe_gateway.publish(october_invoice, now=NOW)
    assert len(stripe_http.books.invoices) == 1


def test_an_invoice_of_another_amount_under_our_key_is_refused(
    stripe_gateway: StripeGateway, october_invoice: GatewayInvoice
):
    stripe_gateway.publish(october_invoice, now=NOW)
    with pytest.raises(GatewayRefused, match="144000"):
        stripe_gateway.publish(replace(october_invoice, total=Money(99)), now=NOW)


def test_a_draft_of_another_amount_is_not_finalised(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice
):
    stripe_http.plan("POST /v1/invoices/*/finalize", Trouble.TOO_MANY)
    with pytest.raises(GatewayUnavailable, match="Too many"):
        stripe_gateway.publish(october_invoice, now=NOW)
    with pytest.raises(GatewayRefused, match="the draft"):
        stripe_gateway.publish(replace(october_invoice, total=Money(99)), now=NOW)
    assert only_invoice(stripe_http)["status"] == "draft"


def test_an_invoice_withdrawn_at_stripe_is_refused(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice
):
    provider_id = stripe_gateway.publish(october_invoice, now=NOW).provider_id
    stripe_http.books.void({}, provider_id)
    with pytest.raises(GatewayRefused, match="withdrawn"):
        stripe_gateway.publish(october_invoice, now=NOW)
    with pytest.raises(GatewayRefused, match="not open"):
        stripe_gateway.settle_outside(provider_id)
    assert stripe_gateway.look(provider_id).status is GatewayStatus.VOID


def test_a_wrong_key_is_for_later_because_a_person_will_mend_it(
    stripe_http: StripeHttp, october_invoice: GatewayInvoice
):
    gateway = StripeGateway("sk_test_wrong", WEBHOOK_SECRET, http_client=stripe_http)
    with pytest.raises(GatewayUnavailable, match="Invalid API Key"):
        gateway.publish(october_invoice, now=NOW)


def test_an_invoice_stripe_does_not_know_is_refused(stripe_gateway: StripeGateway):
    with pytest.raises(GatewayRefused, match="resource_missing"):
        stripe_gateway.look("in_unknown")


def test_what_was_paid_online_is_seen_with_its_reference(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice
):
    provider_id = stripe_gateway.publish(october_invoice, now=NOW).provider_id
    paid = stripe_http.books.pays_online(provider_id)
    state = stripe_gateway.look(provider_id)
    assert (state.status, state.total, state.amount_paid) == (
        GatewayStatus.PAID,
        Money(144_000),
        Money(144_000),
    )
    (payment,) = state.payments
    assert payment.provider_id == paid["id"]
    assert payment.reference == paid["payment"]["payment_intent"]
    assert payment.paid_at == NOW


def test_parts_are_seen_one_by_one_and_the_invoice_stays_open(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice
):
    provider_id = stripe_gateway.publish(october_invoice, now=NOW).provider_id
    for _ in range(120):  # more than one page
        stripe_http.books.pays_online(provider_id, 1_000)
    state = stripe_gateway.look(provider_id)
    assert state.status is GatewayStatus.OPEN
    assert len(state.payments) == 120
    assert state.amount_paid == Money(120_000)


def test_a_transfer_told_to_stripe_is_not_money_from_stripe(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice
):
    provider_id = stripe_gateway.publish(october_invoice, now=NOW).provider_id
    stripe_http.books.pays_online(provider_id, 44_000)
    stripe_gateway.settle_outside(provider_id)
    state = stripe_gateway.look(provider_id)
    assert state.status is GatewayStatus.PAID
    assert state.amount_paid == Money(44_000)
    assert state.settled_outside == Money(100_000)


def test_a_transfer_told_while_the_tenant_pays_online_takes_nothing_twice(
    stripe_http: StripeHttp, october_invoice: GatewayInvoice
):
    class PaidInBetween(StripeHttp):
        def request(self, method, url, headers, post_data=None):  # type: ignore[override] # as its base
            if url.endswith("/pay"):
                (invoice_id,) = self.books.invoices
                self.books.pays_online(invoice_id)
            return super().request(method, url, headers, post_data)

    http = PaidInBetween()
    gateway = StripeGateway(API_KEY, WEBHOOK_SECRET, http_client=http)
    provider_id = gateway.publish(october_invoice, now=NOW).provider_id
    gateway.settle_outside(provider_id)
    assert gateway.look(provider_id).amount_paid == Money(144_000)
    assert gateway.look(provider_id).settled_outside == Money.zero()


@pytest.mark.parametrize("trouble", list(Trouble))
def test_settling_goes_on_after_trouble(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice, trouble: Trouble
):
    provider_id = stripe_gateway.publish(october_invoice, now=NOW).provider_id
    stripe_http.plan("POST /v1/invoices/*/pay", trouble)
    try:
        stripe_gateway.settle_outside(provider_id)
    except GatewayUnavailable:
        stripe_gateway.settle_outside(provider_id, attempt=1)
    assert stripe_gateway.look(provider_id).settled_outside == Money(144_000)


@pytest.mark.parametrize("trouble", list(Trouble))
def test_a_credit_is_given_once_after_trouble(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice, trouble: Trouble
):
    provider_id = stripe_gateway.publish(october_invoice, now=NOW).provider_id
    note = GatewayCredit("credit-note-3", "P01-2026-C001", Money(4_000), "会议室退费")
    stripe_http.plan("POST /v1/credit_notes", trouble)
    try:
        stripe_gateway.credit(provider_id, note)
    except GatewayUnavailable:
        stripe_gateway.credit(provider_id, replace(note, attempt=1))
    assert len(stripe_http.books.notes) == 1
    assert stripe_gateway.look(provider_id).credited == Money(4_000)


def test_a_credit_on_an_open_invoice_lowers_what_is_to_be_paid(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice
):
    provider_id = stripe_gateway.publish(october_invoice, now=NOW).provider_id
    stripe_gateway.credit(provider_id, GatewayCredit("credit-note-3", "P01-2026-C001", Money(44_000)))
    stripe_http.books.pays_online(provider_id)
    assert stripe_gateway.look(provider_id).amount_paid == Money(100_000)


@pytest.mark.parametrize(
    ("refund", "given_back"), [(False, {"out_of_band_amount": 30_000}), (True, {"refund_amount": 30_000})]
)
def test_a_credit_beyond_the_open_rest_says_how_it_is_given_back(
    stripe_gateway: StripeGateway,
    stripe_http: StripeHttp,
    october_invoice: GatewayInvoice,
    refund: bool,
    given_back: dict[str, int],
):
    provider_id = stripe_gateway.publish(october_invoice, now=NOW).provider_id
    stripe_http.books.pays_online(provider_id, 134_000)
    note = GatewayCredit("credit-note-3", "P01-2026-C001", Money(40_000), refund=refund)
    stripe_gateway.credit(provider_id, note)
    (made,) = stripe_http.books.notes.values()
    assert {key: made[key] for key in given_back} == given_back
    assert stripe_gateway.look(provider_id).status is GatewayStatus.PAID


def test_a_credit_of_more_than_the_invoice_is_refused(
    stripe_gateway: StripeGateway, october_invoice: GatewayInvoice
):
    provider_id = stripe_gateway.publish(october_invoice, now=NOW).provider_id
    with pytest.raises(GatewayRefused, match="exceeds"):
        stripe_gateway.credit(provider_id, GatewayCredit("credit-note-3", "P01-2026-C001", Money(144_001)))


def test_the_fake_refuses_what_stripe_refuses(stripe_http: StripeHttp):
    client = stripe.StripeClient(API_KEY, http_client=stripe_http)
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter: colour"):
        client.v1.invoices.create(cast("Any", {"colour": "red"}))
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        client.v1.charges.list()
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        client.v1.invoices.create({"customer": "cus_nobody"})
    customer = client.v1.customers.create({"name": "a"}, {"idempotency_key": "k"})
    assert client.v1.customers.create({"name": "a"}, {"idempotency_key": "k"}).id == customer.id
    with pytest.raises(stripe.IdempotencyError):
        client.v1.customers.create({"name": "b"}, {"idempotency_key": "k"})
    stripe_http.a_day_passes()
    assert client.v1.customers.create({"name": "a"}, {"idempotency_key": "k"}).id != customer.id


@pytest.mark.parametrize("trouble", list(Trouble))
@pytest.mark.parametrize(
    "step", ["POST /v1/payment_records/report_payment", "POST /v1/invoices/*/attach_payment"]
)
def test_whatever_goes_wrong_a_part_that_came_by_transfer_lowers_the_page_once(
    stripe_http: StripeHttp, october_invoice: GatewayInvoice, step: str, trouble: Trouble
):
    gateway = StripeGateway(API_KEY, WEBHOOK_SECRET, http_client=stripe_http, retries=0)
    provider_id = gateway.publish(october_invoice, now=NOW).provider_id
    stripe_http.plan(step, trouble)
    for attempt in range(3):
        try:
            gateway.paid_outside(provider_id, PaidOutside(Money(44_000), NOW, attempt))
        except GatewayUnavailable:
            continue
        break
    assert only_invoice(stripe_http)["amount_remaining"] == 100_000
    gateway.paid_outside(provider_id, PaidOutside(Money(54_000), NOW))
    assert only_invoice(stripe_http)["amount_remaining"] == 90_000
    assert stripe_http.books.pays_online(provider_id)["amount_paid"] == 90_000
    assert [paid.amount for paid in gateway.look(provider_id).payments] == [Money(90_000)]


def test_a_part_after_which_nothing_would_remain_is_left_to_the_settling(
    stripe_gateway: StripeGateway, stripe_http: StripeHttp, october_invoice: GatewayInvoice
):
    provider_id = stripe_gateway.publish(october_invoice, now=NOW).provider_id
    stripe_http.books.pays_online(provider_id, 100_000)
    stripe_gateway.paid_outside(provider_id, PaidOutside(Money(44_000), NOW))
    assert only_invoice(stripe_http)["amount_remaining"] == 44_000
    assert stripe_http.books.records == {}

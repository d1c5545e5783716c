"""What every payment gateway keeps, online or not: all can be said twice, and an invoice is found again."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from booking.gateways.choose import TransferOnlyGateway
from booking.gateways.stripe_gateway import StripeGateway
from booking.payments.gateway import (
    BadSignature,
    GatewayCredit,
    GatewayInvoice,
    GatewayStatus,
    PaidOutside,
    Payer,
    PaymentGateway,
)
from booking.payments.rules import KnownPayment, reconcile
from booking.values import Money

NOW = datetime(2026, 11, 3, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(params=["stripe", "transfer only"])
def gateway(request: pytest.FixtureRequest, stripe_gateway: StripeGateway) -> PaymentGateway:
    return stripe_gateway if request.param == "stripe" else TransferOnlyGateway()


def test_an_invoice_published_twice_is_published_once(
    gateway: PaymentGateway, october_invoice: GatewayInvoice
):
    assert gateway.publish(october_invoice, now=NOW) == gateway.publish(october_invoice, now=NOW)


def test_two_invoices_have_two_places(gateway: PaymentGateway, october_invoice: GatewayInvoice):
    payer = Payer("enterprise-18", "另一家企业")
    other = GatewayInvoice("invoice-232", "P01-2026-0002", Money(1), "十月", october_invoice.due_at, payer)
    first, second = gateway.publish(october_invoice, now=NOW), gateway.publish(other, now=NOW)
    assert first.provider_id != second.provider_id


def test_nothing_is_paid_that_nobody_paid(gateway: PaymentGateway, october_invoice: GatewayInvoice):
    state = gateway.look(gateway.publish(october_invoice, now=NOW).provider_id)
    assert state.payments == ()
    assert not state.amount_paid
    assert not reconcile(october_invoice.total, Money.zero(), (), state).settled


def test_a_bank_transfer_settles_the_invoice_and_leaves_no_discrepancy(
    gateway: PaymentGateway, october_invoice: GatewayInvoice
):
    provider_id = gateway.publish(october_invoice, now=NOW).provider_id
    gateway.settle_outside(provider_id)
    gateway.settle_outside(provider_id)
    state = gateway.look(provider_id)
    assert state.payments == ()
    assert state.status in {GatewayStatus.PAID, GatewayStatus.ELSEWHERE}
    books = reconcile(october_invoice.total, Money.zero(), [KnownPayment(october_invoice.total)], state)
    assert books.settled
    assert not books.discrepancies
    assert not books.tell_provider


def test_a_part_that_came_by_transfer_told_twice_is_told_once(
    gateway: PaymentGateway, october_invoice: GatewayInvoice
):
    provider_id = gateway.publish(october_invoice, now=NOW).provider_id
    part = PaidOutside(Money(44_000), NOW)
    gateway.paid_outside(provider_id, part)
    gateway.paid_outside(provider_id, part)
    state = gateway.look(provider_id)
    assert state.payments == ()
    assert state.settled_outside in {part.total, Money.zero()}
    books = reconcile(october_invoice.total, Money.zero(), [KnownPayment(part.total)], state)
    assert books.owed == Money(100_000)
    assert not books.discrepancies
    assert not books.tell_part
    assert not books.tell_provider


def test_a_credit_told_twice_is_told_once(gateway: PaymentGateway, october_invoice: GatewayInvoice):
    provider_id = gateway.publish(october_invoice, now=NOW).provider_id
    note = GatewayCredit("credit-note-3", "P01-2026-C001", Money(4_000), "会议室退费")
    assert gateway.credit(provider_id, note) == gateway.credit(provider_id, note)
    assert gateway.look(provider_id).credited in {Money(4_000), Money.zero()}


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe", "账单".encode()])
@pytest.mark.parametrize("signature", [None, "", "t=1,v1=x", "签名", "t=x", "t=1,v1=签"])
def test_nobody_else_can_send_an_event(gateway: PaymentGateway, body: bytes, signature: str | None):
    with pytest.raises(BadSignature):
        gateway.read_event(body, signature, now=NOW)


def test_an_invoice_of_nothing_cannot_be_made(october_invoice: GatewayInvoice):
    with pytest.raises(ValueError, match="laid out"):
        GatewayInvoice(
            "invoice-1", "P01-2026-0003", Money.zero(), "十月", october_invoice.due_at, october_invoice.payer
        )
    with pytest.raises(ValueError, match="gives nothing back"):
        GatewayCredit("credit-note-1", "P01-2026-C002", Money.zero())

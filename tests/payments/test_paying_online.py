"""Paying by a provider: laid out once, mailed with its link, booked once, whatever comes when."""

from __future__ import annotations

import io
from datetime import timedelta

import pypdf
import pytest
from sqlalchemy import select

from booking.charges.models import Charge
from booking.db import transaction
from booking.gateways.mail import SmtpTransport, Tls
from booking.gateways.stripe_gateway import StripeGateway
from booking.invoices.issue_credit_note import CreditNotePorts, issue_credit_note
from booking.invoices.models import CreditNote, Invoice, InvoiceState
from booking.jobs.job import run
from booking.jobs.letters import LETTERS
from booking.jobs.payments import HANDLE_WEBHOOKS, PUBLISH_INVOICES
from booking.letters.billing import credit_letter
from booking.mail.models import Letter
from booking.parks.models import Park
from booking.payments.balance import settle
from booking.payments.models import Payment, PaymentMethod, PaymentReversal, WebhookEvent
from booking.payments.sync import TRIES_BEFORE_MAIL
from booking.payments.transfers import record_payment, reverse_payment
from booking.people.models import Enterprise, Role
from booking.values import Money
from tests.fakes.stripe_http import API_KEY, WEBHOOK_SECRET, StripeHttp, Trouble
from tests.fakes.stripe_lists import StripeSaysError
from tests.harness.months import BY, CLOSING_DAY, Press, close, line, looking, use_ports


@pytest.fixture
def http():
    http = StripeHttp()
    http.books.now = int(CLOSING_DAY.timestamp())
    return http


@pytest.fixture
def online(app, http):
    """Put Stripe behind the gateway."""
    gateway = StripeGateway(API_KEY, WEBHOOK_SECRET, http_client=http, retries=0)
    use_ports(app, gateway=gateway, printer=Press())
    return gateway


@pytest.fixture
def ready(world, session):
    """Make a park whose October has one line of 128.80 yuan."""
    park = world.park(code="QPW")
    line(session, world.space(world.area(park)), world.enterprise(park), 12880)
    return park


@pytest.fixture
def closed(app, online, ready, standing_clock):
    close(app, standing_clock, ready)
    return ready


def work(app, job):
    with app.app_context():
        return run(job)


def the_invoice(app) -> Invoice:
    return all_of(app, Invoice)[0]


def all_of(app, table):
    with looking(app) as session:
        return session.scalars(select(table).order_by(table.id)).all()


def transferred(app, invoice, amount):
    """Book a bank transfer."""
    with app.app_context(), transaction() as session:
        record_payment(
            session,
            invoice.id,
            amount,
            CLOSING_DAY.date(),
            "流水",
            idempotency_key="a",
            by=BY,
            now=CLOSING_DAY,
        )


def later(clock, http, **much):
    """Let time pass, here and there."""
    clock.set(clock.instant + timedelta(**much))
    http.books.now += int(timedelta(**much).total_seconds())


def post(client, http, event):
    body, signature = http.signed(event)
    return client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": signature})


def test_the_mail_waits_for_the_page_to_pay_at_and_then_carries_its_link(app, http, closed):
    assert not all_of(app, Letter)
    assert work(app, PUBLISH_INVOICES).done == 1
    invoice = the_invoice(app)
    [there] = http.books.invoices.values()
    assert (there["number"], there["total"], there["status"]) == ("QPW-2026-00001", 12880, "open")
    assert invoice.pay_url == there["hosted_invoice_url"]
    [letter] = all_of(app, Letter)
    assert invoice.pay_url in letter.body
    assert work(app, PUBLISH_INVOICES).done == 0
    assert len(http.books.invoices) == len(all_of(app, Letter)) == 1


def test_without_keys_the_mail_goes_at_once_and_nothing_is_published(app, ready, standing_clock):
    use_ports(app, printer=Press())
    close(app, standing_clock, ready)
    [letter] = all_of(app, Letter)
    assert "对公转账" in letter.body
    assert the_invoice(app).publish_due_at is None
    assert work(app, PUBLISH_INVOICES).done == 0


def test_an_answer_of_500_is_tried_again_and_publishes_once(app, http, closed, standing_clock):
    http.plan("POST /v1/invoices", Trouble.ERROR_BEFORE)
    assert work(app, PUBLISH_INVOICES).done == 0
    assert the_invoice(app).publish_error
    assert work(app, PUBLISH_INVOICES).done == 0  # not before its time
    later(standing_clock, http, minutes=2)
    assert work(app, PUBLISH_INVOICES).done == 1
    assert the_invoice(app).publish_error is None
    assert len(http.books.invoices) == len(all_of(app, Letter)) == 1


def test_an_answer_lost_after_the_work_was_done_publishes_once(app, http, closed, standing_clock):
    http.plan("POST /v1/invoices/*/finalize", Trouble.ERROR_AFTER)
    work(app, PUBLISH_INVOICES)
    later(standing_clock, http, minutes=2)
    assert work(app, PUBLISH_INVOICES).done == 1
    assert len(http.books.invoices) == 1


def test_a_provider_that_stays_away_does_not_hold_the_mail_back_for_ever(app, http, closed, standing_clock):
    http.plan("GET /v1/.*", *[Trouble.SILENCE_BEFORE] * 50)
    http.plan("POST /v1/.*", *[Trouble.SILENCE_BEFORE] * 50)
    for _ in range(TRIES_BEFORE_MAIL):
        assert not all_of(app, Letter)
        work(app, PUBLISH_INVOICES)
        later(standing_clock, http, hours=1)
    [letter] = all_of(app, Letter)
    assert "对公转账" in letter.body
    http._plans.clear()
    assert work(app, PUBLISH_INVOICES).done == 1
    assert the_invoice(app).pay_url
    assert len(all_of(app, Letter)) == 1


def test_what_the_provider_refuses_goes_to_a_persons_list_and_out_by_mail(app, http, world, closed, sign_in):
    def refuse(params):
        raise StripeSaysError("This account cannot take CNY", status=400)

    http.books.create_invoice = refuse  # type: ignore[method-assign]
    work(app, PUBLISH_INVOICES)
    invoice = the_invoice(app)
    assert "This account cannot take CNY" in (invoice.publish_error or "")
    assert invoice.publish_due_at is None
    assert "对公转账" in all_of(app, Letter)[0].body
    admin = sign_in(world.member(closed))
    page = admin.get("/closing/invoices?show=trouble").get_data(as_text=True)
    assert invoice.number in page
    assert "在线收款没有办成" in admin.get(f"/closing/invoices/{invoice.id}").get_data(as_text=True)


@pytest.fixture
def published(app, http, closed):
    work(app, PUBLISH_INVOICES)
    return the_invoice(app)


def test_money_that_came_online_is_booked_once_however_often_it_is_told(app, client, http, published):
    http.books.pays_online(published.provider_id)
    events = [event for event in http.books.events if "paid" in event["type"]]
    for event in [*events, *events]:
        assert post(client, http, event).status_code == 200
    assert len(all_of(app, WebhookEvent)) == len(events)
    work(app, HANDLE_WEBHOOKS)
    work(app, HANDLE_WEBHOOKS)
    [payment] = all_of(app, Payment)
    assert (payment.amount, payment.method) == (Money(12880), PaymentMethod.STRIPE)
    assert the_invoice(app).state is InvoiceState.PAID
    assert all(event.handled_at for event in all_of(app, WebhookEvent))


def test_events_out_of_order_and_late_end_in_the_same_books(app, client, http, published, standing_clock):
    http.books.pays_online(published.provider_id, 10000)
    http.books.pays_online(published.provider_id)
    for event in reversed(http.books.events):
        later(standing_clock, http, hours=7)
        assert post(client, http, event).status_code == 200
        work(app, HANDLE_WEBHOOKS)
    assert sorted(payment.amount.fen for payment in all_of(app, Payment)) == [2880, 10000]
    assert the_invoice(app).state is InvoiceState.PAID


def test_an_event_that_comes_before_its_invoice_is_known_is_handled_later(
    app, client, http, closed, standing_clock
):
    http.plan("POST /v1/invoices/*/finalize", Trouble.ERROR_AFTER)
    work(app, PUBLISH_INVOICES)  # it is laid out there, and we do not know
    [there] = http.books.invoices.values()
    http.books.pays_online(there["id"])
    assert post(client, http, http.books.events[-1]).status_code == 200
    work(app, HANDLE_WEBHOOKS)
    assert not all_of(app, Payment)
    later(standing_clock, http, minutes=2)
    work(app, PUBLISH_INVOICES)
    later(standing_clock, http, minutes=2)
    work(app, HANDLE_WEBHOOKS)
    assert [payment.amount for payment in all_of(app, Payment)] == [Money(12880)]


def test_a_provider_that_is_away_while_an_event_is_handled_is_asked_again(
    app, client, http, published, standing_clock
):
    http.books.pays_online(published.provider_id)
    post(client, http, http.books.events[-1])
    http.plan("GET /v1/invoices/*", Trouble.SILENCE_BEFORE)
    assert work(app, HANDLE_WEBHOOKS).done == 0
    later(standing_clock, http, minutes=2)
    assert work(app, HANDLE_WEBHOOKS).done == 1
    assert len(all_of(app, Payment)) == 1


def test_what_the_provider_did_not_sign_is_refused_and_not_kept(app, client, http, published):
    http.books.pays_online(published.provider_id)
    body, signature = http.signed(http.books.events[-1], secret="whsec_forged")
    assert (
        client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": signature}).status_code == 400
    )
    assert client.post("/webhooks/stripe", data=body).status_code == 400
    assert client.post("/webhooks/stripe", data=b"\xff\xfe").status_code == 400
    assert not all_of(app, WebhookEvent)


def test_a_signed_event_needs_no_token_of_a_form(app, client, http, published):
    app.config["WTF_CSRF_ENABLED"] = True
    http.books.pays_online(published.provider_id)
    assert post(client, http, http.books.events[-1]).status_code == 200


def test_without_keys_nothing_is_taken_at_the_door(app, client):
    assert client.post("/webhooks/stripe", data=b"{}").status_code == 400


def test_a_bank_transfer_settles_the_invoice_at_the_provider_too(app, http, published):
    transferred(app, published, Money(12880))
    assert work(app, PUBLISH_INVOICES).done == 1
    [there] = http.books.invoices.values()
    assert there["status"] == "paid"
    assert work(app, PUBLISH_INVOICES).done == 0
    assert len(all_of(app, Payment)) == 1


def test_a_part_by_bank_transfer_leaves_the_rest_to_be_paid_online(
    app, client, http, world, published, sign_in
):
    manager = sign_in(world.member(world.session.get_one(Enterprise, published.enterprise_id), Role.MANAGER))
    page = f"/invoices/{published.id}"
    transferred(app, published, Money(5000))
    told = manager.get(page).text  # until the provider knows, its page would ask for all of it again
    assert "在线付款暂停" in told
    assert published.pay_url not in told
    assert work(app, PUBLISH_INVOICES).done == 1
    assert work(app, PUBLISH_INVOICES).done == 0
    told = manager.get(page).text
    assert published.pay_url in told
    assert "付款页面只收剩下的部分" in told
    http.books.pays_online(published.provider_id)
    post(client, http, http.books.events[-1])
    work(app, HANDLE_WEBHOOKS)
    assert [payment.amount for payment in all_of(app, Payment)] == [Money(5000), Money(7880)]
    invoice = the_invoice(app)
    assert (invoice.state, invoice.publish_error) == (InvoiceState.PAID, None)


def test_a_part_that_the_provider_does_not_hear_of_keeps_the_page_shut(app, http, world, published, sign_in):
    def refuse(params):
        raise StripeSaysError("Payment records are not available for this account", status=400)

    http.books.report_payment = refuse
    transferred(app, published, Money(5000))
    work(app, PUBLISH_INVOICES)
    manager = sign_in(world.member(world.session.get_one(Enterprise, published.enterprise_id), Role.MANAGER))
    assert "在线付款暂停" in manager.get(f"/invoices/{published.id}").text
    admin = sign_in(world.member(world.session.get_one(Park, published.park_id)))
    page = admin.get(f"/closing/invoices/{published.id}").text
    assert "not available for this account" in page
    assert published.pay_url not in page


def test_a_part_that_came_before_the_invoice_was_laid_out_is_told_next(app, http, closed):
    transferred(app, the_invoice(app), Money(5000))
    while work(app, PUBLISH_INVOICES).done:
        pass
    [there] = http.books.invoices.values()
    assert (there["status"], there["amount_remaining"]) == ("open", 7880)


def reverse_all(app):
    """Reverse every payment that is there."""
    for payment in all_of(app, Payment):
        with app.app_context(), transaction() as session:
            reverse_payment(session, payment.id, "记错了", by=BY, now=CLOSING_DAY)


def browser_of(sign_in, world, invoice):
    return sign_in(world.member(world.session.get_one(Enterprise, invoice.enterprise_id), Role.MANAGER))


def test_a_transfer_reversed_before_the_provider_heard_of_it_leaves_its_page_asking_for_all(
    app, http, world, published, sign_in
):
    manager = browser_of(sign_in, world, published)
    transferred(app, published, Money(5000))
    reverse_all(app)
    assert published.pay_url not in manager.get(f"/invoices/{published.id}").text  # until they have compared
    while work(app, PUBLISH_INVOICES).done:
        pass
    page = manager.get(f"/invoices/{published.id}").text
    assert published.pay_url in page
    assert "在线付款 ¥128.80" in page
    [there] = http.books.invoices.values()
    assert there["amount_remaining"] == 12880


@pytest.mark.parametrize("fen", [5000, 12880], ids=["a part", "all of it"])
def test_a_page_that_would_ask_for_too_little_after_a_reversal_is_shut_and_says_why(
    app, http, world, published, sign_in, fen
):
    manager = browser_of(sign_in, world, published)
    transferred(app, published, Money(fen))
    while work(app, PUBLISH_INVOICES).done:
        pass
    reverse_all(app)
    while work(app, PUBLISH_INVOICES).done:
        pass
    invoice = the_invoice(app)
    assert (invoice.state, invoice.publish_error) == (InvoiceState.DUE, "told_too_much")
    page = manager.get(f"/invoices/{published.id}").text
    assert published.pay_url not in page
    assert "对公转账剩下的 ¥128.80" in page
    admin = sign_in(world.member(world.session.get_one(Park, published.park_id)))
    assert "它的付款页面会少收" in admin.get(f"/closing/invoices/{published.id}").text
    with app.app_context(), transaction() as session:  # booked again, as it should have been: all is even
        day = CLOSING_DAY.date()
        record_payment(
            session, invoice.id, Money(fen), day, "流水", idempotency_key="b", by=BY, now=CLOSING_DAY
        )
    while work(app, PUBLISH_INVOICES).done:
        pass
    assert the_invoice(app).publish_error is None


def test_what_was_paid_online_is_not_reversed_by_hand(app, client, http, world, published, sign_in):
    http.books.pays_online(published.provider_id)
    post(client, http, http.books.events[-1])
    work(app, HANDLE_WEBHOOKS)
    [payment] = all_of(app, Payment)
    admin = sign_in(world.member(world.session.get_one(Park, published.park_id)))
    address = f"/closing/invoices/{published.id}/payments/{payment.id}/reversal"
    answer = admin.post(address, data={"reason": "记错了"})
    assert answer.status_code == 409
    assert "在支付平台上退款" in answer.text
    assert not all_of(app, PaymentReversal)
    assert address not in admin.get(f"/closing/invoices/{published.id}").text


def test_a_credit_note_is_told_to_the_provider_once(app, http, published, standing_clock):
    with app.app_context(), transaction() as session:
        [charge] = session.scalars(select(Charge).where(Charge.invoice_id == published.id))
        issue_credit_note(
            session, published.id, {charge.id: Money(2880)}, "设备故障",
            CreditNotePorts(Press(), credit_letter, settle),
            idempotency_key="a", by=BY, now=CLOSING_DAY,
        )  # fmt: skip
    http.plan("POST /v1/credit_notes", Trouble.ERROR_AFTER)
    assert work(app, PUBLISH_INVOICES).done == 0
    later(standing_clock, http, minutes=2)
    assert work(app, PUBLISH_INVOICES).done == 1
    [there] = http.books.notes.values()
    assert there["amount"] == 2880
    assert all_of(app, CreditNote)[0].provider_id == there["id"]
    http.books.pays_online(published.provider_id)
    assert next(iter(http.books.invoices.values()))["status"] == "paid"


def test_more_money_than_was_asked_is_booked_and_named(app, client, http, world, published, sign_in):
    transferred(app, published, Money(5000))
    http.books.pays_online(published.provider_id)
    post(client, http, http.books.events[-1])
    work(app, HANDLE_WEBHOOKS)
    assert sorted(payment.amount.fen for payment in all_of(app, Payment)) == [5000, 12880]
    admin = sign_in(world.member(world.session.get_one(type(world.park()), published.park_id)))
    assert "付多了" in admin.get(f"/closing/invoices/{published.id}").get_data(as_text=True)


def test_the_invoice_arrives_by_smtp_with_a_readable_pdf(app, world, session, smtp_sink, standing_clock):
    use_ports(app, transport=SmtpTransport(host=smtp_sink.host, port=smtp_sink.port, tls=Tls.NONE))
    park = world.park(code="QPW", name="青浦湾科创园")
    room = world.space(world.area(park), name="黄浦江会议室")
    tenant = world.enterprise(park, name="云杉智能科技有限公司", billing_email="finance@yunshan.example")
    for amount in (11200, 1680):
        line(session, room, tenant, amount)
    assert close(app, standing_clock, park).numbers == ["QPW-2026-00001"]
    close(app, standing_clock, park)
    for _ in range(2):
        work(app, LETTERS)
    [mail] = smtp_sink.messages
    assert smtp_sink.recipients == ["finance@yunshan.example"]
    assert "QPW-2026-00001" in mail["Subject"]
    assert "¥128.80" in mail.get_body().get_content()
    [enclosed] = mail.iter_attachments()
    assert (enclosed.get_filename(), enclosed.get_content_type()) == ("QPW-2026-00001.pdf", "application/pdf")
    said = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(enclosed.get_content())).pages)
    for word in ("QPW-2026-00001", "128.80", "7.29", "云杉智能科技有限公司", "黄浦江会议室"):
        assert word in said

"""Closing, paying and taking back on the pages: who sees what, what is refused, what a second press does."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from booking.audit.models import AuditEntry
from booking.charges.models import Charge, ChargeKind, MonthClose
from booking.db import transaction
from booking.documents.models import Document
from booking.invoices.issue_credit_note import CreditNotePorts, issue_credit_note
from booking.invoices.models import CreditNote, CreditNoteLine, Invoice, InvoiceState
from booking.invoices.paper import space_on_paper
from booking.invoices.rules import LineNotOnInvoice
from booking.jobs.invoices import CLOSE_MONTHS, FINISH_MONTHS
from booking.jobs.job import run
from booking.letters.billing import credit_letter
from booking.mail.models import Letter
from booking.payments.balance import settle
from booking.payments.models import Payment, PaymentReversal
from booking.people.models import Role
from booking.values import Money
from tests.harness.months import (
    BY,
    CLOSING_DAY,
    DISK_FULL,
    NO_SHOW_TERMS,
    OCTOBER,
    Press,
    at,
    close,
    line,
    looking,
    question,
    use_ports,
)

pytestmark = pytest.mark.usefixtures("press")


@pytest.fixture
def admin(world, park, sign_in):
    return sign_in(world.member(park))


@pytest.fixture
def manager(world, tenant, sign_in):
    return sign_in(world.member(tenant, Role.MANAGER))


@pytest.fixture
def invoice(app, press, park, room, tenant, session, standing_clock):
    """Give an invoice of 128.80 yuan, October's."""
    line(session, room, tenant, 12880)
    close(app, standing_clock, park)
    return the_invoice(app)


def the_invoice(app) -> Invoice:
    with looking(app) as session:
        return session.scalars(select(Invoice)).one()


def rows(app, table):
    with looking(app) as session:
        return session.scalars(select(table).order_by(table.id)).all()


def idempotency_key(page: str, form: str) -> str:
    """Read the mark of a form out of a page."""
    found = re.search(rf'action="[^"]*{form}".*?name="idempotency_key"[^>]*value="([^"]+)"', page, re.DOTALL)
    assert found, page
    return found[1]


def text(answer) -> str:
    return answer.get_data(as_text=True)


def test_the_preview_tells_what_will_be_billed_left_out_and_not_billed(
    admin, press, world, park, room, tenant, session, standing_clock
):
    standing_clock.set(CLOSING_DAY)
    asked = line(session, room, tenant, 8000)
    line(session, room, tenant, 12880)
    question(session, asked, world.member(tenant))
    world.enterprise(park, name="没用过的公司")
    page = text(admin.get("/closing/2026-10"))
    assert "¥128.80" in page
    assert "1 条有争议 ¥80.00" in page
    assert "没用过的公司" in page
    assert "关账，出 1 张账单" in page


def test_closing_on_the_page_leaves_the_invoices_to_the_job_and_shows_how_far_it_is(
    app, admin, press, park, room, tenant, session, standing_clock
):
    standing_clock.set(CLOSING_DAY)
    line(session, room, tenant, 12880)
    answer = admin.post("/closing/2026-10/close")
    assert answer.headers["Location"].endswith("/closing/2026-10")
    assert "0 / 1 张" in text(admin.get("/closing/2026-10"))
    with app.app_context():
        assert run(CLOSE_MONTHS).done == 1
        assert run(FINISH_MONTHS).done == 1
        assert run(CLOSE_MONTHS).done == run(FINISH_MONTHS).done == 0
    assert "全部账单已出" in text(admin.get("/closing/2026-10"))
    assert the_invoice(app).number == "QPW-2026-00001"


def test_a_second_press_closes_nothing_twice(app, admin, press, room, tenant, session, standing_clock):
    standing_clock.set(CLOSING_DAY)
    line(session, room, tenant, 12880)
    assert admin.post("/closing/2026-10/close").status_code == 302
    assert admin.post("/closing/2026-10/close").status_code == 302
    with looking(app) as reading:
        assert len(reading.scalars(select(MonthClose)).all()) == 1


def test_closing_within_the_review_names_the_day_and_keeps_what_was_typed(
    app, admin, press, room, tenant, session, standing_clock
):
    standing_clock.set(at("2026-11-03", "09:00"))
    line(session, room, tenant, 12880)
    answer = admin.post("/closing/2026-10/close", data={"reason": "没有打勾"})
    assert answer.status_code == 409
    assert "2026年11月5日起才能关账" in text(answer)
    assert "没有打勾" in text(answer)
    assert admin.post("/closing/2026-10/close", data={"early": "y", "reason": "都确认了"}).status_code == 302


def test_a_month_that_is_not_over_is_not_closed_on_the_page(admin, standing_clock):
    answer = admin.post("/closing/2026-11/close", data={"early": "y", "reason": "急"})
    assert answer.status_code == 409
    assert "还没有结束" in text(answer)


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "20261", "xxxx-xx"])
def test_what_is_no_month_is_not_found(admin, month):
    assert admin.get(f"/closing/{month}").status_code == 404


def test_the_progress_names_who_failed_and_why(app, admin, park, room, tenant, session, standing_clock):
    standing_clock.set(CLOSING_DAY)
    line(session, room, tenant, 12880)
    use_ports(app, printer=Press(DISK_FULL))
    admin.post("/closing/2026-10/close")
    with app.app_context():
        assert run(CLOSE_MONTHS).failed == 1
        assert run(CLOSE_MONTHS).failed == 0  # not before it is worth another try
    page = text(admin.get("/closing/2026-10"))
    assert "云杉智能科技有限公司" in page
    assert "磁盘已满" in page
    standing_clock.set(at("2026-11-05", "09:02"))
    use_ports(app, printer=Press())
    with app.app_context():
        assert run(CLOSE_MONTHS).done == 1
    assert the_invoice(app).number == "QPW-2026-00001"


def test_the_pdf_is_served_byte_for_byte_as_it_was_made(app, admin, manager, invoice):
    with looking(app) as session:
        kept = session.get_one(Document, invoice.document_id)
        content, sha = kept.content, kept.sha256
    for browser in (admin, manager):
        answer = browser.get(f"/invoices/{invoice.id}.pdf")
        assert answer.data == content
        assert hashlib.sha256(answer.data).hexdigest() == sha == answer.get_etag()[0]
        assert answer.mimetype == "application/pdf"


def test_the_manager_sees_lines_tax_and_how_to_pay(manager, park, invoice):
    page = text(manager.get(f"/invoices/{invoice.id}"))
    assert "¥128.80" in page
    assert "¥7.29" in page
    assert park.bank_account in page
    assert invoice.number in text(manager.get("/invoices/"))


def words(answer) -> str:
    """Read a page's words without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text(answer)))


def test_page_and_mail_show_the_tax_by_rate_and_its_sum(
    app, admin, manager, press, park, room, tenant, session, standing_clock
):
    line(session, room, tenant, 10600)
    line(session, room, tenant, 10900, vat_permille=90)
    close(app, standing_clock, park)
    for page in (
        words(admin.get(f"/closing/invoices/{the_invoice(app).id}")),
        words(manager.get(f"/invoices/{the_invoice(app).id}")),
    ):
        assert "6% ¥100.00 ¥6.00 ¥106.00" in page
        assert "9% ¥100.00 ¥9.00 ¥109.00" in page
        assert "合计 ¥200.00 ¥15.00 ¥215.00" in page
    [letter] = rows(app, Letter)
    assert "税率 6%：不含税 ¥100.00，税额 ¥6.00，合计 ¥106.00" in letter.body
    assert "税率 9%：不含税 ¥100.00，税额 ¥9.00，合计 ¥109.00" in letter.body
    assert "合计：不含税 ¥200.00，税额 ¥15.00，含税 ¥215.00" in letter.body


def test_another_enterprises_or_parks_invoice_is_not_found(
    app, world, park, press, invoice, sign_in, session, standing_clock
):
    stranger = sign_in(world.member(world.enterprise(park), Role.MANAGER))
    foreign_park = world.park(code="B")
    foreign_admin = sign_in(world.member(foreign_park))
    for address in (f"/invoices/{invoice.id}", f"/invoices/{invoice.id}.pdf"):
        assert stranger.get(address).status_code == 404
    for address in (f"/closing/invoices/{invoice.id}", f"/invoices/{invoice.id}.pdf"):
        assert foreign_admin.get(address).status_code == 404
    assert invoice.number not in text(stranger.get("/invoices/"))
    assert invoice.number not in text(foreign_admin.get("/closing/invoices"))
    assert foreign_admin.post(f"/closing/invoices/{invoice.id}/payments", data={}).status_code == 404
    assert foreign_admin.post(f"/closing/invoices/{invoice.id}/credit-notes", data={}).status_code == 404


def test_an_invoice_past_its_day_is_overdue(admin, manager, invoice, standing_clock):
    standing_clock.set(at("2026-11-20", "23:00"))
    assert "逾期" not in text(manager.get(f"/invoices/{invoice.id}"))
    standing_clock.set(at("2026-11-21", "00:30"))
    assert "逾期" in text(manager.get(f"/invoices/{invoice.id}"))
    assert invoice.number in text(admin.get("/closing/invoices?show=overdue"))
    assert "1 张账单逾期未付" in text(admin.get("/closing/"))


def pay(admin, invoice, amount, day="2026-11-05", key=None, reference="流水 0001"):
    data = {
        "amount": amount,
        "received_on": day,
        "reference": reference,
        "idempotency_key": key or f"{amount}-{day}",
    }
    return admin.post(f"/closing/invoices/{invoice.id}/payments", data=data)


def test_an_invoice_is_paid_in_parts_and_then_settled(app, admin, invoice):
    assert pay(admin, invoice, "100").status_code == 302
    assert the_invoice(app).state is InvoiceState.DUE
    assert "部分已付" in text(admin.get(f"/closing/invoices/{invoice.id}"))
    assert pay(admin, invoice, "28.80").status_code == 302
    assert the_invoice(app).state is InvoiceState.PAID
    assert [payment.amount for payment in rows(app, Payment)] == [Money(10000), Money(2880)]


def test_the_same_payment_sent_twice_is_booked_once(app, admin, invoice):
    key = idempotency_key(text(admin.get(f"/closing/invoices/{invoice.id}")), "payments")
    for _ in range(2):
        assert pay(admin, invoice, "128.80", key=key).status_code == 302
    assert len(rows(app, Payment)) == 1


def test_another_payment_from_a_form_that_was_booked_before_is_told_what_is_booked(app, admin, invoice):
    assert "已登记 11月5日 周四到账 ¥100.00。" in text(
        admin.get(pay(admin, invoice, "100", key="once").location)
    )
    for other in ({"amount": "50"}, {"amount": "100", "day": "2026-11-04"}):
        again = text(admin.get(pay(admin, invoice, key="once", **other).location))
        assert "这张表单已经用过：登记的是 11月5日 周四到账 ¥100.00，这次没有再登记。" in again
        assert "已登记 11月" not in again
    assert [payment.amount for payment in rows(app, Payment)] == [Money(10000)]


def test_a_key_that_another_invoice_has_used_books_anew(
    app, admin, park, room, tenant, world, session, standing_clock
):
    line(session, room, tenant, 12880)
    line(session, room, world.enterprise(park), 5000)
    close(app, standing_clock, park)
    for one in rows(app, Invoice):
        assert pay(admin, one, "20", key="the same").status_code == 302
        assert take_back(app, admin, one, "10", key="the same").status_code == 302
    both = [one.id for one in rows(app, Invoice)]
    assert [payment.invoice_id for payment in rows(app, Payment)] == both
    assert [note.invoice_id for note in rows(app, CreditNote)] == both


@pytest.mark.parametrize(
    ("amount", "day", "said"),
    [
        ("128.81", "2026-11-05", "只欠 ¥128.80"),
        ("0", "2026-11-05", "金额要大于 0"),
        ("-5", "2026-11-05", "金额要大于 0"),
        ("1.234", "2026-11-05", "最多两位小数"),
        ("一百", "2026-11-05", "请填写金额，例如"),
        ("", "2026-11-05", "请填写金额"),
        ("10", "2026-11-06", "不能晚于今天"),
        ("10", "2026-11-04", "不能早于账单开具的日期（2026年11月5日）"),
        ("10", "", "请填写到账日期"),
    ],
)
def test_a_wrong_payment_is_refused_beside_its_field_with_what_was_typed(
    app, admin, invoice, amount, day, said
):
    answer = pay(admin, invoice, amount, day, reference="流水 4711")
    assert answer.status_code in {422, 409}
    assert said in text(answer)
    assert "流水 4711" in text(answer)
    assert not rows(app, Payment)


def test_a_settled_invoice_takes_no_more(app, admin, invoice):
    pay(admin, invoice, "128.80")
    answer = pay(admin, invoice, "1", key="another")
    assert answer.status_code == 409
    assert "已经结清" in text(answer)


def reverse(admin, invoice, payment, reason="记错了账单"):
    address = f"/closing/invoices/{invoice.id}/payments/{payment.id}/reversal"
    return admin.post(address, data={"reason": reason})


def test_a_payment_booked_wrongly_is_reversed_with_a_reason_and_both_stay(app, admin, manager, invoice):
    pay(admin, invoice, "128.80", reference="流水 0001")
    [payment] = rows(app, Payment)
    assert reverse(admin, invoice, payment).status_code == 302
    assert the_invoice(app).state is InvoiceState.DUE
    for page in (
        words(admin.get(f"/closing/invoices/{invoice.id}")),
        words(manager.get(f"/invoices/{invoice.id}")),
    ):
        assert "登记已冲销" in page
        assert "记错了账单 −¥128.80" in page
        assert "未付 ¥128.80" in page
    assert [payment.amount for payment in rows(app, Payment)] == [Money(12880)]
    assert pay(admin, invoice, "100", key="right").status_code == 302
    assert "未付 ¥28.80" in words(admin.get(f"/closing/invoices/{invoice.id}"))
    with looking(app) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "payment.reversed")).one()
    assert (entry.reason, entry.before["amount_fen"]) == ("记错了账单", 12880)
    assert (entry.before["state"], entry.after["state"]) == ("paid", "due")


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_payment_is_not_reversed_without_a_reason(app, admin, invoice, reason):
    pay(admin, invoice, "128.80")
    answer = reverse(admin, invoice, rows(app, Payment)[0], reason)
    assert answer.status_code in {409, 422}
    assert "请写明原因" in text(answer)
    assert not rows(app, PaymentReversal)
    assert the_invoice(app).state is InvoiceState.PAID


def test_a_payment_is_reversed_once(app, admin, invoice):
    pay(admin, invoice, "128.80")
    [payment] = rows(app, Payment)
    reverse(admin, invoice, payment)
    answer = reverse(admin, invoice, payment, "再来一次")
    assert answer.status_code == 409
    assert "2026年11月5日已经冲销过" in text(answer)
    assert [reversal.reason for reversal in rows(app, PaymentReversal)] == ["记错了账单"]


def test_a_payment_of_another_invoice_or_park_is_not_found(
    app, admin, world, park, room, tenant, session, standing_clock, sign_in
):
    line(session, room, tenant, 12880)
    line(session, room, world.enterprise(park), 5000)
    close(app, standing_clock, park)
    one, other = rows(app, Invoice)
    pay(admin, one, "20")
    [payment] = rows(app, Payment)
    assert reverse(admin, other, payment).status_code == 404
    assert reverse(sign_in(world.member(world.park(code="B"))), one, payment).status_code == 404
    assert not rows(app, PaymentReversal)


def charges(app, invoice):
    """Give the lines of an invoice as they were billed."""
    with looking(app) as session:
        query = select(Charge).where(Charge.invoice_id == invoice.id).order_by(Charge.id)
        return session.scalars(query).all()


def take_back(app, admin, invoice, *picks, whole=False, reason="设备故障", key="k"):
    """Send the form; picks are amounts in yuan, in the order of the lines, None for a line left alone."""
    data = {"reason": reason, "idempotency_key": key} | ({"whole": "y"} if whole else {})
    for charge, amount in zip(charges(app, invoice), picks, strict=False):
        if amount is not None:
            data |= {f"line_{charge.id}": "y", f"amount_{charge.id}": amount}
    return admin.post(f"/closing/invoices/{invoice.id}/credit-notes", data=data)


def test_a_credit_note_has_its_own_number_tax_pdf_and_mail(app, admin, manager, invoice):
    assert take_back(app, admin, invoice, "68.80").status_code == 302
    [note] = rows(app, CreditNote)
    assert (note.number, note.amount, note.tax) == ("QPW-CN-2026-00001", Money(6880), Money(389))
    answer = manager.get(f"/invoices/credit-notes/{note.id}.pdf")
    assert b"QPW-CN-2026-00001" in answer.data
    with looking(app) as session:
        letter = session.scalars(select(Letter).where(Letter.key == f"credit-note:{note.id}")).one()
    assert "设备故障" in letter.body
    assert "QPW-CN-2026-00001" in text(manager.get(f"/invoices/{invoice.id}"))


@pytest.fixture
def of_two_rates(app, press, world, park, room, tenant, session, standing_clock):
    """Give an invoice of a meeting room, 190.80 at 6 %, and a store, 218.00 at 9 %."""
    store = world.space(world.area(park), name="一号库")
    line(session, room, tenant, 19080)
    line(session, store, tenant, 21800, vat_permille=90)
    close(app, standing_clock, park)
    return the_invoice(app)


def test_the_tax_of_a_credit_note_is_that_of_its_lines(app, admin, manager, of_two_rates):
    assert take_back(app, admin, of_two_rates, "80").status_code == 302
    [note] = rows(app, CreditNote)
    assert (note.amount, note.tax) == (Money(8000), Money(453))
    assert note.tax_lines == [{"vat_permille": 60, "gross_fen": 8000, "tax_fen": 453}]
    page = words(manager.get(f"/invoices/{of_two_rates.id}"))
    assert "6% ¥75.47 ¥4.53 ¥80.00" in page
    with looking(app) as session:
        letter = session.scalars(select(Letter).where(Letter.key == f"credit-note:{note.id}")).one()
    assert "账单 ¥190.80，退 ¥80.00" in letter.body
    assert "税率 6%：不含税 ¥75.47，税额 ¥4.53，合计 ¥80.00" in letter.body
    assert "合计：" not in letter.body, "one rate is its own sum"


def test_page_mail_and_paper_show_the_lines_that_are_taken_back(
    app, admin, manager, press, room, of_two_rates
):
    take_back(app, admin, of_two_rates, "190.80", "18")
    sheet = press.sheets[-1]
    assert [(one.title, one.amount, one.billed, one.rate_permille) for one in sheet.lines] == [
        (f"{room.name} {room.code}", Money(-19080), Money(19080), 60),
        (sheet.lines[1].title, Money(-1800), Money(21800), 90),
    ]
    assert sheet.lines[0].detail == "使用 10月12日 09:00–10:00 标准"
    for page in (
        manager.get(f"/invoices/{of_two_rates.id}"),
        admin.get(f"/closing/invoices/{of_two_rates.id}"),
    ):
        assert "一号库 09:00–10:00 ¥218.00 ¥18.00" in words(page)
    left = words(admin.get(f"/closing/invoices/{of_two_rates.id}/credit-notes/new"))
    assert "9% ¥218.00 ¥200.00" in left
    assert "6% ¥190.80 ¥0.00 已退完" in left


def test_a_space_on_a_credit_note_says_its_code_once():
    assert (space_on_paper("工位 A216", "A216"), space_on_paper("星火厅", "H1")) == ("工位 A216", "星火厅 H1")


def test_the_mail_of_a_credit_note_tells_its_lines_and_taxes_as_the_paper_does(
    app, admin, press, park, room, tenant, world, session, standing_clock
):
    """Two lines of one space and day are told apart by their times and kinds, in the paper's words."""
    came = at("2026-10-12", "14:00")
    reserved = {"used_starts_at": None, "used_ends_at": None}
    reserved |= {"reserved_starts_at": came, "reserved_ends_at": came + timedelta(hours=1)}
    line(session, room, tenant, 8000)
    line(session, room, tenant, 4000, kind=ChargeKind.NO_SHOW, terms=NO_SHOW_TERMS, **reserved)
    line(session, world.space(world.area(park), name="一号库"), tenant, 21800, vat_permille=90)
    close(app, standing_clock, park)
    take_back(app, admin, the_invoice(app), "80", "40", "18")
    [note] = rows(app, CreditNote)
    with looking(app) as reader:
        letter = reader.scalars(select(Letter).where(Letter.key == f"credit-note:{note.id}")).one()
    name = f"{room.name} {room.code}"
    assert f"{name} 使用 10月12日 09:00–10:00 标准：账单 ¥80.00，退 ¥80.00" in letter.body
    fee = "未到场 预订 10月12日 14:00–15:00，报价 ¥80.00 的 50%"
    assert f"{name} {fee}：账单 ¥40.00，退 ¥40.00" in letter.body
    for one in press.sheets[-1].lines:
        assert f"{one.title} {one.detail}：账单" in letter.body
    assert "合计：不含税 ¥129.72，税额 ¥8.28，含税 ¥138.00" in letter.body
    assert f"{name} {fee}：账单 ¥40.00" in letter.html


def test_all_takes_back_every_line_and_exactly_the_invoices_tax(app, admin, of_two_rates):
    take_back(app, admin, of_two_rates, "0.10", key="a")
    assert take_back(app, admin, of_two_rates, whole=True, key="b").status_code == 302
    notes = rows(app, CreditNote)
    assert [note.amount for note in notes] == [Money(10), Money(40870)]
    assert sum(note.tax.fen for note in notes) == of_two_rates.tax.fen
    assert the_invoice(app).state is InvoiceState.CREDITED
    assert [line.amount for line in rows(app, CreditNoteLine)] == [Money(10), Money(19070), Money(21800)]
    assert take_back(app, admin, of_two_rates, whole=True, key="c").status_code == 409


def test_a_note_of_before_they_named_lines_counts_against_the_invoice_as_a_whole(
    app, admin, manager, session, of_two_rates
):
    session.add(
        CreditNote(
            park_id=of_two_rates.park_id, invoice_id=of_two_rates.id, number="QPW-OLD", year=2026, serial=900,
            issued_at=CLOSING_DAY, amount=Money(8000), tax=Money(563), reason="从前",
            document_id=of_two_rates.document_id,
            tax_lines=[
                {"vat_permille": 60, "gross_fen": 3734, "tax_fen": 211},
                {"vat_permille": 90, "gross_fen": 4266, "tax_fen": 352},
            ],
        )
    )  # fmt: skip
    session.commit()
    assert "QPW-OLD" in words(manager.get(f"/invoices/{of_two_rates.id}"))
    form = words(admin.get(f"/closing/invoices/{of_two_rates.id}/credit-notes/new"))
    assert "以前的贷记单没有分行，退了 ¥80.00" in form
    assert "合计最多还能退 ¥328.80" in form
    too_much = take_back(app, admin, of_two_rates, "190.80")
    assert "税率 6% 的明细最多还能退 ¥153.46" in text(too_much)
    assert take_back(app, admin, of_two_rates, whole=True).status_code == 302
    assert [note.amount for note in rows(app, CreditNote)] == [Money(8000), Money(32880)]
    assert sum(note.tax.fen for note in rows(app, CreditNote)) == of_two_rates.tax.fen


def test_the_same_credit_note_sent_twice_is_issued_once(app, admin, invoice):
    for _ in range(2):
        assert take_back(app, admin, invoice, "10").status_code == 302
    assert len(rows(app, CreditNote)) == 1


@pytest.mark.parametrize(
    ("picks", "more", "said"),
    [
        (["128.81"], {}, "这一行最多还能退 ¥128.80"),
        ([""], {}, "请填写金额"),
        (["0"], {}, "金额要大于 0"),
        (["一百"], {}, "例如 1500"),
        ([None], {}, "请勾选要退的明细"),
        (["1"], {"reason": ""}, "请写明原因"),
        (["1"], {"reason": "   "}, "请写明原因"),
    ],
)
def test_a_wrong_credit_note_is_refused_with_what_was_typed(app, admin, invoice, picks, more, said):
    answer = take_back(app, admin, invoice, *picks, **more)
    assert answer.status_code in {422, 409}
    assert said in text(answer)
    if picks[0]:
        assert f'value="{picks[0]}"' in text(answer)
    assert not rows(app, CreditNote)


def test_an_amount_without_a_tick_is_told_and_not_forgotten(app, admin, invoice):
    [charge] = charges(app, invoice)
    data = {"reason": "设备故障", f"amount_{charge.id}": "20"}
    answer = admin.post(f"/closing/invoices/{invoice.id}/credit-notes", data=data)
    assert answer.status_code == 422
    assert "没有勾选这一行" in text(answer)
    assert 'value="20"' in text(answer)


def test_a_line_of_another_invoice_is_not_taken_back(
    app, admin, world, park, room, tenant, session, standing_clock
):
    line(session, room, tenant, 12880)
    line(session, room, world.enterprise(park), 5000)
    close(app, standing_clock, park)
    one, other = rows(app, Invoice)
    [foreign] = charges(app, other)
    with pytest.raises(LineNotOnInvoice), app.app_context(), transaction() as writing:
        issue_credit_note(
            writing, one.id, {foreign.id: Money(100)}, "错",
            CreditNotePorts(Press(), credit_letter, settle),
            idempotency_key=None, by=BY, now=CLOSING_DAY,
        )  # fmt: skip


def test_a_full_disk_takes_nothing_back_and_leaves_no_gap(app, admin, invoice):
    use_ports(app, printer=Press(DISK_FULL))
    answer = take_back(app, admin, invoice, "10")
    assert answer.status_code == 503
    assert "什么都没有改变" in text(answer)
    assert "设备故障" in text(answer)
    use_ports(app, printer=Press())
    assert take_back(app, admin, invoice, "10").status_code == 302
    assert [note.number for note in rows(app, CreditNote)] == ["QPW-CN-2026-00001"]


def test_members_and_the_branch_have_no_business_with_invoices(world, park, tenant, invoice, sign_in):
    member, branch = sign_in(world.member(tenant)), sign_in(world.member(park, Role.BRANCH))
    for browser in (member, branch):
        for address in ("/invoices/", "/closing/", "/closing/2026-10"):
            assert browser.get(address).status_code == 403
        assert browser.get(f"/invoices/{invoice.id}").status_code == 404, "not even that there is one"


def test_the_lists_ask_the_same_however_long_they_are(
    app, admin, manager, world, park, room, tenant, standing_clock, count_queries
):
    session = world.session
    addresses = [
        (admin, "/closing/"),
        (admin, "/closing/2026-10"),
        (admin, "/closing/invoices"),
        (manager, "/invoices/"),
    ]
    line(session, room, tenant, 100, day=date(2026, 8, 10))
    close(app, standing_clock, park, OCTOBER.previous.previous)
    line(session, room, tenant, 100)
    few = [count_queries(lambda b=b, a=a: b.get(a)) for b, a in addresses]
    for _ in range(8):
        other = world.enterprise(park)
        line(session, room, other, 100)
        line(session, room, other, 100, day=date(2026, 9, 10))
    line(session, room, tenant, 100, day=date(2026, 9, 10))
    close(app, standing_clock, park, OCTOBER.previous)
    many = [count_queries(lambda b=b, a=a: b.get(a)) for b, a in addresses]
    assert many == few


def test_the_invoice_page_asks_the_same_however_many_lines_it_has(
    app, manager, world, park, room, tenant, standing_clock, count_queries
):
    session = world.session
    line(session, room, tenant, 100)
    close(app, standing_clock, park)
    first = the_invoice(app).id
    few = count_queries(lambda: manager.get(f"/invoices/{first}"))
    for _ in range(20):
        line(session, room, tenant, 100, day=date(2026, 11, 10))
    close(app, standing_clock, park, OCTOBER.next, at("2026-12-04", "09:00"))
    assert count_queries(lambda: manager.get(f"/invoices/{first + 1}")) == few


def test_statement_invoice_paper_and_letter_name_the_parts_of_a_combined_space(
    app, admin, manager, press, park, tenant, world, session, standing_clock
):
    area = world.area(park)
    east, west = (world.space(area, name=name, name_en=english) for name, english in PARTS)
    both = world.space(area, name="云起（合并）", parts=[east, west])
    line(session, both, tenant, 8000)
    asked = line(session, both, tenant, 4000)
    question(session, asked, world.member(tenant))
    month = words(manager.get("/statement?month=2026-10"))
    assert "云起·东 + 云起·西" in month
    close(app, standing_clock, park)
    sheet = press.sheets[-1]
    assert (sheet.spaces[0].name, sheet.spaces[0].parts) == ("云起（合并）", "云起·东 + 云起·西")
    assert sheet.left_out[0].space == "云起（合并）（云起·东 + 云起·西）"
    invoice = the_invoice(app)
    take_back(app, admin, invoice, "80")
    assert press.sheets[-1].lines[0].title.startswith("云起（合并）（云起·东 + 云起·西）")
    pages = (
        manager.get(f"/invoices/{invoice.id}"),
        admin.get(f"/closing/invoices/{invoice.id}"),
        admin.get(f"/closing/invoices/{invoice.id}/credit-notes/new"),
        admin.get("/disputes"),
    )
    for page in pages:
        assert "云起·东 + 云起·西" in words(page)
    with looking(app) as reader:
        for letter in reader.scalars(select(Letter).where(Letter.key.like("credit-note:%"))):
            assert "云起·东 + 云起·西" in letter.body
            assert "云起·东 + 云起·西" in letter.html
    manager.post("/preferences/language", data={"language": "en"})
    assert "Clouds East + Clouds West" in words(manager.get(f"/invoices/{invoice.id}"))


PARTS = (("云起·东", "Clouds East"), ("云起·西", "Clouds West"))


def test_an_invoice_of_plain_rooms_names_no_parts(app, manager, press, invoice):
    assert press.sheets[-1].spaces[0].parts == ""
    assert " + " not in words(manager.get(f"/invoices/{invoice.id}"))

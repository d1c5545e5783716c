"""The pages of savings and of the report: who sees what, and that nobody unnamed is ever told."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from math import floor

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from booking.invoices.models import Invoice
from booking.jobs.cycle import ANNOUNCE_DRAFTS, SETTLE_QUARTERS
from booking.jobs.job import run
from booking.mail.models import Letter
from booking.parks.models import Park
from booking.people.models import Role
from booking.savings.models import Baseline, DeclaredEffect, SavingsReport
from booking.savings.set_baseline import read_evidence
from booking.values import Money, Month
from tests.harness.times import SHANGHAI
from tests.savings.books import NOVEMBER_9, OCTOBER, PDF, SEED


@pytest.fixture
def park(world):
    return world.park()


@pytest.fixture
def tenant(world, books, park):
    """An enterprise with the seed's story in a closed October."""
    enterprise = world.enterprise(park, name="云杉智能科技（上海）有限公司", short_name="云杉智能")
    books.baseline(enterprise, paper=read_evidence("租赁合同.pdf", PDF), note="合同 HT-01")
    books.invoice(enterprise, OCTOBER, 1_440_00)
    books.close(park.id, OCTOBER)
    return enterprise


@pytest.fixture
def manager(world, tenant, sign_in):
    return sign_in(world.member(tenant, Role.MANAGER))


def text(answer):
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_sum_says_how_much_of_it_is_declared_on_the_page_on_paper_and_in_the_workbook(
    world, books, park, tenant, branch
):
    tenant.may_be_named = True
    books.baseline(world.enterprise(park, may_be_named=True))  # 19,840.00, of which 10,416.00 are kept
    page = text(branch.get("/report/2026-10"))
    chain, table = page.split('<ol class="chain">')[1].split("</ol>")
    said = {"其中自报 ¥19,840.00": 1, "其中自报 ¥10,416.00": 1, "其中自报 ¥9,424.00": 1}
    assert {words: chain.count(words) for words in said} == said
    assert "badge" not in chain
    assert table.count(">自报</span>") == 1, "beside the one that has no lease"
    assert "其中自报 ¥9,424.00" in table.split("合计 2 家")[1]
    paper = PdfReader(BytesIO(branch.get("/report/2026-10.pdf").data))
    printed = " ".join("".join(sheet.extract_text() for sheet in paper.pages).split())
    for words in said:
        assert words in printed
    assert "自报 ¥17,344.00" not in printed.replace("其中自报", "")
    book = load_workbook(BytesIO(branch.get("/report/2026-10.xlsx").data))
    cells = {row[0]: row[1] for row in book.worksheets[0].iter_rows(max_col=2, values_only=True)}
    wanted = {"原租金中自报的": 19840, "保留租金中自报的": 10416, "净节省中自报的": 9424}
    assert {label: cells[label] for label in wanted} == wanted


def test_the_manager_sees_the_saving_of_the_last_closed_month_with_its_chain(manager):
    page = text(manager.get("/savings"))
    for figure in ("¥19,840.00", "¥10,416.00", "¥1,440.00", "¥7,984.00", "40.2%", "95 m²", "47.5%"):
        assert figure in page
    assert "200 m² × ¥3.20 × 31 天" in page
    assert "账单 P-2026-000001" in page
    assert "有据" in page
    assert "实测" in page


def test_the_running_month_is_provisional(manager):
    page = text(manager.get("/savings?month=2026-11"))
    assert "截至目前的对账单" in page
    assert "3 天的租金" in page
    assert "¥1,920.00" in page
    assert "is-open" in page


@pytest.mark.parametrize("month", ["2026-12", "2025-12", "rubbish", "2026-1", "0000-00"])
def test_a_month_nobody_could_have_saved_in_is_not_found(manager, month):
    assert manager.get(f"/savings?month={month}").status_code == 404


def test_without_a_baseline_the_page_explains_one_and_offers_the_first_step(world, park, sign_in):
    enterprise = world.enterprise(park)
    page = text(sign_in(world.member(enterprise, Role.MANAGER)).get("/savings"))
    assert "先登记原来的办公室" in page
    assert f"/savings/{enterprise.id}/baseline" in page
    assert f"/savings/{enterprise.id}/baseline" not in text(sign_in(world.member(enterprise)).get("/savings"))


def baseline_form(**facts):
    filled = {"valid_from": "2026-11", "area": "200", "price": "3.20", "own_area": "97.5", "own_price": "3.2"}
    return filled | facts


def test_a_manager_sets_a_baseline_with_its_lease(world, park, sign_in, session):
    enterprise = world.enterprise(park)
    browser = sign_in(world.member(enterprise, Role.MANAGER))
    answer = browser.post(
        f"/savings/{enterprise.id}/baseline",
        data=baseline_form(document=(BytesIO(PDF), "租赁 合同.exe")),
    )
    assert answer.status_code == 302
    row = session.query(Baseline).filter_by(enterprise_id=enterprise.id).one()
    assert (row.area_hundredths, row.own_area_hundredths, row.price) == (200_00, 97_50, Money(320))
    assert row.document.media_type == "application/pdf"
    assert row.document.name == "租赁 合同.pdf"
    handed_out = browser.get(f"/savings/evidence/{row.id}")
    assert handed_out.data == PDF
    assert handed_out.headers["Content-Disposition"].startswith("attachment")


def test_without_a_lease_a_baseline_is_declared(manager, admin, tenant, session):
    assert manager.post(f"/savings/{tenant.id}/baseline", data=baseline_form()).status_code == 302
    stated = session.query(Baseline).order_by(Baseline.id.desc()).first()
    assert (
        admin.post(
            f"/savings/baselines/{stated.id}", data={"decision": "declared", "why": "搬进整层"}
        ).status_code
        == 302
    )
    assert "企业自报，2026年11月起" in text(manager.get("/savings?month=2026-11"))


def test_the_lease_of_the_last_version_may_go_on_counting(manager, tenant, session):
    manager.post(f"/savings/{tenant.id}/baseline", data=baseline_form(same_paper="y"))
    first, second = session.query(Baseline).order_by(Baseline.valid_from)
    assert second.document_id == first.document_id


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"area": "0"}, "面积须在 0.01 m² 到 10,000 m² 之间"),
        ({"area": "viele"}, "请填写平方米数"),
        ({"price": "-3"}, "金额不能是负数"),
        ({"price": "1000.01"}, "单价须在 ¥0.01 到 ¥1,000.00 之间"),
        ({"own_price": "0"}, "单价须在"),
        ({"valid_from": "soon"}, "请按 2026-10 的样子填写月份"),
        ({"valid_from": "1999-12"}, "请选择 2000年1月 到 2027年11月 之间的月份"),
        ({"note": "长" * 301}, "最多 300 个字"),
    ],
)
def test_what_was_typed_stays_beside_what_is_wrong_with_it(manager, tenant, session, facts, words):
    answer = manager.post(f"/savings/{tenant.id}/baseline", data=baseline_form(own_area="97.5", **facts))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert 'value="97.5"' in page
    assert session.query(Baseline).count() == 1


@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"%PDF-1.7 torn off", b"\x89PNG\r\n\x1a\n\x00", b""])
def test_a_file_that_is_no_evidence_is_refused(manager, tenant, session, content):
    answer = manager.post(
        f"/savings/{tenant.id}/baseline", data=baseline_form(document=(BytesIO(content), "lease.pdf"))
    )
    assert answer.status_code == 422
    assert "打不开" in answer.get_data(as_text=True)


@pytest.mark.parametrize("who", ["manager", "admin"])
def test_no_more_is_kept_than_there_was_and_nothing_typed_is_lost(tenant, session, request, who):
    typed = baseline_form(own_area="300", note="合同 12 号")
    answer = request.getfixturevalue(who).post(f"/savings/{tenant.id}/baseline", data=typed)
    assert answer.status_code == 422
    assert "不能大于原来的面积（200 m²）" in answer.text.split('id="own_area-error"')[1][:300]
    for text in ("300", "合同 12 号", "3.20"):
        assert f'value="{text}"' in answer.text
    assert session.query(Baseline).count() == 1


@pytest.mark.parametrize("megabytes", [10, 40])
def test_evidence_that_is_too_large_is_refused_and_nothing_typed_is_lost(manager, tenant, megabytes):
    large = PDF[:-6] + b" " * (megabytes * 1024 * 1024) + b"%%EOF\n"
    typed = baseline_form(note="合同 12 号", document=(BytesIO(large), "lease.pdf"))
    answer = manager.post(f"/savings/{tenant.id}/baseline", data=typed)
    assert answer.status_code == 422
    assert "最多 10 MB" in answer.text.split('id="document-error"')[1][:300]
    assert 'value="合同 12 号"' in answer.text


def test_a_form_that_asks_for_no_file_takes_no_more_than_it_needs(manager):
    answer = manager.post("/savings/effects", data={"title": "长" * 5_000_000})
    assert answer.status_code == 413
    assert "没有收下" in answer.text


def test_a_version_is_entered_with_its_own_paper_and_nothing_is_ticked_beforehand(manager, tenant):
    page = text(manager.get(f"/savings/{tenant.id}/baseline"))
    ticks = re.findall(r'<input[^>]*type="checkbox"[^>]*>', page)
    assert [("same_paper" in one, "checked" in one) for one in ticks] == [(True, False)]


def test_evidence_is_for_the_enterprise_the_administrator_and_a_branch_it_agreed_to(
    world, books, park, tenant, manager, branch, admin, sign_in, session
):
    url = f"/savings/evidence/{session.query(Baseline).one().id}"
    assert manager.get(url).status_code == admin.get(url).status_code == 200
    assert branch.get(url).status_code == 404
    stranger = sign_in(world.member(world.enterprise(park), Role.MANAGER))
    elsewhere = sign_in(world.member(world.park(), Role.ADMIN))
    assert stranger.get(url).status_code == elsewhere.get(url).status_code == 404
    tenant.may_be_named = True
    session.commit()
    assert branch.get(url).status_code == 200


def test_anothers_savings_are_not_found(world, park, tenant, manager, admin, sign_in):
    other = world.enterprise(park)
    assert manager.get(f"/savings/{other.id}/baseline").status_code == 404
    assert manager.post(f"/savings/{other.id}/effect").status_code == 404
    assert manager.get(f"/savings/{other.id}").status_code == 404
    assert admin.get(f"/savings/{other.id}").status_code == 200
    elsewhere = sign_in(world.member(world.park(), Role.ADMIN))
    assert elsewhere.get(f"/savings/{tenant.id}").status_code == 404


def test_a_member_reads_and_does_not_write(world, tenant, sign_in):
    browser = sign_in(world.member(tenant))
    assert "新的版本" not in text(browser.get("/savings"))
    assert browser.get(f"/savings/{tenant.id}/baseline").status_code == 404


def test_what_an_enterprise_says_is_shown_as_said_and_can_be_taken_back(manager, tenant, session):
    said = {"title": "订单", "figure": "增加约 30%", "declared_on": "2026-10-20"}
    assert manager.post(f"/savings/{tenant.id}/effect", data=said).status_code == 302
    page = text(manager.get("/savings"))
    assert "增加约 30%" in page
    assert "不代表由节省带来" in page
    row = session.query(DeclaredEffect).one()
    assert manager.post(f"/savings/effect/{row.id}/withdraw").status_code == 302
    session.rollback()
    assert session.query(DeclaredEffect).count() == 0


def test_a_date_that_is_none_is_asked_for_again(manager, tenant):
    said = {"title": "订单", "figure": "增加", "declared_on": "gestern"}
    page = manager.post(f"/savings/{tenant.id}/effect", data=said).get_data(as_text=True)
    assert "请填写日期" in page
    assert "Not a valid" not in page


def test_the_administrator_reaches_savings_from_the_enterprise(tenant, admin):
    page = text(admin.get(f"/enterprises/{tenant.id}"))
    assert f"/savings/{tenant.id}" in page
    page = text(admin.get(f"/savings/{tenant.id}"))
    assert "/closing/invoices/" in page
    assert f"/enterprises/{tenant.id}" in page


def test_nobody_says_what_will_be(manager, tenant):
    said = {"title": "订单", "figure": "增加", "declared_on": "2026-11-04"}
    answer = manager.post(f"/savings/{tenant.id}/effect", data=said)
    assert answer.status_code == 422
    assert "不能晚于今天" in answer.get_data(as_text=True)


# --- the branch's report ---


def full_park(world, books, park, tenant, unnamed=3):
    """Let the tenant agree to be named, and add enterprises that have not."""
    tenant.may_be_named = True
    hidden = []
    for number in range(unnamed):
        enterprise = world.enterprise(park, name=f"隐山{number}号有限公司", short_name=f"隐山{number}")
        books.baseline(enterprise, note=f"隐山{number}号的合同")
        books.invoice(enterprise, OCTOBER, 500_00)
        world.session.add(
            DeclaredEffect(
                park_id=park.id, enterprise_id=enterprise.id, declared_on=date(2026, 10, 9),
                title="订单", figure=f"隐山{number}增加 10%",
            )
        )  # fmt: skip
        hidden.append(enterprise)
    world.session.commit()
    return hidden


def texts_of_pdf(content):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def texts_of_workbook(content):
    book = load_workbook(BytesIO(content))
    return "\n".join(
        str(cell)
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell is not None
    )


def signed_page(browser, month="2026-10", **sent):
    """Sign what the page shows, as its button does."""
    page = text(browser.get(f"/report/{month}"))
    found = re.search('name="drawn_from" value="([^"]+)"', page)
    sent = {"drawn_from": found[1] if found else ""} | sent
    return text(browser.post(f"/report/{month}/sign", data=sent, follow_redirects=True))


def run_job(app, job):
    with app.app_context():
        return run(job)


@pytest.mark.parametrize(("unnamed", "signed"), [(2, False), (2, True), (3, False), (3, True)])
def test_no_page_and_no_file_of_the_report_tells_an_unnamed_name_or_figure(
    app, world, books, tenant, branch, session, unnamed, signed, standing_clock
):
    standing_clock.set(NOVEMBER_9)  # after October's close
    park = session.get_one(Park, tenant.park_id)
    hidden = full_park(world, books, park, tenant, unnamed)
    run_job(app, SETTLE_QUARTERS)
    if signed:
        assert "报告已签发" in signed_page(branch)
    run_job(app, ANNOUNCE_DRAFTS)
    (letter,) = session.query(Letter).all()
    told = [
        text(branch.get("/report")),
        text(branch.get("/report/2026-10")),
        text(branch.get("/report/2026-11")),
        text(branch.get(f"/report/2026-10/enterprise/{tenant.id}")),
        texts_of_workbook(branch.get("/report/2026-10.xlsx").data),
        texts_of_pdf(branch.get("/report/2026-10.pdf").data),
        letter.body,
    ]
    for one in told:
        assert "隐山" not in one
        for figure in unsaid_figures(unnamed):
            assert figure not in one.replace(",", "")
    assert "云杉智能" in told[1]
    assert ("未具名企业 3 家" in told[1]) == (unnamed == 3)
    for one in (told[1], told[5], letter.body):
        assert bool(re.search(r"约 \d+%", one)) == (unnamed == 3), "a share of rounded totals is rounded, too"
    assert ("40.2%" in letter.body) == (unnamed == 2)
    assert ("另有 2 家未具名企业不在任何数字里" in told[1]) == (unnamed == 2)
    assert "云杉智能" in told[4]
    for enterprise in hidden:
        assert branch.get(f"/report/2026-10/enterprise/{enterprise.id}").status_code == 404


def unsaid_figures(unnamed):
    """Give what would tell: rents, spend and savings of one, of the unnamed together, and with the named."""
    rent, kept, spend, named_spend = 1_984_000, 1_041_600, 50_000, 144_000
    one, named = (rent, kept, spend), (rent, kept, named_spend)
    group = [part * unnamed for part in one]
    total = [a + b for a, b in zip(group, named, strict=True)]
    sums = [*group, *total, spend, *(a - b - c for a, b, c in (one, group, total))]
    return [str(Money(fen)) for fen in sums]


def test_the_branch_is_told_once_that_a_draft_is_ready(app, tenant, park, session, standing_clock):
    standing_clock.set(NOVEMBER_9)
    assert run_job(app, ANNOUNCE_DRAFTS).done == 0, "an unnamed one alone is nothing to show"
    tenant.may_be_named = True
    session.commit()
    assert run_job(app, ANNOUNCE_DRAFTS).done == 1
    again = run_job(app, ANNOUNCE_DRAFTS)
    assert (again.done, again.failed) == (0, 0)
    (letter,) = session.query(Letter).all()
    assert letter.to == park.branch_email
    assert "¥7,984.00" in letter.body
    assert "/report/2026-10" in letter.body
    assert session.query(SavingsReport).count() == 0


def test_a_report_is_signed_by_the_branch_once_and_mailed(
    tenant, park, branch, admin, session, standing_clock
):
    standing_clock.set(NOVEMBER_9)
    tenant.may_be_named = True
    session.commit()
    assert "确认签发" not in text(admin.get("/report/2026-10"))
    assert admin.post("/report/2026-10/sign").status_code == 403
    assert "草稿在你打开之后变了" in signed_page(branch, drawn_from="0:of-another-day")
    assert "报告已签发，并会发到党支部的邮箱。" in signed_page(branch)
    standing_clock.set(NOVEMBER_9 + timedelta(days=1))
    again = signed_page(branch)
    assert "2026年10月的报告第 1 版已由" in again
    assert "没有再签，也没有再发邮件。" in again
    assert session.query(SavingsReport).count() == session.query(Letter).count() == 1
    park.branch_email = ""
    session.commit()
    assert "一致" in text(branch.get("/report/2026-10/v/1?again=1"))
    assert branch.get("/report/2026-10/v/2").status_code == 404


def test_the_signed_paper_begins_with_the_month_page_as_it_is_once_signed(
    tenant, branch, session, standing_clock
):
    standing_clock.set(NOVEMBER_9)
    tenant.may_be_named = True
    session.commit()
    draft, *_ = sheets_of(branch.get("/report/2026-10.pdf").data)
    assert "草稿" in draft
    signed_page(branch)
    for language in ("zh", "en"):
        branch.post("/preferences/language", data={"language": language})
        first, firms, sources = sheets_of(branch.get("/report/2026-10.pdf").data)
        assert "签发，节省数字已冻结" in first
        assert "合计 1 家" in firms
        assert "数据来源" in sources
    branch.post("/preferences/language", data={"language": "zh"})
    assert sheets_of(branch.get("/month/2026-10.pdf").data) == [first], "the sheet says what the page says"


def test_the_workbook_bears_codes_of_the_pages_that_explain_it(tenant, branch, session):
    tenant.may_be_named = True
    session.commit()
    book = load_workbook(BytesIO(branch.get("/report/2026-10.xlsx").data))
    summary, firms, sources = book.worksheets
    assert [len(page._images) for page in (summary, firms, sources)] == [1, 0, 1]
    corner = sources._images[0].anchor._from
    row = [cell.value for cell in sources[corner.row + 1]]
    assert row[:2] == ["云杉智能", "原租金"]
    assert sources.cell(corner.row + 1, 1).hyperlink.target.endswith(
        f"/report/2026-10/enterprise/{tenant.id}/why/saving"
    )


def sheets_of(pdf):
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def test_a_report_is_not_said_to_be_mailed_where_the_branch_has_no_address(
    tenant, park, branch, session, standing_clock
):
    standing_clock.set(NOVEMBER_9)
    tenant.may_be_named, park.branch_email = True, ""
    session.commit()
    said = signed_page(branch)
    assert "报告已签发。" in said
    assert "邮箱。" not in said
    assert session.query(Letter).count() == 0


def test_an_open_month_is_not_signed(branch, tenant, session):
    tenant.may_be_named = True
    session.commit()
    assert "还没有关账" in signed_page(branch, "2026-11")
    assert session.query(SavingsReport).count() == 0


def test_a_corrected_version_is_signed_with_a_reason_and_both_are_read(
    tenant, books, branch, manager, session, standing_clock
):
    standing_clock.set(NOVEMBER_9)
    tenant.may_be_named = True
    session.commit()
    signed_page(branch)
    assert "没有需要更正的" in text(branch.get("/report/2026-10/correct"))
    first_pdf = branch.get("/report/2026-10.pdf").data
    books.credit(session.query(Invoice).one(), 440_00, NOVEMBER_9)
    page = text(branch.get("/report/2026-10"))
    assert "¥7,984.00" in page
    assert "¥8,424.00" not in page
    assert "签发之后有变化" in page
    assert "已签发的报告不再变动" in text(manager.get("/savings?month=2026-10"))
    assert "P-C-2026" in text(branch.get("/report/2026-11")), "and is listed in the next month"
    correcting = text(branch.get("/report/2026-10/correct"))
    assert f"{tenant.name}，第 1 版" in correcting
    assert "¥1,000.00" in correcting, "what of the firm changed, beside what was signed"
    sent = {"drawn_from": re.search('name="drawn_from"[^>]*value="([^"]+)"', correcting)[1], "reason": " "}
    assert branch.post("/report/2026-10/correct", data=sent).status_code == 422
    sent["reason"] = "十月的贷记单"
    assert branch.post("/report/2026-10/correct", data=sent).status_code == 302
    page = text(branch.get("/report/2026-10"))
    assert "¥8,424.00" in page
    assert "十月的贷记单" in page
    assert "¥7,984.00" in text(branch.get("/report/2026-10/v/1"))
    assert (
        branch.get("/report/2026-10.pdf?version=1").data
        == first_pdf
        != branch.get("/report/2026-10.pdf").data
    )
    again = branch.post("/report/2026-10/correct", data=sent)
    assert again.status_code == 422
    assert "第 2 版已由" in again.get_data(as_text=True)


FIGURES = ("saving", "baseline", "kept", "shared", "area", "share", "documented", "small")


def test_every_figure_leads_to_its_parts_and_these_to_papers_the_branch_may_open(
    app, world, books, park, tenant, branch, session, standing_clock
):
    standing_clock.set(NOVEMBER_9)
    full_park(world, books, park, tenant)
    run_job(app, SETTLE_QUARTERS)
    books.credit(session.query(Invoice).first(), 440_00, NOVEMBER_9)
    report = text(branch.get("/report/2026-10"))
    for figure in FIGURES:
        url = f"/report/2026-10/why/{figure}"
        assert url in report
        page = text(branch.get(url))
        assert "隐山" not in page
        if figure not in {"share", "documented"}:  # theirs are declared
            assert "未具名企业 3 家" in page, "one part, and no paper"
            assert page.count("why-part ") + page.count('why-part"') >= 3
        for paper in re.findall(r'href="(/(?:invoices|savings)/[^"]+)"', page):
            assert branch.get(paper).status_code == 200, paper
    spent = text(branch.get("/report/2026-10/why/shared"))
    assert re.search(r'href="/invoices/\d+\.pdf"', spent)
    assert re.search(r'href="/invoices/credit-notes/\d+\.pdf"', spent)
    own = f"/report/2026-10/enterprise/{tenant.id}/why/saving"
    assert own in report
    assert "¥8,424.00" in text(branch.get(own))
    for unknown in ("/report/2026-10/why/rubbish", f"/report/2026-10/enterprise/{tenant.id}/why/small"):
        assert branch.get(unknown).status_code == 404


def test_the_branch_opens_invoices_of_the_named_as_paper_and_no_others(
    world, books, park, tenant, branch, session
):
    hidden, *_ = full_park(world, books, park, tenant)
    invoices = {invoice.enterprise_id: invoice for invoice in session.query(Invoice)}
    note = books.credit(invoices[hidden.id], 1_00, NOVEMBER_9)
    assert branch.get(f"/invoices/{invoices[tenant.id].id}.pdf").status_code == 200
    for other in (
        f"{invoices[hidden.id].id}.pdf",
        f"credit-notes/{note.id}.pdf",
        str(invoices[tenant.id].id),
    ):
        assert branch.get(f"/invoices/{other}").status_code == 404
    tenant.may_be_named = False
    session.commit()
    assert branch.get(f"/invoices/{invoices[tenant.id].id}.pdf").status_code == 404


def test_who_agrees_later_is_named_from_then_on_and_not_in_the_quarters_before(
    app, world, books, park, tenant, branch, session, standing_clock
):
    """Its bills of before list its stays: taken from what was told of a place they would tell of others."""
    standing_clock.set(NOVEMBER_9)
    hidden, *_ = full_park(world, books, park, tenant)
    run_job(app, SETTLE_QUARTERS)
    standing_clock.set(datetime(2027, 1, 4, 9, tzinfo=SHANGHAI))
    hidden.may_be_named = True
    session.commit()
    run_job(app, SETTLE_QUARTERS)
    january = Month(2027, 1, SHANGHAI)
    bills = {month: books.invoice(hidden, month, 1_00) for month in (OCTOBER.next, january)}
    assert branch.get(f"/invoices/{bills[january].id}.pdf").status_code == 200
    assert branch.get(f"/invoices/{bills[OCTOBER.next].id}.pdf").status_code == 404
    assert f"/enterprise/{hidden.id}" in text(branch.get("/report/2027-01"))
    for month in ("2026-10", "2026-11"):
        assert f"/enterprise/{hidden.id}" not in text(branch.get(f"/report/{month}"))


def test_sums_by_quarter_year_and_since_the_opening_lead_to_their_months(
    tenant, books, park, branch, session, standing_clock
):
    standing_clock.set(NOVEMBER_9)
    tenant.may_be_named = True
    books.close(park.id, OCTOBER.previous)
    signed_page(branch)
    for by, first in (("quarter", "2026-10"), ("year", "2026-01"), ("opening", "2026-09")):
        page = text(branch.get(f"/report?by={by}"))
        assert "¥7,984.00" in page
        url = f"/report/sums/{by}/{first}/why"
        assert url in page
        why = text(branch.get(url))
        assert "/report/2026-10/why/saving" in why
        assert ("2026年9月" in why) == (by != "quarter"), "September is missing, and said to be"
    either = ("/report/sums/why", "/report/sums/opening/2026-09/why")
    short, whole = (re.sub(r'value="[^"]*"', "", text(branch.get(path))) for path in either)
    assert short == whole, "but for the tokens of forms, which tell the second"
    assert branch.get("/report/sums/quarter/2026-07/why").status_code == 404
    assert branch.get("/report/sums/century/2026-10/why").status_code == 404


def test_who_agreed_in_the_middle_of_a_quarter_stays_hidden_until_the_next(
    app, world, books, park, tenant, branch, session, standing_clock
):
    standing_clock.set(NOVEMBER_9)
    (one, *_) = full_park(world, books, park, tenant)
    run_job(app, SETTLE_QUARTERS)
    one.may_be_named = True
    stated = books.stated(one, date(2026, 11, 1), paper=read_evidence("租赁合同.pdf", PDF), now=NOVEMBER_9)
    session.commit()
    assert branch.get(f"/savings/evidence/{stated.id}").status_code == 404
    assert branch.get(f"/savings/baselines/{stated.id}").status_code == 404
    assert "隐山" not in text(branch.get("/savings/baselines")) + text(branch.get("/report/2026-10"))
    standing_clock.set(datetime(2027, 1, 1, 9, tzinfo=SHANGHAI))
    run_job(app, SETTLE_QUARTERS)
    assert branch.get(f"/savings/evidence/{stated.id}").status_code == 200
    assert "隐山0" in text(branch.get("/report/2027-01"))
    assert "隐山0" not in text(branch.get("/report/2026-10"))


def test_the_workbook_computes_and_keeps_beside_each_formula_what_it_comes_to(
    app, world, books, park, tenant, branch
):
    hidden, *_ = full_park(world, books, park, tenant)
    books.baseline(hidden, date(2026, 10, 1), replace(SEED, area=260_00))  # no share is a round one
    run_job(app, SETTLE_QUARTERS)
    content = branch.get("/report/2026-10.xlsx").data
    written, kept = (load_workbook(BytesIO(content), data_only=values) for values in (False, True))
    formulas = [
        (sheet.title, cell.coordinate)
        for sheet in written
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(formulas) > 25
    for sheet, place in formulas:
        assert computed(written, sheet, place) == pytest.approx(kept[sheet][place].value), place
    firms, rows = kept["各企业"], list(written["各企业"].iter_rows())
    names = [row[0].value for row in rows]
    assert "合计 4 家（取整）" in names
    total = rows[names.index("合计 4 家（取整）")]
    assert computed(written, "各企业", total[12].coordinate) == firms[total[12].coordinate].value
    page = text(branch.get("/report/2026-10"))
    assert f"约 ¥{firms[total[12].coordinate].value:,}" in page
    assert f"约 {firms[total[13].coordinate].value:.0%}" in page
    formats = [row[13].number_format for row in rows if row[13].data_type == "f"]
    assert formats[-2:] == ['"约 "0%;[Red]"约 "-0%'] * 2, "of the group and of what holds it"
    assert set(formats[:-2]) == {"0.0%;[Red]-0.0%"}, "the named stay exact"
    assert "ROUND(M" in total[13].value, "a rounded share is a whole per cent in its cell, too"
    stands = {row[1].value: row for row in written["数据来源"].iter_rows(min_row=3)}["原租金"]
    assert (stands[2].value, stands[2].number_format[:4], stands[5].is_date) == (19840, '"¥"#', True)
    assert any("/why/saving" in row[15].hyperlink.target for row in rows if row[15].hyperlink)


def computed(book, sheet, place):
    """Compute a cell anew: sums, rounding, quotients and references, as a spreadsheet does."""
    value = book[sheet][place].value
    if not (isinstance(value, str) and value.startswith("=")):
        return value or 0
    if "!" in value:
        return computed(book, *value[1:].split("!"))
    text = re.sub(r"([A-Z]+\d+):([A-Z]+\d+)", r"span('\1', '\2')", value[1:])
    text = re.sub(r"(?<!')\b([A-Z]+\d+)\b(?!')", r"at('\1')", text).replace("=0,", "==0,")
    known = {
        "at": lambda one: computed(book, sheet, one),
        "span": lambda a, b: [computed(book, sheet, cell.coordinate) for (cell,) in book[sheet][f"{a}:{b}"]],
        "SUM": sum,
        "ROUND": lambda number, digits: floor(number * 10**digits + 0.5) / 10**digits,
    }
    return eval(re.sub(r"IF\((.*?)==0,0,(.*)\)$", r"(0 if \1 == 0 else \2)", text), known)  # noqa: S307


def test_what_a_tenant_typed_is_no_formula_in_the_workbook(world, books, park, branch, session):
    enterprise = world.enterprise(park, name="=1+1", short_name="=1+1", may_be_named=True)
    books.baseline(enterprise, note='=HYPERLINK("http://x")')
    book = load_workbook(BytesIO(branch.get("/report/2026-10.xlsx").data))
    for sheet in ("各企业", "数据来源"):
        typed = [cell for row in book[sheet].iter_rows() for cell in row if cell.value == "=1+1"]
        assert typed
        assert {cell.data_type for cell in typed} == {"s"}


@pytest.mark.parametrize("month", ["2026-12", "1999-12", "0001-01", "rubbish"])
def test_a_report_of_no_month_is_not_found(branch, month):
    for ending in ("", ".pdf", ".xlsx"):
        assert branch.get(f"/report/{month}{ending}").status_code == 404


def test_a_park_where_nobody_saves_says_what_the_report_is_for(branch):
    assert "还没有可以报告的节省" in text(branch.get("/report"))
    assert "没有企业登记" in text(branch.get("/report/2026-10"))
    assert branch.get("/report/2026-10.pdf").status_code == 404


def test_tenants_do_not_enter_the_report(manager):
    assert manager.get("/report").status_code == 403
    assert manager.get("/report/2026-10.pdf").status_code == 403


def test_another_parks_report_tells_nothing_of_ours(world, tenant, session, sign_in):
    tenant.may_be_named = True
    session.commit()
    stranger = sign_in(world.member(world.park(), Role.BRANCH))
    assert "没有企业登记" in text(stranger.get("/report/2026-10"))


def test_queries_do_not_grow_with_enterprises_and_invoices(
    world, books, park, tenant, branch, manager, count_queries
):
    paths = ("/report", "/report/2026-10", "/report/2026-10.xlsx")
    full_park(world, books, park, tenant, 0)
    before = [count_queries(lambda path=path: branch.get(path)) for path in paths]
    own = count_queries(lambda: manager.get("/savings"))
    for enterprise in full_park(world, books, park, tenant, 6):
        invoice = books.invoice(enterprise, OCTOBER.previous, 100_00)
        books.credit(invoice, 1_00, NOVEMBER_9)
    books.close(park.id, OCTOBER.previous)
    assert [count_queries(lambda path=path: branch.get(path)) for path in paths] == before
    assert count_queries(lambda: manager.get("/savings")) == own


def test_a_negative_saving_is_shown_as_one(world, books, park, branch):
    enterprise = world.enterprise(park, may_be_named=True, name="多付科技")
    books.baseline(enterprise)
    books.invoice(enterprise, OCTOBER, 20_000_00)
    books.close(park.id, OCTOBER)
    page = text(branch.get("/report/2026-10"))
    assert "−¥10,576.00" in page
    assert "净节省（为负）" in page
    assert branch.get("/report/2026-10.pdf").data.startswith(b"%PDF")

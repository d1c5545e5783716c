"""The pages on which a baseline is checked, as the administrator, the branch and the enterprise see them."""

import re
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import pytest
from PIL import Image

from booking.mail.models import Letter
from booking.people.models import Role
from booking.savings.models import Baseline, BaselineState, Evidence
from booking.savings.set_baseline import read_evidence
from booking.values import Money
from tests.harness.times import SHANGHAI
from tests.savings.books import OCTOBER, PDF, SEED
from tests.savings.test_pages import text
from tests.savings.test_report import sign

NOVEMBER_3 = datetime(2026, 11, 3, 8, tzinfo=SHANGHAI)
LEASE = read_evidence("租赁合同.pdf", PDF)
TYPED_IN = replace(SEED, area=2_000_00)
SEEN = "area:20000:200000"  # the mark of what jumps in it


@pytest.fixture
def park(world):
    return world.park()


@pytest.fixture
def tenant(world, books, park):
    enterprise = world.enterprise(park, short_name="云杉智能", may_be_named=True)
    books.baseline(enterprise, paper=LEASE)
    return enterprise


@pytest.fixture
def stated(books, tenant):
    """Give 2,000 m² typed in for November, with a paper, while 200 count."""
    return books.stated(tenant, date(2026, 11, 1), TYPED_IN, paper=LEASE, now=NOVEMBER_3, note="口头")


@pytest.fixture
def manager(world, tenant, sign_in):
    return sign_in(world.member(tenant, Role.MANAGER, password_hash="x"))


@pytest.fixture(params=[Role.ADMIN, Role.BRANCH])
def checker(request, world, park, sign_in):
    return sign_in(world.member(park, request.param))


def page_of(stated):
    return f"/savings/baselines/{stated.id}"


def seen(answer):
    """Give what is read, without tags and doubled blanks."""
    return " ".join(re.sub("<[^>]*>", " ", text(answer)).split())


def test_the_queue_and_both_homes_tell_what_waits(checker, stated):
    page = seen(checker.get("/savings/baselines"))
    assert "云杉智能" in page
    assert "2026年11月起，原来 2,000 m²，现在保留 105 m²" in page
    home = "/report" if "/report" in text(checker.get("/more")) and checker.get("/report") else "/"
    homes = [checker.get(path).get_data(as_text=True) for path in (home, "/front-desk")]
    assert any("1 个原租赁基线等待核对" in one for one in homes)


def test_with_nothing_to_check_the_queue_says_so(checker, tenant):
    assert "没有等待核对的基线" in text(checker.get("/savings/baselines"))
    assert "等待核对" not in text(checker.get("/report"))


def test_the_queue_is_in_order_of_stating(admin, world, books, park, stated):
    older = world.enterprise(park, short_name="早先公司")
    books.stated(older, now=datetime(2026, 10, 20, 9, tzinfo=SHANGHAI))
    page = text(admin.get("/savings/baselines"))
    assert page.index("早先公司") < page.index("云杉智能")


def test_the_page_shows_both_versions_the_paper_and_what_the_park_would_look_like(checker, stated):
    answer = checker.get(page_of(stated))
    page = seen(answer)
    assert "原来的面积 200 m² 2,000 m² 不同" in page
    assert page.count("不同") == 3, "area, paper and note"
    assert "原来的单价 ¥3.20 ¥3.20 现在保留" in page
    assert "¥1,920.00 → ¥19,200.00" in page
    assert "95 m² → 1,895 m²" in page
    assert f'src="/savings/baselines/{stated.id}/paper#' in text(checker.get(page_of(stated)))
    assert "checked" not in re.findall(r"<input[^>]*>", answer.get_data(as_text=True))
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_paper_is_shown_in_our_own_frame_only(checker, stated):
    answer = checker.get(f"{page_of(stated)}/paper")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'self'"


def test_a_picture_stands_on_the_page(admin, books, tenant):
    out = BytesIO()
    Image.new("L", (40, 30)).save(out, "PNG")
    paper = read_evidence("合同.png", out.getvalue())
    stated = books.stated(tenant, date(2026, 11, 1), TYPED_IN, paper=paper, now=NOVEMBER_3)
    assert f'<img class="paper-beside" src="/savings/baselines/{stated.id}/paper"' in text(
        admin.get(page_of(stated))
    )
    assert "sandbox" in admin.get(f"{page_of(stated)}/paper").headers["Content-Security-Policy"]


@pytest.mark.parametrize("decision", ["documented", "declared"])
def test_accepting_moves_the_figures_and_tells_the_managers(checker, manager, stated, session, decision):
    assert "¥1,920.00" in text(manager.get("/savings?month=2026-11"))
    answer = checker.post(
        page_of(stated), data={"decision": decision, "why": "搬进整层", "seen": SEEN}, follow_redirects=True
    )
    assert "已采信" in text(answer)
    session.expire_all()
    row = session.get_one(Baseline, stated.id)
    assert (row.state, row.evidence) == (BaselineState.CHECKED, Evidence(decision))
    assert row.decided_by.role in {Role.ADMIN, Role.BRANCH}
    page = text(manager.get("/savings?month=2026-11"))
    assert "¥19,200.00" in page
    assert row.decided_by.name in page
    letter = session.query(Letter).one()
    assert "原租赁基线已核对" in letter.subject
    assert ("采信为有据" in letter.body) == (decision == "documented")
    assert "已核对，采信为" in seen(checker.get(page_of(stated)))


def test_sending_back_needs_a_reason_and_keeps_what_was_typed(checker, manager, stated, session):
    refused = checker.post(page_of(stated), data={"decision": "sent_back", "reason": " "})
    assert refused.status_code == 422
    assert "请写明原因" in refused.get_data(as_text=True)
    sent = {"decision": "sent_back", "reason": "合同上是 200 m²"}
    assert "已退回" in text(checker.post(page_of(stated), data=sent, follow_redirects=True))
    page = text(manager.get("/savings?month=2026-11"))
    assert "¥1,920.00" in page
    assert "合同上是 200 m²" in page
    assert "合同上是 200 m²" in session.query(Letter).one().body


def test_the_letter_is_in_the_language_of_its_reader(admin, world, park, tenant, stated, session):
    world.member(tenant, Role.MANAGER, password_hash="x", language="en", name="Lin Yi")
    admin.post(page_of(stated), data={"decision": "sent_back", "reason": "the lease says 200"})
    letter = session.query(Letter).one()
    assert letter.subject == "Your baseline was sent back"
    assert "Decision: sent back." in letter.body
    assert not re.search("[\u4e00-\u9fff]", letter.body.replace(park.name, ""))


def test_no_paper_no_documented(admin, books, tenant, session):
    stated = books.stated(tenant, date(2026, 11, 1), TYPED_IN, now=NOVEMBER_3)
    page = text(admin.get(page_of(stated)))
    assert 'value="documented"' not in page
    assert "企业没有交凭证" in page
    answer = admin.post(page_of(stated), data={"decision": "documented", "why": "搬进整层", "seen": SEEN})
    assert answer.status_code == 422
    assert "没有凭证，不能采信为有据" in answer.get_data(as_text=True)
    assert admin.get(f"{page_of(stated)}/paper").status_code == 404


def test_figures_that_jump_are_asked_about_twice_with_what_the_park_becomes(checker, stated):
    assert "原来的面积 ×10" in seen(checker.get("/savings/baselines"))
    page = seen(checker.get(page_of(stated)))
    assert "和在用的差得太多 原来的面积 200 m² → 2,000 m²（×10）" in page
    assert "再确认一次" not in page
    answer = checker.post(page_of(stated), data={"decision": "documented"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    asked = " ".join(re.sub("<[^>]*>", " ", page).split())
    assert "像是填错了" in asked
    assert "原来的面积 200 m² → 2,000 m²（×10） 全园区 2026年11月原租金 ¥1,920.00 → ¥19,200.00" in asked
    assert 'name="decision" value="documented"' in page
    assert "确实如此，采信为有据" in asked
    sure = {"decision": "documented", "why": "搬进整层", "seen": SEEN}
    assert checker.post(page_of(stated), data=sure).status_code == 302
    assert "核对的人确认过：搬进整层" in seen(checker.get(page_of(stated)))


def test_a_second_yes_is_to_the_jumps_on_its_page_and_asked_for_anew_where_they_moved(
    admin, books, tenant, stated, session
):
    asked = admin.post(page_of(stated), data={"decision": "documented"}).get_data(as_text=True)
    assert f'name="seen" type="hidden" value="{SEEN}"' in asked
    books.baseline(tenant, date(2026, 10, 1), replace(SEED, area=50_00, own_area=0))
    answer = admin.post(page_of(stated), data={"decision": "documented", "why": "搬进整层", "seen": SEEN})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    now = "在用的基线刚变了，现在是：原来的面积 50 m² → 2,000 m²（×40）"
    assert now in page
    assert "搬进整层</textarea>" in page, "what was typed is kept"
    moved = re.search(r'name="seen" type="hidden" value="([^"]*)"', page).group(1)
    again = {"decision": "documented", "why": "搬进整层", "seen": moved}
    assert admin.post(page_of(stated), data=again).status_code == 302
    session.expire_all()
    assert session.get_one(Baseline, stated.id).state is BaselineState.CHECKED


@pytest.mark.parametrize("decision", ["", "perhaps"])
def test_a_decision_that_is_none_is_asked_for(admin, stated, session, decision):
    assert admin.post(page_of(stated), data={"decision": decision}).status_code == 422
    session.expire_all()
    assert session.get_one(Baseline, stated.id).state is BaselineState.PENDING


def test_whoever_comes_second_is_told(admin, branch, stated, session):
    branch.post(page_of(stated), data={"decision": "declared", "why": "搬进整层", "seen": SEEN})
    again = admin.post(page_of(stated), data={"decision": "declared", "why": "搬进整层", "seen": SEEN})
    assert again.status_code == 302, "the same decision is the same answer"
    other = admin.post(page_of(stated), data={"decision": "sent_back", "reason": "太大"})
    assert other.status_code == 422
    assert "已经核对过" in other.get_data(as_text=True)
    assert "你写的理由：太大" in other.get_data(as_text=True)


def test_the_branch_does_not_see_who_is_not_named_and_is_told_why(
    world, books, park, branch, admin, stated, session
):
    hidden = world.enterprise(park, short_name="隐山", name="隐山有限公司")
    secret = books.stated(hidden, terms=replace(SEED, area=777_00), paper=LEASE, now=NOVEMBER_3)
    page = text(branch.get("/savings/baselines"))
    assert "隐山" not in page
    assert "777" not in page
    assert "没有同意具名的企业由园区管理员核对" in page
    for path in (page_of(secret), f"{page_of(secret)}/paper", f"/savings/evidence/{secret.id}"):
        assert branch.get(path).status_code == 404
    assert (
        branch.post(
            page_of(secret), data={"decision": "declared", "why": "搬进整层", "seen": SEEN}
        ).status_code
        == 404
    )
    assert "1 个原租赁基线等待核对" in text(branch.get("/report"))
    assert "隐山" in text(admin.get("/savings/baselines"))
    assert "2 个原租赁基线等待核对" in text(admin.get("/front-desk"))
    session.expire_all()
    assert session.get_one(Baseline, secret.id).state is BaselineState.PENDING


def test_others_do_not_check(world, park, manager, stated, sign_in):
    stranger = sign_in(world.member(world.park(), Role.ADMIN))
    for browser in (manager, stranger):
        assert browser.get(page_of(stated)).status_code == 404
        assert (
            browser.post(
                page_of(stated), data={"decision": "declared", "why": "搬进整层", "seen": SEEN}
            ).status_code
            == 404
        )
    assert "云杉智能" not in text(stranger.get("/savings/baselines"))
    assert manager.get("/savings/baselines").status_code == 403


def test_a_report_signed_meanwhile_leaves_sending_back(admin, books, park, tenant, session):
    stated = books.stated(tenant, date(2026, 10, 1), TYPED_IN)
    books.close(park.id, OCTOBER)
    sign(session, park)
    page = text(admin.get(page_of(stated)))
    assert "只能退回" in page
    assert 'value="declared"' not in page
    answer = admin.post(page_of(stated), data={"decision": "declared", "why": "搬进整层", "seen": SEEN})
    assert answer.status_code == 422
    assert "报告已经签发" in answer.get_data(as_text=True)


def test_the_enterprise_sees_what_waits_with_what_it_would_change_and_withdraws_it(
    manager, world, tenant, stated, session, sign_in
):
    page = seen(manager.get("/savings?month=2026-11"))
    assert "待核：2026年11月起的原租赁基线" in page
    assert "2026年11月的原租金 ¥1,920.00 → ¥19,200.00" in page
    assert "撤回申报" not in seen(sign_in(world.member(tenant)).get("/savings"))
    answer = manager.post(f"{page_of(stated)}/withdraw", follow_redirects=True)
    assert "已撤回，照原来的版本计算" in text(answer)
    session.expire_all()
    assert session.get_one(Baseline, stated.id).state is BaselineState.WITHDRAWN
    assert "待核：" not in seen(manager.get("/savings"))


def test_what_was_checked_is_not_withdrawn(manager, admin, stated, session):
    admin.post(page_of(stated), data={"decision": "declared", "why": "搬进整层", "seen": SEEN})
    answer = manager.post(f"{page_of(stated)}/withdraw", follow_redirects=True)
    assert "已经核对过，没有改动" in text(answer)
    session.expire_all()
    assert session.get_one(Baseline, stated.id).state is BaselineState.CHECKED


def test_anothers_version_is_not_withdrawn(world, park, stated, sign_in):
    stranger = sign_in(world.member(world.enterprise(park), Role.MANAGER))
    assert stranger.post(f"{page_of(stated)}/withdraw").status_code == 404


def test_a_first_baseline_waits_and_the_page_says_so(world, books, park, sign_in):
    newcomer = world.enterprise(park)
    browser = sign_in(world.member(newcomer, Role.MANAGER))
    form = {"valid_from": "2026-11", "area": "200", "price": "3.20", "own_area": "105", "own_price": "3.2"}
    answer = browser.post(f"/savings/{newcomer.id}/baseline", data=form, follow_redirects=True)
    page = seen(answer)
    assert "已提交，待园区核对" in page
    assert "等待园区核对" in page
    assert "2026年11月的原租金 ¥1,920.00" in page


def test_an_administrator_who_states_one_goes_on_to_check_it(admin, tenant, session):
    form = {"valid_from": "2026-11", "area": "180", "price": "3.20", "own_area": "105", "own_price": "3.2"}
    answer = admin.post(f"/savings/{tenant.id}/baseline", data=form)
    stated = session.query(Baseline).filter_by(state=BaselineState.PENDING).one()
    assert answer.location == page_of(stated)


def test_the_workbook_and_the_paper_of_the_report_keep_their_figures_too(branch, stated):
    before = branch.get("/report/2026-11.xlsx").data
    assert before[:2] == b"PK"
    assert "¥1,920.00" in text(branch.get("/report/2026-11"))
    branch.post(page_of(stated), data={"decision": "declared", "why": "搬进整层", "seen": SEEN})
    assert str(Money(19_200_00)) in text(branch.get("/report/2026-11")).replace(",", "")


def test_queries_do_not_grow_with_what_waits(admin, world, books, park, tenant, stated, count_queries):
    paths = ("/savings/baselines", page_of(stated), "/front-desk")
    before = [count_queries(lambda path=path: admin.get(path)) for path in paths]
    for number in range(5):
        other = world.enterprise(park)
        world.member(other, Role.MANAGER)
        books.baseline(other)
        books.stated(other, date(2026, 9 + number % 3, 1), TYPED_IN, now=NOVEMBER_3)
    assert [count_queries(lambda path=path: admin.get(path)) for path in paths] == before

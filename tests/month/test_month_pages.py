"""The branch's month: what it says, where its figures lead, and who may read it."""

import re
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from booking.audit.actions import Actor
from booking.blueprints.kit.month_sheet.headline import meters
from booking.blueprints.month.speech import speech_of
from booking.needs.raise_need import NeedAsker, SaidNeed, raise_need
from booking.needs.rules import NeedKind
from booking.parks.models import Park
from booking.people.models import Role
from booking.rhythm.board import AgendaItem, KeyFigure, Meter, MonthBoard, Phrase
from booking.savings.set_baseline import read_evidence
from booking.savings.standings import settle_quarter
from booking.spaces.models import Kind
from booking.usage.utilisation import NOTHING
from tests.gateways.month_samples import ORDINARY
from tests.harness.times import SHANGHAI
from tests.savings.books import OCTOBER, PDF, Books

LEASE = read_evidence("租赁合同.pdf", PDF)
SAVED = 7_984_00  # fen, of the seed's story in October


@pytest.fixture
def park(world):
    return world.park(name="青溪科创园")


@pytest.fixture
def books(session):
    return Books(session)


@pytest.fixture
def tenant(world, books, park):
    """An enterprise that saves 7,984.00 in a closed October, and complained once."""
    enterprise = world.enterprise(
        park, name="云杉智能科技（上海）有限公司", short_name="云杉智能", may_be_named=True
    )
    books.baseline(enterprise)
    books.invoice(enterprise, OCTOBER, 1_440_00)
    books.close(park.id, OCTOBER)
    return enterprise


@pytest.fixture
def branch(world, park, sign_in):
    return sign_in(world.member(park, Role.BRANCH))


def complain(world, tenant, words, at=datetime(2026, 10, 14, 10, tzinfo=SHANGHAI)):
    member = world.member(tenant, Role.MEMBER)
    said = SaidNeed(NeedKind.COMPLAINT, words)
    by = Actor(member.name, member.id, tenant.park_id, tenant.id)
    park = world.session.get_one(Park, tenant.park_id)
    need = raise_need(world.session, park, NeedAsker(member=member), said, by=by, now=at)
    world.session.commit()
    return need


def text(answer):
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def words(answer):
    """Give a page's words as they are read, without marks between a figure and its sentence."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text(answer)))


def test_the_branch_begins_at_the_last_month_in_one_sentence_with_a_way_to_each_figure(branch, tenant):
    assert branch.get("/").headers["Location"] == "/month"
    assert "十月，1 家企业合计少付租金 0.8 万元（\u221240.2%）。" in words(branch.get("/month"))
    page = text(branch.get("/month/2026-10"))
    assert re.search(r'<a href="/report/[^"]*2026-10[^"]*">0\.8 万元</a>', page)
    assert "草稿" in page
    assert page.count('class="month-label') == 12


def test_an_open_month_is_said_so_and_drawn_as_open(branch, tenant):
    page = text(branch.get("/month/2026-11"))
    assert "十一月到现在" in page
    assert "month-bar is-open" in page
    assert 'rel="next"' not in page
    assert branch.get("/month/2026-12").status_code == 404


def test_a_saving_below_zero_is_said_as_paid_more(branch, world, books, park):
    enterprise = world.enterprise(park, may_be_named=True)
    books.baseline(enterprise)
    books.invoice(enterprise, OCTOBER, 30_000_00)
    books.close(park.id, OCTOBER)
    assert "1 家企业合计多付 2.1 万元（+103.7%）" in words(branch.get("/month/2026-10"))
    assert "month-bar is-negative" in text(branch.get("/month/2026-10"))


def test_a_park_that_has_nothing_to_report_yet_is_told_what_will_stand_here(branch):
    page = words(branch.get("/month"))
    assert "十月还没有可以报告的节省。" in page
    assert "没有待定的事" in page
    long_ago = words(branch.get("/month/2024-01"))
    assert "园区那时还没有开始" in long_ago
    assert "未关账" not in long_ago


def test_who_is_not_named_is_in_no_figure_of_any_outlet(branch, world, books, park, tenant):
    other = world.enterprise(park, may_be_named=False)
    books.baseline(other)
    books.invoice(other, OCTOBER, 1_000_00)
    page = words(branch.get("/month/2026-10"))
    assert "1 家企业合计少付租金 0.8 万元" in page
    assert "另有 1 家未具名企业" in page
    paper = PdfReader(BytesIO(branch.get("/month/2026-10.pdf").data)).pages[0].extract_text()
    assert "1 家企业合计少付租金 0.8 万元" in paper.replace("\n", "")


def test_who_is_left_out_stands_behind_the_count_no_baseline_apart_from_one_that_waits(
    branch, world, books, park, tenant
):
    for name, named in (("无线", True), ("藏名", False)):
        world.enterprise(park, short_name=name, may_be_named=named)
    waiting = books.stated(world.enterprise(park, short_name="待核家", may_be_named=True))
    books.stated(tenant, date(2026, 10, 1), now=datetime(2026, 10, 9, tzinfo=SHANGHAI))  # counts meanwhile
    assert "2 家没有基线、1 家的基线待核，不在数内。" in words(branch.get("/month/2026-10"))
    behind = branch.get("/report/2026-10/why/count")
    said = words(behind)
    assert "不在数内：无线没有为这个月申报原租赁基线 没有基线" in said
    assert "不在数内：待核家基线已申报，核对以后才计入 待核" in said
    assert "不在数内：未具名企业，没有基线没有同意具名，不列名 1 家" in said
    assert "藏名" not in said
    assert "不在数内：云杉智能" not in said
    assert f'href="/savings/baselines/{waiting.id}"' in text(behind)
    assert branch.get(f"/savings/baselines/{waiting.id}").status_code == 200


def test_only_what_holds_a_rounded_group_says_that_it_is_rounded(branch, world, books, park, tenant, session):
    """Three unnamed make a group of declared rents: it is in the saving, and in no documented one."""
    books.baseline(world.enterprise(park, short_name="有据", may_be_named=True), paper=LEASE)
    hidden = [world.enterprise(park, may_be_named=False) for _ in range(3)]
    for firm in hidden:
        books.baseline(firm)
    settle_quarter(session, park, OCTOBER, now=world.now)
    session.commit()
    rounded = "含未具名企业，相加后取整"
    assert rounded in words(branch.get("/report/2026-10/why/saving"))
    for figure in ("documented", "count"):
        assert rounded not in words(branch.get(f"/report/2026-10/why/{figure}"))


def test_complaints_are_counted_and_each_stands_behind_the_number(branch, world, tenant):
    complain(world, tenant, "会议室空调太冷")
    complain(world, tenant, "走廊灯坏了", at=datetime(2026, 11, 2, 10, tzinfo=SHANGHAI))
    assert "1 件投诉" in words(branch.get("/month/2026-10"))
    behind = text(branch.get("/month/2026-10/why/needs/complaint"))
    assert "会议室空调太冷" in behind
    assert "走廊灯坏了" not in behind
    assert re.search(r'href="/needs/\d+"', behind)
    assert "不代表由本系统带来" in behind
    assert branch.get("/month/2026-10/why/needs/rumour").status_code == 404


def test_what_waits_for_the_branch_is_one_tap_from_its_home(branch, books, tenant, world, park):
    """A baseline to check and a need that is late, each with its count and its address."""
    books.stated(world.enterprise(park, may_be_named=True))
    complain(world, tenant, "会议室空调太冷")
    waits = re.search(r'<nav class="month-waits".*?</nav>', text(branch.get("/month")), re.DOTALL)[0]
    ways = dict(re.findall(r'<a href="([^"]+)">([^<]+)</a>', waits))
    assert ways["/savings/baselines"] == "1 份基线待核"
    assert ways["/needs?stage=overdue"] == "1 件诉求逾期"
    assert "month-waits" not in text(branch.get("/month?projector"))
    assert "1 份待核" in words(branch.get("/more"))


def test_the_same_page_is_paper_picture_and_drawing(branch, tenant):
    paper = branch.get("/month/2026-10.pdf")
    assert paper.mimetype == "application/pdf"
    assert "少付租金 0.8 万元" in PdfReader(BytesIO(paper.data)).pages[0].extract_text().replace("\n", "")
    assert branch.get("/month/2026-10.png").data.startswith(b"\x89PNG")
    drawing = branch.get("/month/2026-10.svg")
    assert b"<svg" in drawing.data[:200]
    assert drawing.mimetype == "image/svg+xml"
    assert drawing.headers["Content-Disposition"].startswith("inline")
    assert drawing.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    asked = branch.get("/month/2026-10.svg?download")
    assert asked.headers["Content-Disposition"].startswith("attachment")
    assert branch.get("/month/2026-10.gif").status_code == 404


def test_the_speech_says_the_page_and_is_there_on_the_projector_too(branch, world, tenant):
    complain(world, tenant, "会议室空调太冷")
    for path in ("/month/2026-10", "/month/2026-10?projector"):
        page = text(branch.get(path))
        speech = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1]
        assert "少付租金 0.8 万元" in speech
        assert "1 件投诉" in speech
        assert "0 场活动" not in speech, "nobody reads out what there was none of"


DECIDED = AgendaItem(1, "2 家", "周边早餐太少", "已办", "定：早餐车进园，每天 7:30–9:00 · 向晨", "")
STANDS = AgendaItem(
    2, "3 家", "想要母婴室", "12月15日 周二前", "另有 2 件待核实 · 定：改一间。 · 物业 李工", "", stands=True
)
TO_DECIDE = AgendaItem(3, "0 家", "晚间不开放", "待定", "建议：关两间 · 从上月带来", "", open=True)
FACT = KeyFigure("3", "场活动，76 人次到场，25 家企业", "全部提前 3 天通知；沙龙 3")


def test_the_speech_says_in_words_what_the_page_draws_as_signs(app):
    board = MonthBoard(
        "青溪", "本月", "草稿", OCTOBER.first_day,
        headline=(Phrase("十月，22 家少付租金 9.0 万元（约 \u221220%），"), Phrase("小微多付（+1.0%）。")),
        basis=(Phrase("约 80% 有租赁合同为凭，其余为企业自报（虚线）。"),),
        columns=(), columns_note=(), agenda=(DECIDED, STANDS, TO_DECIDE), agenda_more=Phrase(""),
        uses=(Meter("工位 7 个", "43.2%", 432),), uses_notes=(Phrase("闲置点 6 处，用起来 4 处 415 m²"),),
        cycle=(KeyFigure("0", "件诉求 15 日催办"),), hall=(FACT,), foot=Phrase(""), server="", address="",
        words=ORDINARY.words,
    )  # fmt: skip
    with app.test_request_context():
        assert speech_of(board).split("\n") == [
            "十月，22 家少付租金 9.0 万元，减少约 20%，小微多付，增加 1.0%。",
            "数字的依据：约 80% 有租赁合同为凭，其余为企业自报。",
            "空间使用：工位 7 个，用到开放时间的 43.2%；闲置点 6 处，用起来 4 处 415 平方米。",
            "3 场活动，76 人次到场，25 家企业，全部提前 3 天通知；沙龙 3。",
            "例会的议题：",
            "一是周边早餐太少，2 家企业提出，已办；议定早餐车进园，每天 7:30 到 9:00，由向晨负责。",
            "二是想要母婴室，3 家企业提出，12月15日周二前办好；另有 2 件待核实；议定改一间，由物业李工负责。",
            "三是晚间不开放，待定；建议：关两间，从上月带来。",
        ]


def test_every_kind_that_was_open_has_its_bar_the_stores_among_them(app):
    kinds = {
        kind: replace(NOTHING, open=1000, used=100 * place, spaces=place)
        for place, kind in enumerate(Kind, 1)
    }
    facts = SimpleNamespace(use=SimpleNamespace(kinds=kinds), month=OCTOBER)
    with app.test_request_context():
        shown = {meter.label: meter.share for meter in meters(facts)}
    assert shown == {"工位 1 个": 100, "会议室 2 个": 200, "仓储 3 个": 300, "会客厅 4 个": 400}


def test_it_reads_as_well_in_english(branch, tenant, park, session):
    park.name_en = "Clearbrook Park"
    session.commit()
    branch.post("/preferences/language", data={"language": "en"})
    page = words(branch.get("/month/2026-10?lang=en"))
    assert "Clearbrook Park · Meeting of October 2026" in page
    assert "October: 1 enterprise paid ¥8.0k less rent (\u221240.2%)." in page


def test_neighbours_and_tenants_do_not_read_it(world, tenant, sign_in):
    assert sign_in(world.member(tenant, Role.MANAGER)).get("/month").status_code == 403
    stranger = sign_in(world.member(world.park(), Role.BRANCH))
    assert "云杉" not in words(stranger.get("/month/2026-10"))
    assert "还没有可以报告的节省" in words(stranger.get("/month/2026-10"))


def test_the_page_asks_no_more_of_a_large_park(branch, world, books, park, tenant, count_queries):
    branch.get("/month/2026-10")
    few = count_queries(lambda: branch.get("/month/2026-10"))
    for _ in range(4):
        books.baseline(one := world.enterprise(park, may_be_named=True))
        books.invoice(one, OCTOBER, 900_00)
        complain(world, one, f"声音太大 {one.id}")
    assert count_queries(lambda: branch.get("/month/2026-10")) == few

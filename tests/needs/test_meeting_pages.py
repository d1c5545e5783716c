"""Matters, liaisons, cards, visits and numbers, as the park's own people and the enterprises see them."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image

from booking.audit.models import AuditEntry
from booking.mail.models import Letter
from booking.needs.models import ContactCard, Decision, EarlierFigure, Liaison, Matter, Need, NeedOwner
from booking.needs.raise_need import NeedAsker
from booking.needs.rules import NeedKind, VisitStays
from booking.needs.steps import change_kind
from booking.people.models import Role
from tests.needs.conftest import at
from tests.needs.test_pages import photo, seen

MONDAY = at(11, 2)


@pytest.fixture
def branch(house, sign_in):
    return sign_in(house.branch)


@pytest.fixture
def admin(house, sign_in):
    return sign_in(house.admin)


def fresh(session):
    session.rollback()
    session.expire_all()


def test_like_needs_become_a_matter_that_is_decided_and_done(house, world, branch, session, count_queries):
    manager = world.member(world.enterprise(house.park, short_name="松针"), Role.MANAGER, password_hash="x")
    first = house.need("下午想开会总是订不到会议室", NeedKind.WISH, now=MONDAY)
    second = house.need("会议室下午老是满的，订不到", NeedKind.WISH, by=manager, now=MONDAY)
    house.need("走廊里有人抽烟", NeedKind.COMPLAINT, now=MONDAY)
    for times in ("又", "总", "老"):
        house.need(f"微波炉{times}坏", NeedKind.FAULT, now=MONDAY)
    session.commit()
    page = seen(branch.get("/matters"))
    assert page.index("合并 2 家") < page.index("微波炉")
    assert "建议合并" in page
    assert "合并 2 家" in page
    assert "抽烟" not in page
    joined = branch.post("/matters", data={"title": "会议室下午订不到", "needs": [first.id, second.id]})
    path = joined.location
    assert "2 家企业，2 件诉求" in seen(branch.get(path))
    branch.post(path, data={"title": "会议室订不到", "proposal": "试开合并间"})
    refused = branch.post(f"{path}/decide", data={"what": "开放合并间", "who": "", "month": "2026-10"})
    assert refused.status_code == 422
    assert "请写明谁负责" in refused.text
    assert "开放合并间" in refused.text
    terms = {"what": "开放合并间", "who": "安澜", "by_when": "2026-11-20", "month": "2026-10"}
    decided = branch.post(f"{path}/decide", data=terms | {"next": "/more"})
    assert decided.location == "/more"
    fresh(session)
    assert session.query(Decision).one().month_key == 202610
    assert second.answer == "开放合并间"
    letter = session.query(Letter).filter(Letter.to == manager.email).one()
    assert "园区例会已议定：会议室订不到" in letter.subject
    assert "负责：安澜，2026年11月20日前。" in letter.body
    other = branch.post(f"{path}/decide", data=terms | {"what": "别的"})
    assert "已经议定“开放合并间”" in other.text
    assert "开放合并间 · 安澜" in seen(branch.get("/matters"))
    branch.post(f"{path}/done", data={"note": "已开放"})
    fresh(session)
    assert session.query(Matter).one().done_at is not None
    assert "已办结" in seen(branch.get(path))
    few = count_queries(lambda: branch.get("/matters"))
    session.rollback()
    for number in range(4):
        house.matter(house.need(f"另{number}号电梯坏了", now=MONDAY), title=f"另{number}")
    session.commit()
    assert count_queries(lambda: branch.get("/matters")) <= few + 1


def test_a_need_that_is_like_a_matter_has_it_chosen_and_named(house, branch, session):
    wanted = house.matter(house.need("会议室视频设备不稳", NeedKind.FAULT, now=MONDAY), title="视频设备不稳")
    alike = house.need("会议室的视频设备很不稳", NeedKind.FAULT, now=MONDAY)
    other_kind = house.need("会议室的视频设备还不稳", NeedKind.COMPLAINT, now=MONDAY)
    session.commit()
    page = branch.get(f"/needs/{alike.id}").text
    assert f'<option value="{wanted.id}" selected>像：视频设备不稳，1 家</option>' in page
    assert f"<title>诉求 {alike.id}：会议室的视频" in page
    assert page.count(">诉求</a></li>") == 1, "the way names the list once"
    assert " selected>像" not in branch.get(f"/needs/{other_kind.id}").text


def test_what_cannot_be_decided_is_told_beside_its_field_and_an_older_month_offers_no_decision(
    house, branch, session
):
    matter = house.matter(house.need("快递柜", NeedKind.WISH, now=at(9, 7)), now=at(9, 7))
    session.commit()
    terms = {"what": "装柜", "who": "安澜", "by_when": "2026-11-20", "month": "2026-10"}
    onward = "/month/2026-10?projector"
    for wrong, field in (({"by_when": "2020-01-01"}, "by_when"), ({"month": "2099-01"}, "month")):
        refused = branch.post(f"/matters/{matter.id}/decide", data=terms | wrong | {"next": onward})
        assert refused.status_code == 422
        assert f'id="{field}-error"' in refused.text
        for kept in ("装柜", "安澜", onward):
            assert f'value="{kept}"' in refused.text
    assert session.query(Decision).count() == 0
    for month, offered in (("2026-11", True), ("2026-10", True), ("2026-09", False)):
        assert ('class="month-decide"' in branch.get(f"/month/{month}").text) is offered


def test_what_nobody_has_checked_is_told_apart_from_what_weighs(house, branch, session):
    words, guest = "会议室下午老是满的，订不到", NeedAsker(None, "金一", "路过公司", "021-5555 0199")
    path = f"/matters/{house.matter(house.need(words, NeedKind.WISH, now=MONDAY)).id}"
    strange = house.need(words, NeedKind.WISH, by=guest, now=MONDAY)
    session.commit()
    page = seen(branch.get("/matters"))
    assert ("其中 1 件还没核实是谁说的" in page, "合并 1 件" in page) == (True, True)
    branch.post(f"{path}/join", data={"needs": [strange.id]})
    assert "1 家企业，2 件诉求。 其中 1 件还没核实" in seen(branch.get(path))
    assert "另有 1 件待核实" in seen(branch.get("/matters"))
    assert "另有 1 件待核实" in seen(branch.get("/month/2026-11"))
    why = seen(branch.get(f"/month/2026-11/why{path}"))
    assert ("1 家企业，2 件诉求" in why, "待核实" in why) == (True, True)


def test_what_is_carried_on_stands_first_and_a_need_leaves_its_matter(house, branch, session):
    need = house.need("快递柜", NeedKind.WISH, now=MONDAY)
    matter = house.matter(need, title="快递")
    session.commit()
    terms = {"what": "装柜", "who": "物业", "by_when": "2026-11-20", "month": "2026-10"}
    branch.post(f"/matters/{matter.id}/decide", data=terms)
    branch.post(f"/matters/{matter.id}/carried_on", data={"note": "柜子在路上"})
    assert "上月延续" in seen(branch.get("/matters"))
    assert "柜子在路上" in seen(branch.get(f"/matters/{matter.id}"))
    assert "已经议定" not in seen(branch.post(f"/matters/{matter.id}/done", follow_redirects=True))
    branch.post(f"/needs/{need.id}/part")
    branch.post(f"/needs/{need.id}/join", data={"matter": ""})
    fresh(session)
    assert need.matter.title == "快递柜"
    assert (
        branch.post(f"/needs/{need.id}/join", data={"matter": matter.id}, follow_redirects=True).status_code
        == 200
    )


def test_liaisons_are_named_in_bulk_and_what_changed_meanwhile_stays(house, world, branch, admin, session):
    other = world.enterprise(house.park, short_name="松针")
    one, two = house.enterprise.id, other.id
    sent = {
        f"liaison-{one}": house.branch.id,
        f"deputy-{one}": house.admin.id,
        f"liaison-{two}": house.branch.id,
    }
    assert re.search(r"先走访这几家.*走访名单 \d 家.*<select", branch.get("/liaisons").text, re.DOTALL)
    assert "联络员已保存" in seen(branch.post("/liaisons", data=sent, follow_redirects=True))
    fresh(session)
    cards = {card.enterprise_id: card for card in session.query(ContactCard)}
    assert (cards[one].liaison_id, cards[one].deputy_id) == (house.branch.id, house.admin.id)
    code = cards[one].card_code
    stale = admin.post("/liaisons", data={f"liaison-{one}": house.admin.id}, follow_redirects=True)
    assert "栎芽刚被别人改过，没有覆盖" in seen(stale)
    was = {f"was-liaison-{one}": house.branch.id, f"was-deputy-{one}": house.admin.id}
    admin.post("/liaisons", data={f"liaison-{one}": house.admin.id} | was)
    fresh(session)
    assert (cards[one].liaison_id, cards[one].card_code) == (house.admin.id, code)
    same = {
        f"liaison-{two}": house.branch.id,
        f"deputy-{two}": house.branch.id,
        f"was-liaison-{two}": house.branch.id,
    }
    assert "不能和联络员是同一个人" in seen(branch.post("/liaisons", data=same, follow_redirects=True))
    stranger = {f"liaison-{two}": house.member.id, f"was-liaison-{two}": house.branch.id}
    assert "园区管理员或党支部" in seen(branch.post("/liaisons", data=stranger, follow_redirects=True))
    nobody = {f"liaison-{two}": house.branch.id, f"deputy-{two}": "0", f"was-liaison-{two}": house.branch.id}
    assert "园区管理员或党支部" in seen(branch.post("/liaisons", data=nobody, follow_redirects=True))
    owners = {"fault": house.branch.id, f"area-{house.area.id}": house.admin.id}
    branch.post("/liaisons/owners", data=owners)
    branch.post("/liaisons/owners", data=owners | {f"area-{house.area.id}": ""})
    fresh(session)
    assert [row.member_id for row in session.query(NeedOwner)] == [house.branch.id]


def test_the_card_is_a_page_a_picture_and_a_sheet(house, branch, sign_in, world, session):
    tenant = sign_in(house.member)
    assert "还没有联络员" in seen(tenant.get("/card"))
    assert tenant.get("/card.png").status_code == 404
    branch.post("/liaisons", data={f"liaison-{house.enterprise.id}": house.branch.id})
    wrong = branch.post(f"/liaisons/people/{house.branch.id}", data={"phone": "没有"})
    assert "不像一个电话号码" in wrong.text
    face = {"phone": "021-5555 0123", "picture": (photo((300, 400)), "脸.jpg")}
    branch.post(f"/liaisons/people/{house.branch.id}", data=face)
    page = tenant.get("/card")
    assert "向晨" in page.text
    assert "tel:021-5555 0123" in page.text
    fresh(session)
    picture_id = session.query(Liaison).one().picture_id
    assert tenant.get(f"/liaisons/photo/{picture_id}").mimetype == "image/webp"
    stranger = sign_in(world.member(world.enterprise(world.park())))
    assert stranger.get(f"/liaisons/photo/{picture_id}").status_code == 404
    with Image.open(BytesIO(tenant.get("/card.png").data)) as drawn:
        assert drawn.size[0] in {1079, 1080}
    assert tenant.get("/card.pdf").data.startswith(b"%PDF")
    assert branch.get(f"/liaisons/{house.enterprise.id}/card.pdf").data.startswith(b"%PDF")


def test_a_visit_is_two_taps_comes_back_and_is_the_parks_own_note(
    house, branch, session, count_queries, world, sign_in
):
    branch.post("/liaisons", data={f"liaison-{house.enterprise.id}": house.branch.id})
    path = f"/visits/{house.enterprise.id}"
    assert "还没有走访过" in seen(branch.get("/visits"))
    for _ in range(2):
        left = branch.post(f"{path}/card", follow_redirects=True)
    assert "留了连心卡，11月6日 周五再去栎芽" in seen(left)
    fresh(session)
    need = session.query(Need).one()
    assert (need.kind, need.enterprise_id, need.owner_id) == (
        NeedKind.VISIT,
        house.enterprise.id,
        house.branch.id,
    )
    assert "11月6日 周五再去" in seen(branch.get("/visits"))
    for _ in range(2):
        met = branch.post(f"{path}/met", data={"words": "想留两个仓储"}, follow_redirects=True)
    assert "见到了" in seen(met)
    fresh(session)
    assert session.query(Need).one().done_at is not None
    assert "想留两个仓储" in seen(branch.get(f"/needs/{need.id}"))
    own, wish = sign_in(house.manager), house.need("想要绿植", NeedKind.WISH, by=house.manager)
    session.commit()
    assert "想留两个仓储" not in own.get("/needs/mine").text
    assert own.get(f"/needs/{need.id}").status_code == 404
    for act, sent in (("kind", {"kind": "wish"}), ("end", {}), ("reopen", {"remark": "再来"})):
        assert own.post(f"/needs/{need.id}/{act}", data=sent).status_code == 404
    branch.post(f"{path}/card")
    fresh(session)
    waits = session.query(Need).order_by(Need.id.desc()).first()
    for one, kind in ((waits.id, NeedKind.WISH), (wish.id, NeedKind.VISIT)):
        with pytest.raises(VisitStays):
            change_kind(session, one, kind, by=house.by(house.branch), now=world.now)
    turned = branch.post(f"/needs/{waits.id}/kind", data={"kind": "wish"}, follow_redirects=True)
    assert "走访是园区自己的记录" in seen(turned)
    few = count_queries(lambda: branch.get("/visits?all=1"))
    for _ in range(3):
        session.rollback()
        other = world.enterprise(house.park)
        branch.post("/liaisons", data={f"liaison-{other.id}": house.branch.id})
        branch.post(f"/visits/{other.id}/met")
    assert count_queries(lambda: branch.get("/visits?all=1")) == few


def test_the_years_before_are_declared_with_their_source_and_no_cause_is_claimed(
    house, branch, admin, session
):
    house.need("太吵", NeedKind.COMPLAINT, now=at(10, 20))
    session.commit()
    sent = {"kind": "complaint", "month": "2025-10", "number": "15", "source": "物业登记簿"}
    assert admin.post("/needs/trend", data=sent).status_code == 403
    for wrong, said in (
        ({"month": "去年"}, "2025-10 的样子"),
        ({"source": " "}, "来源"),
        ({"number": "-1"}, "之间"),
    ):
        answer = branch.post("/needs/trend", data=sent | wrong)
        assert answer.status_code == 422
        assert said in answer.text
    for number in ("15", "16", "16"):
        branch.post("/needs/trend", data=sent | {"number": number})
    branch.post("/needs/trend", data=sent | {"month": "2025", "number": "150"})
    page = seen(admin.get("/needs/trend"))
    assert "2026年10月 1 16" in page
    assert "2025 年全年申报 150 件" in page
    assert "件数先会变多" in page
    assert "物业登记簿" in page
    fresh(session)
    assert session.query(EarlierFigure).count() == 2
    trail = session.query(AuditEntry).filter(AuditEntry.action == "earlier_figure.declared").all()
    assert [entry.after.get("number") for entry in trail] == [15, 16, 150]


def test_the_scan_of_a_declared_figure_opens_from_where_the_months_figure_comes_from(
    house, branch, session, sign_in, world
):
    facts = {"kind": "complaint", "month": "2025-10", "number": "15", "source": "物业登记簿"}

    def declared(**sent):
        answer = branch.post("/needs/trend", data=facts | sent, content_type="multipart/form-data")
        fresh(session)
        return answer, session.query(EarlierFigure).one()

    scan = b"%PDF-1.7\n%%EOF\n"
    _, figure = declared(document=(BytesIO(scan), "登记簿.pdf"))
    way = f"/needs/trend/{figure.id}/paper"
    paper = figure.document_id
    for page in ("/needs/trend", "/month/2026-10/why/needs/complaint"):
        assert f'href="{way}"' in branch.get(page).text
    opened = branch.get(way)
    assert (opened.data, opened.mimetype) == (scan, "application/pdf")
    for sent in ({}, {"document": (BytesIO(scan), "登记簿.pdf")}):
        assert declared(**sent)[1].document_id == paper, "said again, it is one"
    wrong, figure = declared(document=(BytesIO(b"MZ"), "virus.pdf"))
    assert (wrong.status_code, figure.document_id) == (422, paper)
    assert declared(number="16")[1].document_id is None, "the scan says another number"
    assert branch.get(way).status_code == 404
    assert sign_in(house.manager).get(way).status_code == 404

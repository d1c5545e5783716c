"""Saying a need, following it and working on it, as each sees it."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest
from PIL import Image

from booking.mail.models import Letter
from booking.needs.models import ContactCard, Matter, Need, NeedState
from booking.needs.rules import NeedKind
from booking.people.models import Role
from booking.spaces.models import ExtendedHours
from tests.needs.conftest import at

GUEST = {"name": "金一", "company": "路过公司", "phone": "021-5555 0199", "kind": "guess"}
SCRIPT = "<script>alert(1)</script> 灯坏了"


def photo(size=(60, 40), kind="JPEG", **more):
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **more)
    return BytesIO(out.getvalue())


def seen(answer):
    """Give what is read, without tags and doubled blanks."""
    return unescape(" ".join(re.sub("<[^>]*>", " ", answer.get_data(as_text=True)).split()))


@pytest.fixture
def member(house, sign_in):
    return sign_in(house.member)


@pytest.fixture
def admin(house, sign_in):
    return sign_in(house.admin)


@pytest.fixture
def branch(house, sign_in):
    return sign_in(house.branch)


def test_a_member_says_it_in_a_sentence_and_sees_who_and_when(house, member, session):
    assert 'href="/ask"' in member.get("/today").text
    sent = {"words": "投影打不开", "kind": "guess"}
    answer = member.post(f"/ask?space={house.space.id}", data=sent, follow_redirects=True)
    page = seen(answer)
    assert "收到了，11月4日 周三前答复你。" in page
    assert "报修" in page
    assert "安澜" in page
    need = session.query(Need).one()
    assert (need.space_id, need.enterprise_id) == (house.space.id, house.enterprise.id)
    again = seen(member.post(f"/ask?space={house.space.id}", data=sent, follow_redirects=True))
    assert "没有重复登记" in again
    assert session.query(Need).count() == 1
    assert "投影打不开" in seen(member.get("/needs/mine"))


def test_a_stranger_says_it_at_a_door_and_follows_it_by_a_link(house, client, session, admin):
    path = f"/ask/at/{house.space.scan_code}"
    assert house.space.name in seen(client.get(path))
    answer = client.post(path, data=GUEST | {"words": SCRIPT, "picture": (photo(), "灯.jpg")})
    link = answer.location
    assert link.startswith("/asked/")
    shown = client.get(link)
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert "&lt;script&gt;" in shown.text
    assert "<script>alert" not in shown.text
    assert "办理中" in seen(shown)
    assert client.get(f"{link}/picture").mimetype == "image/webp"
    need = session.query(Need).one()
    page = seen(admin.get(f"/needs/{need.id}"))
    assert "待联络员核实" in page
    assert "021-5555 0199" in page
    assert "<script>alert" not in admin.get("/needs").text
    boss = house.world.enterprise(house.world.park())
    refused = admin.post(f"/needs/{need.id}/checked", data={"enterprise": boss.id}, follow_redirects=True)
    assert "请选择园区的企业" in seen(refused)
    admin.post(f"/needs/{need.id}/checked", data={"enterprise": house.enterprise.id})
    assert "已核实" in seen(admin.get(f"/needs/{need.id}"))
    session.expire_all()
    assert session.get_one(Need, need.id).enterprise_id == house.enterprise.id
    answered = admin.post(f"/needs/{need.id}/answer", data={"answer": "明早换灯"}, follow_redirects=True)
    assert "没有账号，请打电话告诉他：021-5555 0199" in seen(answered)
    assert "明早换灯" in seen(client.get(link))
    client.post(f"{link}/again", data={"remark": "还没亮"})
    assert "还没亮" in seen(admin.get(f"/needs/{need.id}"))
    assert "已办结" in seen(client.post(f"{link}/solved", follow_redirects=True))
    session.rollback()
    session.expire_all()
    assert session.get_one(Need, need.id).state is NeedState.DONE
    assert client.get("/asked/another-link").status_code == 404
    page = client.get(link).text
    assert 'data-copy="follow-link"' in page
    assert page.count(house.park.name) >= 2  # the browser's title and the header


def test_what_nobody_can_see_is_no_need_no_answer_and_no_title(house, client, session, branch, admin):
    path, unseen = f"/ask/at/{house.space.scan_code}", "\u200b\u200d"
    refused = client.post(path, data=GUEST | {"words": unseen})
    assert refused.status_code == 422
    assert 'id="words-error"' in refused.text
    client.post(path, data=GUEST | {"words": "灯" + "\u0301" * 500})
    need = session.query(Need).one()
    assert len(need.words) == 6, "towers of marks are cut"
    assert admin.post(f"/needs/{need.id}/answer", data={"answer": unseen}).status_code == 422
    assert branch.post("/matters", data={"title": unseen, "needs": need.id}).location == "/matters"
    assert session.query(Matter).count() == 0


def test_the_same_five_times_is_one_and_too_many_have_to_wait(house, client, session):
    path = f"/ask/in/{house.park.code}"
    links = {client.post(path, data=GUEST | {"words": "灯坏了"}).location for _ in range(3)}
    assert len(links) == 1
    stranger = client.application.test_client()
    for words in ("灯坏了", "灯，坏了！"):
        other = stranger.post(path, data=GUEST | {"words": words})
        assert other.location == path, "who knows a name and a telephone gets nobody's link"
        assert "已经有人说过，正在办" in seen(stranger.get(other.location))
    need = session.query(Need).one()
    house.answer(need, "密码改成 8842")
    house.matter(need, title="某企业欠费，要不要清退")
    session.commit()
    shown = seen(client.get(links.pop()))
    assert ("8842" in shown, "并入议题" in shown, "清退" in shown) == (True, True, False)
    session.rollback()
    for number in range(5):
        assert client.post(path, data=GUEST | {"words": f"第{number}盏"}).status_code == 302
    refused = client.post(path, data=GUEST | {"words": "第六盏"})
    assert refused.status_code == 422
    assert "第六盏" in refused.text
    assert session.query(Need).count() == 6


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (lambda: BytesIO(b"\xff\xd8" + b"0" * (40 * 1024 * 1024)), "太大"),
        (lambda: BytesIO(b"<script>"), "不是"),
        (lambda: BytesIO(b""), "不是"),
    ],
)
def test_a_photograph_that_is_none_or_of_40_mb_is_told_beside_its_field(house, member, session, sent, said):
    answer = member.post("/ask", data={"words": "投影打不开", "kind": "fault", "picture": (sent(), "a.jpg")})
    assert answer.status_code == 422
    assert said in answer.text.split('id="picture-error"')[1][:400]
    assert "投影打不开</textarea>" in answer.text
    assert session.query(Need).count() == 0


def test_where_a_photograph_was_taken_is_gone(house, member, session):
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (31.0, 14.0, 0.0)}
    member.post("/ask", data={"words": "灯坏了", "kind": "guess", "picture": (photo(exif=exif), "灯.jpg")})
    need = session.query(Need).one()
    with Image.open(BytesIO(member.get(f"/needs/{need.id}/picture").data)) as kept:
        assert kept.size == (60, 40)
        assert not kept.getexif()


def test_what_is_missing_is_asked_for_and_the_card_fills_in_the_enterprise(house, client, session):
    session.add(ContactCard(enterprise_id=house.enterprise.id, liaison_id=house.branch.id, card_code="card"))
    session.commit()
    assert f'value="{house.enterprise.name}"' in client.get("/ask/for/card").text
    answer = client.post("/ask/for/card", data=GUEST | {"words": "快递柜", "phone": "没有"})
    assert answer.status_code == 422
    assert "不像一个电话号码" in answer.text
    client.post("/ask/for/card", data=GUEST | {"words": "快递柜"})
    need = session.query(Need).one()
    assert (need.owner_id, need.enterprise_id) == (house.branch.id, house.enterprise.id)
    for path in ("/ask/for/none", "/ask/at/none", "/ask/in/none"):
        assert client.get(path).status_code == 404


def test_a_stranger_is_asked_which_park_where_there_are_two(house, client, world):
    assert "你需要什么" in client.get("/ask").text
    world.park()
    assert "你在哪个园区" in client.get("/ask").text


def test_somebody_of_another_park_is_a_stranger_here(house, world, sign_in):
    other = sign_in(world.member(world.enterprise(world.park())))
    assert 'name="phone"' in other.get(f"/ask/at/{house.space.scan_code}").text


def test_the_list_is_in_order_of_what_is_due_and_a_second_person_sees_it(house, admin, branch, session):
    first = house.need("先到期", now=at(10, 30))
    later = house.need("后到期", now=at(11, 2))
    session.commit()
    for reader in (admin, branch):
        page = seen(reader.get("/needs"))
        assert page.index("先到期") < page.index("后到期")
        assert "逾期 1 个工作日" in page
        assert "2 件办理中，1 件逾期" in page
    assert "后到期" not in seen(admin.get("/needs?stage=overdue"))
    assert "没有这样的诉求" in seen(admin.get(f"/needs?kind=wish&owner={house.admin.id}&q=x"))
    branch.post(f"/needs/{first.id}/take")
    admin.post(f"/needs/{later.id}/hand", data={"owner": house.branch.id})
    session.rollback()
    session.expire_all()
    assert {first.owner_id, later.owner_id} == {house.branch.id}
    admin.post(f"/needs/{later.id}/kind", data={"kind": "wish"})
    assert "11月9日 周一" in seen(admin.get(f"/needs/{later.id}"))


def test_an_answer_reaches_who_asked_with_the_way_to_say_no(house, member, admin, session):
    need = house.need()
    session.commit()
    refused = admin.post(f"/needs/{need.id}/answer", data={"answer": " "})
    assert refused.status_code == 422
    admin.post(f"/needs/{need.id}/answer", data={"answer": "明早来修"})
    letter = session.query(Letter).one()
    assert f"/needs/{need.id}" in letter.body
    assert "明早来修" in letter.body
    assert "诉求已答复" in letter.subject
    member.post(f"/needs/{need.id}/reopen", data={"remark": "还是坏的"})
    page = seen(admin.get(f"/needs/{need.id}"))
    assert "还是坏的" in page
    assert admin.post(f"/needs/{need.id}/end").status_code == 404, "who asked says so"
    member.post(f"/needs/{need.id}/end")
    over = admin.post(f"/needs/{need.id}/answer", data={"answer": "还有一句"})
    assert "已经办结" in over.text


def test_who_runs_the_enterprise_sees_what_its_people_said_and_nobody_else_does(
    house, sign_in, world, session
):
    need = house.need()
    session.commit()
    assert "投影打不开" in seen(sign_in(house.manager).get("/needs/mine"))
    for stranger in (
        world.member(house.enterprise),
        world.member(world.enterprise(house.park), Role.MANAGER),
    ):
        browser = sign_in(stranger)
        assert "投影打不开" not in seen(browser.get("/needs/mine"))
        for way in ("", "/picture"):
            assert browser.get(f"/needs/{need.id}{way}").status_code == 404
        assert browser.post(f"/needs/{need.id}/end").status_code == 404


def test_queries_do_not_grow_with_the_list(house, admin, member, world, session, count_queries):
    house.need("一")
    session.commit()
    readers = ((admin, "/needs"), (admin, "/needs?stage=all"), (member, "/needs/mine"))
    before = [count_queries(lambda one=one: one[0].get(one[1])) for one in readers]
    for number in range(6):
        other = world.member(world.enterprise(house.park))
        house.need(f"多{number}", by=other, space=world.space(house.area))
        house.need(f"又{number}", space=world.space(house.area))
    session.commit()
    assert [count_queries(lambda one=one: one[0].get(one[1])) for one in readers] == before


def test_longer_hours_are_granted_in_one_click_and_answer_the_need(
    house, admin, branch, member, session, standing_clock
):
    need = house.need("周四开到23点，我们要赶标书", NeedKind.WISH, now=at(11, 3))
    session.commit()
    page = admin.get(f"/needs/{need.id}").text
    offered = {
        name: re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page).group(1)
        for name in ("day", "closes")
    }
    assert offered == {"day": "2026-11-05", "closes": "23:00"}
    for other in (branch, member):
        assert "同意延时" not in other.get(f"/needs/{need.id}").text
        assert other.post(f"/needs/{need.id}/extend", data=offered).status_code == 404
    wrong = admin.post(
        f"/needs/{need.id}/extend", data=offered | {"space": "0", "closes": "21:00", "reply": "好"}
    )
    assert wrong.status_code == 422
    assert "并没有延长" in seen(wrong)
    assert ">好</textarea>" in wrong.text.replace("\r\n", "").replace("\n", "")
    assert session.query(ExtendedHours).count() == 0
    for _ in range(2):
        told = seen(
            admin.post(f"/needs/{need.id}/extend", data=offered | {"space": "0"}, follow_redirects=True)
        )
        assert "已答复，提出的人会收到邮件。" in told
    session.rollback()
    granted = session.query(ExtendedHours).one()
    assert (granted.need_id, granted.reason) == (need.id, "周四开到23点，我们要赶标书")
    session.refresh(need)
    assert need.state is NeedState.ANSWERED
    assert need.answer == "同意：11月5日 周四，整个园区开到 23:00。现在就可以预订。"
    assert [letter.to for letter in session.query(Letter)] == [house.member.mailbox]
    assert need.answer in seen(member.get(f"/needs/{need.id}"))
    back = f"/inventory/extended/{granted.id}/take-back"
    standing_clock.set(at(11, 4))
    admin.post(back, data={"reason": "空调检修"})
    page = seen(member.get(f"/needs/{need.id}"))
    assert "原来同意的延时（11月5日 周四，整个园区开到 23:00）已收回：空调检修" in page
    session.rollback()
    assert session.query(Letter).count() == 2


def test_the_place_that_is_named_is_chosen_and_an_hour_that_is_open_anyhow_is_said(
    house, admin, world, session
):
    named, own = world.space(house.area, name="云起·东"), world.space(house.area, name="望江")
    late = house.need("周四云起·东能开到23点吗", NeedKind.WISH, space=own, now=at(11, 3))
    early = house.need("周四开到20点", NeedKind.WISH, space=own, now=at(11, 3))
    session.commit()
    page = admin.get(f"/needs/{late.id}").text
    assert re.search(rf'<option selected value="{named.id}">', page)
    assert "本来就开放" not in page
    page = admin.get(f"/needs/{early.id}").text
    assert re.search(rf'<option selected value="{own.id}">', page)
    assert re.search(r"望江那天本来就开放到 2\d:00", page)


def test_a_wish_that_names_no_hour_is_offered_an_empty_form(house, admin, session):
    need = house.need("想要一把椅子", NeedKind.WISH, now=at(11, 3))
    broken = house.need("椅子坏了", NeedKind.FAULT, now=at(11, 3))
    session.commit()
    page = admin.get(f"/needs/{need.id}").text
    assert "同意延时，一并答复" in page
    assert "<details open" not in page
    assert "同意延时" not in admin.get(f"/needs/{broken.id}").text, "no hours mend a chair"

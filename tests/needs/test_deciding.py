"""Deciding on the month's page while it is on the wall: what is wrong, and where one goes on."""

from __future__ import annotations

import re
from html import unescape

import pytest

from booking.blueprints.kit.month_sheet.agenda import LINES, agenda, agenda_more
from booking.needs.models import Decision, Matter
from booking.needs.queries import MatterLine, MattersOfMonth, MatterStanding
from booking.needs.rules import NeedKind
from booking.people.models import Role
from booking.values import Month
from tests.harness.pages import form_with
from tests.harness.times import SHANGHAI
from tests.needs.conftest import at

OCTOBER = Month(2026, 10, SHANGHAI)
WALL = "/month/2026-10?projector"


@pytest.fixture
def matters(house, session):
    """Two to decide in the meeting of October."""
    made = [
        house.matter(house.need(words, NeedKind.WISH, now=at(10, 14)), title=words, now=at(10, 20))
        for words in ("快递柜", "早餐车")
    ]
    session.commit()
    return made


@pytest.fixture
def branch(house, sign_in):
    return sign_in(house.branch)


def deciding(page, matter):
    """Give the form of a matter on the month's page."""
    found = re.search(rf'<form[^>]*action="[^"]*/matters/{matter.id}/decide[^"]*".*?</form>', page, re.DOTALL)
    assert found
    return form_with(found[0], "what", "who", "by_when")


def test_what_is_wrong_stands_beside_its_field_on_the_wall_and_nothing_is_lost(branch, matters, session):
    form = deciding(branch.get(WALL).text, matters[0])
    assert form.fields["by_when"] == "2026-11-17", "ten working days after the 3rd"
    answer = branch.post(form.action, data=form.sending(what="装柜", who=""))
    page = answer.text
    assert answer.status_code == 422
    assert "is-projected" in page
    assert f'id="who-{matters[0].id}-error"' in page
    assert "请写明谁负责" in page
    assert "novalidate" in page
    assert re.search(r'<details class="month-decide" name="month-decide" open>', page)
    assert deciding(page, matters[0]).fields["what"] == "装柜"
    assert session.query(Decision).count() == 0


def test_what_is_decided_leads_to_the_next_and_the_last_says_that_all_are(branch, matters):
    for number, matter in enumerate(matters):
        form = deciding(branch.get(WALL).text, matter)
        answer = branch.post(form.action, data=form.sending(what="做", who="安澜"))
        assert answer.location == "/month/2026-10?projector=#to-decide"
        page = branch.get(WALL).text
        assert ('<summary id="to-decide">' in page) is (number == 0)
        assert ("这个月要定的事都定了" in page) is (number == 1)
        assert "已议定，相关企业会收到答复。" in re.search(r'page-lead is-said">(.*?)<', page)[1]
    assert '<span id="to-decide" tabindex="-1">' in page


def test_who_comes_second_reads_what_was_decided_and_what_they_wrote(branch, matters):
    form = deciding(branch.get(WALL).text, matters[0])
    branch.post(form.action, data=form.sending(what="装柜", who="安澜"))
    second = branch.post(form.action, data=form.sending(what="不装", who="物业"))
    said = unescape(re.sub(r"<[^>]+>", " ", second.text))
    assert second.status_code == 422
    assert "已经议定“装柜”" in said
    assert "你写的议定" in said
    assert "不装" in said


def test_the_matters_own_page_reached_from_the_wall_leads_back_to_it(branch, matters):
    page = branch.get(f"/matters/{matters[0].id}?projector=2026-10").text
    form = form_with(page, "what", "who")
    refused = branch.post(form.action, data=form.sending(what="装柜", who=""))
    assert "data-wall" in refused.text
    again = form_with(refused.text, "what", "who")
    answer = branch.post(again.action, data=again.sending(who="安澜"))
    assert answer.location == "/month/2026-10?projector=#to-decide"
    other = form_with(branch.get(f"/matters/{matters[1].id}").text, "what", "who")
    answer = branch.post(other.action, data=other.sending(what="来", who="安澜"))
    assert answer.location == f"/matters/{matters[1].id}", "at the desk it is the page itself"


def test_a_strangers_matter_is_not_there(world, matters, sign_in):
    stranger = sign_in(world.member(world.park(), Role.BRANCH))
    address = f"/month/2026-10/matters/{matters[0].id}/decide"
    assert stranger.post(address, data={"what": "装", "who": "我", "month": "2026-10"}).status_code == 404


def line(number, standing=MatterStanding.TO_DECIDE, title="快递柜", what=""):
    """Give a matter, decided where there is a `what`."""
    decision = Decision(id=number, month_key=202609, what=what, who="物业", by_when=at(11, 20).date())
    matter = Matter(id=number, title=title, proposal="")
    return MatterLine(matter, 2, 2, standing, decision if what else None)


def test_the_page_holds_what_there_is_room_for_and_always_something_to_decide(app):
    long = "会议室下午订不到，尤其是周三和周四的下午，大家都挤在同一个时候开会，"
    before = [line(number, MatterStanding.OVERDUE, what=long * 4) for number in range(1, 6)]
    with app.test_request_context():
        few = MattersOfMonth((), tuple(line(one) for one in (1, 2, 3)), ())
        assert [one.matter_id for one in agenda(few, OCTOBER)] == [1, 2, 3]
        many = MattersOfMonth(tuple(before), (line(6, title=long * 2), line(7)), ())
        shown = agenda(many, OCTOBER)
        assert [one.matter_id for one in shown if one.open] == [6]
        assert len(shown) < 4
        assert "共 7 件，先列" in agenda_more(many, OCTOBER).text
        assert all("（全文见议题）" in one.detail for one in shown if not one.open)
    assert LINES >= 8

"""The product's main job as its people live it, in a real browser: from a booking to the signed month."""

from __future__ import annotations

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.harness.browser import press
from tests.journeys.branchs_round import (
    a_stranger_says_at_the_door_what_is_wrong,
    an_activity_is_planned_from_the_last_one,
    every_figure_of_the_sentence_leads_to_a_paper,
    somebody_comes_and_says_whether_it_was_useful,
    the_asker_reads_what_was_decided_and_says_that_it_works,
    the_branch_makes_a_matter_of_it,
    the_meeting_decides_by_keyboard_on_the_wall,
    the_month_is_signed,
)
from tests.journeys.people import at, do_what_is_due


def a_member_finds_a_room_and_reserves_it(people, phone):
    when = "day=2026-11-03&starts=16:45&ends=19:00"  # its chips: tests/reservations/test_search_in_place.py
    phone.goto(f"{people.address}/calendar/search?kind=meeting_room&{when}")
    people.looked_at(phone, "search")
    phone.locator(".card-grid a.btn").first.click()
    expect(phone.locator("h1")).to_contain_text("兰亭")
    assert "148.00" in phone.inner_text("main"), "75 minutes at 80 yuan and 60 at 0.6 of it"
    people.looked_at(phone, "form")
    phone.get_by_role("button", name="订下").click()
    phone.wait_for_url("**/reservations/*")
    people.looked_at(phone, "reserved")


def checks_in_by_the_code_on_the_door_and_out_early(people, phone):
    at(people.clock, 16, 36)
    phone.goto(f"{people.address}/s/{people.scan_code}")
    people.looked_at(phone, "door")
    press(phone, "签到")
    at(people.clock, 18, 17)
    phone.goto(f"{people.address}/s/{people.scan_code}")
    phone.get_by_role("button", name="签退").click()
    phone.wait_for_url("**/stays/*")
    assert "128.80" in phone.inner_text("main"), "the worked figure: 16:36 to 18:17, billed to 18:21"
    people.looked_at(phone, "charge")


def the_manager_sees_the_line(people):
    desk = people.signed_in("manager")
    desk.goto(f"{people.address}/statement")
    assert "128.80" in desk.inner_text("main")
    people.looked_at(desk, "statement")


def the_administrator_closes_the_month(people):
    at(people.clock, 9, 0, day=7, month=12)
    desk = people.signed_in("admin")
    desk.goto(f"{people.address}/closing/2026-11")
    assert "128.80" in desk.inner_text("main")
    people.looked_at(desk, "preview")
    desk.locator("details.confirm summary").first.click()
    press(desk, "确认关账")
    for _ in range(2):
        do_what_is_due(people.app)
    desk.reload()
    people.looked_at(desk, "closed")


def the_mail_arrives_with_a_readable_bill(people):
    [bill] = people.bills()
    [paper] = list(bill.iter_attachments())
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.get_content())).pages)
    assert "青禾示例科技有限公司" in text
    assert "128.80" in text


def the_branch_sees_the_saving(people):
    desk = people.signed_in("branch")
    desk.goto(f"{people.address}/report/2026-11")
    told = desk.inner_text("main")
    assert "青禾" in told
    assert "8,991.20" in told, "19,200.00 before, 10,080.00 kept, 128.80 shared"
    people.looked_at(desk, "saving")


@pytest.mark.browser
@pytest.mark.timeout(900)
def test_an_enterprise_books_uses_pays_and_saves_and_the_branch_tells_the_meeting(people):
    phone = people.signed_in("member", "phone")
    a_member_finds_a_room_and_reserves_it(people, phone)
    checks_in_by_the_code_on_the_door_and_out_early(people, phone)
    the_manager_sees_the_line(people)
    desk, passer = people.signed_in("branch"), people.open_page("phone")
    link = a_stranger_says_at_the_door_what_is_wrong(people, passer)
    the_branch_makes_a_matter_of_it(people, desk)
    the_meeting_decides_by_keyboard_on_the_wall(people)
    the_asker_reads_what_was_decided_and_says_that_it_works(people, passer, link)
    address = an_activity_is_planned_from_the_last_one(people, desk)
    somebody_comes_and_says_whether_it_was_useful(people, passer, address)
    the_administrator_closes_the_month(people)
    the_mail_arrives_with_a_readable_bill(people)
    the_branch_sees_the_saving(people)
    page = the_month_is_signed(people)
    every_figure_of_the_sentence_leads_to_a_paper(page)
    do_what_is_due(people.app)
    assert len(people.bills()) == 1, "twice is once"

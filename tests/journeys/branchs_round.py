"""What the branch does in a month, for a journey: needs, the meeting, activities, the signed page."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.harness.browser import press
from tests.journeys.people import at

# A busy browser tells that the form was opened when somebody writes in it already.
TOLD_LATE = (
    "document.activeElement.closest('details').dispatchEvent(new ToggleEvent('toggle', {newState: 'open'}))"
)


def a_stranger_says_at_the_door_what_is_wrong(people, phone):
    """Give the address at which they follow it."""
    phone.goto(f"{people.address}/s/{people.scan_code}")
    phone.get_by_role("link", name="我要").last.click()
    phone.locator("[name=words]").fill("投影仪老是连不上，换过线也不行")
    phone.locator("[name=name]").fill("过路的人")
    phone.locator("[name=company]").fill("青禾科技")
    phone.locator("[name=phone]").fill("13800000000")
    people.looked_at(phone, "ask")
    phone.get_by_role("button", name="提交").click()
    phone.wait_for_url("**/asked/*")
    assert "兰亭" in phone.inner_text("main")
    return phone.url


def the_branch_makes_a_matter_of_it(people, desk):
    desk.goto(f"{people.address}/needs")
    desk.get_by_role("link", name="投影仪老是连不上").first.click()
    press(desk, "并入")
    assert "议题：投影仪老是连不上" in desk.inner_text("main")
    desk.get_by_role("link", name="投影仪老是连不上").first.click()
    desk.locator("[name=proposal]").fill("先借一台")
    press(desk, "保存")


def the_meeting_decides_by_keyboard_on_the_wall(people):
    at(people.clock, 15, day=5)
    wall = people.signed_in("branch", viewport={"width": 1920, "height": 1080})
    wall.goto(f"{people.address}/month/2026-11")
    wall.keyboard.press("f")
    wall.wait_for_url("**projector**")
    wall.keyboard.press("ArrowDown")
    wall.keyboard.press("d")
    wall.keyboard.type("换一台投影仪")
    wall.keyboard.press("Tab")
    wall.keyboard.type("物业")
    wall.keyboard.press("Tab")
    wall.evaluate(TOLD_LATE)
    wall.keyboard.type("11202026")
    people.looked_at(wall, "deciding")
    with wall.expect_navigation():
        wall.keyboard.press("Enter")
    expect(wall.locator("main"), "typed over what was proposed").to_contain_text("定：换一台投影仪 ·")
    assert "projector" in wall.url, "the meeting goes on where it was"
    people.looked_at(wall, "decided")


def the_asker_reads_what_was_decided_and_says_that_it_works(people, phone, link):
    phone.goto(link)
    assert "换一台投影仪" in phone.inner_text("main")
    people.looked_at(phone, "answered")
    press(phone, "已解决")
    expect(phone.get_by_text("已办结").first).to_be_visible()


def an_activity_is_planned_from_the_last_one(people, desk):
    """Give the address its poster leads to."""
    for title, opened in (("用电安全培训", "/activities/new"), ("再来一次：用电安全", None)):
        if opened:
            desk.goto(f"{people.address}{opened}")
        else:
            desk.get_by_role("link", name="复制一个").click()
        desk.locator("[name=title]").fill(title)
        desk.locator("[name=day]").fill("2026-11-12" if opened else "2026-11-13")
        desk.get_by_label("马上公布").check()
        people.looked_at(desk, "planning")
        desk.get_by_role("button", name="保存").click()
        desk.wait_for_url(re.compile(r"/activities/\d+$"))
    people.looked_at(desk, "planned")
    return desk.locator("main a[href*='/a/']").first.get_attribute("href")


def somebody_comes_and_says_whether_it_was_useful(people, phone, address):
    phone.goto(address)
    phone.locator("[name=name]").fill("来听的人")
    phone.locator("[name=firm]").fill("青禾科技")
    people.looked_at(phone, "signing-up")
    phone.get_by_role("button", name="报名").click()
    phone.wait_for_url("**/a/mine/*")
    mine = phone.url
    at(people.clock, 13, 55, day=13)
    phone.goto(f"{people.address}/s/{people.hall_code}")
    phone.get_by_role("link", name="我来参加").click()
    press(phone, "我到了")
    at(people.clock, 16, 30, day=13)
    phone.goto(mine)
    phone.get_by_role("button", name="有用", exact=True).click()
    expect(phone.get_by_text("你的评价：有用")).to_be_visible()


def the_month_is_signed(people):
    """Give the page of the month, open."""
    page = people.signed_in("branch")
    page.goto(f"{people.address}/month/2026-11")
    page.locator("details.confirm summary").first.click()
    page.get_by_role("button", name="确认签发").click()
    expect(page.get_by_text("已冻结")).to_be_visible()
    people.looked_at(page, "signed")
    return page


def addresses(page, within):
    found = page.locator(f":is({within}) a[href]").evaluate_all("all => all.map(one => one.href)")
    return [href for href in dict.fromkeys(found) if isinstance(href, str)]


def every_figure_of_the_sentence_leads_to_a_paper(page):
    figures = addresses(page, ".month-headline")
    assert len(figures) == 3, "how many enterprises, how much, what share"
    for figure in figures:
        page.goto(figure)
        papers = [href for href in addresses(page, "main") if href.endswith(".pdf")]
        assert papers, figure
        assert page.request.get(papers[0]).body().startswith(b"%PDF"), papers[0]

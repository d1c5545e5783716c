"""A browser is let in with one press, shows what is pushed to it, and knows itself on the page."""

from __future__ import annotations

import json
import time

import pytest
from playwright.sync_api import expect

from tests.harness.browser import axe
from tests.harness.own_server import let_in
from tests.harness.run import HANGS
from tests.harness.world import World

pytestmark = pytest.mark.browser

# The browser's own push service lies outside: what it would give stands here, with a key of our own asking.
SERVICE = """
const kept = sessionStorage;
const made = {
  get options() { return { applicationServerKey: bytes(kept.asked) }; },
  toJSON: () => ({
    endpoint: "https://push.example.com/to/me", keys: { p256dh: "B" + "A".repeat(86), auth: "A".repeat(22) },
  }),
  endpoint: "https://push.example.com/to/me",
};
const bytes = (key) => Uint8Array.from(
  atob(key.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0),
).buffer;
PushManager.prototype.getSubscription = async () => (kept.asked ? made : null);
PushManager.prototype.subscribe = async (asked) => { kept.asked = asked.applicationServerKey; return made; };
"""
SHOWN = (
    "navigator.serviceWorker.ready.then((one) => one.getNotifications())"
    ".then((all) => all.map((one) => [one.title, one.data]))"
)


def test_a_phone_takes_pushes_after_one_press(serve_here, open_page, session, now):
    app, address = serve_here()
    world = World(session, now)
    member = world.member(world.enterprise(world.park()))
    session.commit()
    phone = open_page("phone", base_url=address, permissions=["notifications"])
    let_in(phone, app, address, member)
    phone.add_init_script(SERVICE)
    phone.goto("/reminders")
    needs = phone.get_by_text("还没有设备打开推送").locator("visible=true")
    expect(needs).to_have_count(0)
    phone.get_by_label("怎么提醒").first.select_option("push")
    expect(needs).to_have_count(1)
    phone.get_by_role("button", name="在这台设备上打开推送").click()
    expect(phone.get_by_text("推送已打开，马上试发一条。")).to_be_visible()
    expect(phone.get_by_text("就是这台")).to_be_visible()
    expect(phone.get_by_role("button", name="在这台设备上打开推送")).to_be_hidden()
    assert axe(phone) == []
    tools = phone.context.new_cdp_session(phone)
    workers = []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda told: workers.extend(told["registrations"]))
    tools.send("ServiceWorker.enable")
    phone.wait_for_function("() => navigator.serviceWorker.ready.then(() => true)")
    until = time.monotonic() + HANGS
    while not workers and time.monotonic() < until:  # the browser tells of it when it likes
        phone.wait_for_timeout(50)
    told = json.dumps({"title": "10:00 开始：大会议室", "path": "/inbox/7"})
    push = {"origin": address, "registrationId": workers[0]["registrationId"], "data": told}
    # Asked for what is shown while it is about to show it, a browser drops it and says nothing, so it is
    # looked at a while after, and delivered again; a second one only replaces the first.
    while time.monotonic() < until:
        tools.send("ServiceWorker.deliverPushMessage", push)
        phone.wait_for_timeout(1000)
        if shown := phone.evaluate(SHOWN):
            break
    assert shown == [["10:00 开始：大会议室", "/inbox/7"]]


def test_a_push_service_that_never_answers_is_given_up_in_words(serve_here, open_page, session, now):
    app, address = serve_here()
    world = World(session, now)
    member = world.member(world.enterprise(world.park()))
    session.commit()
    phone = open_page("phone", base_url=address, permissions=["notifications"])
    let_in(phone, app, address, member)
    phone.add_init_script("PushManager.prototype.subscribe = () => new Promise(() => {});")
    phone.clock.install()
    phone.goto("/reminders")
    phone.get_by_role("button", name="在这台设备上打开推送").click()
    expect(phone.get_by_text("正在请浏览器打开推送")).to_be_visible()
    phone.clock.fast_forward(16_000)
    expect(phone.get_by_text("没有成功：浏览器连不上它自己的推送服务")).to_be_visible()
    expect(phone.get_by_text("正在请浏览器打开推送")).to_be_hidden()
    expect(phone.get_by_role("button", name="在这台设备上打开推送")).to_be_visible()


def test_without_scripts_the_page_says_what_pushes_need(serve_here, open_page, session, now):
    app, address = serve_here()
    world = World(session, now)
    member = world.member(world.enterprise(world.park()))
    session.commit()
    page = open_page("desk", base_url=address, java_script_enabled=False)
    let_in(page, app, address, member)
    page.goto("/reminders")
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.get_by_role("button", name="在这台设备上打开推送")).to_be_hidden()
    page.get_by_label("提前多久").first.select_option("60")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("提醒已按你的选择保存。")).to_be_visible()

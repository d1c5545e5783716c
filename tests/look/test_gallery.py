"""Every component, seen in a browser: at the desk and on the phone, by day and by night."""

from __future__ import annotations

from io import BytesIO
from threading import Thread

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from werkzeug.serving import make_server

from tests.harness.browser import axe
from tests.look.gallery_app import make_app

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("look")]


@pytest.fixture(scope="module")
def address():
    server = make_server("127.0.0.1", 0, make_app(), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def look(open_page, address):
    """Open a page, and collect what the browser complains of."""

    def go(path, where="desk", **options):
        page = open_page(where, base_url=address, **options)
        page.complaints = []
        page.on("console", lambda line: page.complaints.append(line.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(path)
        return page

    return go


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("where", ["desk", "phone"])
@pytest.mark.parametrize(
    "path", ["/gallery", "/timeline", "/month?full", "/gallery?bare", "/gallery?lang=en"]
)
def test_axe_finds_nothing_and_the_browser_complains_of_nothing(look, path, where, scheme):
    page = look(path, where, color_scheme=scheme)
    assert axe(page) == []
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_chooses_a_file_says_so_in_our_words_and_names_what_was_chosen(look):
    page = look("/gallery")
    field = page.locator(".file-field").first
    expect(field).to_contain_text("选择文件")
    expect(field).to_contain_text("还没有选")
    chosen = {"name": "平面图.png", "mimeType": "image/png", "buffer": b"png"}
    field.locator("input").set_input_files(chosen)
    expect(field.locator(".file-name")).to_have_text("平面图.png")
    page.locator("form", has=field).first.evaluate("form => form.reset()")
    expect(field.locator(".file-name")).to_have_text("还没有选")
    with page.expect_file_chooser():
        field.click()
    bare = look("/gallery", java_script_enabled=False).locator(".file-field").first
    expect(bare).not_to_contain_text("选择文件", use_inner_text=True)


@pytest.mark.parametrize("path", ["/gallery", "/timeline"])
def test_nothing_scrolls_sideways_on_the_narrowest_phone(look, path):
    page = look(path, "phone", viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate("window.innerWidth") == 320


def test_only_who_can_book_by_keys_is_told_of_keys(look):
    told = look("/timeline").locator("#tl-help")
    assert "方向键" in told.inner_text()
    phone = look("/timeline", "phone")
    assert phone.locator("#tl-help, [aria-describedby='tl-help']").count() == 0, "a finger has no keys"
    assert look("/timeline", java_script_enabled=False).locator("text=方向键").count() == 0
    assert look("/timeline?look").locator("text=方向键").count() == 0
    assert "方向键" not in look("/timeline?look").content()


def test_asking_once_works_without_scripts_and_names_what_is_lost(look):
    page = look("/gallery", java_script_enabled=False)
    page.locator("summary", has_text="取消预订").click()
    expect(page.locator(".confirm-box")).to_contain_text("让给别人")
    expect(page.locator(".confirm-box button", has_text="取消这次预订")).to_be_visible()
    expect(page.locator(".confirm-box button", has_text="先不")).to_be_hidden()
    page.locator("summary", has_text="取消预订").click()
    expect(page.locator(".confirm-box")).to_be_hidden()


@pytest.mark.parametrize("where", ["desk", "phone"])
def test_the_open_question_is_in_order_and_moves_nothing_on_the_page(look, where):
    page = look("/gallery", where)
    asks, box = page.locator("summary", has_text="取消预订"), page.locator(".confirm-box")
    asks.scroll_into_view_if_needed()
    stood = asks.bounding_box()
    for leave in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.mouse.click(5, 5),
        page.get_by_text("先不").click,
    ):
        asks.click()
        expect(box).to_be_focused()
        expect(box).to_be_in_viewport(ratio=1)
        assert asks.bounding_box() == stood
        assert axe(page) == []
        leave()
        expect(box).to_be_hidden()
        expect(asks).to_be_focused()


def test_the_open_question_is_a_dialog_and_what_is_behind_it_out_of_reach(look):
    page = look("/gallery")
    page.locator("summary", has_text="取消预订").press("Enter")
    expect(page.get_by_role("dialog", name="取消预订")).to_be_focused()
    for key in ["Tab"] * 8 + ["Shift+Tab"] * 8:
        page.keyboard.press(key)
        at = page.evaluate_handle("document.activeElement")
        assert at.evaluate("(at) => at === document.body || Boolean(at.closest('dialog'))"), (
            "or the browser's own"
        )
    assert page.get_by_role("dialog").count() == 1
    takes_focus = "(link) => { link.focus(); return link === document.activeElement }"
    behind = page.locator("main a[href]").first
    assert not behind.evaluate(takes_focus), "it is inert"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert behind.evaluate(takes_focus)
    assert page.complaints == []


def test_a_refused_question_stands_open_at_the_field_that_is_wrong(look):
    page = look("/gallery?refused")
    expect(page.get_by_role("dialog", name="撤回这一版")).to_be_visible()
    expect(page.locator("dialog .is-invalid")).to_be_focused()
    page.get_by_role("button", name="先不").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("summary", has_text="撤回这一版")).to_be_focused()


@pytest.mark.parametrize("name", ["400", "403", "404", "405", "413", "429", "csrf", "500"])
def test_pages_of_trouble_are_in_order_too(look, name):
    page = look(f"/errors/{name}", "phone")
    assert axe(page) == []
    assert page.locator("main a.btn").count() == 1


def test_an_unforeseen_error_names_the_id_under_which_the_log_tells_more(look):
    assert "7f3a9c21" in look("/errors/500").locator("main").inner_text()


def test_the_last_row_of_the_page_is_not_behind_the_bar_of_five(look):
    page = look("/gallery", "phone")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    bar = page.locator(".bottombar").bounding_box()
    last = page.locator(".tl").bounding_box()
    assert last["y"] + last["height"] < bar["y"]


def test_everything_to_tap_on_the_timeline_is_high_enough_for_a_finger(look):
    page = look("/timeline", "phone")
    heights = page.eval_on_selector_all(".tl-gap", "gaps => gaps.map(gap => gap.offsetHeight)")
    assert min(heights) >= 44


def test_without_scripts_a_free_stretch_is_a_link_with_its_start(look):
    page = look("/timeline", java_script_enabled=False)
    page.locator(".tl-gap").nth(1).click()
    page.wait_for_url("**/gallery?space=0&start=2026-11-03T12:30")


def test_dragging_shows_the_price_before_anything_is_sent(look):
    page = look("/timeline")
    box = page.get_by_label("听雨会议室 1 15:00–18:00 空闲，预订").bounding_box()
    quarter = box["width"] / 12
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + quarter * 0.5, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + quarter * 2.5, middle)
    page.mouse.move(box["x"] + quarter * 5.5, middle)
    page.mouse.up()
    chip = page.locator(".tl-chip")
    chip.get_by_text("¥120.00").wait_for()
    assert "15:00–16:30" in chip.inner_text()
    href = chip.get_by_role("link", name="预订").get_attribute("href")
    assert href == "/gallery?space=0&start=2026-11-03T15%3A00&end=2026-11-03T16%3A30"
    assert page.url.endswith("/timeline")
    assert axe(page) == []


def test_two_taps_make_a_stretch(look):
    page = look("/timeline", "phone")
    gap = page.get_by_label("听雨会议室 1 15:00–18:00 空闲，预订")
    gap.evaluate("gap => gap.scrollIntoView({inline: 'center', block: 'center'})")
    width = gap.bounding_box()["width"]
    gap.tap(position={"x": width * 0.04, "y": 20})
    page.locator(".tl-chip").get_by_text("15:00–15:15").wait_for()
    gap.tap(position={"x": width * 0.63, "y": 20})
    page.locator(".tl-chip").get_by_text("15:00–17:00").wait_for()
    page.locator(".tl-chip").get_by_text("¥160.00").wait_for()


def test_no_stretch_is_chosen_that_is_shorter_than_one_may_book(look):
    """By a tap on the last quarter, a drag over one, and the keyboard: half an hour it is each time."""
    page = look("/timeline?shortest=2")
    gap, chip = page.get_by_label("听雨会议室 1 15:00–18:00 空闲，预订"), page.locator(".tl-chip")
    box = gap.bounding_box()
    gap.click(position={"x": box["width"] - 3, "y": 20})
    chip.get_by_text("17:30–18:00").wait_for()
    page.mouse.move(box["x"] + box["width"] / 24, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 8, box["y"] + 20)
    page.mouse.move(box["x"] + box["width"] / 24, box["y"] + 20)
    page.mouse.up()
    chip.get_by_text("15:00–15:30").wait_for()
    page.keyboard.press("Escape")
    gap.focus()
    for key in ("Enter", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    chip.get_by_text("15:00–15:30").wait_for()


def test_the_keyboard_makes_a_stretch_and_gives_it_up(look):
    page = look("/timeline")
    page.get_by_label("听雨会议室 1 15:00–18:00 空闲，预订").focus()
    for key in ("ArrowRight", "ArrowRight", "Enter", "ArrowRight", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.locator(".tl-chip").get_by_text("15:30–16:30").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "预订"
    page.keyboard.press("Escape")
    expect(page.locator(".tl-chip")).to_be_hidden()
    assert page.evaluate("document.activeElement.className").startswith("tl-gap")


def test_the_tab_key_stops_once_among_the_free_stretches(look):
    page = look("/timeline")
    assert page.locator('.tl-gap[tabindex="0"]').count() == 1


def test_what_cannot_be_booked_is_told_beside_the_stretch_and_not_offered(look):
    page = look("/timeline")
    page.get_by_label("听雨会议室 1 15:00–18:00 空闲，预订").click(position={"x": 3, "y": 20})
    page.locator(".tl-chip").get_by_text("最短预订 30 分钟").wait_for()
    expect(page.locator(".tl-chip").get_by_role("link")).to_have_count(0)


def test_where_no_price_can_be_had_booking_is_still_possible(look):
    page = look("/timeline")
    page.route("**/quote?*", lambda route: route.abort())
    page.get_by_label("听雨会议室 1 15:00–18:00 空闲，预订").click(position={"x": 3, "y": 20})
    page.locator(".tl-chip").get_by_text("仍可继续预订").wait_for()
    expect(page.locator(".tl-chip").get_by_role("link", name="预订")).to_be_visible()


def test_fifty_rooms_and_a_whole_day_are_few_enough_nodes(look):
    page = look("/timeline?rooms=50&whole")
    assert page.locator(".tl-row").count() == 50
    assert page.evaluate("document.querySelectorAll('*').length") < 2000


def test_a_second_press_sends_a_form_only_once(look):
    page = look("/gallery")
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.route("**/gallery", lambda route: None if route.request.method == "POST" else route.continue_())
    with page.expect_request(lambda request: request.method == "POST"):
        page.evaluate(
            "() => { const b = document.querySelector('form[method=post] .btn-big'); b.click(); b.click(); }"
        )
    page.wait_for_timeout(200)  # for a second one that should not come
    assert sent.count("POST") == 1


LETTERS_ON_THE_WALL = """() => [...document.querySelectorAll("main *")].filter((one) =>
  [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
  && one.getClientRects().length && !one.closest(".visually-hidden")
).map((one) => parseFloat(getComputedStyle(one).fontSize))"""


@pytest.mark.parametrize("path", ["/month?projector", "/month?projector&full"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_projector_the_month_is_one_screen_of_large_letters(look, path, scheme):
    page = look(path, color_scheme=scheme, viewport={"width": 1920, "height": 1080})
    assert min(page.evaluate(LETTERS_ON_THE_WALL)) >= 23.99
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    assert page.locator(".rail, .bottombar").evaluate_all("all => all.every(one => !one.offsetParent)")
    assert axe(page) == []
    assert page.complaints == []


def printed(page):
    return PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages


def test_on_paper_the_month_is_one_sheet_lying_and_all_else_stands_in_ink(look):
    [sheet] = printed(look("/month?full", color_scheme="dark"))
    assert sheet.mediabox.width > sheet.mediabox.height
    page = look("/gallery", color_scheme="dark")
    page.emulate_media(media="print")
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert ink == "rgb(0, 0, 0)", "night stays on the screen"
    sheets = printed(page)
    assert sheets[0].mediabox.width < sheets[0].mediabox.height
    assert all(len(sheet.extract_text()) > 20 for sheet in sheets), "no sheet is left empty"


THE_FOCUSED_MATTER = """() => [...document.querySelectorAll("[data-matter]")].findIndex(
  (one) => one.contains(document.activeElement))"""


def test_the_month_is_turned_and_its_matters_are_reached_by_keys(look):
    page = look("/month?full")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(THE_FOCUSED_MATTER) == 1
    page.keyboard.press("d")
    expect(page.locator("[data-matter]").nth(1).locator(".month-decide[open] :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".month-decide[open]")).to_have_count(0)
    page.evaluate("document.querySelector('[rel=prev]').href = '/month?turned'")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/month?turned")

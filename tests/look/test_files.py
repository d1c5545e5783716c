"""What pages are made of: few files, small, named by what is in them, kept for ever."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from io import BytesIO

import pytest
from flask_compress import flask_compress
from PIL import Image

from booking.blueprints.kit import static_files
from booking.people.models import Role

# Today, while it is empty, has a picture; by htmx it takes in what others do.
MOST_REQUESTS = {"/sign-in": 6, "/today": 8}
MOST_BYTES = 100 * 1024
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
NAMED = re.compile(r'<(?:link|script|img|use|source)\b[^>]*?\b(?:href|src)="([^"#]+)')
TEMPLATES = static_files.OURS.parent / "templates"


@pytest.fixture
def content(app):
    return app.extensions["booking_files"].content


def fetched(browser, url):
    """Follow a page to its files as a browser does: what each sends over the line, headers not counted."""
    answer = browser.get(url, headers=BROWSER)
    sizes = {url: len(answer.data)}
    text = browser.get(url).text
    for name in NAMED.findall(text):
        if name not in sizes:
            sizes[unescape(name)] = len(browser.get(unescape(name), headers=BROWSER).data)
    return text, sizes


@pytest.mark.parametrize("page", MOST_REQUESTS)
def test_the_first_page_is_few_files_and_small(world, sign_in, client, page):
    enterprise = world.enterprise(world.park())
    browser = client if page == "/sign-in" else sign_in(world.member(enterprise, Role.MANAGER))
    _, sizes = fetched(browser, page)
    # Browsers fetch one icon of those offered, and a phone's only when the page is put on its first screen.
    sent = {name: size for name, size in sizes.items() if "icon-180" not in name}
    assert len(sent) <= MOST_REQUESTS[page], sorted(sent)
    assert sum(sent.values()) <= MOST_BYTES, sizes


def test_every_file_of_a_page_is_named_by_its_content_and_kept_for_ever(world, sign_in, app):
    enterprise = world.enterprise(world.park())
    text, sizes = fetched(sign_in(world.member(enterprise, Role.MANAGER)), "/today")
    known = app.extensions["booking_files"]
    own = [name for name in sizes if name != "/today"]
    assert own
    assert all(name.startswith(f"/static/{known.fingerprint}/") for name in own), own
    assert "/static/" not in text.replace(f"/static/{known.fingerprint}/", "")


def test_each_file_is_kept_for_ever_and_never_with_a_cookie(app, client, content):
    fingerprint = app.extensions["booking_files"].fingerprint
    for name in content:
        answer = client.get(f"/static/{fingerprint}/{name}")
        assert answer.status_code == 200, name
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable", name
        assert "Set-Cookie" not in answer.headers, name
        assert "Cookie" not in answer.headers["Vary"], name
        assert answer.data == content[name]


@pytest.mark.parametrize("wrong", ["0" * 16, "x", "css"])
def test_under_another_hash_there_is_nothing(app, client, wrong):
    assert client.get(f"/static/{wrong}/css/site.css").status_code == 404
    assert client.get("/static/css/site.css").status_code == 404
    fingerprint = app.extensions["booking_files"].fingerprint
    assert client.get(f"/static/{fingerprint}/nothing.css").status_code == 404
    assert client.get(f"/static/{fingerprint}/../../app.py").status_code == 404


def test_a_file_that_changed_has_another_address(monkeypatch, tmp_path, app):
    shutil.copytree(static_files.OURS, tmp_path / "static")
    monkeypatch.setattr(static_files, "OURS", tmp_path / "static")
    static_files.gather.cache_clear()
    before = static_files.gather()
    monkeypatch.setitem(app.extensions, "booking_files", before)
    (tmp_path / "static/css/pages/use.css").write_text("a{}", encoding="utf-8")
    with app.test_request_context("/"):
        assert static_files.asset("css/site.css") == f"/static/{before.fingerprint}/css/site.css"
        monkeypatch.setattr(app, "debug", True)  # who is writing a sheet sees it at the next page
        now = static_files.asset("css/site.css")
        assert now == f"/static/{static_files.gather().fingerprint}/css/site.css"
        assert before.fingerprint not in now
    static_files.gather.cache_clear()
    with app.test_request_context("/"), pytest.raises(LookupError):
        static_files.asset("css/gone.css")


def test_the_one_sheet_holds_every_sheet(content):
    sheets = list((static_files.OURS / "css").rglob("*.css"))
    assert {path.parent.relative_to(static_files.OURS / "css").as_posix() for path in sheets} == set(
        static_files.LAYERS
    )
    assert not [name for name in content if name.endswith(".css") and name != "css/site.css"]
    for sheet in sheets:
        written = static_files.COMMENT.sub(b"", sheet.read_bytes())
        assert static_files.BY_DAY_AND_NIGHT.sub(rb"\1", written) in content["css/site.css"]


def test_what_differs_by_night_is_said_once_and_sent_to_browsers_that_do_not_know_how(content):
    """By the system's word unless the day was chosen, and by the reader's choice."""
    said = (static_files.OURS / "css/base/tokens.css").read_text(encoding="utf-8")
    sheet = content["css/site.css"].decode()
    by_system = re.search(
        r"@media screen and \(prefers-color-scheme: dark\) \{"
        r"\s*:root:not\(\[data-bs-theme=\"light\"\]\) \{(.*?)\}",
        sheet,
        re.DOTALL,
    )
    chosen = re.search(r":root\[data-bs-theme=\"dark\"\] \{(\s*color-scheme.*?)\}", sheet, re.DOTALL)
    assert by_system[1] == chosen[1]
    assert chosen[1].count(";") == said.count(": light-dark(") + said.count("px light-dark(") // 2
    assert "--ink: #e9eef1;" in chosen[1]
    assert "0 1px 2px rgb(0 0 0 / 40%), 0 4px 16px rgb(0 0 0 / 30%)" in chosen[1]
    assert 'url("../img/tick-dark.svg")' in chosen[1]
    assert "--ink: #16212a;" in sheet
    assert "light-dark" not in sheet


def test_every_rule_stands_in_the_layer_of_its_folder(content):
    """A rule outside would prevail over them all."""
    sheet = re.sub(
        r"/\*.*?\*/|\"[^\"]*\"|url\([^)]*\)", "", content["css/site.css"].decode(), flags=re.DOTALL
    )
    outermost, depth = "", 0
    for char in sheet:
        depth -= char == "}"
        outermost += char if depth == 0 else ""
        depth += char == "{"
    assert depth == 0
    assert re.findall(r"@layer (\w+)", outermost) == list(static_files.LAYERS)
    assert not re.sub(r"@layer \w+|[{}\s]", "", outermost)
    assert "@charset" not in sheet  # within a layer it would take the first rule with it


def test_what_sheets_and_templates_name_is_there(content):
    sheet = content["css/site.css"].decode()
    named = {name.strip("\"'") for name in re.findall(r"url\(([^)]+)\)", sheet)}
    pictures = {name.removeprefix("../") for name in named if name.startswith("../")}
    assert pictures
    assert all(name.startswith(("../", "data:")) for name in named), named
    assert pictures <= set(content), pictures - set(content)
    asked = {
        name
        for file in TEMPLATES.rglob("*.html")
        for name in re.findall(r"asset\('([^']+)'\)", file.read_text(encoding="utf-8"))
    }
    assert asked <= set(content), asked - set(content)


def test_the_manifest_names_icons_of_the_sizes_they_have(content):
    manifest = json.loads(content["manifest.webmanifest"])
    assert {manifest["display"], manifest["start_url"], manifest["lang"]} == {"standalone", "/", "zh-CN"}
    for icon in manifest["icons"]:
        if icon["type"] == "image/png":
            assert "{}x{}".format(*Image.open(BytesIO(content[icon["src"]])).size) == icon["sizes"]
        assert icon["src"] in content


def test_browsers_that_ask_for_an_icon_by_themselves_find_one(client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 200
    assert answer.mimetype in {"image/x-icon", "image/vnd.microsoft.icon"}
    assert Image.open(BytesIO(answer.data)).format == "ICO"


@pytest.mark.parametrize(("asked", "given"), [("br", "br"), ("gzip", "gzip"), ("zstd", "zstd"), ("", None)])
def test_pages_and_files_are_compressed_as_the_browser_wishes(app, client, asked, given):
    fingerprint = app.extensions["booking_files"].fingerprint
    for url in ("/sign-in", f"/static/{fingerprint}/css/site.css"):
        answer = client.get(url, headers={"Accept-Encoding": asked})
        assert answer.headers.get("Content-Encoding") == given
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_file_is_compressed_once_whoever_asks(app, client, monkeypatch):
    made = []
    monkeypatch.setattr(flask_compress, "_compress_data", lambda _app, data, _way: made.append(1) or data[:1])
    url = f"/static/{app.extensions['booking_files'].fingerprint}/js/timeline.js"  # no other test's
    for _ in range(3):
        client.get(url, headers=BROWSER)
    assert len(made) == 1


def test_what_a_browser_has_is_not_sent_again(app, client):
    url = f"/static/{app.extensions['booking_files'].fingerprint}/css/site.css"
    first = client.get(url, headers=BROWSER)
    again = client.get(url, headers={**BROWSER, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_page_whose_address_is_a_secret_is_not_compressed(client):
    answer = client.get("/password/no-such-link", headers=BROWSER)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Content-Encoding" not in answer.headers

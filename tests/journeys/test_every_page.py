"""Every page that each role can reach by following links, in a lively park, as a browser sees it."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from booking.app import create_app
from booking.config import Config
from booking.demo.accounts import ACCOUNTS, PASSWORD
from booking.demo.make import make
from tests.harness.browser import axe
from tests.harness.run import only_one, run_folder
from tests.harness.schema import TEST_SECRET

SHAPES = {
    "desk-light": ("desk", "light"),
    "phone-dark": ("phone", "dark"),
}
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"
# A page is a place of the navigation, or shows a way to itself that begins at one.
WRONG_WAY = """() => {
  const places = [...document.querySelectorAll(".bottombar a")].map((link) => new URL(link.href).pathname);
  if ([...places, "/"].includes(location.pathname)) return "";
  const first = document.querySelector(".breadcrumb a");
  if (!first) return "shows no way to itself";
  const begins = new URL(first.href).pathname;
  return places.includes(begins) ? "" : `its way begins at ${begins}`;
}"""
LINKS = "Array.from(document.links, link => link.href)"


@pytest.fixture(scope="module")
def demo_database():
    """Make a demo park of one month and the running one, once for all workers."""
    file = run_folder() / "every-page.sqlite3"
    with only_one("every-page"):
        if not file.exists():
            app = create_app(Config(database_url=f"sqlite:///{file}", secret_key=TEST_SECRET, demo=True))
            make(app, tell=lambda _line: None, months=1)
    return f"sqlite:///{file}"


class Visitor:
    """Follows links, one page an endpoint, and notes what is wrong with each."""

    def __init__(self, app, address: str, page: Page):
        self.app, self.address, self.page = app, address, page
        self.seen: dict[str, str] = {}
        self.wrong: list[str] = []
        self.said: list[str] = []
        page.on(
            "console", lambda message: self.said.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def endpoint(self, url: str) -> str | None:
        """Tell which page an address leads to; None for what is no page of ours."""
        parts = urlsplit(url)
        if not url.startswith(self.address) or parts.path.startswith(("/static", "/bootstrap", "/pictures")):
            return None
        try:
            name, _ = self.app.url_map.bind("127.0.0.1").match(parts.path, method="GET")
        except HTTPException:
            return None
        downloads = ("pdf", "xlsx", "export", "template", "evidence", "labels", "file", "enclosure", "plan")
        return None if any(word in name for word in downloads) else str(name)

    def visit(self, url: str) -> list[str]:
        """Open a page, judge it, and give the links on it."""
        self.said.clear()
        answer = self.page.goto(url)
        if answer is None or answer.status != 200:
            self.wrong.append(f"{url}: status {answer.status if answer else None}")
            return []
        self.wrong += [f"{url}: {line}" for line in axe(self.page)]
        self.wrong += [f"{url}: says {line}" for line in self.said]
        if self.page.evaluate(SIDEWAYS):
            self.wrong.append(f"{url}: scrolls sideways")
        if wrong_way := self.page.evaluate(WRONG_WAY):
            self.wrong.append(f"{url}: {wrong_way}")
        links: list[str] = self.page.evaluate(LINKS)
        return links

    def walk(self, start: str) -> None:
        """Go on until no page of a new endpoint is linked any more."""
        waiting = [start]
        while waiting:
            url = waiting.pop(0)
            name = self.endpoint(url)
            if name is None or name in self.seen:
                continue
            self.seen[name] = url
            waiting += self.visit(url)


@pytest.mark.browser
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("account", ACCOUNTS, ids=[account.role.value for account in ACCOUNTS])
def test_every_page_is_whole_for_everybody(demo_database, serve_here, open_page, account, shape):
    where, scheme = SHAPES[shape]
    app, address = serve_here(database_url=demo_database)
    page = open_page(where, color_scheme=scheme)
    page.goto(address)
    page.locator("[name=email]").fill(account.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    visitor = Visitor(app, address, page)
    visitor.walk(page.url)
    print(  # noqa: T201 - shown with -s
        f"{account.role.value} {shape}: {len(visitor.seen)} pages: {', '.join(sorted(visitor.seen))}"
    )
    assert len(visitor.seen) >= 6
    assert not visitor.wrong, "\n".join(visitor.wrong)

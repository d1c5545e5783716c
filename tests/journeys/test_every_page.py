"""Every page that each role can reach by following links, in a lively park, as a browser sees it.

Which pages those are is found by following the links without a browser; each test then looks at a share of
them, and at whether a script adds a link to a page that nobody looks at.
"""

from __future__ import annotations

import json
import re
from html import unescape
from itertools import islice
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from booking.people.models import Role
from booking.people.queries import demo_accounts
from tests.harness.app import open_session
from tests.harness.browser import axe
from tests.harness.own_server import let_in, own_server, session_cookie
from tests.harness.run import only_one, run_folder

SHAPES = {
    "desk-light": ("desk", "light"),
    "phone-dark": ("phone", "dark"),
}
IN_A_SHARE = 12
SHARES = {Role.MEMBER: 4, Role.MANAGER: 4, Role.ADMIN: 9, Role.BRANCH: 5}
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
HREF = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
NO_PAGES = (
    "pdf", "xlsx", "export", "template", "evidence", "labels", "file", "enclosure", "paper", "explain",
    "poster", ".picture", ".photo", ".calendar",
)  # fmt: skip


class Site:
    """The demo park, served; knows which pages somebody can reach."""

    def __init__(self, app, address: str):
        self.app, self.address = app, address
        with open_session(app) as session:
            self.members = {member.role: member for member in demo_accounts(session)}

    def endpoint(self, url: str) -> str | None:
        """Tell which page an address leads to; None for what is no page of ours."""
        parts = urlsplit(url)
        if not url.startswith(self.address) or parts.path.startswith(("/static", "/bootstrap", "/pictures")):
            return None
        try:
            name, _ = self.app.url_map.bind("127.0.0.1").match(parts.path, method="GET")
        except HTTPException:
            return None
        return None if any(word in name for word in NO_PAGES) else str(name)

    def pages(self, role: Role) -> dict[str, str]:
        """Give the address of one page of each endpoint that a role reaches; found once a run."""
        file = run_folder() / f"pages-of-{role.value}.json"
        with only_one("every-page"):
            if not file.exists():
                file.write_text(json.dumps(self.found(role)))
        found: dict[str, str] = json.loads(file.read_text())
        return found

    def found(self, role: Role) -> dict[str, str]:
        """Follow links, one page an endpoint, without a browser."""
        client = self.app.test_client()
        client.set_cookie(
            "session", session_cookie(self.app, self.members[role]), domain=urlsplit(self.address).hostname
        )
        seen: dict[str, str] = {}
        waiting = [self.address + "/"]
        while waiting:
            url = waiting.pop(0)
            name = self.endpoint(url)
            if name is None or name in seen:
                continue
            seen[name] = url.removeprefix(self.address)
            answer = client.get(url, follow_redirects=True)
            assert answer.status_code == 200, f"{url}: status {answer.status_code}"
            here = urljoin(self.address, answer.request.full_path)
            waiting += [urljoin(here, unescape(link)) for link in HREF.findall(answer.text)]
        return seen


class Visitor:
    """Looks at pages in a browser, and notes what is wrong with each."""

    def __init__(self, site: Site, page: Page):
        self.site, self.page = site, page
        self.wrong: list[str] = []
        self.said: list[str] = []
        page.on(
            "console", lambda message: self.said.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def visit(self, url: str) -> list[str]:
        """Open a page, judge it, and give the links on it."""
        self.said.clear()
        answer = self.page.goto(self.site.address + url)
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


@pytest.fixture(scope="module")
def site(demo_month):
    with own_server(f"sqlite:///{demo_month}", demo=True) as (app, address):
        yield Site(app, address)


@pytest.mark.browser
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("role", "share"),
    [
        pytest.param(role, share, id=f"{role.value}-{share + 1}")
        for role, shares in SHARES.items()
        for share in range(shares)
    ],
)
def test_every_page_is_whole_for_everybody(site, now, open_page, role, share, shape):
    where, scheme = SHAPES[shape]
    pages = site.pages(role)
    page = open_page(where, color_scheme=scheme)
    let_in(page, site.app, site.address, site.members[role])
    visitor = Visitor(site, page)
    links: set[str] = set()
    for url in islice(pages.values(), share, None, SHARES[role]):
        links.update(visitor.visit(url))
    assert not visitor.wrong, "\n".join(visitor.wrong)
    assert {site.endpoint(link) for link in links} - {None} <= set(pages), (
        "a script links to a page that nobody looks at"
    )


@pytest.mark.browser
@pytest.mark.parametrize("role", SHARES)
def test_the_shares_of_pages_are_neither_empty_nor_long(site, now, role):
    assert 6 <= len(site.pages(role)) <= SHARES[role] * IN_A_SHARE

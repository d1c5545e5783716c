"""What somebody wrote into an address breaks no list, and is carried on only where the list knows it."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from booking.blueprints.kit.pagination import Pager, this_page
from booking.people.models import Role
from booking.spaces.models import Area
from tests.access_cases import make_all
from tests.test_access import methods, routes, url_of
from tests.trouble.test_converters import SERVER_ERROR, someone

# What `url_for` takes for itself, and names of its and Python's own arguments.
TAKEN = {
    "endpoint": "x", "_method": "POST", "_scheme": "gopher", "_external": "1", "_anchor": "there",
    "values": "x", "self": "x", "adapter": "x", "strange": "x",
}  # fmt: skip
HREF = re.compile(r'(?:href|action)="([^"]+)"')


@pytest.fixture
def have(world):
    return make_all(world, world.park())


def lists(app):
    # Every page that is asked by GET: which of them are lists of pages is theirs to decide.
    unlike = {"sign_in.show", "sign_in.out"}
    return [
        rule
        for rule in routes(app)
        if "GET" in methods(rule) and not rule.endpoint.endswith("static") and rule.endpoint not in unlike
    ]


def carried(page):
    """The names of parameters in a page's own links, which somebody else's are none of."""
    links = [urlsplit(unescape(link)) for link in HREF.findall(page)]
    return {name for link in links for name, _ in parse_qsl(link.query, keep_blank_values=True)}


def test_no_name_in_an_address_breaks_a_list_or_is_carried_on(app, session, sign_in, have):
    asked, wrong = {**TAKEN, "page": "2"}, []
    for rule in lists(app):
        session.rollback()
        member = have.people[someone(app, rule)]
        session.refresh(member)
        url = url_of(app, rule, have)
        try:
            answer = sign_in(member).get(url, query_string=asked)
        except Exception as error:  # noqa: BLE001 - every breakdown is told
            wrong.append(f"{url}: {type(error).__name__}: {str(error).splitlines()[0][:150]}")
            continue
        if answer.status_code >= SERVER_ERROR:
            wrong.append(f"{url}: {answer.status_code}")
        elif answer.mimetype == "text/html" and (strange := carried(answer.text) & set(TAKEN)):
            wrong.append(f"{url}: carries {', '.join(sorted(strange))}")
    assert not wrong, "\n".join(wrong)


def test_a_list_of_several_pages_turns_them_whatever_stands_in_its_address(session, world, sign_in, have):
    area = session.get(Area, have["area_id"])
    for _ in range(60):
        world.space(area)
    browser = sign_in(have.people[Role.ADMIN])
    for name, value in TAKEN.items():
        page = browser.get("/inventory/", query_string={"state": "all", name: value})
        assert page.status_code == 200, name
        assert 'href="/inventory/?state=all&amp;page=2"' in page.text, name
    assert 'href="/inventory/?state=all"' in browser.get("/inventory/?state=all&page=2").text


def test_a_pager_counts_from_one_and_keeps_what_the_list_knows(app):
    with app.test_request_context("/inventory/?state=all&q=&page=3&strange=x&_method=POST"):
        pager = Pager.of_request(10, "state", "q")
        assert (pager.number, pager.before) == (3, 20)
        assert pager.count(35).text == "21–30，共 35 条"
        assert pager.previous_url == "/inventory/?state=all&page=2"
        assert pager.next_url == "/inventory/?state=all&page=4"
        assert pager.cut(list(range(11))) == list(range(10))
        assert pager.text == "第 21–30 条"


@pytest.mark.parametrize("typed", ["0", "-5", "x", "9" * 30, "²", ""])
def test_a_pager_takes_nonsense_for_a_page_there_is(app, typed):
    with app.test_request_context("/inventory/", query_string={"page": typed}):
        pager = Pager.of_request(10)
        pager.count(5)
        assert pager.number == 1
        assert (pager.previous_url, pager.next_url) == ("", "")


def test_the_first_page_has_one_address(app):
    with app.test_request_context("/inventory/?page=2"):
        assert Pager.of_request(10).count(15).previous_url == "/inventory/"


def test_several_values_of_a_name_are_all_carried(app):
    with app.test_request_context(
        "/calendar/search?equipment=投影&equipment=白板&equipment=&day=2026-11-03&x=1"
    ):
        url = urlsplit(this_page("equipment", "day", kind="hall", page=None))
        assert parse_qsl(url.query) == [
            ("equipment", "投影"), ("equipment", "白板"), ("day", "2026-11-03"), ("kind", "hall"),
        ]  # fmt: skip

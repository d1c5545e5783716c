"""Two who press at the same instant: one is first, and the other is told, on either engine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.access_cases import make_all
from tests.forms.cases import EDITS
from tests.forms.conftest import held
from tests.harness.app import open_session
from tests.harness.pages import form_with
from tests.harness.world import World

# One of each way to lock: a row alone, the park before it, the park alone, and what a verb locks itself.
TRIED = ("inventory.change_space", "company.particulars", "inventory.area", "park.day", "reservations.moved")


@pytest.fixture
def place(app_on, on_both_engines, now):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        world = World(session, now)
        have = make_all(world, world.park())
        have.ids["held_id"] = held(world, have)
        yield app, world, have


def browser_of(app, member, number):
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept["_user_id"] = f"{member.id}.{member.session_version}.at-once-{number}"
        kept["_fresh"] = True
    return browser


@pytest.mark.parametrize("endpoint", TRIED)
def test_of_two_at_once_one_saves_and_one_is_told(endpoint, place):
    app, world, have = place
    case = EDITS[endpoint]
    first = have.people[case.role]
    of = have.enterprise if first.enterprise_id else have.park
    members = [first, world.member(of, case.role)]
    page, ready = case.page.format_map(have.ids), Barrier(2)

    def press(number):
        browser = browser_of(app, members[number], number)
        form = form_with(browser.get(page).text, case.field, "drawn_from")
        typed = form.sending(**case.also, **{case.field: (case.first, case.second)[number]})
        ready.wait(30)
        return browser.post(form.action or page, data=typed).status_code

    with ThreadPoolExecutor(2) as two:
        answers = sorted(two.map(press, range(2)))
    assert answers[0] == 302
    assert answers[1] in {409, 422}

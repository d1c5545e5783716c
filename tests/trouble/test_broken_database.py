"""When the database itself is in trouble, people still get a page with the number of their trouble."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from sqlalchemy import text

from tests.harness.app import open_session
from tests.harness.world import World


@pytest.mark.parametrize("lost", ["space", "ended_session"])
def test_a_statement_that_fails_still_gives_the_page_with_its_number(on_both_engines, app_on, now, lost):
    """The first fails within the page; the second where it is asked who is signed in."""
    app = app_on(on_both_engines)
    app.testing = False
    with open_session(app) as session:
        member = World(session, now).member(World(session, now).enterprise(World(session, now).park()))
        session.commit()
        session.execute(text(f"ALTER TABLE {lost} RENAME TO elsewhere"))
        session.commit()
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept.update({"_user_id": f"{member.id}.{member.session_version}.a-browser", "_fresh": True})
    answer = browser.get("/calendar", follow_redirects=True)
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert answer.headers["X-Request-Id"] in answer.text
    assert "出了点问题" in answer.text

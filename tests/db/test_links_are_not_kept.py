"""The migration that takes links out of kept letters: tried with letters in the post and long gone."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import flask_migrate
import pytest
from sqlalchemy import select, text

from booking.db import db
from booking.mail.models import Letter
from booking.people.models import LinkRequest, Role, Ticket
from tests.harness.app import open_session
from tests.harness.world import World

BEFORE = "0007"
SENT, WAITING, OLDER, USED = (letter * 43 for letter in "abcd")


@pytest.fixture
def old(on_both_engines, app_on, now):
    """Give an app whose database is as it was before, with letters in it, and the member they are for."""
    app = app_on(on_both_engines)
    with open_session(app) as session:
        world = World(session, now)
        li = world.member(world.park(), Role.ADMIN, email="li@people.example")
    with app.app_context():
        flask_migrate.downgrade(revision=BEFORE)
        with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
            for number, (kind, token) in enumerate(
                [("invitation", OLDER), ("invitation", SENT), ("reset", USED), ("reset", WAITING)]
            ):
                _ticket(connection, li.id, kind, token, now, used=token == USED)
                _letter(connection, li.park_id, number, kind, token, now, sent=token != WAITING)
    return app, li


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()


def _ticket(connection, member_id, kind, token, now, *, used):
    row = {"m": member_id, "k": kind, "h": _hash(token), "at": now, "until": now + timedelta(days=7)}
    connection.execute(
        text(
            "INSERT INTO ticket (member_id, kind, token_hash, created_at, expires_at, used_at) "
            "VALUES (:m, :k, :h, :at, :until, :used)"
        ),
        row | {"used": now if used else None},
    )


def _letter(connection, park_id, number, kind, token, now, *, sent):
    link = f"https://park.example/password/{token}"
    connection.execute(
        text(
            'INSERT INTO letter (park_id, key, "to", subject, body, html, message_id, created_at, due_at, '
            "attempts, sent_at, last_error) "
            "VALUES (:park, :key, 'li@people.example', '链接', :body, :html, :id, :at, :at, 1, :sent, :error)"
        ),
        {
            "park": park_id,
            "key": f"{kind}:{_hash(token)}",
            "body": f"请打开\n{link}\n园区",
            "html": f'<a href="{link}">{link[:44]}…</a>',
            "id": f"id-{number}",
            "at": now,
            "sent": now if sent else None,
            "error": f"554 spam: {link}",
        },
    )


def test_kept_letters_lose_their_links_and_waiting_ones_get_new_ones(old, outbox_of, now, standing_clock):
    app, li = old
    with app.app_context():
        flask_migrate.upgrade()
    with open_session(app) as session:
        letters = session.scalars(select(Letter).order_by(Letter.id)).all()
        said = "".join(f"{letter.body}{letter.html}{letter.last_error}" for letter in letters)
        assert not [token for token in (SENT, WAITING, OLDER, USED) if token[:5] in said]
        assert said.count("https://park.example/password/••••••••••••") == 12 + 4
        asked = session.scalars(select(LinkRequest).order_by(LinkRequest.id)).all()
        assert sorted((one.letter_id, one.kind, one.ended_at is None) for one in asked) == [
            (letters[0].id, "invitation", False),
            (letters[1].id, "invitation", True),
            (letters[2].id, "reset", False),
            (letters[3].id, "reset", True),
        ]
        assert {one.member_id for one in asked} == {li.id}
        still = select(Ticket.token_hash).where(Ticket.used_at.is_(None)).order_by(Ticket.id)
        assert session.scalars(still).all() == [_hash(SENT), _hash(WAITING)]
    browser = app.test_client()
    assert browser.get(f"/password/{SENT}").status_code == 200, "what is out in the world still opens"
    [link] = outbox_of(app).links()
    assert browser.get(link).status_code == 200

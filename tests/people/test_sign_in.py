"""Who knows the password comes in; who guesses waits, and learns nothing about who has an account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, text

from booking.blueprints.kit.http import is_safe_path
from booking.blueprints.kit.static_files import gather
from booking.jobs.job import run
from booking.jobs.worker import FORGET_ATTEMPTS, FORGET_SESSIONS
from booking.people import passwords
from booking.people.models import EndedSession, Member, Role, SignInAttempt
from booking.people.passwords import sign_out
from booking.people.rules import PAIR_TRIES
from tests.harness.app import open_session
from tests.harness.passwords import DUMMY_HASH_IN_PRODUCTION, IN_PRODUCTION
from tests.harness.world import World

PASSWORD = "correct horse 42"
HASH = passwords.hash_password(PASSWORD)


@pytest.fixture
def li(world):
    park = world.park()
    return world.member(
        world.enterprise(park), Role.MANAGER, name="李示例", email="li@people.example", password_hash=HASH
    )


def try_it(client, email="li@people.example", password=PASSWORD, **more):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def signed_in(client):
    with client.session_transaction() as kept:
        return "_user_id" in kept


def test_a_member_signs_in_with_the_password_and_goes_home(client, li):
    answer = try_it(client, email=" LI@people.example ")
    assert answer.status_code == 302
    assert signed_in(client)


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(app, client, li, monkeypatch):
    checks: list[str] = []
    hasher = passwords.HASHER
    monkeypatch.setattr(passwords, "HASHER", Counting(hasher, checks))
    answers = []
    for email in ("li@people.example", "nobody@people.example"):
        answer = try_it(client, email=email, password="wrong password")
        answers.append(re.sub(r"(csrf_token|value)=\"[^\"]*\"", "", answer.text))
        assert not signed_in(client)
    assert "邮箱或密码不对" in answers[0]
    assert answers[0] == answers[1]
    assert len(checks) == 2, "each costs one hash, whether or not the account exists"


def test_what_is_refused_at_the_door_is_answered_with_422_and_what_has_to_wait_with_429(
    app, client, sign_in, li, outbox, now
):
    client.post("/forgotten", data={"email": li.email})
    [link] = outbox.links()
    here, wrong = sign_in(li), {"present": "wrong", "password": "a fine new phrase"}
    refused = {
        "wrong": try_it(client, password="wrong password", kept="something"),
        "empty": try_it(client, password=""),
        "ask": client.post("/forgotten", data={"email": ""}),
        "set": client.post(link, data={"password": "short"}),
        "present": here.post("/account/password", data=wrong),
        "new": here.post("/account/password", data={"present": PASSWORD, "password": "short"}),
    }
    assert {name: answer.status_code for name, answer in refused.items()} == dict.fromkeys(refused, 422)
    assert refused["set"].headers["Referrer-Policy"] == "no-referrer"
    assert f'value="{li.email}"' in refused["wrong"].text, "what was typed is there still"
    for _ in range(PAIR_TRIES):
        waiting = [try_it(client, password="wrong password"), here.post("/account/password", data=wrong)]
    for answer in waiting:
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "1800"


class Counting:
    def __init__(self, hasher, checks):
        self.hasher, self.checks = hasher, checks

    def verify(self, kept, typed):
        self.checks.append(kept)
        return self.hasher.verify(kept, typed)


def test_a_closed_account_and_one_never_opened_do_not_sign_in(client, world, li):
    world.member(world.park(), email="invited@people.example", password_hash=None)
    li.active = False
    world.session.commit()
    assert "邮箱或密码不对" in try_it(client).text
    assert "邮箱或密码不对" in try_it(client, email="invited@people.example").text
    assert not signed_in(client)


def test_nothing_of_a_planted_session_is_left_after_signing_in(client, li):
    with client.session_transaction() as planted:
        planted["csrf_token"] = "planted"
        planted["language"] = "en"
        planted["something"] = "planted"
    try_it(client)
    with client.session_transaction() as kept:
        assert kept.get("csrf_token") != "planted"
        assert "something" not in kept
        assert kept["language"] == "en"


def test_only_who_asks_for_it_stays_signed_in_for_two_weeks(client, li):
    assert "Expires" not in session_cookie(try_it(client))
    client.post("/sign-out")
    assert "Expires" in session_cookie(try_it(client, remember="y"))


def session_cookie(answer):
    [cookie] = [kept for kept in answer.headers.getlist("Set-Cookie") if kept.startswith("session=")]
    return cookie


def test_signing_out_ends_the_session(client, li):
    try_it(client)
    client.post("/sign-out")
    assert not signed_in(client)


def copy_of(browser, app):
    """Take the browser's cookie to another one, as somebody could who saw it."""
    copy = app.test_client()
    cookie = browser.get_cookie("session")
    assert cookie is not None
    copy.set_cookie("session", cookie.value)
    return copy


def test_a_cookie_copied_before_signing_out_is_worth_nothing_after_it(app, client, li):
    try_it(client, remember="y")
    copy, idle = copy_of(client, app), copy_of(client, app)
    assert copy.get("/account/password").status_code == 200
    client.post("/sign-out")
    assert copy.get("/account/password").location.startswith("/sign-in?")
    assert idle.post("/account/password", data={"present": PASSWORD}).status_code == 401


@pytest.mark.parametrize("path", ["/sign-in", "/no-such-page", "/account/password"])
def test_the_cookie_of_an_ended_session_is_not_signed_anew(app, client, li, path):
    try_it(client, remember="y")
    copy = copy_of(client, app)
    client.post("/sign-out")
    answer = copy.get(path)
    file = path.startswith("/static/")  # which sets no cookie at all
    assert not answer.headers.getlist("Set-Cookie") if file else not signed_in(copy)


def test_a_file_goes_out_without_a_session(app, client, li):
    try_it(client, remember="y")
    answer = client.get(f"/static/{gather().fingerprint}/css/site.css")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_a_database_in_trouble_signs_nobody_out(app, client, li, session):
    app.testing = False
    try_it(client, remember="y")
    session.execute(text("ALTER TABLE ended_session RENAME TO elsewhere"))
    session.commit()
    assert client.get("/account/password").status_code == 500
    session.execute(text("ALTER TABLE elsewhere RENAME TO ended_session"))
    session.commit()
    assert client.get("/account/password").status_code == 200


def test_signing_out_here_leaves_the_other_devices_signed_in(app, client, li):
    phone = app.test_client()
    for browser in (client, phone):
        try_it(browser)
    client.post("/sign-out")
    assert client.get("/account/password").status_code == 302
    assert phone.get("/account/password").status_code == 200


def test_signing_out_twice_does_no_harm(app, client, li, session, now):
    try_it(client)
    copy = copy_of(client, app)
    client.post("/sign-out")
    assert copy.post("/sign-out").status_code == 401
    ended = session.scalars(select(EndedSession)).one()
    sign_out(session, li.id, ended.key, now=now)
    session.commit()
    assert session.scalar(select(func.count()).select_from(EndedSession)) == 1
    assert try_it(client).status_code == 302
    assert client.get("/account/password").status_code == 200


def test_a_session_that_could_not_be_ended_does_not_begin(client, li):
    with client.session_transaction() as kept:
        kept["_user_id"] = f"{li.id}.{li.session_version}"
    assert client.get("/account/password").location.startswith("/sign-in?")


def test_asking_whether_a_session_has_ended_takes_no_statement_more(client, li, count_queries):
    try_it(client)
    assert count_queries(lambda: client.get("/account/password")) == 1, "the member"


def test_ended_sessions_are_forgotten_when_their_cookies_are_too_old_to_be_read(app, li, session, now):
    for number, days in enumerate((0, 14, 16, 40)):
        sign_out(session, li.id, f"key-{number}", now=now - timedelta(days=days))
    session.commit()
    with app.app_context():
        assert run(FORGET_SESSIONS).done == 1
        assert run(FORGET_SESSIONS).done == 0
    session.rollback()
    assert session.scalars(select(EndedSession.key).order_by(EndedSession.id)).all() == ["key-0", "key-1"]


def test_signing_out_ends_a_session_on_both_databases(on_both_engines, app_on, standing_clock, now):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        world = World(session, now)
        world.member(world.park(), Role.ADMIN, email="li@people.example", password_hash=HASH)
    browser = app.test_client()
    try_it(browser)
    copy = copy_of(browser, app)
    browser.post("/sign-out")
    assert copy.get("/account/password").status_code == 302
    with app.app_context():
        standing_clock.set(now + timedelta(days=16))
        assert run(FORGET_SESSIONS).done == 1


def test_passwords_are_kept_at_the_cost_that_is_advised_and_who_is_nobody_costs_the_same():
    advised = PasswordHasher()
    assert not advised.check_needs_rehash(IN_PRODUCTION.hash(PASSWORD))
    assert not advised.check_needs_rehash(DUMMY_HASH_IN_PRODUCTION)


def test_a_hash_of_older_parameters_is_renewed(client, li, session):
    li.password_hash = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    session.commit()
    try_it(client)
    session.expire_all()
    kept = session.get_one(Member, li.id).password_hash
    assert kept is not None
    assert not passwords.needs_rehash(kept)
    assert passwords.verify_password(kept, PASSWORD)


def test_a_full_width_keyboard_makes_the_same_password():
    assert passwords.verify_password(HASH, "ｃorrect horse 42")


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/savings?month=2026-10", True),
        ("/", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("https://evil.example/", False),
        ("/\t/evil.example", False),
        ("javascript:alert(1)", False),
        ("", False),
        ("savings", False),
    ],
)
def test_signing_in_leads_to_a_page_of_ours_or_home(client, li, target, safe):
    assert is_safe_path(target) is safe
    went = try_it(client, next=target).headers["Location"]
    assert went == target if safe else went.startswith("/")
    assert "evil" not in went


def test_home_is_where_a_roles_work_begins(client, sign_in, world, li):
    assert client.get("/").headers["Location"] == "/sign-in"
    assert sign_in(li).get("/").status_code == 302


def test_the_demo_offers_its_people_and_nothing_else_does(app, client, world, li):
    assert client.post("/demo", data={"member": li.id}).status_code == 404
    assert "一键体验" not in client.get("/sign-in").text
    app.config["DEMO"] = True
    admin = world.member(world.park(), Role.ADMIN)
    second = world.member(world.park(), Role.ADMIN)
    page = client.get("/sign-in").text
    assert "一键体验" in page
    assert f'name="member" value="{admin.id}"' in page
    assert f'name="member" value="{second.id}"' not in page
    assert client.post("/demo", data={"member": second.id}).status_code == 404
    assert client.post("/demo", data={"member": admin.id}).status_code == 302
    assert signed_in(client)


def test_tries_that_no_longer_count_are_forgotten_by_a_job(app, session, now):
    for minutes in (1, 59, 61, 90):
        session.add(SignInAttempt(account="a", address="b", at=now - timedelta(minutes=minutes)))
    session.commit()
    with app.app_context():
        assert run(FORGET_ATTEMPTS).done == 1
        assert run(FORGET_ATTEMPTS).done == 0
    session.rollback()
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 2

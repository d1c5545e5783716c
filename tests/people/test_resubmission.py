"""A session that ends in the middle of a form loses nothing of what was typed."""

from __future__ import annotations

import re
from html import unescape

import pytest
from itsdangerous import URLSafeTimedSerializer

from booking.blueprints.kit.access import allow
from booking.blueprints.kit.resubmission import MOST_CHARACTERS
from booking.people.models import Role
from booking.people.passwords import hash_password

PASSWORD = "correct horse 42"
HASH = hash_password(PASSWORD)
TYPED = {"purpose": "周会 & 复盘", "people": "6", "password": "secret"}


@pytest.fixture
def app(new_app):
    """These tests add pages and settings of their own."""
    return new_app


@pytest.fixture
def form_page(app):
    def order():
        return "taken"

    app.add_url_rule("/order", "order", allow(*Role)(order), methods=["POST"])
    return "/order"


@pytest.fixture
def li(world):
    return world.member(world.enterprise(world.park()), email="li@people.example", password_hash=HASH)


def drawn_for(app, member):
    """Give what somebody typed into a form drawn for a member, in a session that is over."""
    signer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
    return TYPED | {"csrf_token": signer.dumps(f"{member.id}.of-a-session-that-is-over")}


def hidden(page):
    signing_in = page.split("<footer")[0]  # the foot has a form of its own, to change the language
    found = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', signing_in)
    return {name: unescape(value) for name, value in found}


def test_what_was_typed_can_be_sent_on_after_signing_in(app, client, form_page, li):
    page = client.post(f"{form_page}?day=2026-11-03", data=drawn_for(app, li))
    assert page.status_code == 401
    assert "刚才的内容还没有提交" in page.text
    assert "secret" not in page.text
    kept = hidden(page.text)["kept"]
    wrong = client.post("/sign-in", data={"email": li.email, "password": "wrong one", "kept": kept})
    assert hidden(wrong.text)["kept"] == kept, "a wrong password loses nothing either"
    answer = client.post("/sign-in", data={"email": li.email, "password": PASSWORD, "kept": kept})
    assert "你刚才填写的内容还在" in answer.text
    assert 'action="/order?day=2026-11-03"' in answer.text
    fields = hidden(answer.text)
    assert fields["purpose"] == "周会 & 复盘"
    assert fields["people"] == "6"
    assert "password" not in fields
    assert client.post("/order?day=2026-11-03", data=fields).text == "taken"


def test_another_sites_form_is_never_kept(app, client, form_page, li):
    page = client.post(form_page, data=drawn_for(app, li), headers={"Origin": "https://evil.example"})
    assert page.status_code == 401
    assert not hidden(page.text).get("kept")
    assert "刚才的操作没有生效" in page.text


def test_a_form_that_does_not_tell_whose_it_is_is_not_kept(client, form_page):
    assert not hidden(client.post(form_page, data=TYPED).text).get("kept")


def test_a_book_is_not_kept(app, client, form_page, li):
    book = {"purpose": "长" * (MOST_CHARACTERS + 1)}
    page = client.post(form_page, data=drawn_for(app, li) | book)
    assert not hidden(page.text).get("kept")


def test_what_was_kept_cannot_be_forged(client, li):
    answer = client.post("/sign-in", data={"email": li.email, "password": PASSWORD, "kept": "forged"})
    assert answer.status_code == 302


def test_a_form_of_a_page_that_is_too_old_can_be_sent_again(app, sign_in, form_page, li):
    app.config["WTF_CSRF_ENABLED"] = True
    browser = sign_in(li)
    page = browser.post(form_page, data=drawn_for(app, li))
    assert page.status_code == 400
    fields = hidden(page.text)
    assert fields["purpose"] == "周会 & 复盘"
    assert fields["csrf_token"] != "old"
    assert browser.post(form_page, data=fields).text == "taken"


def test_a_stranger_with_an_old_form_signs_in_and_goes_on(app, client, form_page, li):
    app.config["WTF_CSRF_ENABLED"] = True
    page = client.post(form_page, data=drawn_for(app, li))
    assert page.status_code == 401
    fields = hidden(page.text)
    answer = client.post("/sign-in", data=fields | {"email": li.email, "password": PASSWORD})
    assert "你刚才填写的内容还在" in answer.text


def test_a_stranger_who_asks_for_a_page_comes_to_it_after_signing_in(client, app, li):
    app.add_url_rule("/mine", "mine", allow(*Role)(lambda: "mine"))
    went = client.get("/mine?a=1&b=2")
    assert went.headers["Location"] == "/sign-in?next=/mine?a%3D1%26b%3D2"
    page = client.get(went.headers["Location"]).text
    answer = client.post("/sign-in", data=hidden(page) | {"email": li.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/mine?a=1&b=2"

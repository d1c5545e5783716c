"""A session that ends in the middle of a form loses nothing of it, and gives it to nobody else."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from flask import request, request_started
from flask_wtf import FlaskForm
from wtforms import FieldList, FormField, SelectField

import booking
from booking.blueprints.kit.labels.resubmitted import CHOSEN
from booking.blueprints.kit.resubmission import forms_of
from booking.people.models import Role
from booking.people.passwords import hash_password
from booking.spaces.models import Space
from tests.forms.input_cases import TYPED
from tests.harness.pages import form_with

PASSWORD = "correct horse 42"
HASH = hash_password(PASSWORD)
# Forms of which nothing is kept, and why.
NEVER_KEPT = {
    "ActForm": "a press",
    "ForgottenForm": "at the door",
    "GuestForm": "by who has no account",
    "NewPasswordForm": "at the door",
    "SearchForm": "only asks",
    "SignInForm": "at the door",
    "TogetherForm": "only asks",
}
HTMX = "htmx.min.js"  # asks for pages, whose sign-in page it opens (js/page.js)
# What scripts fetch, and from where.
FETCHED = {
    "calendar.price": ("reserve.js", "timeline.js"),
    "reservations.end_price": (),  # the same fetch
    "reservations.pool_price": (),
}
OF_NOBODY = {"door.js", "door-worker.js"}  # ask for a door's day, at which nobody is signed in
FOLLOWING = {"activities.look", "tariffs.example"}  # what htmx asks for while one types


@pytest.fixture
def arrived(app):
    """Tell what arrived at each endpoint, of those who may enter."""
    app.config["WTF_CSRF_ENABLED"] = True
    seen = []

    def note(_app, **_more):
        seen.append((request.endpoint, request.form.copy()))

    with request_started.connected_to(note, app):
        yield seen


@pytest.fixture
def people(have, world):
    for member in have.people.values():
        member.password_hash = HASH
    world.session.commit()
    return have.people


def gone(app, browser):
    """Take the cookies away."""
    browser.delete_cookie("session")


def expired(app, browser):
    """Let the session get too old."""
    app.permanent_session_lifetime = timedelta(seconds=-1)
    browser.get("/sign-in")
    app.permanent_session_lifetime = timedelta(days=14)


def signed_out(app, browser):
    """Sign out in another tab."""
    out = form_with(browser.get("/preferences").text, "csrf_token")
    token = out.fields["csrf_token"]
    assert browser.post("/sign-out", data={"csrf_token": token}).status_code == 302


def signs_in(browser, page, member, number=1):
    """Sign in with the form of a page, from a place of one's own."""
    form = form_with(page, "email", "kept")
    sent = form.sending(email=member.email, password=PASSWORD)
    place = {"REMOTE_ADDR": f"10.0.0.{number}"}
    return browser.post("/sign-in", data=sent, environ_overrides=place)


def visible(page):
    """Give what a reader sees of a page."""
    without = re.sub(r"<(script|style).*?</\1>|<head>.*?</head>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(without).split())


def session_cookie(answer):
    return [value for value in answer.headers.getlist("Set-Cookie") if value.startswith("session=")]


@pytest.mark.parametrize("ends", [gone, expired, signed_out])
def test_all_that_was_typed_arrives_with_one_sign_in(ends, app, have, people, sign_in, arrived):
    missing = []
    for number, (endpoint, case) in enumerate(TYPED.items(), start=1):
        member = people[case.role]
        browser = sign_in(member)
        page = case.page.format_map(have.ids)
        drawn = browser.get(page).text
        form, on = form_with(drawn, *case.typed), str(app.view_functions[endpoint].taken[0])
        if on not in visible(drawn):
            missing.append(f"{endpoint}: its page is not called {on}")
        sent = form.sending(**case.typed)
        ends(app, browser)
        address = form.action or page
        turned_away = browser.post(address, data=sent)
        assert turned_away.status_code == 401, endpoint
        background = browser.get("/calendar/quote?space=1&start=2026-11-03T10:00&end=2026-11-03T11:00")
        assert (background.status_code, session_cookie(background)) == (401, [])
        inside = signs_in(browser, turned_away.text, member, number)
        for shown in (turned_away.text, inside.text):
            seen = visible(shown)
            label, value = case.shown
            if f"你在“{on}" not in seen:
                missing.append(f"{endpoint}: {on} is not named")
            if label not in seen or value not in seen:
                missing.append(f"{endpoint}: {label} {value} is not shown")
            missing += [f"{endpoint}: shows {name}" for name in case.typed if "_" in name and name in seen]
        assert "data-send-on" in inside.text, endpoint
        again = form_with(inside.text, *case.typed)
        assert again.action == address
        arrived.clear()
        done = browser.post(again.action, data=again.fields)
        came = dict(arrived)[endpoint]
        missing += [f"{endpoint}: {name}" for name in case.typed if came.get(name) != case.typed[name]]
        if done.status_code != 302:
            missing.append(
                f"{endpoint}: {done.status_code} {re.findall('form-error.*?</div>', done.text)[:3]}"
            )
    assert len(TYPED) >= 20
    assert not missing, "\n".join(missing)


def taking(app):
    """Give the endpoints that take forms."""
    with app.app_context():
        return [endpoint for endpoint in app.view_functions if forms_of(endpoint)]


def forms_taken(app):
    with app.app_context():
        return {kind for endpoint in app.view_functions for kind in forms_of(endpoint)}


def test_every_form_s_page_has_a_name(app):
    named = [app.view_functions[endpoint].taken[0] for endpoint in taking(app)]
    assert len(named) >= 41
    assert all(str(name) for name in named)


@pytest.fixture
def interrupted(app, have, people, sign_in, arrived):
    """Give a browser with the page that met a member whose cookies had gone, the form in it."""

    def interrupt(page, role, **typed):
        browser = sign_in(people[role])
        form = form_with(browser.get(page).text, *typed)
        gone(app, browser)
        address = form.action or page
        return browser, browser.post(address, data=form.sending(**typed), content_type="multipart/form-data")

    return interrupt


def test_the_page_is_named_with_its_space_to_who_may_see_it(interrupted, have, people, world, sign_in):
    space = have.ids["space_id"]
    typed = {"day": "2026-11-05", "starts": "10:00", "ends": "11:00", "purpose": "周会"}
    _, away = interrupted(f"/reservations/new?space={space}", Role.MEMBER, **typed)
    name = world.session.get(Space, space).name
    assert f"你在“预订 {name}”填写的内容" in visible(away.text)

    stranger = world.member(world.enterprise(have.park), name="别家")
    browser = sign_in(stranger)
    form = form_with(browser.get(f"/reservations/new?space={space}").text, "purpose")
    gone(None, browser)
    theirs = browser.post(f"/reservations/{have.ids['held_id']}/move", data=form.sending(**typed))
    assert "你在“改期或换空间”填写的内容" in visible(theirs.text)


def test_another_person_on_that_browser_neither_sees_nor_sends_it(interrupted, have, people, world):
    browser, page = interrupted("/company/particulars", Role.MANAGER, address="一号楼机密")
    other = world.member(have.enterprise, Role.MANAGER, password_hash=HASH)
    inside = signs_in(browser, page.text, other)
    assert inside.status_code == 302
    home = browser.get(inside.location).text
    assert "用另一个账号填写" in home
    assert "一号楼机密" not in home


def test_nor_does_one_who_signed_in_there_in_another_tab(app, have, people, world, sign_in, arrived):
    browser = sign_in(people[Role.MANAGER])
    form = form_with(browser.get("/company/particulars").text, "address")
    other = world.member(have.enterprise, Role.MANAGER, password_hash=HASH)
    signed_out(app, browser)
    assert signs_in(browser, browser.get("/sign-in").text, other).status_code == 302
    page = browser.post("/company/particulars", data=form.sending(address="一号楼机密"))
    assert page.status_code == 400
    assert "用另一个账号打开" in page.text
    assert "一号楼机密" not in page.text


def test_who_signed_in_again_in_another_tab_sends_it_from_the_first(app, have, people, sign_in, arrived):
    browser = sign_in(people[Role.MANAGER])
    form = form_with(browser.get("/company/particulars").text, "address")
    signed_out(app, browser)
    assert signs_in(browser, browser.get("/sign-in").text, people[Role.MANAGER]).status_code == 302
    page = browser.post("/company/particulars", data=form.sending(address="一号楼"))
    assert page.status_code == 400
    assert "一号楼" in visible(page.text)
    again = form_with(page.text, "address")
    assert browser.post(again.action, data=again.fields).status_code == 302


def test_files_are_not_kept_and_the_page_says_which(interrupted, have, people):
    page = f"/savings/{have.enterprise.id}/baseline"
    paper = (BytesIO(b"%PDF-1.7 %%EOF"), "租赁合同.pdf")
    browser, away = interrupted(page, Role.MANAGER, area="300", own_area="105", document=paper)
    assert "租赁凭证" in visible(away.text)
    inside = signs_in(browser, away.text, people[Role.MANAGER])
    assert "文件没有保留，请再选一次：租赁合同.pdf" in visible(inside.text)
    assert "data-send-on" not in inside.text, "it waits for the file"
    again = form_with(inside.text, "area", "document")
    again.fields["document"] = paper = (BytesIO(b"%PDF-1.7 %%EOF"), "租赁合同.pdf")
    sent = browser.post(again.action, data=dict(again.fields), content_type="multipart/form-data")
    assert sent.status_code == 302


def test_a_password_is_never_kept(interrupted, people):
    _, away = interrupted("/account/password", Role.MEMBER, present=PASSWORD, password="another horse 43")
    assert away.status_code == 401
    assert not form_with(away.text, "kept").fields["kept"]


def test_the_wrong_password_and_an_old_page_at_the_door_lose_nothing_either(interrupted, people):
    browser, away = interrupted("/company/particulars", Role.MANAGER, address="一号楼")
    form = form_with(away.text, "email", "kept")
    wrong = browser.post("/sign-in", data=form.sending(email="nobody@a.example", password="wrong one"))
    assert "一号楼" in visible(wrong.text)
    gone(None, browser)
    old = browser.post(
        "/sign-in", data=form_with(wrong.text, "kept").sending(email="a@b.example", password="x")
    )
    assert old.status_code == 400
    assert "一号楼" in visible(old.text)
    inside = signs_in(browser, old.text, people[Role.MANAGER])
    assert "一号楼" in visible(inside.text)


def test_what_scripts_ask_for_answers_by_itself(app, client):
    """Each `fetch` of a script asks a view that is marked so, which sets no cookie and leads nowhere."""
    scripts = Path(booking.__file__).parent / "static" / "js"
    asking = sorted(
        one.name
        for one in scripts.rglob("*.js")
        if one.name not in {HTMX, *OF_NOBODY}
        for _ in re.findall(r"\bfetch\(", one.read_text())
    )
    assert asking == sorted(name for names in FETCHED.values() for name in names), (
        "say in FETCHED what it asks"
    )
    marked = {name for name, view in app.view_functions.items() if getattr(view, "fetched", False)}
    assert marked == set(FETCHED) | FOLLOWING
    client.get("/sign-in")
    for answer in (client.get("/calendar/quote"), client.post("/tariffs/example")):
        assert (answer.status_code, answer.text, session_cookie(answer)) == (401, "", [])


def house_forms(base=FlaskForm):
    """Give every form that stands in a module; one made while running has a parent that does."""
    for kind in base.__subclasses__():
        ours = kind.__module__.startswith("booking.blueprints")
        if ours and getattr(sys.modules[kind.__module__], kind.__name__, None) is kind:
            yield kind
        yield from house_forms(kind)


def test_every_form_is_known_by_its_address(app):
    known = forms_taken(app)
    parents = {parent for kind in known for parent in kind.__mro__}
    unknown = (
        {kind.__name__ for kind in house_forms()} - {kind.__name__ for kind in parents} - set(NEVER_KEPT)
    )
    assert not unknown, f"say with @takes at which views they arrive: {sorted(unknown)}"


def fields_of(form):
    for field in form:
        if isinstance(field, FieldList):
            yield from fields_of(field.append_entry().form)
        elif isinstance(field, FormField):
            yield from fields_of(field.form)
        else:
            yield field


def test_every_choice_has_words(app):
    """A choice whose options the page fills in is named by `typed_words.CHOSEN`."""
    bare = set()
    with app.test_request_context():
        for kind in forms_taken(app):
            form = kind(formdata=None, meta={"csrf": False})
            bare |= {
                field.short_name
                for field in fields_of(form)
                if isinstance(field, SelectField) and not field.choices
            }
    assert bare <= set(CHOSEN)

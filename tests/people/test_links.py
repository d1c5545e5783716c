"""A mailed link works once and for a while, and tells nobody who has an account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.audit.actions import Actor
from booking.blueprints.kit.session import invitation_by
from booking.mail.models import Letter
from booking.people.accounts import invite_again, invite_colleague
from booking.people.models import Member, Role, Ticket
from booking.people.passwords import hash_password, verify_password
from booking.people.rules import RESET_LETTERS, EmailTaken, EnterpriseHasLeft, MemberAlreadyIn

NEW = "a fine new phrase"
OLD_HASH = hash_password("the old password")


@pytest.fixture
def li(world):
    enterprise = world.enterprise(world.park(name="示例园区"))
    return world.member(enterprise, Role.MANAGER, email="li@people.example", password_hash=OLD_HASH)


def ask(client, email="li@people.example"):
    return client.post("/forgotten", data={"email": email}, follow_redirects=True)


def test_a_forgotten_password_is_set_anew_by_a_mailed_link_once(client, li, session, outbox):
    assert "请查看邮箱" in ask(client, "LI@people.example").text
    [link] = outbox.links()
    assert session.scalars(select(Letter)).one().to == "li@people.example"
    page = client.get(link)
    assert "li@people.example" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert client.post(link, data={"password": NEW}).status_code == 302
    session.rollback()
    session.expire_all()
    assert verify_password(session.get_one(Member, li.id).password_hash, NEW)
    assert client.get(link).status_code == 410
    assert client.post(link, data={"password": "another phrase"}).status_code == 410


def test_who_has_no_account_gets_the_same_answer_and_no_letter(client, li, session, outbox):
    known = ask(client).text
    assert ask(client, "nobody@people.example").text == known
    assert len(outbox.links()) == 1


def test_the_link_is_kept_as_a_hash_only(client, li, session, outbox):
    ask(client)
    [link] = outbox.links()
    ticket = session.scalars(select(Ticket)).one()
    assert ticket.token_hash not in link
    assert len(ticket.token_hash) == 64


def test_a_link_is_good_for_an_hour(client, li, session, standing_clock, now, outbox):
    ask(client)
    [link] = outbox.links()
    standing_clock.set(now + timedelta(minutes=59))
    assert client.get(link).status_code == 200
    standing_clock.set(now + timedelta(minutes=60))
    assert client.get(link).status_code == 410


def test_asking_again_makes_the_earlier_link_useless(client, li, outbox):
    ask(client)
    [first] = outbox.links()
    ask(client)
    first, second = outbox.links()
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_a_password_that_is_too_plain_leaves_the_link_good(client, li, session, outbox):
    ask(client)
    [link] = outbox.links()
    for plain, words in (
        ("short", "至少 10 个字符"),
        ("li@people.example", "太容易猜到"),
        ("a" * 12, "太容易猜到"),
    ):
        assert words in client.post(link, data={"password": plain}).text
    assert client.post(link, data={"password": NEW}).status_code == 302


def test_setting_a_password_signs_out_every_other_device(client, li, session, sign_in, outbox):
    elsewhere = sign_in(li)
    assert elsewhere.get("/more").status_code == 200
    ask(client)
    [link] = outbox.links()
    client.post(link, data={"password": NEW})
    assert elsewhere.get("/more").status_code == 302
    assert client.get("/more").status_code == 200


def test_nobodys_mailbox_is_flooded(client, li, session, outbox):
    for _ in range(RESET_LETTERS + 2):
        answer = ask(client)
    assert "请查看邮箱" in answer.text, "who asks learns nothing, and the last letter will do"
    *_, last = links = outbox.links()
    assert len(links) == RESET_LETTERS
    assert client.get(last).status_code == 200


def test_the_link_leads_to_our_own_address_whatever_the_request_says(app, client, li, session):
    client.post("/forgotten", data={"email": li.email}, headers={"Host": "evil.example"})
    session.rollback()
    assert app.config["BASE_URL"] in session.scalars(select(Letter)).one().body


def test_an_invited_colleague_sets_a_password_and_is_in(app, client, li, session, now, outbox):
    with app.test_request_context():
        by = Actor(li.name, li.id, li.park_id)
        invite_colleague(
            session,
            li.enterprise,
            email=" New@People.example",
            name="新同事",
            role=Role.MEMBER,
            ticket=invitation_by(li),
            by=by,
            now=now,
        )
        session.commit()
    letter = session.scalars(select(Letter)).one()
    assert letter.to == "new@people.example"
    assert f"{li.name} 邀请你" in letter.subject
    assert li.enterprise.name in letter.body
    [link] = outbox.links()
    assert client.post(link, data={"password": NEW}).status_code == 302
    assert client.get("/more").status_code == 200
    assert "新同事" in client.get("/more").text


def test_an_account_is_made_once_and_not_where_a_company_has_left(app, li, session, now):
    def invited(email, to):
        with app.test_request_context():
            ticket, by = invitation_by(li), Actor(li.name, li.id, li.park_id)
            return invite_colleague(
                session, to, email=email, name="x", role=Role.MEMBER, ticket=ticket, by=by, now=now
            )

    with pytest.raises(EmailTaken):
        invited("LI@people.example", li.enterprise)
    li.enterprise.left_on = now.date()
    with pytest.raises(EnterpriseHasLeft):
        invited("new@people.example", li.enterprise)


def test_who_is_in_already_is_not_invited_again(app, li, session, now):
    with app.test_request_context(), pytest.raises(MemberAlreadyIn):
        invite_again(session, li, invitation_by(li), by=Actor(li.name), now=now)


def test_changing_ones_password_needs_the_present_one_and_signs_out_elsewhere(sign_in, li):
    here, elsewhere = sign_in(li), sign_in(li)
    wrong = here.post("/account/password", data={"present": "not this one", "password": NEW})
    assert "现在的密码不对" in wrong.text
    assert (
        here.post("/account/password", data={"present": "the old password", "password": NEW}).status_code
        == 302
    )
    assert here.get("/more").status_code == 200
    assert elsewhere.get("/more").status_code == 302


def test_signing_out_everywhere_means_everywhere(sign_in, li):
    here, elsewhere = sign_in(li), sign_in(li)
    here.post("/account/sign-out-everywhere")
    assert here.get("/more").status_code == 302
    assert elsewhere.get("/more").status_code == 302


def test_a_letter_speaks_its_readers_language(app, client, world):
    facts = {"email": "e@people.example", "language": "en", "name": "E. Example", "password_hash": OLD_HASH}
    world.member(world.park(), Role.BRANCH, **facts)
    ask(client, "e@people.example")
    letter = world.session.scalars(select(Letter)).one()
    assert letter.subject == "Set a new password"
    assert letter.body.startswith("Dear E. Example,")

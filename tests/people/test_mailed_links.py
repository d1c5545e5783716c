"""A link that opens an account is made as its letter leaves, and is kept nowhere but in the mail."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.audit.models import AuditEntry
from booking.db import db
from booking.letters.accounts import MASK, with_link
from booking.mail.models import Letter
from booking.mail.outbox import LetterText, write_letter
from booking.mail.transport import LOCKED_FOR, GivenUp, TryLater, pause_after
from booking.people.models import Member, Role
from booking.people.passwords import hash_password, verify_password
from tests.harness.app import open_session
from tests.harness.outbox import LINK
from tests.harness.world import World

NEW = "a fine new phrase"
OLD = "the old password"
OLD_HASH = hash_password(OLD)


@pytest.fixture
def park(world):
    return world.park(name="示例园区")


@pytest.fixture
def li(world, park):
    facts = {"name": "李示例", "email": "li@people.example", "password_hash": OLD_HASH}
    return world.member(world.enterprise(park), Role.MANAGER, **facts)


@pytest.fixture
def admin(world, park):
    return world.member(park, Role.ADMIN, name="管理员示例", password_hash=OLD_HASH)


def ask(client, email="li@people.example", address="192.0.2.9"):
    return client.post("/forgotten", data={"email": email}, environ_base={"REMOTE_ADDR": address})


def invite(sign_in, li, email="new@people.example"):
    data = {"name": "新同事", "email": email, "role": "member"}
    assert sign_in(li).post("/company/people", data=data).status_code == 302


def opens(client, link):
    return client.get(link).status_code == 200


def everything(session):
    """Write out every row of every table."""
    session.rollback()
    tables = db.metadata.sorted_tables
    return "\n".join(repr(tuple(row)) for table in tables for row in session.execute(select(table)))


def token_of(link):
    return link.rpartition("/")[2]


def test_the_link_stands_in_the_mail_and_nowhere_else(client, sign_in, li, outbox, session, caplog):
    caplog.set_level(logging.DEBUG)
    ask(client)
    invite(sign_in, li)
    tokens = [token_of(link) for link in outbox.links()]
    assert len(tokens) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)
    for letter, token in zip(outbox.transport.letters, tokens, strict=True):
        assert f'/password/{token}"' in letter.html, "the page and the text lead to the same place"
        assert token not in repr(letter), "an envelope in an error tells nothing"
    kept = everything(session) + caplog.text
    assert not [token for token in tokens if token[:12] in kept]


def test_a_letter_with_a_link_is_returned_to_the_installation_and_to_no_park(
    client, sign_in, li, park, outbox, session, now
):
    park.mail_from = "post@park.example"
    session.commit()
    ask(client)
    invite(sign_in, li)
    write_letter(session, park.id, "invoice:1", "a@b.example", LetterText("账单", "请见附件。"), now=now)
    session.commit()
    reset, invitation, bill = outbox.carry()
    assert reset.bounces_to == invitation.bounces_to == "bounces@127.0.0.1"
    assert bill.bounces_to == "", "that one the park should hear of"
    assert {letter.sender for letter in (reset, invitation, bill)} == {'"示例园区" <post@park.example>'}


def test_before_it_is_sent_there_is_no_link_at_all(client, li, session):
    ask(client)
    [letter] = session.scalars(select(Letter)).all()
    assert LINK.search(letter.body)[1] == "/password/••••••••••••"
    assert not opens(client, "/password/••••••••••••")
    assert not opens(client, "/password/%E2%80%A2")


def test_a_mail_server_that_says_the_letter_back_tells_nothing(
    client, li, outbox, session, monkeypatch, caplog
):
    said = []

    def parrot(envelope):
        said.append(LINK.search(envelope.text)[1])
        if len(said) == 1:
            raise RuntimeError(f"no idea what to do with {envelope.text!r}")
        raise GivenUp(f"554 5.7.1 looks like spam: {envelope.text}")

    monkeypatch.setattr(outbox.transport, "deliver", parrot)
    ask(client)
    outbox.carry()
    session.execute(Letter.__table__.update().values(due_at=Letter.created_at))
    session.commit()
    outbox.carry()
    [letter] = session.scalars(select(Letter).execution_options(populate_existing=True)).all()
    assert letter.failed_at is not None
    assert "looks like spam" in letter.last_error
    kept = everything(session) + caplog.text
    assert len(said) == 2
    assert not [link for link in said if token_of(link)[:12] in kept]


def test_the_administrators_page_shows_the_letter_with_its_link_masked(
    client, sign_in, li, admin, outbox, session
):
    ask(client)
    [link] = outbox.links()
    letter = session.scalars(select(Letter)).one()
    page = sign_in(admin).get(f"/park/letters/{letter.id}")
    assert "李示例，你好" in page.text
    assert "/password/••••••••••••" in page.text
    assert token_of(link)[:12] not in page.text
    assert f"/park/letters/{letter.id}/link" in page.text, "a new one can be sent"


def test_a_letter_tried_again_brings_a_link_of_its_own_and_each_opens_until_one_is_used(
    client, li, outbox, standing_clock, now
):
    lost = []
    deliver = outbox.transport.deliver

    def lose_the_answer(envelope):
        if not lost:
            lost.append(LINK.search(envelope.text)[1])
            raise TryLater("the conversation broke off")
        deliver(envelope)

    outbox.transport.deliver = lose_the_answer
    ask(client)
    outbox.carry()
    standing_clock.set(now + pause_after(1))
    [second] = outbox.links()
    [first] = lost
    assert first != second
    assert opens(client, first)
    assert opens(client, second)
    assert client.post(first, data={"password": NEW}).status_code == 302
    assert not opens(client, first)
    assert not opens(client, second)


def test_a_worker_that_dies_with_the_letter_leaves_a_letter_that_still_goes_out(
    app, client, li, outbox, standing_clock, now
):
    class Dies(BaseException):
        pass

    deliver = outbox.transport.deliver

    def die(_):
        raise Dies

    outbox.transport.deliver = die
    ask(client)
    with pytest.raises(Dies):
        outbox.carry()
    outbox.transport.deliver = deliver
    standing_clock.set(now + LOCKED_FOR)
    [link] = outbox.links()
    assert opens(client, link)


def test_a_link_lasts_from_when_it_was_sent_not_from_when_it_was_asked_for(
    client, li, outbox, standing_clock, now
):
    ask(client)
    standing_clock.set(now + timedelta(hours=5))
    [link] = outbox.links()
    standing_clock.set(now + timedelta(hours=5, minutes=59))
    assert opens(client, link)
    standing_clock.set(now + timedelta(hours=6))
    assert not opens(client, link)


def test_a_letter_whose_link_nobody_needs_any_more_stays_in_the_house(
    client, sign_in, li, admin, outbox, session
):
    ask(client)
    session.get_one(Member, li.id).active = False
    session.commit()
    assert outbox.links() == []
    letter = session.scalars(select(Letter).execution_options(populate_existing=True)).one()
    assert letter.failed_at is not None
    assert "不再需要" in sign_in(admin).get(f"/park/letters/{letter.id}").text


def test_a_password_that_is_set_spends_every_link_of_either_kind(client, sign_in, li, outbox, session):
    invite(sign_in, li)
    [invitation] = outbox.links()
    new = session.scalars(select(Member).where(Member.email == "new@people.example")).one()
    new.password_hash = OLD_HASH  # so that a link of the other kind is written at all
    session.commit()
    ask(client, new.email)
    _, reset = outbox.links()
    assert opens(client, invitation)
    assert client.post(reset, data={"password": NEW}).status_code == 302
    assert not opens(client, invitation)
    assert client.post(invitation, data={"password": "taken over by it"}).status_code == 410
    session.refresh(new)
    assert verify_password(new.password_hash, NEW)


def test_a_password_that_is_changed_spends_a_link_that_somebody_else_asked_for(client, sign_in, li, outbox):
    ask(client)
    [reset] = outbox.links()
    change = {"present": OLD, "password": NEW}
    assert sign_in(li).post("/account/password", data=change).status_code == 302
    assert not opens(client, reset)


def test_a_password_set_from_the_shell_spends_them_too(app, client, admin, outbox):
    ask(client, admin.email)
    [reset] = outbox.links()
    shell = app.test_cli_runner()
    done = shell.invoke(args=["park", "admin", admin.park.code, admin.email, "x", "--password", NEW])
    assert done.exit_code == 0, done.output
    assert not opens(client, reset)


def test_a_letter_that_waits_while_the_password_is_set_brings_no_link(client, sign_in, li, outbox):
    ask(client)
    change = {"present": OLD, "password": NEW}
    sign_in(li).post("/account/password", data=change)
    assert outbox.links() == []


def test_the_trail_says_through_what_and_asked_for_from_where_and_when(
    client, sign_in, li, admin, outbox, session, now, standing_clock
):
    ask(client, address="192.0.2.9")
    [link] = outbox.links()
    standing_clock.set(now + timedelta(minutes=7))
    client.post(link, data={"password": NEW}, environ_base={"REMOTE_ADDR": "198.51.100.4"})
    entry = entry_of(session, "member.password_set")
    assert (entry.subject, entry.subject_id) == ("member", li.id)
    assert entry.actor_id is None, "who held the link is not known"
    assert entry.actor_name != li.name
    assert entry.after == {
        "through": "reset",
        "to": "li@people.example",
        "asked_from": "192.0.2.9",
        "asked_at": now.isoformat(),
        "used_from": "198.51.100.4",
    }
    page = sign_in(admin).get("/park/trail").text
    for words in ("邮件链接的持有人", "重设密码的邮件链接", "192.0.2.9", "198.51.100.4", "11月3日"):
        assert words in page


def test_the_trail_names_who_invited(client, sign_in, li, outbox, session):
    invite(sign_in, li)
    [link] = outbox.links()
    client.post(link, data={"password": NEW})
    entry = entry_of(session, "member.password_set")
    assert entry.after["through"] == "invitation"
    assert entry.after["asked_by"] == "李示例"


def entry_of(session, action):
    session.rollback()  # a reading transaction sees the past
    return session.scalars(select(AuditEntry).where(AuditEntry.action == action)).one()


def letter_about(session, member):
    session.rollback()
    newest = select(Letter).where(Letter.to == member.email).order_by(Letter.id.desc())
    return session.scalars(newest.execution_options(populate_existing=True)).first()


def test_the_administrator_sends_a_new_link_to_the_account_it_is_for(
    client, sign_in, li, admin, outbox, session
):
    ask(client)
    [first] = outbox.links()
    letter = letter_about(session, li)
    there = sign_in(admin)
    elsewhere = {"to": "evil@elsewhere.example"}
    said = there.post(f"/park/letters/{letter.id}/link", data=elsewhere, follow_redirects=True)
    assert "li@people.example" in said.text
    second = outbox.links()[-1]
    assert outbox.transport.letters[-1].to == "li@people.example"
    assert not opens(client, first)
    assert opens(client, second)
    entry = entry_of(session, "member.link_sent")
    assert entry.actor_id == admin.id
    client.post(second, data={"password": NEW})
    entry = entry_of(session, "member.password_set")
    assert entry.after["asked_by"] == "管理员示例"


def test_an_administrator_floods_nobodys_mailbox_and_opens_no_closed_account(
    client, sign_in, li, admin, outbox, session
):
    ask(client)
    there, letter = sign_in(admin), letter_about(session, li)
    said = [there.post(f"/park/letters/{letter.id}/link", follow_redirects=True).text for _ in range(3)]
    assert [("新链接会寄到" in page) for page in said] == [True, True, False]
    assert "一小时内已经给 李示例 寄过几封" in said[-1]
    session.rollback()
    session.connection(execution_options={"writes": True})
    session.execute(Member.__table__.update().where(Member.id == li.id).values(active=False))
    session.commit()
    closed = there.post(f"/park/letters/{letter.id}/link", follow_redirects=True).text
    assert "李示例 的账号已停用" in closed


def test_an_invitation_is_sent_anew_from_its_letter_until_it_was_accepted(
    client, sign_in, li, admin, outbox, session
):
    invite(sign_in, li)
    [first] = outbox.links()
    letter = session.scalars(select(Letter)).one()
    there = sign_in(admin)
    there.post(f"/park/letters/{letter.id}/link")
    second = outbox.links()[-1]
    assert not opens(client, first)
    client.post(second, data={"password": NEW})
    said = there.post(f"/park/letters/{letter.id}/link", follow_redirects=True)
    assert "已经设置过密码" in said.text


def test_a_letter_with_a_link_is_never_sent_to_another_address(
    client, sign_in, world, park, admin, outbox, session
):
    branch = world.member(park, Role.BRANCH, email="branch@park.example", password_hash=OLD_HASH)
    outbox.transport.answers = [GivenUp("550 no such user")]
    ask(client, branch.email)
    outbox.carry()
    letter = letter_about(session, branch)
    there = sign_in(admin)
    page = there.get(f"/park/letters/{letter.id}").text
    assert 'name="to"' not in page
    assert "邮件里的链接只寄到账号自己的邮箱" in page
    said = there.post(
        f"/park/letters/{letter.id}/again", data={"to": "mine@elsewhere.example"}, follow_redirects=True
    )
    assert "只寄到账号自己的邮箱" in said.text
    assert letter_about(session, branch).failed_at is not None
    assert outbox.links() == []


def test_another_park_sends_no_links_of_ours(client, sign_in, world, li, outbox, session):
    ask(client)
    letter = letter_about(session, li)
    stranger = sign_in(world.member(world.park(), Role.ADMIN))
    assert stranger.post(f"/park/letters/{letter.id}/link").status_code == 404
    assert stranger.get(f"/park/letters/{letter.id}").status_code == 404


def test_a_letter_without_a_link_has_none_to_send(sign_in, admin, session, now):
    write_letter(
        session, admin.park_id, "invoice:1", "a@b.example", LetterText("账单", "请见附件。"), now=now
    )
    session.commit()
    letter = session.scalars(select(Letter)).one()
    there = sign_in(admin)
    assert there.post(f"/park/letters/{letter.id}/link").status_code == 404
    assert "/link" not in there.get(f"/park/letters/{letter.id}").text


def test_links_are_made_one_for_each_letter_on_both_engines(on_both_engines, app_on, outbox_of, now):
    app = app_on(on_both_engines)
    with open_session(app) as session:
        world = World(session, now)
        member = world.member(world.park(), Role.ADMIN, password_hash=OLD_HASH)
    outbox, browser = outbox_of(app), app.test_client()
    for _ in range(2):
        ask(browser, member.email)
    first, second = outbox.links()
    assert first != second
    assert browser.post(first, data={"password": NEW}).status_code == 302
    assert not opens(browser, second)


def test_a_name_that_holds_a_mask_gets_no_token(app):
    base = app.config["BASE_URL"]
    ours, theirs = f"{base}/password/{MASK}", f"https://evil.example/password/{MASK}"
    beside = f"Li https://evil.example/?to={ours} 邀请你\n-- {theirs} {ours}"
    kept = LetterText("s", f"{beside}\n{theirs}\n")
    with app.test_request_context():
        sent = with_link(kept, "zh", "a-token")
    # A line of its own is the link, at today's host: the letter may have waited since there was another.
    assert sent.text == f"{beside}\n{base}/password/a-token\n"

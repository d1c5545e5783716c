"""A letter is written once, goes out, and is never lost, whatever the mail server does."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from booking import clock
from booking.db import db, transaction
from booking.documents.store import store
from booking.gateways.mail import SmtpTransport, Tls
from booking.jobs.job import run
from booking.jobs.letters import LETTERS
from booking.mail.models import Letter
from booking.mail.outbox import LetterText, lock_letter, settle_letter, write_letter
from booking.mail.queries import LetterState, count_late, enclosures_of, letters_of
from booking.mail.transport import LOCKED_FOR, LONGEST_PAUSE, MOST_ATTEMPTS, GivenUp, TryLater, pause_after
from tests.fakes.transport import FakeTransport
from tests.harness.app import open_session
from tests.harness.world import World

HELLO = LetterText("您好", "本月账单见附件。\n")


def deliver_by(app, transport):
    ports = app.extensions["booking_ports"]
    app.extensions["booking_ports"] = replace(ports, transport=transport)
    return transport


@pytest.fixture
def transport(app):
    return deliver_by(app, FakeTransport())


@pytest.fixture
def put(session, world, now):
    park = world.park(name="示例园区", mail_from="park@park.example")

    def put(key="a", **facts):
        write_letter(session, park.id, key, f"{key}@tenant.example", HELLO, now=now, **facts)
        session.commit()
        return session.scalar(select(Letter).where(Letter.key == key))

    return put


def work(app):
    with app.app_context():
        return run(LETTERS)


def fresh(session, letter):
    session.rollback()  # a reading transaction sees the past
    session.expire_all()
    return session.get_one(Letter, letter.id)


def test_a_letter_is_written_once_for_each_reason(put, session):
    first = put("invoice:1")
    assert put("invoice:1").id == first.id
    assert (
        write_letter(session, first.park_id, "invoice:1", "x@y.example", HELLO, now=first.created_at) is False
    )
    assert len(session.scalars(select(Letter)).all()) == 1


def test_a_letter_goes_out_with_its_enclosures_from_the_park(app, transport, put, session, now):
    letter = put()
    kept = store(session, letter.park_id, "账单.pdf", "application/pdf", b"%PDF-1.7", now=now)
    write_letter(
        session, letter.park_id, "b", "b@x.example", HELLO, now=now, enclosures=[(kept.id, "十月账单.pdf")]
    )
    session.commit()
    assert work(app).done == 2
    with_file = next(envelope for envelope in transport.letters if envelope.to == "b@x.example")
    assert with_file.sender == '"示例园区" <park@park.example>'
    assert with_file.subject == "您好"
    assert with_file.enclosures[0].name == "十月账单.pdf"
    assert with_file.enclosures[0].content == b"%PDF-1.7"
    assert with_file.message_id.endswith("@park.example>")
    assert fresh(session, letter).sent_at == now
    assert work(app).done == 0
    assert len(transport.letters) == 2


def test_a_letter_waits_until_its_day(app, transport, put, standing_clock, now):
    put(due_at=now + timedelta(days=1))
    work(app)
    assert transport.letters == []
    standing_clock.set(now + timedelta(days=1))
    work(app)
    assert len(transport.letters) == 1


def test_refused_for_now_is_tried_again_later_under_the_same_name(
    app, transport, put, session, standing_clock, now
):
    letter = put()
    transport.answers = [TryLater("421 busy")]
    assert work(app).done == 0
    waiting = fresh(session, letter)
    assert (waiting.sent_at, waiting.failed_at, waiting.last_error) == (None, None, "421 busy")
    name = waiting.message_id
    work(app)
    assert transport.letters == [], "not before the pause is over"
    standing_clock.set(now + pause_after(1))
    assert work(app).done == 1
    assert transport.letters[0].message_id.startswith(f"<{name}@")
    assert fresh(session, letter).last_error is None


def test_refused_for_good_comes_on_the_list_a_person_looks_at(app, transport, put, session):
    letter = put()
    transport.answers = [GivenUp("550 no such user")]
    work(app)
    assert fresh(session, letter).failed_at is not None
    [failed] = letters_of(session, letter.park_id, LetterState.FAILED, offset=0)
    assert failed.last_error == "550 no such user"
    work(app)
    assert transport.letters == []


def test_no_letter_is_lost_while_the_mail_server_is_away(
    app, put, session, standing_clock, now, smtp_unreachable
):
    deliver_by(app, SmtpTransport(smtp_unreachable.host, smtp_unreachable.port, tls=Tls.NONE, timeout=1))
    letters = [put(f"letter{number}") for number in range(5)]
    assert work(app).failed == 0
    tried = [letter for letter in letters if fresh(session, letter).attempts]
    assert all(fresh(session, letter).sent_at is None for letter in letters)
    assert count_late(session, now + timedelta(hours=1)) == 5
    standing_clock.set(now + timedelta(minutes=10))
    work(app)
    again = [letter for letter in letters if fresh(session, letter).attempts]
    assert len(again) <= len(tried) + 1, "a server that does not answer is asked once, not for each letter"
    transport = deliver_by(app, FakeTransport())
    for minutes in range(20, 60, 5):
        standing_clock.set(now + timedelta(minutes=minutes))
        work(app)
    assert sorted(envelope.to for envelope in transport.letters) == sorted(letter.to for letter in letters)


def test_a_transport_that_breaks_leaves_the_letter_in_the_outbox(app, put, session):
    class Broken:
        def deliver(self, envelope):
            raise RuntimeError("the transport fell over")

    deliver_by(app, Broken())
    letter = put()
    work(app)
    assert "fell over" in (fresh(session, letter).last_error or "")
    assert fresh(session, letter).failed_at is None


def test_a_letter_whose_worker_died_on_the_way_is_delivered_again(app, transport, put, standing_clock, now):
    letter = put()
    with app.app_context(), transaction() as session:
        assert lock_letter(session, letter.id, per_minute=60, now=now) is not None
    work(app)
    assert transport.letters == [], "somebody may still be carrying it"
    standing_clock.set(now + LOCKED_FOR)
    assert work(app).done == 1


def test_only_so_many_letters_go_out_in_a_minute(app, transport, put, standing_clock, now):
    app.extensions["booking_config"] = replace(app.extensions["booking_config"], mail_per_minute=3)
    for number in range(7):
        put(f"letter{number}")
    for minute, gone in ((0, 3), (0, 3), (1, 6), (2, 7)):
        standing_clock.set(now + timedelta(minutes=minute))
        work(app)
        assert len(transport.letters) == gone


def test_pauses_double_and_trying_ends_after_about_two_days():
    assert [pause_after(attempts) // timedelta(minutes=1) for attempts in (1, 2, 3, 4)] == [2, 4, 8, 16]
    assert pause_after(50) == LONGEST_PAUSE
    total = sum((pause_after(attempts) for attempts in range(1, MOST_ATTEMPTS)), timedelta(0))
    assert timedelta(days=1, hours=12) < total < timedelta(days=3)


def test_a_letter_nobody_takes_in_two_days_comes_on_the_list(
    app, transport, put, session, standing_clock, now
):
    letter = put()
    transport.answers = [TryLater("451 later")] * MOST_ATTEMPTS
    for hours in range(0, 24 * 5, 4):
        standing_clock.set(now + timedelta(hours=hours))
        work(app)
    failed = fresh(session, letter)
    assert failed.failed_at is not None
    assert failed.last_error == "451 later"


@dataclass
class SlowTransport:
    """Takes its time, and counts how often each letter is on its way at once."""

    gone: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    pause: threading.Event = field(default_factory=threading.Event)

    def deliver(self, envelope):
        self.pause.wait(0.02)
        with self.lock:
            self.gone.append(envelope.to)


def test_four_workers_carry_each_letter_once(on_both_engines, app_on, now):
    app = app_on(on_both_engines)
    transport = deliver_by(app, SlowTransport())
    with open_session(app) as session:
        park = World(session, now).park()
        for number in range(24):
            write_letter(session, park.id, f"letter{number}", f"{number}@tenant.example", HELLO, now=now)
        session.commit()

    def worker(_):
        with app.app_context():
            summary = run(LETTERS)
            db.session.remove()
            return summary

    with ThreadPoolExecutor(4) as pool:
        summaries = list(pool.map(worker, range(4)))
    assert sorted(transport.gone) == sorted(f"{number}@tenant.example" for number in range(24))
    assert sum(summary.done for summary in summaries) == 24
    assert sum(summary.failed for summary in summaries) == 0


def test_the_enclosures_of_another_letter_stay_out(put, session):
    assert enclosures_of(session, put().id) == ()


BACK = timedelta(days=1)


def test_a_clock_set_back_does_not_stop_the_mail(app, transport, put, session, standing_clock, now):
    """Some went out, one failed, one is on its way, one was just written: and then it is yesterday."""
    app.extensions["booking_config"] = replace(app.extensions["booking_config"], mail_per_minute=3)
    gone = [put(f"gone{number}") for number in range(3)]
    work(app)
    standing_clock.set(now + timedelta(minutes=2))
    session.rollback()
    refused, carried, written = put("refused"), put("carried"), put("written")
    with app.app_context(), transaction() as writing:
        lock_letter(writing, carried.id, per_minute=3, now=clock.now())
        letter = lock_letter(writing, refused.id, per_minute=3, now=clock.now())
        settle_letter(writing, letter.id, TryLater("421 busy"), now=clock.now())
    standing_clock.set(now - BACK)
    for _ in range(5):
        standing_clock.set(clock.now() + timedelta(minutes=1))
        work(app)
    assert len(transport.letters) == len(gone) + 3
    assert all(fresh(session, letter).sent_at for letter in (refused, carried, written))


def test_two_machines_whose_clocks_differ_a_little_do_not_both_carry_a_letter(app, transport, put, now):
    letter = put()
    with app.app_context(), transaction() as session:
        assert lock_letter(session, letter.id, per_minute=60, now=now + timedelta(seconds=90)) is not None
    work(app)
    assert transport.letters == []

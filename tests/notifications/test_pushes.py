"""What is pushed reaches every browser its owner allowed; what none takes goes by mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from booking.jobs.job import run
from booking.jobs.letters import LETTERS, PUSHES
from booking.mail.models import Channel
from booking.mail.transport import TOO_LATE, TryLater
from booking.notifications.choices import allow_pushes, push_devices_of
from booking.notifications.models import PushDevice
from booking.notifications.ports import Gone, PushTarget
from booking.notifications.rules import NoPushService, check_endpoint
from booking.people.passwords import hash_password, sign_out_everywhere
from booking.reservations.move_or_cancel import cancel
from tests.fakes.pusher import FakePusher
from tests.harness.stays import actor

PASSWORD = "correct horse 42"
NINE = datetime(2026, 11, 27, 1, tzinfo=UTC)
KEYS = ("B" + "A" * 86, "A" * 22)


class Pushed:
    """The office, its fake pusher and mail."""

    def __init__(self, office, outbox):
        self.office, self.outbox, self.pusher = office, outbox, FakePusher()
        ports = office.app.extensions["booking_ports"]
        self.box = ports.box
        office.app.extensions["booking_ports"] = replace(
            ports, pusher=self.pusher, transport=outbox.transport
        )
        office.chosen(start_way="push")

    def allow(self, name, member=None):
        target = PushTarget(f"https://push.example.com/to/{name}", *KEYS)
        session, now = self.office.session, self.office.nine
        allow_pushes(session, member or self.office.me, target, name=name, box=self.box, now=now)
        session.commit()

    def carry(self):
        """Let the jobs run; give who got which push, and the mails."""
        with self.office.app.app_context():
            assert [run(job).failed for job in (PUSHES, LETTERS)] == [0, 0]
        self.office.session.rollback()
        got = [(name, note.title) for name, note in self.pusher.pushed]
        return got, [letter.subject for letter in self.outbox.transport.letters]


@pytest.fixture
def pushed(office, outbox_of):
    return Pushed(office, outbox_of(office.app))


TOLD = "10:00 开始：大会议室"


def test_it_reaches_each_browser_once_and_leads_to_the_inbox(pushed):
    pushed.allow("phone")
    pushed.allow("desk")
    pushed.office.booked(60, 120)
    (letter,) = pushed.office.told(30)
    assert letter.channel is Channel.PUSH
    assert pushed.carry() == ([("phone", TOLD), ("desk", TOLD)], [])
    note = pushed.pusher.pushed[0][1]
    assert (note.path, note.lasts) == (f"/inbox/{letter.id}", 30 * 60), "of use until it begins"
    assert pushed.carry() == ([("phone", TOLD), ("desk", TOLD)], []), "a second run pushes nothing"


def test_a_browser_that_is_gone_is_let_go_and_the_others_get_it(pushed):
    pushed.allow("gone")
    pushed.allow("desk")
    pushed.pusher.answers["gone"] = Gone("410")
    pushed.office.booked(60, 120)
    pushed.office.told(30)
    assert pushed.carry() == ([("desk", TOLD)], [])
    assert [one.name for one in push_devices_of(pushed.office.session, pushed.office.me)] == ["desk"]


@pytest.mark.parametrize("trouble", [None, Gone("410"), TryLater("503"), RuntimeError("surprise")])
def test_what_no_browser_takes_goes_by_mail_at_once(pushed, trouble):
    if trouble is not None:
        pushed.allow("phone")
        pushed.pusher.answers["phone"] = trouble
    pushed.office.booked(60, 120)
    pushed.office.told(30)
    assert pushed.carry() == ([], [TOLD])
    assert pushed.carry() == ([], [TOLD])


def test_who_signs_out_everywhere_gets_no_pushes_there(pushed):
    pushed.allow("phone")
    session, me = pushed.office.session, pushed.office.me
    sign_out_everywhere(session, me.id, by=actor(me), now=pushed.office.nine)
    session.commit()
    pushed.office.booked(60, 120)
    pushed.office.told(30)
    assert pushed.carry() == ([], [TOLD])


def test_a_browser_belongs_to_who_signed_in_there_last(pushed):
    pushed.allow("desk", pushed.office.world.member(pushed.office.me.enterprise))
    pushed.allow("desk")
    assert pushed.office.session.scalars(select(PushDevice.member_id)).all() == [pushed.office.me.id]


def test_what_was_given_back_meanwhile_is_not_pushed(pushed):
    pushed.allow("phone")
    made = pushed.office.booked(60, 120)
    (letter,) = pushed.office.told(30)
    cancel(pushed.office.session, made.id, by=actor(pushed.office.me), now=pushed.office.at(30))
    pushed.office.session.commit()
    assert pushed.carry() == ([], [])
    pushed.office.session.refresh(letter)
    assert letter.last_error == TOO_LATE


def test_the_database_holds_nothing_to_push_with(pushed):
    pushed.allow("phone")
    kept = pushed.office.session.scalar(select(PushDevice.closed))
    assert "push.example" not in kept
    assert KEYS[0] not in kept


@pytest.mark.parametrize(
    "address",
    [
        "http://push.example.com/x",
        "https://push.example.com:8443/x",
        "https://user@push.example.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://localhost/x",
        "https://printer/x",
        "https://nas.local/x",
        "https://metadata.google.internal/x",
        "https://push.example.com/" + "x" * 1000,
        "https://push.example.com/\n",
        "https://[broken/x",
        "ftp://push.example.com/x",
        "",
    ],
)
def test_only_public_https_is_pushed_to(address):
    with pytest.raises(NoPushService):
        check_endpoint(address)


def test_the_page_lists_the_browsers_and_lets_them_go(world, sign_in):
    park = world.park()
    me, other = (world.member(world.enterprise(park)) for _ in range(2))
    mine, theirs = sign_in(me), sign_in(other)
    allowed = {"endpoint": "https://push.example.com/to/phone", "p256dh": KEYS[0], "auth": KEYS[1]}
    chrome = {"User-Agent": "Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile Safari/537.36"}
    told = mine.post("/reminders/devices", data=allowed, headers=chrome, follow_redirects=True).text
    assert "推送已打开" in told
    assert "Chrome · Android" in told
    device = world.session.scalars(select(PushDevice.id)).one()
    theirs.post("/reminders/devices/drop", data={"device": device})
    assert "Chrome · Android" in mine.get("/reminders").text
    assert "Chrome · Android" not in theirs.get("/reminders").text
    mine.post("/reminders/devices/drop", data={"device": device})
    assert "Chrome · Android" not in mine.get("/reminders").text
    refused = mine.post(
        "/reminders/devices", data=allowed | {"endpoint": "https://10.0.0.1/x"}, follow_redirects=True
    )
    assert "推送地址不能用" in refused.text


def test_a_browser_takes_no_more_pushes_for_who_signed_out_of_it(app, world, sign_in, standing_clock):
    """On the computer in the corridor the next who sits there must not read whose meeting begins."""
    standing_clock.set(NINE)
    park, corridor, hashed = world.park(), app.test_client(), hash_password(PASSWORD)
    me, other = (world.member(world.enterprise(park), password_hash=hashed) for _ in range(2))
    allowed = {"endpoint": "https://push.example.com/to/corridor", "p256dh": KEYS[0], "auth": KEYS[1]}

    def devices():
        world.session.rollback()
        return world.session.scalar(select(func.count(PushDevice.id)))

    def come_in(member):
        corridor.post("/sign-in", data={"email": member.email, "password": PASSWORD})

    def allow():
        return corridor.post("/reminders/devices", data=allowed, follow_redirects=True).text

    sign_in(me).post(
        "/reminders/devices", data=allowed | {"endpoint": "https://push.example.com/to/my-phone"}
    )
    come_in(me)
    assert "马上试发" not in allow(), "one trial a minute, whichever browser asks"
    assert devices() == 2
    corridor.post("/sign-out")
    assert devices() == 1
    assert corridor.get_cookie("push") is None
    come_in(me)
    allow()
    for member, left in ((me, 2), (other, 1)):  # who left without signing out loses it to the next
        corridor.delete_cookie("session")
        come_in(member)
        assert devices() == left

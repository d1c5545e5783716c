"""Pushes are signed and encrypted for one browser, and lead to no address inside."""

from __future__ import annotations

import json
import socket
from base64 import urlsafe_b64encode

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid
from requests import Session

from booking.gateways.in_time import ends_in_time
from booking.gateways.keys import FernetBox, WebPusher
from booking.mail.transport import GivenUp, TryLater
from booking.notifications.ports import Gone, PushNote, PushTarget
from tests.fakes.pusher import FakePusher
from tests.fakes.small_server import small_server

NOTE = PushNote("10:00 开始：大会议室", "/inbox/7", 1800)
CONTACT = "mailto:bounces@park.example"
PUBLIC = "93.184.216.34"


def text(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class TakingBrowser:
    """A browser that takes pushes, and the service of its maker on this machine."""

    def __init__(self, service):
        self.service = service
        service.status = 201
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef"

    def target(self, endpoint=None, point=None):
        own = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return PushTarget(endpoint or f"{self.service.address}/to/one", text(point or own), text(self.auth))


@pytest.fixture
def browser():
    with small_server() as service:
        yield TakingBrowser(service)


@pytest.fixture
def pusher():
    return WebPusher("a secret", CONTACT, Session())


ANSWERS = {404: Gone, 410: Gone, 403: Gone, 413: GivenUp, 429: TryLater, 503: TryLater, 302: TryLater}


@pytest.mark.parametrize("fake", [False, True])
def test_the_answer_of_a_service_says_what_to_do(browser, pusher, fake):
    if fake:
        pusher = FakePusher()
    pusher.push(browser.target(), NOTE)
    for answer, trouble in ANSWERS.items():
        browser.service.status = answer
        if fake:
            pusher.answers = {"one": trouble("as told")}
        with pytest.raises(trouble) as told:
            pusher.push(browser.target(), NOTE)
        assert "127.0.0.1" not in str(told.value), "errors are kept, and must not hold the address"


def test_only_its_browser_can_read_a_push_and_it_is_signed_by_us(browser, pusher):
    pusher.push(browser.target(), NOTE)
    ((path, sent, body),) = browser.service.seen
    headers = {name.casefold(): value for name, value in sent.items()}
    assert (path, headers["ttl"]) == ("/to/one", "1800")
    assert NOTE.title.encode() not in body
    read = http_ece.decrypt(body, private_key=browser.key, auth_secret=browser.auth, version="aes128gcm")
    assert json.loads(read) == {"title": NOTE.title, "path": "/inbox/7"}
    assert f"k={pusher.public_key}" in headers["authorization"]
    assert Vapid.verify(headers["authorization"])


def test_every_process_of_an_installation_signs_with_the_same_key(pusher):
    assert WebPusher("a secret", "").public_key == pusher.public_key
    assert WebPusher("another secret", "").public_key != pusher.public_key
    assert "a secret" not in repr(pusher)


def test_a_browser_whose_keys_are_none_is_let_go(browser, pusher):
    with pytest.raises(Gone):
        pusher.push(browser.target(point=b"\4" + b"x" * 64), NOTE)


def meaning(*answers):
    """Give a look-up that says each of the addresses in turn, the last for ever."""
    left = list(answers)

    def look_up(_host, port, *_args, **_more):
        address = left.pop(0) if len(left) > 1 else left[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    return look_up


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("10.0.0.8",),
        ("169.254.169.254",),
        ("192.168.1.1",),
        ("::1",),
        ("::ffff:127.0.0.1",),
        ("64:ff9b::7f00:1",),
        (PUBLIC, "127.0.0.1"),  # it means another the second time
    ],
)
def test_no_name_leads_inside(browser, monkeypatch, addresses):
    monkeypatch.setattr(socket, "getaddrinfo", meaning(*addresses))
    target = browser.target(f"https://push.example:{browser.service.port}/x")
    with pytest.raises(GivenUp):
        WebPusher("a secret", CONTACT).push(target, NOTE)
    assert browser.service.seen == []


def test_nothing_but_https_leaves_the_house(browser):
    with pytest.raises(TryLater):
        WebPusher("a secret", CONTACT).push(browser.target(), NOTE)
    assert browser.service.seen == []


def test_what_is_kept_closed_opens_with_the_installations_secret_alone():
    box = FernetBox("a secret")
    kept = box.close("https://push.example/1")
    assert "push.example" not in kept
    assert FernetBox("a secret").open(kept) == "https://push.example/1"
    assert FernetBox("another").open(kept) is None


def test_a_service_that_trickles_is_cut_off_in_time():
    """Each byte begins a time-out anew: the end of the whole connection does not."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(10)
        ends_in_time(ours, 0.05)
        theirs.sendall(b"H")
        assert ours.recv(1) == b"H"
        assert ours.recv(1) == b"", "it was cut, not waited for"
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ends_in_time(ours, 60)()
        theirs.sendall(b"H")
        assert ours.recv(1) == b"H", "called off"

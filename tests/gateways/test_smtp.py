"""What the mail server says decides whether a letter is tried again or given to a person."""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from booking.gateways.mail import SmtpTransport, Tls
from booking.mail.transport import GivenUp, TryLater
from tests.fakes.mail_server import Pillarbox, mail_server
from tests.harness.run import HANGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from booking.mail.transport import Envelope
    from tests.harness.mail import SmtpSink

PEM = Path(__file__).with_name("mail-park-example.pem")


@pytest.fixture
def pillarbox() -> Iterator[Pillarbox]:
    with mail_server() as box:
        yield box


def transport_to(port: int) -> SmtpTransport:
    return SmtpTransport("127.0.0.1", port, tls=Tls.NONE, timeout=HANGS)


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    return context


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("421 4.3.2 closing down", TryLater),
        ("450 4.2.1 mailbox busy", TryLater),
        ("452 4.3.1 no space", TryLater),
        ("550 5.1.1 no such user", GivenUp),
        ("552 5.3.4 too big", GivenUp),
        ("550 Connection frequency limited", TryLater),
    ],
)
def test_four_is_for_the_moment_and_five_for_good_but_a_burst_is_for_the_moment(
    pillarbox: Pillarbox, invoice_letter: Envelope, step: str, answer: str, outcome: type[Exception]
):
    pillarbox.answers[step] = answer
    transport = transport_to(pillarbox.port)
    with pytest.raises(outcome, match=answer.replace(".", r"\.")):
        transport.deliver(invoice_letter)
    assert pillarbox.letters == []
    transport.deliver(invoice_letter)
    assert len(pillarbox.letters) == 1


def test_a_letter_taken_is_taken_even_if_the_farewell_goes_wrong(
    pillarbox: Pillarbox, invoice_letter: Envelope
):
    pillarbox.answers["QUIT"] = "500 what?"
    transport_to(pillarbox.port).deliver(invoice_letter)
    assert len(pillarbox.letters) == 1


def test_a_lost_answer_means_try_later_although_the_letter_arrived(
    pillarbox: Pillarbox, invoice_letter: Envelope
):
    pillarbox.wait = 1.0
    with pytest.raises(TryLater, match="broke off"):
        replace(transport_to(pillarbox.port), timeout=0.2).deliver(invoice_letter)
    assert len(pillarbox.letters) == 1


def test_a_server_nobody_can_reach_is_tried_later(smtp_unreachable: SmtpSink, invoice_letter: Envelope):
    with pytest.raises(TryLater, match="cannot reach"):
        transport_to(smtp_unreachable.port).deliver(invoice_letter)


def test_a_server_without_a_name_is_tried_later(invoice_letter: Envelope):
    with pytest.raises(TryLater, match="cannot reach"):
        SmtpTransport("mail.invalid", 25, tls=Tls.NONE, timeout=2).deliver(invoice_letter)


@pytest.mark.parametrize("greeting", [b"", b"554 5.7.1 go away\r\n", b"550 connection frequency limited\r\n"])
def test_a_server_that_turns_everybody_away_at_the_door_is_tried_later(
    invoice_letter: Envelope, greeting: bytes
):
    with socket.create_server(("127.0.0.1", 0)) as door:

        def turn_away() -> None:
            visitor, _ = door.accept()
            with visitor:
                visitor.sendall(greeting)

        porter = threading.Thread(target=turn_away)
        porter.start()
        with pytest.raises(TryLater, match="cannot reach"):
            transport_to(door.getsockname()[1]).deliver(invoice_letter)
        porter.join()


def test_a_silent_server_is_not_waited_for_longer_than_agreed(invoice_letter: Envelope):
    with socket.create_server(("127.0.0.1", 0)) as door, pytest.raises(TryLater, match="timed out"):
        replace(transport_to(door.getsockname()[1]), timeout=0.2).deliver(invoice_letter)


def test_we_greet_by_the_sender_s_domain(pillarbox: Pillarbox, invoice_letter: Envelope):
    transport_to(pillarbox.port).deliver(invoice_letter)
    assert pillarbox.greetings == ["park.example"]


def test_a_letter_comes_back_to_its_sender_unless_another_is_named(
    pillarbox: Pillarbox, invoice_letter: Envelope
):
    opens_an_account = replace(invoice_letter, bounces_to="bounces@space.example")
    for pillarbox.offers in ([], ["DSN"]):
        for letter in (invoice_letter, opens_an_account):
            transport_to(pillarbox.port).deliver(letter)
    assert pillarbox.senders == [
        ("no-reply@park.example", []),
        ("bounces@space.example", []),
        ("no-reply@park.example", []),
        ("bounces@space.example", ["RET=HDRS"]),  # then what comes back holds no text
    ]
    assert all("no-reply@park.example" in str(letter, "utf-8") for letter in pillarbox.letters)
    assert not any("bounces" in str(letter, "utf-8") for letter in pillarbox.letters)


def test_nothing_is_said_in_the_open_when_starttls_was_asked_for(
    pillarbox: Pillarbox, invoice_letter: Envelope
):
    transport = replace(transport_to(pillarbox.port), tls=Tls.STARTTLS, user="park", password="right")
    with pytest.raises(TryLater, match="does not let us in"):
        transport.deliver(invoice_letter)
    assert pillarbox.letters == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_name_and_password_go_over_starttls(invoice_letter: Envelope):
    with mail_server(starttls=server_tls(), sign_in=True) as box:
        trusting = ssl.create_default_context(cafile=PEM)
        known = SmtpTransport("127.0.0.1", box.port, "park", "right", Tls.STARTTLS, HANGS, trusting)
        known.deliver(invoice_letter)
        assert len(box.letters) == 1
        with pytest.raises(TryLater, match="does not let us in"):
            replace(known, password="wrong").deliver(invoice_letter)
        with pytest.raises(TryLater, match="does not let us in"):
            replace(known, tls_context=None).deliver(invoice_letter)  # a certificate nobody vouches for


def test_tls_from_the_start(invoice_letter: Envelope):
    with mail_server(tls=server_tls()) as box:
        trusting = ssl.create_default_context(cafile=PEM)
        private = SmtpTransport("127.0.0.1", box.port, tls=Tls.TLS, timeout=HANGS, tls_context=trusting)
        private.deliver(invoice_letter)
        assert len(box.letters) == 1
        with pytest.raises(TryLater, match="cannot reach"):
            replace(private, tls_context=None).deliver(invoice_letter)


def test_the_password_is_not_shown():
    assert "geheim" not in repr(SmtpTransport("mail.park.example", 587, "park", "geheim"))

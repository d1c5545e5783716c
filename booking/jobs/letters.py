"""The jobs that carry letters: by mail, as pushes to browsers, through robots into chat groups."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking import clock
from booking.config import Config
from booking.db import transaction
from booking.jobs.job import ExternalJob
from booking.letters.accounts import elsewhere, with_link
from booking.letters.robots import switched_off
from booking.mail.models import Channel, Letter
from booking.mail.outbox import LetterText, lock_letter, settle_letter
from booking.mail.queries import due_letters, enclosures_of
from booking.mail.transport import NOT_NEEDED, TOO_LATE, Envelope, GivenUp, TransportError, TryLater
from booking.notifications.choices import push_targets, settle_push
from booking.notifications.ports import PushNote, PushTarget
from booking.notifications.remind import useful_for
from booking.notifications.robots import settle_robot, where_to_say
from booking.parks.models import Park
from booking.people.models import Member
from booking.people.rules import LinkNotNeeded
from booking.people.tickets import make_link, requester_of
from booking.ports import ports


def _config() -> Config:
    config: Config = current_app.extensions["booking_config"]
    return config


def _due(session: Session, now: datetime) -> Sequence[int]:
    return due_letters(session, now, _config().mail_per_minute)


TOKEN_BYTES = 32


def _send(letter_id: int) -> bool:
    """Lock, deliver, settle: committed before and after, so no transaction waits for a mail server."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    sealed = _sealed(letter_id, token)
    if sealed is None:
        return False
    trouble = _deliver(sealed, token)
    with transaction() as session:
        settle_letter(session, letter_id, trouble, now=clock.now())
    return trouble is None


def _sealed(letter_id: int, token: str) -> Envelope | None:
    with transaction() as session:
        now = clock.now()
        letter = lock_letter(session, letter_id, per_minute=_config().mail_per_minute, now=now)
        if letter is None:
            return None
        if useful_for(session, letter.id, now) is None:
            settle_letter(session, letter_id, GivenUp(TOO_LATE), now=now)
            return None
        try:
            return envelope(session, letter, token, now=now)
        except LinkNotNeeded:
            settle_letter(session, letter_id, GivenUp(NOT_NEEDED), now=now)
            return None


def _deliver(sealed: Envelope, token: str) -> TransportError | None:
    """Send it; an error's text is stored and shown, so the token is removed from it."""
    try:
        ports().transport.deliver(sealed)
    except TransportError as trouble:
        return type(trouble)(_without(token, trouble.reason))
    except Exception as surprise:  # noqa: BLE001 - whatever a transport does, the letter is tried again later
        return TryLater(_without(token, f"{type(surprise).__name__}: {surprise}"))
    return None


def _without(token: str, said: str) -> str:
    return said.replace(token, "…")


LETTERS = ExternalJob("letters", 15, _due, _send)
PUSHES_A_MINUTE = 600


def _due_pushes(session: Session, now: datetime) -> Sequence[int]:
    return due_letters(session, now, PUSHES_A_MINUTE, Channel.PUSH)


def _push(letter_id: int) -> bool:
    """Lock, push to each browser of its reader, settle; what no browser takes goes by mail."""
    note, targets = _to_push(letter_id)
    if note is None:
        return False
    answers = {device_id: _pushed(target, note) for device_id, target in targets.items()}
    with transaction() as session:
        return settle_push(session, letter_id, answers, now=clock.now())


PUSHES = ExternalJob("pushes", 15, _due_pushes, _push)


def _to_push(letter_id: int) -> tuple[PushNote | None, dict[int, PushTarget]]:
    with transaction() as session:
        now = clock.now()
        letter = lock_letter(session, letter_id, per_minute=PUSHES_A_MINUTE, now=now, channel=Channel.PUSH)
        if letter is None:
            return None, {}
        useful = useful_for(session, letter_id, now)
        if useful is None:
            settle_letter(session, letter_id, GivenUp(TOO_LATE), now=now)
            return None, {}
        note = PushNote(letter.subject, f"/inbox/{letter_id}", int(useful.total_seconds()))
        return note, push_targets(session, letter, ports().box)


def _pushed(target: PushTarget, note: PushNote) -> TransportError | None:
    return _trouble_in(lambda: ports().pusher.push(target, note))


def _trouble_in(carry: Callable[[], None]) -> TransportError | None:
    """Carry it, and give what went wrong; whatever that is, it is settled as the letter's own failure."""
    try:
        carry()
    except TransportError as trouble:
        return trouble
    except Exception as surprise:  # noqa: BLE001 - a push then goes by mail, a robot's word is tried again
        return TryLater(type(surprise).__name__)
    return None


SAID_A_MINUTE = 60


def _due_said(session: Session, now: datetime) -> Sequence[int]:
    return due_letters(session, now, SAID_A_MINUTE, Channel.ROBOT)


def _say(letter_id: int) -> bool:
    """Lock, hand it to the robot, settle; one that fails too often is switched off."""
    address, text = _to_say(letter_id)
    if address is None:
        return False
    trouble = _trouble_in(lambda: ports().robots.say(address, text))
    with transaction() as session:
        settle_robot(session, letter_id, trouble, letter=switched_off, now=clock.now())
    return trouble is None


def _to_say(letter_id: int) -> tuple[str | None, str]:
    with transaction() as session:
        now = clock.now()
        letter = lock_letter(session, letter_id, per_minute=SAID_A_MINUTE, now=now, channel=Channel.ROBOT)
        if letter is None:
            return None, ""
        address = where_to_say(session, letter, ports().box, now)
        if address is None:
            settle_letter(session, letter_id, GivenUp(TOO_LATE), now=now)
        return address, f"{letter.subject}\n{letter.body}"


ROBOTS = ExternalJob("robots", 15, _due_said, _say)


def envelope(session: Session, letter: Letter, token: str, *, now: datetime) -> Envelope:
    """Build the envelope: the park as sender, the enclosures, and a link made of the token if it carries one.

    A letter with a link bounces to the installation: readers of the park's own mailbox must find no link to
    somebody's account there. Raises LinkNotNeeded. Commit before sending: a link that arrives has to work.
    """
    sender = _sender(session.get_one(Park, letter.park_id))
    domain = sender.rpartition("@")[2].rstrip(">")
    reader = make_link(session, letter.id, token, now=now)
    said = _said(session, letter, reader, token)
    return Envelope(
        message_id=f"<{letter.message_id}@{domain}>",
        written_at=letter.created_at,
        sender=sender,
        to=letter.to,
        subject=said.subject,
        text=said.text,
        html=said.html,
        enclosures=enclosures_of(session, letter.id),
        bounces_to=_config().bounces_to if reader else "",
    )


def _said(session: Session, letter: Letter, reader: Member | None, token: str) -> LetterText:
    kept = LetterText(letter.subject, letter.body, letter.html)
    if reader is None:
        return kept
    if reader.invited_email is not None:
        # The stored letter is an invitation like any other, and tells readers of the park's letters no more.
        return elsewhere(reader, inviter=requester_of(session, letter.id))
    return with_link(kept, reader.language, token)


def _sender(park: Park) -> str:
    """Give the park's own address, or one at the installation's host where it has none."""
    address = park.mail_from or f"noreply@{_config().host}"
    name = "".join(char for char in park.name if char not in '"<>\\')
    return f'"{name}" <{address}>'

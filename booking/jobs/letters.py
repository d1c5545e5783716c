"""The job that sends letters."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking import clock
from booking.config import Config
from booking.db import transaction
from booking.jobs.job import ExternalJob
from booking.letters.accounts import elsewhere, with_link
from booking.mail.models import Letter
from booking.mail.outbox import LetterText, lock_letter, settle_letter
from booking.mail.queries import due_letters, enclosures_of
from booking.mail.rules import NOT_NEEDED, TOO_LATE
from booking.mail.transport import Envelope, GivenUp, TransportError, TryLater
from booking.notifications.queries import still_true
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
        if not still_true(session, letter.id, now):
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

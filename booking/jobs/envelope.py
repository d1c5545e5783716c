"""Puts a letter into its envelope; a link that opens an account is put in here, and kept nowhere."""

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking.config import Config
from booking.letters.accounts import elsewhere, with_link
from booking.mail.models import Letter
from booking.mail.queries import enclosures_of
from booking.mail.transport import Envelope
from booking.mail.writing import Writing
from booking.parks.models import Park
from booking.people.models import Member
from booking.people.tickets import asker_of, make_link


def envelope(session: Session, letter: Letter, token: str, *, now: datetime) -> Envelope:
    """Put it in with its enclosures, the park as its sender, and a link made of the token if it brings one.

    One with a link is returned, if it is, to the installation: who reads the park's own mailbox must find no
    link there that opens somebody's account. Raises LinkNotNeeded. Commit before the letter goes: a link that
    arrives has to open.
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


def _said(session: Session, letter: Letter, reader: Member | None, token: str) -> Writing:
    kept = Writing(letter.subject, letter.body, letter.html)
    if reader is None:
        return kept
    if reader.invited_email is not None:
        # Kept is an invitation like any other, or who reads the park's letters learned who has an account.
        return elsewhere(reader, inviter=asker_of(session, letter.id))
    return with_link(kept, reader.language, token)


def _sender(park: Park) -> str:
    """Give the park's own address, or one at the installation's host where it has none."""
    address = park.mail_from or f"noreply@{_config().host}"
    name = "".join(char for char in park.name if char not in '"<>\\')
    return f'"{name}" <{address}>'


def _config() -> Config:
    config: Config = current_app.extensions["booking_config"]
    return config

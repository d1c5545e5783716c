"""The job that carries letters out of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app

from booking import clock
from booking.db import transaction
from booking.jobs.job import Errand
from booking.parks.models import Park
from booking.ports import ports
from booking.post.carrier import CarrierError, Envelope, TryLater
from booking.post.lease_letter import lease_letter
from booking.post.queries import due_letters, enclosures_of
from booking.post.settle_letter import settle_letter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.config import Config
    from booking.post.models import Letter

EVERY_SECONDS = 15


def _config() -> Config:
    config: Config = current_app.extensions["booking_config"]
    return config


def _due(session: Session, now: datetime) -> Sequence[int]:
    return due_letters(session, now, _config().mail_per_minute)


def _carry(letter_id: int) -> bool:
    """Lease, deliver, settle: committed before and after, so no transaction waits for a mail server."""
    with transaction() as session:
        letter = lease_letter(session, letter_id, per_minute=_config().mail_per_minute, now=clock.now())
        sealed = envelope(session, letter) if letter else None
    if sealed is None:
        return False
    trouble = _deliver(sealed)
    with transaction() as session:
        settle_letter(session, letter_id, trouble, now=clock.now())
    return trouble is None


def _deliver(envelope: Envelope) -> CarrierError | None:
    try:
        ports().carrier.deliver(envelope)
    except CarrierError as trouble:
        return trouble
    except Exception as surprise:  # noqa: BLE001 - whatever a carrier does, the letter is tried again later
        return TryLater(f"{type(surprise).__name__}: {surprise}")
    return None


def envelope(session: Session, letter: Letter) -> Envelope:
    """Put a letter into its envelope, with the park as its sender and its enclosures."""
    sender = _sender(session.get_one(Park, letter.park_id))
    domain = sender.rpartition("@")[2].rstrip(">")
    return Envelope(
        message_id=f"<{letter.message_id}@{domain}>",
        written_at=letter.created_at,
        sender=sender,
        to=letter.to,
        subject=letter.subject,
        text=letter.body,
        html=letter.html,
        enclosures=enclosures_of(session, letter.id),
    )


def _sender(park: Park) -> str:
    """Give the park's own address, or one at the installation's host where it has none."""
    address = park.mail_from or f"noreply@{urlsplit(_config().base_url).hostname}"
    name = "".join(char for char in park.name if char not in '"<>\\')
    return f'"{name}" <{address}>'


LETTERS = Errand("letters", EVERY_SECONDS, _due, _carry)

"""The job that carries letters out of the house."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking import clock
from booking.config import Config
from booking.db import transaction
from booking.jobs.envelope import envelope
from booking.jobs.job import Errand
from booking.mail.lease_letter import lease_letter
from booking.mail.queries import due_letters
from booking.mail.rules import NOT_NEEDED
from booking.mail.settle_letter import settle_letter
from booking.mail.transport import CarrierError, Envelope, GivenUp, TryLater
from booking.people.rules import LinkNotNeeded
from booking.ports import ports


def _config() -> Config:
    config: Config = current_app.extensions["booking_config"]
    return config


def _due(session: Session, now: datetime) -> Sequence[int]:
    return due_letters(session, now, _config().mail_per_minute)


TOKEN_BYTES = 32


def _carry(letter_id: int) -> bool:
    """Lease, deliver, settle: committed before and after, so no transaction waits for a mail server."""
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
        letter = lease_letter(session, letter_id, per_minute=_config().mail_per_minute, now=now)
        if letter is None:
            return None
        try:
            return envelope(session, letter, token, now=now)
        except LinkNotNeeded:
            settle_letter(session, letter_id, GivenUp(NOT_NEEDED), now=now)
            return None


def _deliver(sealed: Envelope, token: str) -> CarrierError | None:
    """Hand it over; what comes back is kept and shown, so the link is taken out of it."""
    try:
        ports().transport.deliver(sealed)
    except CarrierError as trouble:
        return type(trouble)(_without(token, trouble.reason))
    except Exception as surprise:  # noqa: BLE001 - whatever a transport does, the letter is tried again later
        return TryLater(_without(token, f"{type(surprise).__name__}: {surprise}"))
    return None


def _without(token: str, said: str) -> str:
    return said.replace(token, "…")


EVERY_SECONDS = 15


LETTERS = Errand("letters", EVERY_SECONDS, _due, _carry)

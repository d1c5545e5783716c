"""Take one try at signing in, unless too many went wrong before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, or_, select, text

from booking.people.models import SignInAttempt
from booking.people.rules import ACCOUNT_TRIES, ADDRESS_TRIES, TRIES_COUNT_FOR, TooManyTries, wait_after

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


def take_a_try(session: Session, account: str, address: str, *, now: datetime) -> None:
    """Count the try before the password is looked at; raises TooManyTries with the seconds to wait.

    Counted first and committed, so that many guesses at once gain nothing, whichever process they
    reach. A try that has to wait is not counted, so waiting always ends.
    """
    _one_at_a_time(session, account, address)
    ours = or_(SignInAttempt.account == account, SignInAttempt.address == address)
    session.execute(delete(SignInAttempt).where(ours, SignInAttempt.at < now - TRIES_COUNT_FOR))
    waits = [
        _wait(session, SignInAttempt.account == account, ACCOUNT_TRIES, now),
        _wait(session, SignInAttempt.address == address, ADDRESS_TRIES, now),
    ]
    if max(waits) > 0:
        raise TooManyTries(max(waits))
    session.add(SignInAttempt(account=account, address=address, at=now))


def _wait(session: Session, whose: ColumnElement[bool], free: int, now: datetime) -> int:
    tries, last = session.execute(select(func.count(), func.max(SignInAttempt.at)).where(whose)).one()
    if not tries:
        return 0
    left = last + wait_after(tries, free) - now
    return max(0, -int(-left.total_seconds() // 1))


def _one_at_a_time(session: Session, account: str, address: str) -> None:
    # SQLite's BEGIN IMMEDIATE lets one writer in at a time already.
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:kind, hashtext(:name))")
        for kind, name in ((71, account), (72, address)):
            session.execute(lock, {"kind": kind, "name": name})

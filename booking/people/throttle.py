"""Sign-in throttling: tries are counted by account, address and device, and too many have to wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import ColumnElement, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from booking.people.models import SignInAttempt, TryKind
from booking.people.rules import (
    ACCOUNT_TRIES,
    CROWDED_AT,
    DEVICE_TRIES,
    DEVICES_TRIES,
    PAIR_TRIES,
    PAIR_TRIES_IN_A_CROWD,
    TRIES_KEPT_FOR,
    TRIES_WITHIN,
    TooManyTries,
    wait_for,
)


@dataclass(frozen=True, slots=True)
class Trier:
    """Who tries: at which account, from which address, on which device if it signed in there before."""

    account: str
    address: str = ""
    device: str | None = None
    kind: TryKind = TryKind.SIGN_IN

    @classmethod
    def present_password_of(cls, member_id: int) -> Self:
        """Make the one who is signed in and says the present password; counted apart from the door."""
        return cls(str(member_id), kind=TryKind.PRESENT)

    @property
    def tries(self) -> tuple[ColumnElement[bool], ...]:
        """Say in SQL which tries were at the same account."""
        return SignInAttempt.kind == self.kind, SignInAttempt.account == self.account


def throttle(session: Session, trier: Trier, *, now: datetime) -> int:
    """Count the try before the password is looked at, and give its id; raises TooManyTries.

    Counted first and committed, so that many guesses at once gain nothing, whichever process they
    reach. A try that has to wait is not counted, so waiting always ends; one that was right is taken
    back (`forget_try`). A known device is counted by itself, and nothing that others do touches it; where
    its count is used up it is no worse off than an unknown one.
    """
    one_at_a_time(session, f"{trier.kind} {trier.account}")
    device, wait = _counted_under(session, trier, now)
    row = SignInAttempt(kind=trier.kind, account=trier.account, address=trier.address, device=device, at=now)
    return count_it(session, row, wait)


def _counted_under(session: Session, trier: Trier, now: datetime) -> tuple[str | None, timedelta]:
    """Give the device whose try this is, or None for a stranger's, and how long it has to wait."""
    if trier.device is None:
        return None, _wait_of_stranger(session, trier, now)
    wait = _wait_of_device(session, trier, now)
    if not wait:
        return trier.device, wait
    return None, min(wait, _wait_of_stranger(session, trier, now))


def _wait_of_device(session: Session, trier: Trier, now: datetime) -> timedelta:
    devices = (*trier.tries, SignInAttempt.device.is_not(None))
    together = wait_for(tries_of(session, *devices, now=now), DEVICES_TRIES, now)
    this_one = tries_of(session, *devices, SignInAttempt.device == trier.device, now=now)
    return max(together, wait_for(this_one, DEVICE_TRIES, now))


NO_DEVICE = SignInAttempt.device.is_(None)


def _wait_of_stranger(session: Session, trier: Trier, now: datetime) -> timedelta:
    strangers = (*trier.tries, NO_DEVICE)
    everywhere = wait_for(tries_of(session, *strangers, now=now), ACCOUNT_TRIES, now)
    here = tries_of(session, *strangers, SignInAttempt.address == trier.address, now=now)
    many = len(here) >= PAIR_TRIES_IN_A_CROWD and _is_crowded(session, trier.address, now)
    return max(everywhere, wait_for(here, PAIR_TRIES_IN_A_CROWD if many else PAIR_TRIES, now))


AT_THE_DOOR = SignInAttempt.kind == TryKind.SIGN_IN


def _is_crowded(session: Session, address: str, now: datetime) -> bool:
    """Tell whether so many accounts were tried from there that it is no office that mistypes."""
    there = (AT_THE_DOOR, SignInAttempt.address == address, NO_DEVICE, SignInAttempt.at > now - TRIES_WITHIN)
    tries = session.scalar(select(func.count()).select_from(SignInAttempt).where(*there))
    return (tries or 0) >= CROWDED_AT


def one_at_a_time(session: Session, name: str) -> None:
    """Let nobody else count under this name until the transaction ends."""
    # SQLite's BEGIN IMMEDIATE lets one writer in at a time already.
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(71, hashtext(:name))")
        session.execute(lock, {"name": name})


def tries_of(session: Session, *whose: ColumnElement[bool], now: datetime) -> list[datetime]:
    """Give when the tries that still count were made, the latest first."""
    recent = select(SignInAttempt.at).where(*whose, SignInAttempt.at > now - TRIES_WITHIN)
    return list(session.scalars(recent.order_by(SignInAttempt.at.desc())))


def count_it(session: Session, attempt: SignInAttempt, wait: timedelta) -> int:
    """Keep the try and give its id; raises TooManyTries, and keeps nothing, where it has to wait."""
    if wait:
        raise TooManyTries(-int(-wait.total_seconds() // 1))
    session.add(attempt)
    session.flush()
    return attempt.id


def forget_try(session: Session, try_id: int) -> None:
    """Take a try back that was right: only wrong ones count."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.id == try_id))


def attempts_to_forget(session: Session, now: datetime) -> Sequence[int]:
    """Name the newest try that is too old to count or dated after now, if any: with it go the ones before."""
    due = or_(SignInAttempt.at < now - TRIES_KEPT_FOR, SignInAttempt.at > now)
    found = session.scalar(select(func.max(SignInAttempt.id)).where(due))
    return [] if found is None else [found]


def forget_attempts(session: Session, newest_id: int, now: datetime) -> bool:
    """Delete what is too old up to that try; e-mails and addresses of strangers are not kept longer.

    What is dated after now was tried before a clock was set back. It is as old as now from here on: a guesser
    gets no new tries by it, and an owner waits no longer than for any other.
    """
    up_to_it = SignInAttempt.id <= newest_id
    session.execute(delete(SignInAttempt).where(up_to_it, SignInAttempt.at < now - TRIES_KEPT_FOR))
    session.execute(update(SignInAttempt).where(up_to_it, SignInAttempt.at > now).values(at=now))
    return True

"""Take one try at a password, unless too many went wrong before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from sqlalchemy import func, select

from booking.people.models import SignInAttempt
from booking.people.rules import (
    ACCOUNT_TRIES,
    CROWDED_AT,
    DEVICE_TRIES,
    PAIR_TRIES,
    PAIR_TRIES_IN_A_CROWD,
    TRIES_WITHIN,
    wait_for,
)
from booking.people.tries import count_it, one_at_a_time, tries_of

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session

NO_DEVICE = SignInAttempt.device.is_(None)


@dataclass(frozen=True, slots=True)
class Trier:
    """Who tries: at which account, from which address, on which device if it signed in there before."""

    account: str
    address: str = ""
    device: str | None = None

    @classmethod
    def present_password_of(cls, member_id: int) -> Self:
        """Make the one who is signed in and says the present password; counted apart from the door."""
        return cls(f"present password of {member_id}")


def take_a_try(session: Session, trier: Trier, *, now: datetime) -> int:
    """Count the try before the password is looked at, and give its id; raises TooManyTries.

    Counted first and committed, so that many guesses at once gain nothing, whichever process they
    reach. A try that has to wait is not counted, so waiting always ends; one that was right is taken
    back (`forget_try`). A known device is counted by itself, and nothing that others do touches it.
    """
    one_at_a_time(session, trier.device or trier.account)
    wait = _wait_of_device(session, trier, now) if trier.device else _wait_of_stranger(session, trier, now)
    row = SignInAttempt(account=trier.account, address=trier.address, device=trier.device, at=now)
    return count_it(session, row, wait)


def _wait_of_device(session: Session, trier: Trier, now: datetime) -> timedelta:
    mine = (SignInAttempt.account == trier.account, SignInAttempt.device == trier.device)
    return wait_for(tries_of(session, *mine, now=now), DEVICE_TRIES, now)


def _wait_of_stranger(session: Session, trier: Trier, now: datetime) -> timedelta:
    account = (SignInAttempt.account == trier.account, NO_DEVICE)
    everywhere = wait_for(tries_of(session, *account, now=now), ACCOUNT_TRIES, now)
    here = tries_of(session, *account, SignInAttempt.address == trier.address, now=now)
    many = len(here) >= PAIR_TRIES_IN_A_CROWD and _is_crowded(session, trier.address, now)
    return max(everywhere, wait_for(here, PAIR_TRIES_IN_A_CROWD if many else PAIR_TRIES, now))


def _is_crowded(session: Session, address: str, now: datetime) -> bool:
    """Tell whether so many accounts were tried from there that it is no office that mistypes."""
    there = (SignInAttempt.address == address, NO_DEVICE, SignInAttempt.at > now - TRIES_WITHIN)
    tries = session.scalar(select(func.count()).select_from(SignInAttempt).where(*there))
    return (tries or 0) >= CROWDED_AT

"""Sign-in throttling: tries are counted by account, address and device, and too many have to wait."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import ColumnElement, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from booking.people import rules
from booking.people.models import SignInAttempt, TryKind


@dataclass(frozen=True, slots=True)
class Trier:
    """Who tries: the account, the address, and the device where it has signed in to the account before."""

    account: str
    address: str = ""
    device: str | None = None
    kind: TryKind = TryKind.SIGN_IN

    @classmethod
    def present_password_of(cls, member_id: int) -> Self:
        """For a signed-in member who confirms their present password; counted apart from signing in."""
        return cls(str(member_id), kind=TryKind.PRESENT)

    @property
    def tries(self) -> tuple[ColumnElement[bool], ...]:
        """SQL conditions: tries at the same account."""
        return SignInAttempt.kind == self.kind, SignInAttempt.account == self.account


def throttle(session: Session, trier: Trier, *, now: datetime) -> int:
    """Count a try before the password is checked, and give its id; raises TooManyTries.

    It is committed before the check, so that parallel guesses gain nothing. A refused try is not counted, so
    waiting always ends; a right one is removed again (`forget_try`). A known device has its own count, which
    others cannot use up; beyond it, it is treated as an unknown one.
    """
    lock_tries(session, f"{trier.kind} {trier.account}")
    device, wait = _counted_under(session, trier, now)
    row = SignInAttempt(kind=trier.kind, account=trier.account, address=trier.address, device=device, at=now)
    return add_try(session, row, wait)


def _counted_under(session: Session, trier: Trier, now: datetime) -> tuple[str | None, timedelta]:
    """Give the known device to count under, or None, and how long it has to wait."""
    if trier.device is None:
        return None, _wait_of_unknown(session, trier, now)
    wait = _wait_of_device(session, trier, now)
    if not wait:
        return trier.device, wait
    return None, min(wait, _wait_of_unknown(session, trier, now))


def _wait_of_device(session: Session, trier: Trier, now: datetime) -> timedelta:
    devices = (*trier.tries, SignInAttempt.device.is_not(None))
    together = rules.time_to_wait(recent_tries(session, *devices, now=now), rules.DEVICES_TRIES, now)
    this_one = recent_tries(session, *devices, SignInAttempt.device == trier.device, now=now)
    return max(together, rules.time_to_wait(this_one, rules.DEVICE_TRIES, now))


NO_DEVICE = SignInAttempt.device.is_(None)


def _wait_of_unknown(session: Session, trier: Trier, now: datetime) -> timedelta:
    strangers = (*trier.tries, NO_DEVICE)
    everywhere = rules.time_to_wait(recent_tries(session, *strangers, now=now), rules.ACCOUNT_TRIES, now)
    here = recent_tries(session, *strangers, SignInAttempt.address == trier.address, now=now)
    many = len(here) >= rules.PAIR_TRIES_IN_A_CROWD and _is_crowded(session, trier.address, now)
    return max(
        everywhere, rules.time_to_wait(here, rules.PAIR_TRIES_IN_A_CROWD if many else rules.PAIR_TRIES, now)
    )


AT_THE_DOOR = SignInAttempt.kind == TryKind.SIGN_IN


def _is_crowded(session: Session, address: str, now: datetime) -> bool:
    """Tell whether more tries came from an address than an office's mistyping explains."""
    there = (
        AT_THE_DOOR,
        SignInAttempt.address == address,
        NO_DEVICE,
        SignInAttempt.at > now - rules.TRIES_WITHIN,
    )
    tries = session.scalar(select(func.count()).select_from(SignInAttempt).where(*there))
    return (tries or 0) >= rules.CROWDED_AT


def lock_tries(session: Session, name: str) -> None:
    """Lock the counter of this name until the transaction ends."""
    # SQLite's BEGIN IMMEDIATE lets one writer in at a time already.
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(71, hashtext(:name))")
        session.execute(lock, {"name": name})


def recent_tries(session: Session, *whose: ColumnElement[bool], now: datetime) -> list[datetime]:
    """Give the times of tries within TRIES_WITHIN, latest first."""
    recent = select(SignInAttempt.at).where(*whose, SignInAttempt.at > now - rules.TRIES_WITHIN)
    return list(session.scalars(recent.order_by(SignInAttempt.at.desc())))


def add_try(
    session: Session,
    attempt: SignInAttempt,
    wait: timedelta,
    refusal: type[rules.TooManyTries] = rules.TooManyTries,
) -> int:
    """Add the try and give its id; raises the `refusal`, and adds nothing, where `wait` is not over."""
    if wait:
        raise refusal(-int(-wait.total_seconds() // 1))
    session.add(attempt)
    session.flush()
    return attempt.id


def forget_try(session: Session, try_id: int) -> None:
    """Remove a try whose password was right: only wrong ones count."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.id == try_id))


def attempts_to_forget(session: Session, now: datetime) -> Sequence[int]:
    """Give the newest try that is due to be forgotten or re-dated, as the one item of the job."""
    due = or_(SignInAttempt.at < now - rules.TRIES_KEPT_FOR, SignInAttempt.at > now)
    found = session.scalar(select(func.max(SignInAttempt.id)).where(due))
    return [] if found is None else [found]


def forget_attempts(session: Session, newest_id: int, now: datetime) -> bool:
    """Delete tries older than TRIES_KEPT_FOR up to that id: e-mails and addresses are not kept longer.

    Tries dated after now were made before the clock was set back. They are re-dated to now: a guesser gains
    nothing by it, and an owner waits no longer than usual.
    """
    up_to_it = SignInAttempt.id <= newest_id
    session.execute(delete(SignInAttempt).where(up_to_it, SignInAttempt.at < now - rules.TRIES_KEPT_FOR))
    session.execute(update(SignInAttempt).where(up_to_it, SignInAttempt.at > now).values(at=now))
    return True


def throttle_anonymous(
    session: Session, kind: TryKind, who: Collection[str], address: str, *, now: datetime
) -> None:
    """Count what somebody without an account asks for; raises AskedTooOften, and then counts nothing.

    Limits, each by itself: ANONYMOUS_ASKS for each thing they say they are (`who`: a telephone, a name, an
    e-mail), and ANONYMOUS_ASK for all from one address. Commit before doing what is asked, so that many at
    once gain nothing.
    """
    names = sorted(who)  # in one order, so that no two wait for each other
    for name in names:
        lock_tries(session, f"{kind} {name}")
    lock_tries(session, f"{kind} from {address}")
    asked = SignInAttempt.kind == kind
    there = recent_tries(session, asked, SignInAttempt.address == address, now=now)
    waits = [rules.time_to_wait(there, rules.ANONYMOUS_ASK, now)]
    for name in names:
        theirs = recent_tries(session, asked, SignInAttempt.account == name, now=now)
        waits.append(rules.time_to_wait(theirs, rules.ANONYMOUS_ASKS, now))
    for place, name in zip((address, *[""] * len(names)), names, strict=False):  # the address counts once
        attempt = SignInAttempt(kind=kind, account=name, address=place, at=now)
        add_try(session, attempt, max(waits), rules.AskedTooOften)

"""Ask for a link to set a new password."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.people.issue_ticket import NewTicket, issue_ticket
from booking.people.models import Member, SignInAttempt, TicketKind, TryKind
from booking.people.queries import resets_asked
from booking.people.rules import RESET_ASKS, RESET_LETTERS, normal_email, wait_for
from booking.people.tries import count_it, one_at_a_time, tries_of


def ask_for_reset(
    session: Session, email: str, address: str, ticket: NewTicket, *, known: bool, now: datetime
) -> None:
    """Write the letter if there is an open account with a password; who asks is not told whether there is.

    Who was invited and has none yet has an invitation to open: a second letter would tell whoever reads the
    park's letters that there is no account elsewhere.

    No account gets more than a few within the hour: the last of them still opens. No address asks for
    very many, unless on a device that is known to have signed in there (`known`). Neither has to do with
    tries at passwords: who may not try may still ask. Raises TooManyTries.
    """
    if not known:
        _count_asking(session, address, now)
    open_ = (Member.active, Member.password_hash.is_not(None))
    member = session.scalar(select(Member).where(Member.email == normal_email(email), *open_))
    if member is not None and resets_asked(session, member.id, now) < RESET_LETTERS:
        issue_ticket(session, member, TicketKind.RESET, ticket, now=now)


def _count_asking(session: Session, address: str, now: datetime) -> None:
    one_at_a_time(session, f"{TryKind.RESET} {address}")
    from_there = (SignInAttempt.kind == TryKind.RESET, SignInAttempt.address == address)
    wait = wait_for(tries_of(session, *from_there, now=now), RESET_ASKS, now)
    count_it(session, SignInAttempt(kind=TryKind.RESET, account="", address=address, at=now), wait)

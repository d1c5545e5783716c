"""What is written where a one-time link is asked for: the letter, and from which address it was asked."""

from functools import partial

from flask import request

from booking.letters import accounts
from booking.people.models import Member
from booking.people.tickets import NewTicket


def invitation_by(inviter: Member) -> NewTicket:
    """Ask for an invitation in somebody's name."""
    return NewTicket(partial(accounts.invitation, inviter=inviter.name), here(), inviter.id)


def reset_link(by: Member | None = None) -> NewTicket:
    """Ask for a link to set a new password: a stranger at the door, or an administrator for somebody."""
    return NewTicket(accounts.reset, here(), by.id if by else None)


def here() -> str:
    """Tell the address of the request whole, as the trail keeps it."""
    return request.remote_addr or ""

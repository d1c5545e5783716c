"""Fresh one-time links: a random token, and the letter that tells its address."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING

from flask import current_app, url_for

from booking.letters import accounts
from booking.people.issue_ticket import NewTicket

if TYPE_CHECKING:
    from booking.people.models import Member

TOKEN_BYTES = 32


def invitation_by(inviter: Member) -> NewTicket:
    """Make an invitation in somebody's name."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    letter = partial(accounts.invitation, link=_link(token), inviter=inviter.name)
    return NewTicket(token, letter)


def reset_link() -> NewTicket:
    """Make a link to set a new password."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return NewTicket(token, partial(accounts.reset, link=_link(token)))


def _link(token: str) -> str:
    # The address comes from the settings, never from the request: a forged Host would mail a forged link.
    base: str = current_app.config["BASE_URL"]
    return base + url_for("sign_in.set_password", token=token)

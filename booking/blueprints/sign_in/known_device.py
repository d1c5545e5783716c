"""A device that signed in before is known by a signed cookie: what others guess does not touch it.

Each account in the cookie has a key of its own, by which its tries on this device are counted. Only signing
in to that account makes a new one: who holds a copy gets no new tries by signing in to another with it.
"""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from booking import clock
from booking.db import db
from booking.people.models import Member
from booking.people.sessions import door_of


class SignedIn(NamedTuple):
    """An account that signed in on this device: its `session_version` then, the key to count by, and when."""

    version: int
    key: str
    at: int


def device_for(email: str) -> str | None:
    """Give the key of this device if the account signed in on it and was not signed out everywhere since."""
    door = door_of(db.session(), email)
    if door is None:
        return None
    known = _read(clock.now()).get(str(door.id))
    return known.key if known is not None and known.version == door.session_version else None


LASTS = timedelta(days=180)  # since that account last signed in on it
MOST_ACCOUNTS = 5
KEY_BYTES = 16


def remember(member: Member) -> None:
    """Let the answer to this request make the device known to the account, by a new key."""
    now = clock.now()
    accounts = _read(now)
    accounts.pop(str(member.id), None)
    others = [*accounts.items()][1 - MOST_ACCOUNTS :]
    key = secrets.token_urlsafe(KEY_BYTES)
    accounts = dict(others) | {str(member.id): SignedIn(member.session_version, key, int(now.timestamp()))}
    signed = str(_signer().dumps(accounts))

    @after_this_request
    def keep(response: Response) -> Response:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(_name(), signed, LASTS, secure=secure, httponly=True, samesite="Lax")
        return response


def _read(now: datetime) -> dict[str, SignedIn]:
    """Read by the id of the member which accounts signed in here and when, the earliest first."""
    try:
        kept = _signer().loads(request.cookies.get(_name(), ""))
    except BadSignature:
        return {}
    accounts = {member: SignedIn(*facts) for member, facts in kept.items()}
    since = (now - LASTS).timestamp()
    return {member: account for member, account in accounts.items() if account.at > since}


def _name() -> str:
    # With `__Host-` a browser takes it only over TLS, for this host alone and all of it.
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"


def _signer() -> URLSafeSerializer:
    # What was signed as "known device" had one key for all accounts; nobody reads it any more.
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known device, a key for each account")

"""A device that signed in before is known by a signed cookie: what others guess does not touch it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from booking.db import db
from booking.people.queries import door_of

if TYPE_CHECKING:
    from flask import Response

    from booking.people.models import Member

LASTS = timedelta(days=180)  # since somebody last signed in on it
MOST_ACCOUNTS = 5
KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Device:
    """A key to count by, and which accounts signed in on it: member id to `session_version` then."""

    key: str = field(default_factory=lambda: secrets.token_urlsafe(KEY_BYTES))
    versions: dict[str, int] = field(default_factory=dict)


def device_for(email: str) -> str | None:
    """Give the key of this device if the account signed in on it and was not signed out everywhere since."""
    door = door_of(db.session(), email)
    known = _read()
    if door is None or known is None or known.versions.get(str(door.id)) != door.session_version:
        return None
    return known.key


def remember(member: Member) -> None:
    """Let the answer to this request make the device known; its key is new each time."""
    known = _read() or Device()
    others = {key: version for key, version in known.versions.items() if key != str(member.id)}
    versions = dict([*others.items()][1 - MOST_ACCOUNTS :]) | {str(member.id): member.session_version}
    signed = str(_signer().dumps([Device().key, versions]))

    @after_this_request
    def keep(response: Response) -> Response:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(_name(), signed, LASTS, secure=secure, httponly=True, samesite="Lax")
        return response


def _read() -> Device | None:
    try:
        key, versions = _signer().loads(request.cookies.get(_name(), ""), int(LASTS.total_seconds()))
    except BadSignature:
        return None
    return Device(key, versions)


def _name() -> str:
    # With `__Host-` a browser takes it only over TLS, for this host alone and all of it.
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known device")

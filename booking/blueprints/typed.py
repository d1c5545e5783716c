"""What somebody typed before their session ended: kept in the page, signed, and sent on afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from booking.blueprints.redirects import is_safe_path

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_CHARACTERS = 20_000
MOST_FIELDS = 300
KEPT_SECONDS = 24 * 60 * 60
NEVER_KEPT = ("csrf_token", "kept")
SECRET_WORDS = ("password", "present", "token", "secret")


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was not sent yet: a path of ours, and its fields in order."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What a person would know again: fields with something in them."""
        return [(name, value) for name, value in self.fields if value.strip()]


def keep() -> str:
    """Sign what this POST brought, without passwords and files; "" where there is nothing fit to keep.

    Only a form of our own pages is kept: another site's must not be sent on by a press of a button here.
    """
    fields = _plain(request.form.items(multi=True))
    path = request.full_path.rstrip("?")
    size = sum(len(name) + len(value) for name, value in fields) + len(path)
    if request.method != "POST" or not fields or not _is_ours() or not is_safe_path(path):
        return ""
    if size > MOST_CHARACTERS or len(fields) > MOST_FIELDS:
        return ""
    return str(_signer().dumps([path, fields]))


def kept(signed: str) -> Typed | None:
    """Read what was kept; None where it is too old, not ours, or nothing."""
    if not signed:
        return None
    try:
        path, fields = _signer().loads(signed, max_age=KEPT_SECONDS)
    except BadSignature:
        return None
    return Typed(path, tuple((name, value) for name, value in fields)) if is_safe_path(path) else None


def _plain(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in fields
        if name not in NEVER_KEPT and not any(word in name.lower() for word in SECRET_WORDS)
    ]


def _is_ours() -> bool:
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    return origin is None or urlsplit(origin).netloc == request.host


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="typed")

"""What somebody typed before their session ended: kept in the page, signed, and for them alone."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, request, session
from flask_wtf import CSRFProtect
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import FileField, Form

from booking.blueprints.kit.access import View
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.http import is_safe_path
from booking.db import db
from booking.language import local_name
from booking.people.models import Member
from booking.reservations.queries import reservation_in
from booking.spaces.models import Space
from booking.spaces.queries import space_in_park
from booking.usage.queries import stay_in_park


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form that was not sent yet: a path of ours, its fields in order, and whose it is.

    `files` are the names of its fields for files, with the files' own names; the files are not kept, nor are
    passwords, of which `secret` tells.
    """

    path: str
    fields: tuple[tuple[str, str], ...]
    owner: int
    files: tuple[tuple[str, str], ...] = ()
    secret: bool = False

    @property
    def whole(self) -> bool:
        """Tell whether it can be sent as it is: nothing has to be chosen or typed again."""
        return not self.files and not self.secret


MOST_CHARACTERS = 40_000
MOST_FIELDS = 1_000  # a floor plan with its drawing and a hundred desks has so many


def keep() -> str:
    """Sign what this POST brought, without passwords and files; "" where there is nothing fit to keep.

    Only a form of our own pages is kept, which somebody signed in was given: another site's must not be sent
    on by a press of a button here, and nobody's by another person.
    """
    everything = list(request.form.items(multi=True))
    fields = _plain(everything)
    files = [(name, one.filename or "") for name, one in request.files.items(multi=True) if one.filename]
    path, owner = request.full_path.rstrip("?"), _owner()
    size = sum(len(name) + len(value) for name, value in [*fields, *files]) + len(path)
    if request.method != "POST" or owner is None or not _is_ours() or not is_safe_path(path):
        return ""
    if not (fields or files) or size > MOST_CHARACTERS or len(fields) > MOST_FIELDS:
        return ""
    secret = any(value and _is_secret(name) for name, value in everything)
    return str(_signer().dumps([path, fields, owner, files, secret]))


KEPT_SECONDS = 24 * 60 * 60


def kept_form(signed: str) -> KeptForm | None:
    """Read what was kept; None where it is too old, not ours, or nothing."""
    if not signed:
        return None
    try:
        path, fields, owner, files, secret = _signer().loads(signed, max_age=KEPT_SECONDS)
    except (BadSignature, ValueError):
        return None
    pairs = [tuple((name, value) for name, value in one) for one in (fields, files)]
    return KeptForm(path, pairs[0], owner, pairs[1], secret) if is_safe_path(path) else None


FORM_KEY = "csrf_token"  # of the session, of `g` and of each form, as Flask-WTF calls it
RANDOM_BYTES = 20


class KeyedForms(CSRFProtect):
    """Flask-WTF's own, but that a page drawn after a form was sent carries that form's key, signed once."""

    def protect(self, apply_exemptions: bool = False) -> None:  # noqa: FBT001, FBT002 - Flask-WTF calls it so
        """Look at the key of what was sent."""
        super().protect(apply_exemptions)
        if g.get("csrf_valid"):
            g.setdefault(FORM_KEY, self._get_csrf_token())


def name_forms(member_id: int) -> None:
    """Let the keys of the forms drawn in this session tell, signed, whose they are.

    A key that was made before in this request belonged to the session before.
    """
    session[FORM_KEY] = f"{member_id}.{secrets.token_hex(RANDOM_BYTES)}"
    g.pop(FORM_KEY, None)


def names_forms() -> bool:
    """Tell whether the session has a key for its forms."""
    return FORM_KEY in session


def _owner() -> int | None:
    """Read from a form's key for whom it was drawn, in whatever session; None where it does not tell."""
    signer = URLSafeTimedSerializer(current_app.secret_key or "", salt="wtf-csrf-token")
    sent = next((value for name, value in request.form.items() if name.endswith(FORM_KEY)), "")
    try:
        who, dot, _ = str(signer.loads(sent)).partition(".")
    except BadSignature:
        return None
    return int(who) if dot and who.isdecimal() else None


NEVER_KEPT = (FORM_KEY, "kept")


def _plain(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in fields if not name.endswith(NEVER_KEPT) and not _is_secret(name)]


SECRET_WORDS = ("password", "present", "token", "secret")


def _is_secret(name: str) -> bool:
    return not name.endswith(NEVER_KEPT) and any(word in name.lower() for word in SECRET_WORDS)


def _is_ours() -> bool:
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    return origin is None or urlsplit(origin).netloc == request.host


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="typed")


def takes(page: object, *forms: type[Form]) -> Callable[[View], View]:
    """Say which forms a view takes, and the name of the page they are on, below the decorator of the route.

    What was typed when a session ended can then be shown with its labels, and said where it was typed.
    """

    def mark(view: View) -> View:
        vars(view)["taken"] = (page, forms)
        return view

    return mark


def forms_of(endpoint: str) -> Sequence[type[Form]]:
    """Give the forms that an endpoint takes; none where a press is all it takes."""
    return _taken_at(endpoint)[1]


def _taken_at(endpoint: str) -> tuple[object, Sequence[type[Form]]]:
    taken: tuple[object, Sequence[type[Form]]] = getattr(
        current_app.view_functions.get(endpoint), "taken", ("", ())
    )
    return taken


MOST_SENT = 64 * 1024 * 1024
"""A phone's largest pictures arrive, so that the page can say that they are too large and keep the words."""


def take_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let a form that asks for a file bring more than others may, before anything reads it."""
    if endpoint is not None and request.method == "POST" and any(map(_asks_for_a_file, forms_of(endpoint))):
        request.max_content_length = MOST_SENT


@cache
def _asks_for_a_file(form: type[Form]) -> bool:
    kinds = (getattr(getattr(form, name), "field_class", None) for name in dir(form))
    return any(isinstance(kind, type) and issubclass(kind, FileField) for kind in kinds)


def page_name(endpoint: str, args: Mapping[str, int], fields: Mapping[str, str], owner: int) -> str:
    """Name the page, and the space that it is about; "" where a press is all it takes."""
    page = str(_taken_at(endpoint)[0])
    space = _space(args, fields, owner) if page else None
    return f"{page} {local_name(space.name, space.name_en)}" if space else page


def _space(args: Mapping[str, int], fields: Mapping[str, str], owner: int) -> Space | None:
    """Find it among what the owner of the form may see, whoever reads this now."""
    session = db.session()
    member = session.get(Member, owner)
    if member is None or not member.active:
        return None
    if (of := args.get("reservation_id")) is not None:
        reservation = reservation_in(session, member.park_id, of)
        return reservation.space if reservation and _is_of(member, reservation.enterprise_id) else None
    if (of := args.get("stay_id")) is not None:
        stay = stay_in_park(session, member.park_id, of)
        return stay.space if stay and _is_of(member, stay.enterprise_id) else None
    with suppress(ValueError):
        named = whole(str(args.get("space_id") or fields.get("space", "")))
        return space_in_park(session, member.park_id, named)
    return None


def _is_of(member: Member, enterprise_id: int) -> bool:
    return member.enterprise_id in {None, enterprise_id}

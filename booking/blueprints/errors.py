"""Pages of trouble: what went wrong, in the reader's language, and the next step."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from flask import g, render_template
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from booking.blueprints import access, typed
from booking.db import db

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

WORDED = (400, 403, 404, 405, 413, 429)
TROUBLE = 500

log = logging.getLogger("booking.errors")


def init(app: Flask) -> None:
    """Word every refusal of HTTP; anything unforeseen is a 500 with an id to quote."""
    app.register_error_handler(CSRFError, stale)
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(TROUBLE, broken)


def stale(_error: CSRFError) -> ResponseReturnValue:
    """A form from a page that is too old: nothing was done, and what was typed can be sent on."""
    if access.needs_sign_in():
        return access.turn_away()
    return render_template("errors/csrf.html", typed=typed.kept(typed.keep())), 400


def refused(error: HTTPException) -> ResponseReturnValue:
    """Word the codes that people meet; a redirect or a ready response is passed on as it is."""
    code = error.code or TROUBLE
    if code >= TROUBLE:
        return broken(error)
    if error.response is not None or code < min(WORDED):
        return error
    page = code if code in WORDED else min(WORDED)
    return render_template(f"errors/{page}.html"), code, _kept(error)


def _kept(error: HTTPException) -> list[tuple[str, str]]:
    """Keep what the code promises beside its body: Allow with 405, Retry-After with 429."""
    return [pair for pair in error.get_headers() if pair[0] in {"Allow", "Retry-After"}]


def broken(error: Exception) -> ResponseReturnValue:
    """Show the id under which the log tells more; asks nothing of the database.

    Where nobody could say who is signed in, the page is a stranger's. A statement that failed leaves
    PostgreSQL's transaction unusable: it is given up.
    """
    code = getattr(error, "code", None) or TROUBLE
    log.error("answered %s: %s", code, error)
    with suppress(SQLAlchemyError):
        db.session.rollback()
    if "_login_user" not in g:
        g._login_user = AnonymousUserMixin()  # noqa: SLF001 - where Flask-Login looks before it asks
    return render_template("errors/500.html", request_id=g.get("request_id", "-")), code

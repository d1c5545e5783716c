"""Pages of trouble: what went wrong, in the reader's language, and the next step."""

import logging
from contextlib import suppress

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from booking.blueprints.kit import access, resubmission, session
from booking.blueprints.kit.http import is_safe_path
from booking.blueprints.kit.labels import resubmitted
from booking.db import db
from booking.db.engine import is_temporary

log = logging.getLogger("booking.errors")


TROUBLE = 500


def init(app: Flask) -> None:
    """Word every refusal of HTTP; anything unforeseen is a 500 with an id to quote."""
    app.register_error_handler(CSRFError, stale)
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(SQLAlchemyError, database)
    app.register_error_handler(TROUBLE, broken)


def stale(_error: CSRFError) -> ResponseReturnValue:
    """A form from a page that is too old: nothing was done, and what was typed can be sent on."""
    if access.needs_sign_in():
        return access.unauthorized()
    if access.is_fetched():
        return "", 400
    interrupted = resubmission.kept_form(resubmission.keep())
    whose = session.me().id if interrupted and current_user.is_authenticated else None
    mine = interrupted if interrupted and interrupted.owner == whose else None
    others = interrupted is not mine
    return render_template(
        "errors/csrf.html", kept=mine, others=others, **resubmitted.resent_facts(mine)
    ), 400


WORDED = (400, 403, 404, 405, 413, 429)


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


def database(error: SQLAlchemyError) -> ResponseReturnValue:
    """Say of what passes that it passes; the rest is a fault of ours."""
    if not is_temporary(error):
        raise error
    return busy(error)


UNAVAILABLE = 503
IN_A_MOMENT = {"Retry-After": "5"}


def busy(error: Exception) -> ResponseReturnValue:
    """Ask for a moment's patience: the database is locked, too busy or away. Asks nothing of it.

    What was typed can be sent again by who typed it. The page is as for nobody, whoever is signed in, since
    the park's name and the reader's are in the database.
    """
    log.warning("answered %s: %s", UNAVAILABLE, getattr(error, "orig", None) or error)
    with suppress(SQLAlchemyError):
        db.session.rollback()
    session.know_nobody()
    if access.is_fetched():
        return "", UNAVAILABLE, IN_A_MOMENT
    path = request.full_path.rstrip("?")
    again = path if request.method == "GET" and is_safe_path(path) else "/"
    interrupted = resubmission.kept_form(resubmission.keep())
    mine = interrupted if interrupted and interrupted.owner == session.kept_id() else None
    page = render_template(
        "errors/503.html", kept=mine, again=again, **resubmitted.resent_facts(mine, ask=False)
    )
    return page, UNAVAILABLE, IN_A_MOMENT


def broken(error: Exception) -> ResponseReturnValue:
    """Show the id under which the log tells more; asks nothing of the database.

    Where nobody could say who is signed in, the page is an anonymous reader's. A statement that failed leaves
    PostgreSQL's transaction unusable: it is given up.
    """
    if is_temporary(getattr(error, "original_exception", None)):
        return busy(error)
    code = getattr(error, "code", None) or TROUBLE
    log.error("answered %s: %s", code, error)
    with suppress(SQLAlchemyError):
        db.session.rollback()
    if "_login_user" not in g:
        session.know_nobody()
    return render_template("errors/500.html", request_id=g.get("request_id", "-")), code

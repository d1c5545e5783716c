"""What other programs ask: whether the product is alive and ready, what is late, and the payment provider.

The provider posts its events here: checked, kept once, handled later by a job.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from booking import __version__, clock
from booking.audit.job_runs import late_jobs
from booking.blueprints.kit.access import anyone
from booking.blueprints.kit.errors import IN_A_MOMENT
from booking.config import Config
from booking.db import db, transaction
from booking.mail.queries import count_late
from booking.payments.gateway import BadSignature
from booking.payments.webhook_events import count_late_webhooks, receive_event
from booking.ports import ports
from booking.triggers import missing_triggers

blueprint = Blueprint("health", __name__)


@blueprint.get("/alive")
@anyone  # whoever watches the installation has no account; it tells nothing
def alive() -> ResponseReturnValue:
    """Tell that this process answers, and ask nobody else: who gets no answer here starts it again."""
    return {"status": "ok"}


@blueprint.get("/ready")
@anyone  # whoever watches the installation has no account; it tells names of triggers only
def ready() -> ResponseReturnValue:
    """Tell whether requests may be sent here: the database answers and keeps its promises."""
    return _told(_triggers, trouble="unready")


@blueprint.get("/late")
@anyone  # whoever watches the installation has no account; it tells counts and names of jobs only
def late() -> ResponseReturnValue:
    """Tell what a person should look at; requests go well meanwhile, so nobody is kept away for it."""
    return _told(_late, trouble="late")


@blueprint.get("/healthz")
@anyone  # whoever watches the installation has no account; it tells counts and names only
def healthz() -> ResponseReturnValue:
    """Tell all of it at once, as the first versions did."""
    return _told(_everything, trouble="late", version=__version__)


Findings = dict[str, int | list[str]]
OK = 200
UNAVAILABLE = 503


def _told(look: Callable[[Session, datetime], Findings], *, trouble: str, **said: str) -> ResponseReturnValue:
    """Answer 200 where nothing was found, 503 where somebody should look; with what else is `said`."""
    try:
        found = look(db.session(), clock.now())
    except SQLAlchemyError:
        return said | {"status": "down", "database": "no answer"}, UNAVAILABLE, IN_A_MOMENT
    if any(found.values()):
        return said | {"status": trouble, "database": "ok"} | found, UNAVAILABLE
    return said | {"status": "ok", "database": "ok"} | found, OK


def _everything(session: Session, now: datetime) -> Findings:
    return _triggers(session, now) | _late(session, now)


def _triggers(session: Session, _now: datetime) -> Findings:
    return {"guards_missing": missing_triggers(session.connection())}


def _late(session: Session, now: datetime) -> Findings:
    return {
        "jobs_late": _jobs(session, now),
        "letters_late": count_late(session, now),
        "webhooks_late": count_late_webhooks(session, now),
    }


def _jobs(session: Session, now: datetime) -> list[str]:
    """In production a worker that never ran is late; elsewhere there may be none."""
    config: Config = current_app.extensions["booking_config"]
    found = late_jobs(session, current_app.extensions["booking_jobs"], now)
    if found is None:
        return ["worker"] if config.production else []
    return found


webhooks_blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")

# The signature proves more than a token in a form would.
webhooks_blueprint.record_once(lambda setup: setup.app.extensions["csrf"].exempt(webhooks_blueprint))

log = logging.getLogger(__name__)


@webhooks_blueprint.post("/stripe")
@anyone  # the provider signs in by its signature over the body
def stripe() -> ResponseReturnValue:
    """Keep an event whose signature is the provider's own; 400 for anything else, 200 for a known one."""
    body, signature = request.get_data(cache=False), request.headers.get("Stripe-Signature")
    try:
        event = ports().gateway.read_event(body, signature, now=clock.now())
    except BadSignature as trouble:
        log.warning("webhook refused: %s", trouble.reason)
        return "", 400
    with transaction() as session:
        receive_event(session, event, now=clock.now())
    return "", 200

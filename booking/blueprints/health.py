"""`/healthz`: does the database answer, does it keep its promises, and what is late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app
from sqlalchemy.exc import SQLAlchemyError

from booking import clock
from booking.audit.queries import late_jobs
from booking.billing.late_webhooks import count_late_webhooks
from booking.blueprints.access import anyone
from booking.db import db
from booking.guards import missing_guards
from booking.post.queries import count_late

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from booking.config import Config

OK = 200
UNAVAILABLE = 503

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@anyone  # whoever watches the installation has no account; it tells counts and names of jobs only
def healthz() -> ResponseReturnValue:
    """Tell what is late: 200 where all is well, 503 where somebody should look."""
    try:
        found = _look(db.session(), clock.now())
    except SQLAlchemyError:
        return {"status": "down", "database": "no answer"}, UNAVAILABLE
    trouble = any(found.values())
    return {"status": "late" if trouble else "ok", "database": "ok"} | found, UNAVAILABLE if trouble else OK


def _look(session: Session, now: datetime) -> dict[str, int | list[str]]:
    return {
        "guards_missing": missing_guards(session.connection()),
        "jobs_late": _jobs(session, now),
        "letters_late": count_late(session, now),
        "webhooks_late": count_late_webhooks(session, now),
    }


def _jobs(session: Session, now: datetime) -> list[str]:
    """In production a worker that never ran is late; elsewhere there may be none."""
    config: Config = current_app.extensions["booking_config"]
    late = late_jobs(session, now)
    if late is None:
        return ["worker"] if config.production else []
    return late

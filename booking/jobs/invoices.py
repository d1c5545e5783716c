"""Issues the invoices of closed months, some at once or one enterprise a transaction: for job and shell."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import clock
from booking.audit.actions import Actor
from booking.charges.models import MonthClose
from booking.db import db, transaction
from booking.invoices.billable_lines import enterprises_to_invoice, note_failure
from booking.invoices.close_month import finish_month
from booking.invoices.issue_batch import Printed, draft_batch, issue_batch, last_of, numbered_after
from booking.invoices.issue_invoice import issue_invoice
from booking.invoices.models import IssueFailure
from booking.invoices.printer import Printer
from booking.jobs.job import ExternalJob, Job
from booking.letters.billing import invoice_letter
from booking.parks.models import Park
from booking.ports import ports
from booking.values import Month, Refusal

log = logging.getLogger(__name__)


@dataclass(slots=True)
class IssueResult:
    """What came of issuing a month's invoices; `failed` gives the reason by enterprise id."""

    numbers: list[str] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)
    finished: bool = False


def issue_one(enterprise_id: int, month: Month, *, by: Actor) -> str | None:
    """Issue one enterprise's invoice and its letter; gives its number, or None where nothing is billable.

    An error is recorded as the month's issue failure, and raised again.
    """
    chosen = ports()
    try:
        with transaction() as session:
            invoice = issue_invoice(
                session, enterprise_id, month, chosen.printer, invoice_letter,
                by=by, now=clock.now(), publish=chosen.gateway.online,
            )  # fmt: skip
            number = invoice.number if invoice else None
    except Exception as error:
        with transaction() as session:
            note_failure(session, enterprise_id, month, _error_text(error), now=clock.now())
        raise
    _yield_write_lock()
    return number


WRITE_LOCK_PAUSE = 0.01  # seconds; others then wait 0.06 s for SQLite's lock at the median, without it 1.3 s


def _yield_write_lock() -> None:
    """Let other writers take SQLite's lock: they poll for it."""
    if db.engine.dialect.name == "sqlite":
        time.sleep(WRITE_LOCK_PAUSE)


def _error_text(error: Exception) -> str:
    """Begin with the error's class: pages word those they know."""
    return repr(error) if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"


def issue_all(park_id: int, month: Month, enterprises: Sequence[int], *, by: Actor) -> IssueResult:
    """Issue the invoices of these enterprises, and finish the month if none is missing."""
    made = issue_each(park_id, month, enterprises, by=by)
    with transaction() as session:
        park = session.get_one(Park, park_id)
        made.finished = finish_month(session, park, month, by=by, now=clock.now())
    return made


AT_ONCE = 10
"""Invoices a transaction: more save little, and keep other writers waiting longer."""


def issue_each(park_id: int, month: Month, enterprises: Sequence[int], *, by: Actor) -> IssueResult:
    """Issue the invoices of these enterprises; one's failure never stops the rest."""
    made = IssueResult()
    for first in range(0, len(enterprises), AT_ONCE):
        some = enterprises[first : first + AT_ONCE]
        numbers = _issue_together(park_id, some, month, by=by)
        made.numbers += numbers.values()
        for enterprise_id in some:
            if enterprise_id not in numbers:
                _issue_alone(enterprise_id, month, made, by=by)
    return made


def _issue_alone(enterprise_id: int, month: Month, made: IssueResult, *, by: Actor) -> None:
    try:
        number = issue_one(enterprise_id, month, by=by)
    except Exception as error:
        log.exception("invoice not made", extra={"enterprise": enterprise_id, "month": str(month)})
        made.failed[enterprise_id] = _error_text(error)
    else:
        made.numbers += [number] if number else []


def _issue_together(park_id: int, enterprises: Sequence[int], month: Month, *, by: Actor) -> dict[int, str]:
    """Issue several invoices in one transaction; gives their numbers by enterprise.

    Those that are not among them are then issued alone, which tells their errors: all of them, if any line
    changed meanwhile.
    """
    chosen = ports()
    try:
        printed = _printed(park_id, enterprises, month, chosen.printer)
        if not printed:
            return {}
        with transaction() as session:
            invoices = issue_batch(
                session, printed, invoice_letter,
                by=by, now=clock.now(), publish=chosen.gateway.online,
            )  # fmt: skip
            numbers = {invoice.enterprise_id: invoice.number for invoice in invoices}
    except Exception as error:  # noqa: BLE001 - whatever it is, each is tried alone, and says what it is
        log.info("invoices made one by one: %s", _error_text(error), extra={"month": str(month)})
        return {}
    _yield_write_lock()
    return numbers


def _printed(park_id: int, enterprises: Sequence[int], month: Month, printer: Printer) -> list[Printed]:
    session = db.session()
    park = session.get_one(Park, park_id)
    drafts = draft_batch(session, park, enterprises, month, now=clock.now())
    last = last_of(session, drafts[0]) if drafts else 0
    session.rollback()  # printing takes a while, and needs nothing that is read
    printed: list[Printed] = []
    for draft in drafts:
        try:
            printed.append(numbered_after(draft, last + len(printed), printer))
        except Exception:
            log.info("not printed with others", exc_info=True, extra={"enterprise": draft.enterprise_id})
    return printed


def unfinished(session: Session, park_id: int | None = None) -> list[tuple[Park, Month]]:
    """Give the closed months with invoices still to be issued, earliest first."""
    found = select(MonthClose).where(MonthClose.finished_at.is_(None))
    if park_id is not None:
        found = found.where(MonthClose.park_id == park_id)
    rows = session.scalars(found.order_by(MonthClose.month_key, MonthClose.park_id)).all()
    parks = [session.get_one(Park, row.park_id) for row in rows]
    return [(park, Month.from_key(row.month_key, park.zone)) for park, row in zip(parks, rows, strict=True)]


class NotAllIssuedError(Exception):
    """Some invoices could not be issued; they are recorded as issue failures and tried again."""


def _parks_to_invoice(session: Session, now: datetime) -> Sequence[int]:
    found = unfinished(session)
    return list(
        dict.fromkeys(
            park.id for park, month in found if _enterprises_to_invoice(session, park.id, month, now)
        )
    )


def _enterprises_to_invoice(session: Session, park_id: int, month: Month, now: datetime) -> list[int]:
    """Give the enterprises without an invoice, but for those whose retry is not due."""
    waiting = set(
        session.scalars(
            select(IssueFailure.enterprise_id)
            .where(IssueFailure.park_id == park_id, IssueFailure.month_key == month.key)
            .where(IssueFailure.retry_at > now)
            .order_by(IssueFailure.enterprise_id)
        )
    )
    return [one for one in enterprises_to_invoice(session, park_id, month) if one not in waiting]


CLOSING = "close months"


def _issue_of_park(park_id: int) -> bool:
    session, now = db.session(), clock.now()
    try:
        due = {
            month: _enterprises_to_invoice(session, park_id, month, now)
            for _, month in unfinished(session, park_id)
        }
    finally:
        session.rollback()
    by = Actor.system(CLOSING, park_id)
    made = [issue_each(park_id, month, enterprises, by=by) for month, enterprises in due.items()]
    if failed := sum(len(one.failed) for one in made):
        raise NotAllIssuedError(failed)
    return any(one.numbers for one in made)


def _parks_to_finish(session: Session, now: datetime) -> Sequence[int]:
    del now
    return list(dict.fromkeys(park.id for park, _ in unfinished(session)))


def _finish_months(session: Session, park_id: int, now: datetime) -> bool:
    by = Actor.system(CLOSING, park_id)
    done = [
        finish_month(session, park, month, by=by, now=now) for park, month in unfinished(session, park_id)
    ]
    return any(done)


EVERY_SECONDS = 10


CLOSE_MONTHS = ExternalJob("close-months", EVERY_SECONDS, _parks_to_invoice, _issue_of_park)
FINISH_MONTHS = Job("finish-months", EVERY_SECONDS, _parks_to_finish, _finish_months)

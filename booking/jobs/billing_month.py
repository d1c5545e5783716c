"""Makes the invoices of closed months, some at once or one enterprise a transaction: for job and shell."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from booking import clock
from booking.audit.actor import Actor
from booking.db import db, transaction
from booking.invoices.close_month import finish_month
from booking.invoices.issue_batch import Printed, close_several, draw_up_several, last_of, numbered_after
from booking.invoices.issue_failures import note_failure
from booking.invoices.issue_invoice import issue_invoice
from booking.invoices.printer import Printer
from booking.letters.bills import invoice_letter
from booking.parks.models import Park
from booking.ports import ports
from booking.values.month import Month
from booking.values.refusal import Refusal

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Made:
    """What came of making a month's invoices; `failed` names enterprises and why."""

    numbers: list[str] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)
    finished: bool = False


def bill_one(enterprise_id: int, month: Month, *, by: Actor) -> str | None:
    """Make one enterprise's invoice and its letter; gives its number, or None where there is none to make.

    Whatever goes wrong is written down beside the month, and raised again.
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
            note_failure(session, enterprise_id, month, _told(error), now=clock.now())
        raise
    _let_others_in()
    return number


BREATH = 0.01  # seconds; others then wait 0.06 s for SQLite's lock at the median, without it 1.3 s


def _let_others_in() -> None:
    """Leave SQLite's one writer's place for a moment: who waits there only looks now and then."""
    if db.engine.dialect.name == "sqlite":
        time.sleep(BREATH)


def _told(error: Exception) -> str:
    """Name the kind of error first: pages word the kinds they know."""
    return repr(error) if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"


def bill_all(park_id: int, month: Month, enterprises: Sequence[int], *, by: Actor) -> Made:
    """Make the invoices of these enterprises, and finish the month if none is left."""
    made = bill_each(park_id, month, enterprises, by=by)
    with transaction() as session:
        park = session.get_one(Park, park_id)
        made.finished = finish_month(session, park, month, by=by, now=clock.now())
    return made


AT_ONCE = 10
"""Invoices a transaction: more save little, and keep whoever else writes waiting longer."""


def bill_each(park_id: int, month: Month, enterprises: Sequence[int], *, by: Actor) -> Made:
    """Make the invoices of these enterprises; one's trouble never stops the rest."""
    made = Made()
    for first in range(0, len(enterprises), AT_ONCE):
        some = enterprises[first : first + AT_ONCE]
        numbers = _bill_together(park_id, some, month, by=by)
        made.numbers += numbers.values()
        for enterprise_id in some:
            if enterprise_id not in numbers:
                _bill_alone(enterprise_id, month, made, by=by)
    return made


def _bill_alone(enterprise_id: int, month: Month, made: Made, *, by: Actor) -> None:
    try:
        number = bill_one(enterprise_id, month, by=by)
    except Exception as error:
        log.exception("invoice not made", extra={"enterprise": enterprise_id, "month": str(month)})
        made.failed[enterprise_id] = _told(error)
    else:
        made.numbers += [number] if number else []


def _bill_together(park_id: int, enterprises: Sequence[int], month: Month, *, by: Actor) -> dict[int, str]:
    """Make several invoices in one transaction; gives their numbers by enterprise.

    Whoever is not among them is made alone, where their trouble is told: all of them, if anything moved.
    """
    chosen = ports()
    try:
        printed = _printed(park_id, enterprises, month, chosen.printer)
        if not printed:
            return {}
        with transaction() as session:
            invoices = close_several(
                session, printed, invoice_letter,
                by=by, now=clock.now(), publish=chosen.gateway.online,
            )  # fmt: skip
            numbers = {invoice.enterprise_id: invoice.number for invoice in invoices}
    except Exception as error:  # noqa: BLE001 - whatever it is, each is tried alone, and says what it is
        log.info("invoices made one by one: %s", _told(error), extra={"month": str(month)})
        return {}
    _let_others_in()
    return numbers


def _printed(park_id: int, enterprises: Sequence[int], month: Month, printer: Printer) -> list[Printed]:
    session = db.session()
    park = session.get_one(Park, park_id)
    drafts = draw_up_several(session, park, enterprises, month, now=clock.now())
    last = last_of(session, drafts[0]) if drafts else 0
    session.rollback()  # printing takes a while, and needs nothing that is read
    printed: list[Printed] = []
    for draft in drafts:
        try:
            printed.append(numbered_after(draft, last + len(printed), printer))
        except Exception:
            log.info("not printed with others", exc_info=True, extra={"enterprise": draft.enterprise_id})
    return printed

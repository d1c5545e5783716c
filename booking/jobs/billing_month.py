"""Makes the invoices of closed months, one enterprise a transaction: for the job and for the shell."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from booking import clock
from booking.billing.close_enterprise import close_enterprise
from booking.billing.close_month import finish_month
from booking.billing.close_trouble import note_trouble
from booking.db import db, transaction
from booking.letters.bills import invoice_letter
from booking.parks.models import Park
from booking.ports import ports
from booking.values.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from booking.audit.actor import Actor
    from booking.values.month import Month

log = logging.getLogger(__name__)

BREATH = 0.01  # seconds; others then wait 0.06 s for SQLite's lock at the median, without it 1.3 s


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
            invoice = close_enterprise(
                session, enterprise_id, month, chosen.printer, invoice_letter,
                by=by, now=clock.now(), publish=chosen.desk.online,
            )  # fmt: skip
            number = invoice.number if invoice else None
    except Exception as error:
        with transaction() as session:
            note_trouble(session, enterprise_id, month, _told(error), now=clock.now())
        raise
    _let_others_in()
    return number


def _let_others_in() -> None:
    """Leave SQLite's one writer's place for a moment: who waits there only looks now and then."""
    if db.engine.dialect.name == "sqlite":
        time.sleep(BREATH)


def _told(error: Exception) -> str:
    """Name the kind of error first: pages word the kinds they know."""
    return repr(error) if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"


def bill_all(park_id: int, month: Month, enterprises: Iterable[int], *, by: Actor) -> Made:
    """Make the invoices of these enterprises; one's trouble never stops the rest."""
    made = Made()
    for enterprise_id in enterprises:
        try:
            number = bill_one(enterprise_id, month, by=by)
        except Exception as error:
            log.exception("invoice not made", extra={"enterprise": enterprise_id, "month": str(month)})
            made.failed[enterprise_id] = _told(error)
        else:
            made.numbers += [number] if number else []
    with transaction() as session:
        park = session.get_one(Park, park_id)
        made.finished = finish_month(session, park, month, by=by, now=clock.now())
    return made

"""Close a month for a park: from here on nothing of it is corrected, and its invoices can be made."""

from datetime import date, datetime

from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.charges.models import Charge, MonthClose
from booking.db import NO_KEY_UPDATE
from booking.invoices.billable_lines import enterprises_to_invoice
from booking.invoices.models import Invoice
from booking.invoices.rules import EarlierMonthOpen, MonthNotOver, ReviewRunning, closable_from
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.values.money import Money
from booking.values.month import Month, local_day


def close_month(
    session: Session, park: Park, month: Month, *, by: Actor, now: datetime, early: str = ""
) -> MonthClose:
    """Close the month; a second time gives the row of the first, whoever came first.

    Raises MonthNotOver, EarlierMonthOpen, and ReviewRunning unless `early` says why the review is cut
    short. The invoices follow, ten enterprises at a time: `issue_batch`.
    """
    today = local_day(now, park.zone)
    session.get_one(Park, park.id, with_for_update=NO_KEY_UPDATE)  # one at a time; who waits finds the row
    closed = session.get(MonthClose, (park.id, month.key), populate_existing=True)
    if closed is not None:
        return closed
    _refuse_too_soon(session, park, month, today, early=early)
    closed = MonthClose(park_id=park.id, month_key=month.key, closed_at=now, closed_by=by.name)
    session.add(closed)
    session.flush()
    record(
        session, Action.MONTH_CLOSED, "month_close", month.key,
        by=by, now=now, after={"month": str(month)}, reason=early or None, park_id=park.id,
    )  # fmt: skip
    return closed


def review_ends(session: Session, park: Park, month: Month) -> date:
    """Tell the first local day on which the month may be closed, by the park's calendar."""
    return closable_from(month, park.review_days, park_calendar(session, park.id))


def _refuse_too_soon(session: Session, park: Park, month: Month, today: date, *, early: str) -> None:
    if today <= month.last_day:
        raise MonthNotOver(month, month.next.first_day)
    earlier = earliest_open(session, park, month)
    if earlier is not None:
        raise EarlierMonthOpen(month, earlier)
    from_ = review_ends(session, park, month)
    if today < from_ and not early.strip():
        raise ReviewRunning(month, from_)


def earliest_open(session: Session, park: Park, month: Month) -> Month | None:
    """Give the earliest month before this one that has lines on no invoice and is not closed."""
    closed = select(MonthClose.month_key).where(MonthClose.park_id == park.id)
    key = session.scalar(
        select(func.min(Charge.month_key)).where(
            Charge.park_id == park.id,
            Charge.month_key < month.key,
            Charge.superseded_at.is_(None),
            Charge.invoice_id.is_(None),
            Charge.month_key.not_in(closed),
        )
    )
    return None if key is None else Month.from_key(key, park.zone)


def finish_month(session: Session, park: Park, month: Month, *, by: Actor, now: datetime) -> bool:
    """Note that every invoice of a closed month is made; False while one is still to be made."""
    closed = session.get_one(MonthClose, (park.id, month.key), populate_existing=True, with_for_update=True)
    if closed.finished_at is not None:
        return True
    if enterprises_to_invoice(session, park.id, month):
        return False
    closed.finished_at = now
    session.flush()  # who reads on in this transaction finds the month closed
    count, total = invoiced(session, park.id, month)
    record(
        session, Action.MONTH_INVOICED, "month_close", month.key,
        by=by, now=now, after={"invoices": count, "total_fen": total.fen}, park_id=park.id,
    )  # fmt: skip
    return True


def invoiced(session: Session, park_id: int, month: Month) -> tuple[int, Money]:
    """Count the invoices of a month, and sum them."""
    count, fen = session.execute(
        select(func.count(), func.coalesce(func.sum(type_coerce(Invoice.total, BigInteger)), 0)).where(
            Invoice.park_id == park_id, Invoice.month_key == month.key
        )
    ).one()
    return count, Money(int(fen))

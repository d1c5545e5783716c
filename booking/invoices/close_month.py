"""Close a month for a park: from here on nothing of it is corrected, and its invoices can be made.

And before that: what closing it would bill, enterprise by enterprise, in a number of queries that does not
grow.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.charges.models import Charge, MonthClose
from booking.db import lock_row
from booking.invoices.billable_lines import enterprises_to_invoice, leases_to_charge, waiting_by_enterprise
from booking.invoices.models import Invoice
from booking.invoices.rules import EarlierMonthOpen, MonthNotOver, ReviewRunning, closable_from
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.people.models import Enterprise
from booking.spaces.models import Kind
from booking.tariffs.in_force import tariffs_in_force
from booking.tariffs.storage_rating import StorageStay, rate_storage_month, storage_days
from booking.usage.models import Stay
from booking.values import Money, Month, local_day
from booking.values.chinese_order import in_chinese_order


def close_month(
    session: Session, park: Park, month: Month, *, by: Actor, now: datetime, early: str = ""
) -> MonthClose:
    """Close the month; a second time gives the row of the first, whoever came first.

    Raises MonthNotOver, EarlierMonthOpen, and ReviewRunning unless `early` says why the review is cut
    short. The invoices follow, ten enterprises at a time: `issue_batch`.
    """
    today = local_day(now, park.zone)
    lock_row(session, Park, park.id)  # one at a time; who waits finds the row
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


@dataclass(slots=True)
class EnterprisePreview:
    """One enterprise's part: lines and total with the leases, and what somebody should look at first.

    `no_invoice` tells that nothing is made now: no lines, only disputed ones, or more owed back than owed.
    """

    id: int
    name: str
    billing_email: str
    lines: int = 0
    total: Money = field(default_factory=Money.zero)
    disputed_lines: int = 0
    disputed: Money = field(default_factory=Money.zero)
    earlier_lines: int = 0  # follow from months that are closed already
    reviews: int = 0  # forgotten check-outs, billed to the reserved end
    open_stays: int = 0  # not checked out; their days of the month follow with the next invoice
    unpriced_leases: int = 0  # storage without a tariff: the invoice will fail

    @property
    def no_invoice(self) -> bool:
        """Tell whether the close makes no invoice for it."""
        return not self.lines or self.total < Money.zero()

    def notes(self) -> dict[str, int]:
        """Count what is out of the ordinary, by name."""
        return {
            "disputed": self.disputed_lines,
            "from earlier months": self.earlier_lines,
            "forgotten check-outs": self.reviews,
            "still in use": self.open_stays,
            "storage without a tariff": self.unpriced_leases,
            "no mail address": int(not self.billing_email),
        }


@dataclass(frozen=True, slots=True)
class MonthPreview:
    """The whole month; `over` tells whether its last day is past, `earlier` names a month to close first."""

    month: Month
    enterprises: tuple[EnterprisePreview, ...]
    closable_from: date
    over: bool
    in_review: bool
    earlier: Month | None

    @property
    def invoices(self) -> int:
        """How many invoices it makes."""
        return sum(not one.no_invoice for one in self.enterprises)

    @property
    def disputed(self) -> Money:
        """What lines in dispute come to."""
        return Money.total(one.disputed for one in self.enterprises)

    @property
    def total(self) -> Money:
        """What they come to."""
        return Money.total(one.total for one in self.enterprises if not one.no_invoice)


def preview_month(session: Session, park: Park, month: Month, *, now: datetime) -> MonthPreview:
    """Tell what closing the month now would bill; changes nothing. Enterprises by name."""
    today = local_day(now, park.zone)
    from_ = review_ends(session, park, month)
    found = _enterprises(session, park)
    _add_lines(session, park, month, found)
    _add_leases(session, park, month, found)
    _add_looks(session, park, month, found)
    return MonthPreview(
        month=month,
        enterprises=tuple(found.values()),
        closable_from=from_,
        over=today > month.last_day,
        in_review=today < from_,
        earlier=earliest_open(session, park, month),
    )


def _enterprises(session: Session, park: Park) -> dict[int, EnterprisePreview]:
    rows = session.execute(
        select(Enterprise.id, Enterprise.name, Enterprise.billing_email)
        .where(Enterprise.park_id == park.id)
        .order_by(Enterprise.id)
    )
    by_name = in_chinese_order(rows, lambda row: row.name)
    return {row.id: EnterprisePreview(row.id, row.name, row.billing_email) for row in by_name}


def _add_lines(session: Session, park: Park, month: Month, found: dict[int, EnterprisePreview]) -> None:
    for waiting in waiting_by_enterprise(session, park.id, month):
        one = found[waiting.enterprise_id]
        one.lines, one.total = waiting.count, waiting.amount
        one.disputed_lines, one.disputed = waiting.disputed_count, waiting.disputed
    earlier = session.execute(
        select(Charge.enterprise_id, func.count())
        .where(Charge.park_id == park.id, Charge.month_key < month.key)
        .where(Charge.superseded_at.is_(None), Charge.invoice_id.is_(None))
        .group_by(Charge.enterprise_id)
        .order_by(Charge.enterprise_id)
    )
    for enterprise_id, count in earlier:
        found[enterprise_id].earlier_lines = count


def _add_leases(session: Session, park: Park, month: Month, found: dict[int, EnterprisePreview]) -> None:
    """Price the storage days that the close will charge, by the one tariff of each slice's first day."""
    leases = leases_to_charge(session, park.id, month)
    firsts = {stay.id: days[0] for stay in leases if (days := storage_days(_measured(stay, month), month))}
    priced = tariffs_in_force(
        session, [(stay.space, firsts[stay.id]) for stay in leases if stay.id in firsts]
    )
    for stay in leases:
        one, first = found[stay.enterprise_id], firsts.get(stay.id)
        if first is None:
            continue
        snapshot = priced.get((stay.space_id, first))
        if snapshot is None:
            one.unpriced_leases += 1
            continue
        line = rate_storage_month(
            _measured(stay, month), snapshot.storage_terms(stay.space.area_hundredths), month
        )
        if line is not None:
            one.lines, one.total = one.lines + 1, one.total + line.amount


def _measured(stay: Stay, month: Month) -> StorageStay:
    return StorageStay(stay.id, stay.started_at, min(stay.ended_at or stay.held_until, month.span.end))


def _add_looks(session: Session, park: Park, month: Month, found: dict[int, EnterprisePreview]) -> None:
    touching = (Stay.park_id == park.id, Stay.started_at < month.span.end)
    reviews = session.execute(
        select(Stay.enterprise_id, func.count())
        .where(*touching, Stay.needs_review, Stay.ended_at > month.span.start)
        .group_by(Stay.enterprise_id)
        .order_by(Stay.enterprise_id)
    ).all()
    open_ = session.execute(
        select(Stay.enterprise_id, func.count())
        .where(*touching, Stay.ended_at.is_(None), Stay.space_kind != Kind.STORAGE)
        .group_by(Stay.enterprise_id)
        .order_by(Stay.enterprise_id)
    ).all()
    for enterprise_id, count in reviews:
        found[enterprise_id].reviews = count
    for enterprise_id, count in open_:
        found[enterprise_id].open_stays = count

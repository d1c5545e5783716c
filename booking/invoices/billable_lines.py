"""What there is to do when a month closes: which lines an invoice carries, which are left out, and for whom.

And whose invoice could not be made: why, and from when on it is tried again.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Result,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, selectinload

from booking.charges.models import Charge, ChargeKind, Dispute
from booking.charges.terms import LineTerms, read_terms
from booking.invoices.models import Invoice, IssueFailure
from booking.people.models import Enterprise
from booking.reservations.space_queries import Combined, combined_spaces
from booking.spaces.models import Area, Kind, Space
from booking.usage.models import Stay
from booking.usage.queries import STORED
from booking.values import Money, Month, backoff


class InvoiceLine(NamedTuple):
    """A charge with what paper and page say of it; every figure is the charge's own copy."""

    id: int
    month_key: int
    kind: ChargeKind
    stay_id: int | None
    space_id: int
    space_kind: Kind
    space_name: str
    space_name_en: str | None  # where the space is still called so
    space_code: str
    area_name: str
    day: date
    band: str
    factor: Decimal
    minutes: int
    free_minutes: int
    days: int
    amount: Money
    uncapped: Money
    reserved_starts_at: datetime | None
    reserved_ends_at: datetime | None
    used_starts_at: datetime | None
    used_ends_at: datetime | None
    billed_starts_at: datetime | None
    billed_ends_at: datetime | None
    stored_terms: dict[str, Any]
    vat_permille: int
    note: str
    question: str | None  # what a tenant asked about the line
    answered_at: datetime | None
    parts: tuple[tuple[str, str | None], ...] = ()  # of a combined space, by their two names today

    @property
    def terms(self) -> LineTerms:
        """Read what the line was priced by; raises StoredDocumentUnreadable."""
        return read_terms(self.stored_terms, of=f"charge {self.id}")

    @property
    def in_dispute(self) -> bool:
        """Tell whether a question about it is still without an answer."""
        return self.question is not None and self.answered_at is None


OPEN_QUESTION = and_(Dispute.id.is_not(None), Dispute.answered_at.is_(None))

# The close asks these once an enterprise: written once, as plain tables, and compiled once.
_CHARGE, _SPACE, _AREA, _DISPUTE = (row.__table__.c for row in (Charge, Space, Area, Dispute))
_OTHERS: dict[str, ColumnElement[Any]] = {
    "stored_terms": _CHARGE.terms,
    "space_code": _SPACE.code,
    "space_name_en": case((_SPACE.name == _CHARGE.space_name, _SPACE.name_en)),
    "area_name": _AREA.name,
    "question": _DISPUTE.words,
    "answered_at": _DISPUTE.answered_at,
}
_READ = [name for name in InvoiceLine._fields if name not in InvoiceLine._field_defaults]
_LINES = (
    select(*(_OTHERS[name] if name in _OTHERS else _CHARGE[name] for name in _READ), _CHARGE.park_id)
    .join_from(Charge.__table__, Space.__table__, _SPACE.id == _CHARGE.space_id)
    .join(Area.__table__, _AREA.id == _SPACE.area_id)
    .outerjoin(Dispute.__table__, _DISPUTE.charge_id == _CHARGE.id)
    .order_by(_CHARGE.space_kind, _CHARGE.space_name, _CHARGE.space_id, _CHARGE.day)
    .order_by(func.coalesce(_CHARGE.billed_starts_at, _CHARGE.reserved_starts_at, _CHARGE.created_at))
    .order_by(_CHARGE.stay_id, _CHARGE.id)
)
_TO_BILL = _LINES.where(
    _CHARGE.enterprise_id == bindparam("enterprise"),
    _CHARGE.month_key <= bindparam("month"),
    _CHARGE.superseded_at.is_(None),
    _CHARGE.invoice_id.is_(None),
)
_TO_BILL_EACH = (
    _LINES.add_columns(_CHARGE.enterprise_id)
    .where(_CHARGE.enterprise_id.in_(bindparam("enterprises", expanding=True)))
    .where(_CHARGE.month_key <= bindparam("month"))
    .where(_CHARGE.superseded_at.is_(None), _CHARGE.invoice_id.is_(None))
)
_OF_INVOICE = _LINES.where(_CHARGE.invoice_id == bindparam("invoice"))


def billable_lines(session: Session, enterprise_id: int, month: Month) -> list[InvoiceLine]:
    """Give an enterprise's lines of the month that no invoice carries, and those that follow from earlier.

    Lines in dispute are among them, marked. In the order in which paper shows them.
    """
    found = session.execute(_TO_BILL, {"enterprise": enterprise_id, "month": month.key})
    return [line for line, _ in _read(session, found)]


def _read(session: Session, found: Result[Any]) -> Iterator[tuple[InvoiceLine, Sequence[Any]]]:
    """Give the lines of one park, each with what else was asked of it; combined spaces with their parts."""
    combined: Mapping[int, Combined] | None = None
    for row in found:
        if combined is None:
            combined = combined_spaces(session, row.park_id)
        line = InvoiceLine(*row[: len(_READ)])
        if line.space_id in combined:
            line = line._replace(parts=tuple(combined[line.space_id].parts.values()))
        yield line, row[len(_READ) :]


def billable_lines_each(
    session: Session, enterprise_ids: Collection[int], month: Month
) -> dict[int, list[InvoiceLine]]:
    """Give the same for several enterprises, by their ids, in one query; who has no lines is left out."""
    found: dict[int, list[InvoiceLine]] = {}
    rows = session.execute(_TO_BILL_EACH, {"enterprises": list(enterprise_ids), "month": month.key})
    for line, (_, enterprise_id) in _read(session, rows):
        found.setdefault(enterprise_id, []).append(line)
    return found


def lines_of_invoice(session: Session, invoice_id: int) -> list[InvoiceLine]:
    """Give the lines an invoice carries, in the order in which paper shows them."""
    return [line for line, _ in _read(session, session.execute(_OF_INVOICE, {"invoice": invoice_id}))]


def _unbilled(month: Month) -> tuple[ColumnElement[bool], ...]:
    return (Charge.month_key <= month.key, Charge.superseded_at.is_(None), Charge.invoice_id.is_(None))


@dataclass(frozen=True, slots=True)
class UnbilledTotals:
    """What waits to be billed of one enterprise, its leases not counted."""

    enterprise_id: int
    count: int
    amount: Money
    disputed_count: int
    disputed: Money


def waiting_by_enterprise(session: Session, park_id: int, month: Month) -> list[UnbilledTotals]:
    """Sum what no invoice carries yet, by enterprise, in one query."""
    amount, open_ = type_coerce(Charge.amount, BigInteger), case((OPEN_QUESTION, 1), else_=0)
    fen = func.sum(case((OPEN_QUESTION, 0), else_=amount))
    asked = func.sum(case((OPEN_QUESTION, amount), else_=0))
    rows = session.execute(
        select(Charge.enterprise_id, func.count() - func.sum(open_), fen, func.sum(open_), asked)
        .outerjoin(Dispute, Dispute.charge_id == Charge.id)
        .where(Charge.park_id == park_id, *_unbilled(month), ~_billed(Charge.enterprise_id, month))
        .group_by(Charge.enterprise_id)
        .order_by(Charge.enterprise_id)
    )
    return [
        UnbilledTotals(enterprise, int(count), Money(int(sure)), int(disputed), Money(int(unsure)))
        for enterprise, count, sure, disputed, unsure in rows
    ]


def _billed(enterprise_id: Any, month: Month) -> ColumnElement[bool]:  # noqa: ANN401 - a column
    return exists().where(Invoice.enterprise_id == enterprise_id, Invoice.month_key == month.key)


LEASE_TO_CHARGE = and_(
    STORED,
    Stay.started_at < bindparam("month_end"),
    func.coalesce(Stay.ended_at, Stay.held_until) > bindparam("month_start"),
    ~exists().where(
        Charge.stay_id == Stay.id, Charge.month_key == bindparam("month"), Charge.superseded_at.is_(None)
    ),
)
"""A storage stay touches the month (see `of_month`) and has no line of it."""


def of_month(month: Month) -> dict[str, Any]:
    """Give what LEASE_TO_CHARGE is asked with."""
    return {"month": month.key, "month_start": month.span.start, "month_end": month.span.end}


def leases_to_charge(
    session: Session, park_id: int, month: Month, enterprise_id: int | None = None
) -> Sequence[Stay]:
    """Give the storage stays, with their spaces, that touch the month and have no line of it."""
    found = (
        select(Stay)
        .where(Stay.park_id == park_id, LEASE_TO_CHARGE, ~_billed(Stay.enterprise_id, month))
        .options(selectinload(Stay.space))
        .order_by(Stay.enterprise_id, Stay.id)
    )
    if enterprise_id is not None:
        found = found.where(Stay.enterprise_id == enterprise_id)
    return session.scalars(found, of_month(month)).all()


def enterprises_to_invoice(session: Session, park_id: int, month: Month) -> list[int]:
    """Name the enterprises whose invoice of the month is still to be made, in order of their ids.

    Who has nothing but lines in dispute, or is owed more than it owes, is not among them: that follows
    next month.
    """
    waiting = waiting_by_enterprise(session, park_id, month)
    due = {one.enterprise_id for one in waiting if one.count and one.amount >= Money.zero()}
    due |= {stay.enterprise_id for stay in leases_to_charge(session, park_id, month)}
    return sorted(due)


FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_ERROR = 500


def note_failure(session: Session, enterprise_id: int, month: Month, error: str, *, now: datetime) -> None:
    """Write the failure down; each further one waits longer."""
    row = session.get(IssueFailure, (enterprise_id, month.key), with_for_update=True)
    if row is None:
        park_id = session.get_one(Enterprise, enterprise_id).park_id
        row = IssueFailure(enterprise_id=enterprise_id, month_key=month.key, park_id=park_id, attempts=0)
        session.add(row)
    row.attempts += 1
    row.at, row.error = now, error[:LONGEST_ERROR]
    row.retry_at = now + backoff(row.attempts, first=FIRST_WAIT, longest=LONGEST_WAIT)


def forget_failure(session: Session, enterprise_id: int, month: Month) -> None:
    """Take away why it failed, now that the invoice is made; safe twice."""
    session.execute(
        delete(IssueFailure).where(
            IssueFailure.enterprise_id == enterprise_id, IssueFailure.month_key == month.key
        )
    )


def failures_of(session: Session, park_id: int, month: Month) -> Sequence[IssueFailure]:
    """Give the failures of a month that are not mended, by enterprise."""
    return session.scalars(
        select(IssueFailure)
        .where(IssueFailure.park_id == park_id, IssueFailure.month_key == month.key)
        .order_by(IssueFailure.enterprise_id)
    ).all()

"""The statement of an enterprise's month: what was used, what it cost, and what is still running."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.charges.models import Charge, ChargeKind, MonthClose
from booking.charges.pricing import Quote, running_costs
from booking.charges.queries import counts, free_minutes_used, in_question
from booking.parks.models import Park
from booking.people.models import Enterprise, Member
from booking.reservations.models import Reservation
from booking.spaces.models import Kind
from booking.tariffs.queries import kind_allowances
from booking.usage.models import Stay
from booking.values import Money, Month


@dataclass(slots=True)
class StatementEntry:
    """One stay's part of the month, or one fee, with everything that was ever charged for it."""

    stay: Stay | None
    reservation: Reservation | None
    lines: list[Charge] = field(default_factory=list)  # that count
    adjustments: list[Charge] = field(default_factory=list)
    superseded: list[Charge] = field(default_factory=list)
    running_sum: Money = field(default_factory=Money.zero)  # of the month, this entry included

    @property
    def any_line(self) -> Charge:
        """A line to tell space, day and times from; one that counts, where there is one."""
        return (self.lines or self.superseded or self.adjustments)[0]

    @property
    def member(self) -> Member | None:
        """Who was there, or who had reserved."""
        of = self.stay or self.reservation
        return of.member if of else None

    @property
    def total(self) -> Money:
        """What counts: the lines less what was given back, without those in question."""
        return Money.total(line.amount for line in (*self.lines, *self.adjustments) if counts(line))

    def former(self, line: Charge) -> Charge | None:
        """Give what a line was before it moved, where it was written in another's place."""
        return next((one for one in self.superseded if _took_its_place(line, one)), None)

    @property
    def in_question(self) -> Money:
        """What is left out of every sum until somebody has answered."""
        return Money.total(line.amount for line in self.lines if in_question(line))


def _took_its_place(line: Charge, former: Charge) -> bool:
    slice_ = (line.day, line.band, line.factor, line.created_at)
    return slice_ == (former.day, former.band, former.factor, former.superseded_at)


@dataclass(frozen=True, slots=True)
class FreeMinutes:
    """The free minutes of a kind in the month."""

    kind: Kind
    minutes: int
    used: int

    @property
    def left(self) -> int:
        """What is still free; never below nothing, even where a new tariff gives less."""
        return max(0, self.minutes - self.used)


@dataclass(frozen=True, slots=True)
class Statement:
    """A month as it stands. `closed` says that no question can be asked any more."""

    month: Month
    entries: list[StatementEntry]
    running: list[tuple[Stay, Quote | None]]  # stays that go on, with what they have cost until now
    free: list[FreeMinutes]
    closed: bool

    @property
    def total(self) -> Money:
        """What the lines come to, without what is in question and what is running."""
        return Money.total(entry.total for entry in self.entries)

    @property
    def in_question(self) -> Money:
        """What is left out of the total until it is answered."""
        return Money.total(entry.in_question for entry in self.entries)

    @property
    def running_total(self) -> Money:
        """What the stays that go on have cost until now."""
        return Money.total(quote.total for _, quote in self.running if quote)


def statement(
    session: Session,
    park: Park,
    enterprise: Enterprise,
    month: Month,
    *,
    now: datetime,
    member_id: int | None = None,
) -> Statement:
    """Gather the month of an enterprise, or of one member's own use; the queries do not grow with it."""
    charges = _charges(session, enterprise.id, month, member_id)
    closed = session.get(MonthClose, (park.id, month.key)) is not None
    goes_on = [] if closed else _open_stays(session, enterprise.id, month, now, member_id)
    charged = {line.stay_id for line in charges if line.superseded_at is None}
    goes_on = [stay for stay in goes_on if stay.id not in charged]
    undone = {stay.id for stay in goes_on}  # the lines of a check-out that was taken back stand nowhere
    return Statement(
        month=month,
        entries=_entries(session, [line for line in charges if line.stay_id not in undone]),
        running=_running(session, park, enterprise, goes_on, month, now),
        free=_free(session, park, enterprise, month),
        closed=closed,
    )


def entry_of_line(
    session: Session, charge_id: int, enterprise_id: int, member_id: int | None
) -> StatementEntry | None:
    """Give the entry of one line, with only that line; None where it is somebody else's."""
    lines = session.scalars(
        _mine(member_id).where(Charge.id == charge_id, Charge.enterprise_id == enterprise_id)
    ).all()
    found = _entries(session, lines)
    return found[0] if found else None


def _charges(session: Session, enterprise_id: int, month: Month, member_id: int | None) -> Sequence[Charge]:
    return session.scalars(
        _mine(member_id)
        .where(Charge.enterprise_id == enterprise_id, Charge.month_key == month.key)
        .order_by(Charge.day, Charge.id)
    ).all()


def _mine(member_id: int | None) -> Select[Charge]:
    lines = select(Charge).options(joinedload(Charge.dispute), joinedload(Charge.space, innerjoin=True))
    if member_id is None:
        return lines
    return (
        lines.outerjoin(Stay, Stay.id == Charge.stay_id)
        .outerjoin(Reservation, Reservation.id == Charge.reservation_id)
        .where(
            or_(Stay.member_id == member_id, Charge.stay_id.is_(None) & (Reservation.member_id == member_id))
        )
    )


def _entries(session: Session, charges: Iterable[Charge]) -> list[StatementEntry]:
    """Group lines by stay, or by reservation and fee, in the order of time, and sum up as they come."""
    charges = list(charges)
    stays = _stays(session, {line.stay_id for line in charges if line.stay_id})
    fees = _reservations(session, {line.reservation_id for line in charges if not line.stay_id})
    entries: dict[tuple[int | None, int | None], StatementEntry] = {}
    for line in charges:
        key = (line.stay_id, None if line.stay_id else line.reservation_id)
        entry = entries.setdefault(
            key, StatementEntry(stays.get(line.stay_id), fees.get(line.reservation_id))
        )
        _list_for(entry, line).append(line)
    ordered = sorted(entries.values(), key=_when)
    running_sum = Money.zero()
    for entry in ordered:
        running_sum = entry.running_sum = running_sum + entry.total
    return ordered


def _when(entry: StatementEntry) -> tuple[date, datetime, int]:
    """Order by local day, then by when the use, or what was reserved, began; of one moment by age."""
    line = entry.any_line
    return line.day, line.billed_starts_at or line.reserved_starts_at or line.created_at, line.id


def _list_for(entry: StatementEntry, line: Charge) -> list[Charge]:
    if line.superseded_at is not None:
        return entry.superseded
    return entry.adjustments if line.kind is ChargeKind.ADJUSTMENT else entry.lines


def _stays(session: Session, ids: set[int]) -> dict[int | None, Stay]:
    found = session.scalars(
        select(Stay)
        .options(joinedload(Stay.member), joinedload(Stay.space), selectinload(Stay.corrections))
        .where(Stay.id.in_(ids))
        .order_by(Stay.id)
    )
    return {stay.id: stay for stay in found}


def _reservations(session: Session, ids: set[int | None]) -> dict[int | None, Reservation]:
    found = session.scalars(
        select(Reservation)
        .options(joinedload(Reservation.member))
        .where(Reservation.id.in_(ids))
        .order_by(Reservation.id)
    )
    return {reservation.id: reservation for reservation in found}


def _open_stays(
    session: Session, enterprise_id: int, month: Month, now: datetime, member_id: int | None
) -> Sequence[Stay]:
    """Give the stays that go on and reach into the month; of a month that is over, the storage leases."""
    wanted = [
        Stay.enterprise_id == enterprise_id,
        Stay.ended_at.is_(None),
        Stay.started_at < month.span.end,
    ]
    if member_id is not None:
        wanted.append(Stay.member_id == member_id)
    if month.span.end <= now:
        wanted.append(Stay.space_kind == Kind.STORAGE)
    return session.scalars(
        select(Stay)
        .options(joinedload(Stay.space), joinedload(Stay.member), joinedload(Stay.reservation))
        .where(*wanted)
        .order_by(Stay.started_at, Stay.id)
    ).all()


def _running(
    session: Session,
    park: Park,
    enterprise: Enterprise,
    stays: Sequence[Stay],
    month: Month,
    now: datetime,
) -> list[tuple[Stay, Quote | None]]:
    """Price what goes on until now, or until the month's end; of a lease only the days of the month."""
    until = min(now, month.span.end)
    costs = running_costs(session, park, enterprise, stays, until) if stays else {}
    return [(stay, _days_of(costs.get(stay.id), month)) for stay in stays]


def _days_of(quote: Quote | None, month: Month) -> Quote | None:
    if quote is None or quote.per_day is None:
        return quote
    return replace(quote, lines=tuple(line for line in quote.lines if line.day >= month.first_day))


def _free(session: Session, park: Park, enterprise: Enterprise, month: Month) -> list[FreeMinutes]:
    """Tell the free minutes of each kind that has any, by the kind's tariff of the month's last day."""
    allowances = kind_allowances(session, park.id, enterprise.size, month.last_day)
    used = free_minutes_used(session, enterprise.id, [month.key]) if allowances else {}
    return [
        FreeMinutes(kind, minutes, used.get((kind, month.key), 0)) for kind, minutes in allowances.items()
    ]

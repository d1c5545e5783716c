"""What the month asks: its matters with what became of them, its needs in numbers, and the years before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from statistics import median

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from booking.needs.models import Decision, DecisionOutcome, EarlierFigure, Matter, Need
from booking.needs.rules import NeedKind
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.values import Calendar, Month, local_day, working_days_since
from booking.values.names import firm_key


class MatterStanding(StrEnum):
    """Where a matter stands on a month's page."""

    TO_DECIDE = "to_decide"
    DECIDED = "decided"  # and not due yet
    OVERDUE = "overdue"  # decided, not done by its day
    DONE = "done"
    CARRIED_ON = "carried_on"  # not done, to be decided again


@dataclass(frozen=True, slots=True)
class MatterLine:
    """A matter on a month's page, shared by `weight` enterprises; `decision` is what this line is about.

    `days_late` is working days after the day that was decided, on rest days after it still 0; `carried`
    tells that it was there before this month; of `unchecked` needs nobody knows who said them: they do not
    weigh.
    """

    matter: Matter
    weight: int
    needs: int
    standing: MatterStanding
    decision: Decision | None = None
    days_late: int = 0
    carried: bool = False
    unchecked: int = 0


@dataclass(frozen=True, slots=True)
class MattersOfMonth:
    """What was decided before, with what became of it; what is to decide; what this month decided."""

    before: tuple[MatterLine, ...]
    to_decide: tuple[MatterLine, ...]
    decided: tuple[MatterLine, ...]


def matters_of_month(session: Session, park: Park, month: Month, now: datetime) -> MattersOfMonth:
    """Give the matters of a month's page, in three queries and that of the calendar.

    Before: last month's decisions, and older ones that stand still or were settled since this month began;
    overdue first. To decide: what was opened by the month's end and has no decision that stands; what was
    there before the month first, then the heaviest. Decided: by this month's meeting, or by a later one where
    none had decided on it before, as is seen from today.
    """
    matters = _matters(session, park.id, month)
    decisions = _decisions(session, [matter.id for matter in matters])
    weights = weights_of(session, [matter.id for matter in matters])
    page = _Page(month, local_day(now, park.zone), weights, park_calendar(session, park.id))
    before, to_decide, decided = [], [], []
    for matter in matters:
        all_of_it = decisions.get(matter.id, [])
        theirs = [one for one in all_of_it if one.month_key <= month.key]
        earlier = [one for one in theirs if one.month_key < month.key]
        carried = bool(earlier) and earlier[-1].outcome is DecisionOutcome.CARRIED_ON
        now_decided = bool(theirs) and theirs[-1].month_key == month.key
        if earlier and page.still_tells(earlier[-1]) and not (now_decided and carried):
            before.append(page.line(matter, earlier[-1]))
        if now_decided:
            decided.append(page.line(matter, theirs[-1]))
        elif not theirs or theirs[-1].outcome is DecisionOutcome.CARRIED_ON:
            later = all_of_it[len(theirs) :]
            if later:
                decided.append(page.line(matter, later[0]))
            else:
                to_decide.append(page.line(matter, None))
    return MattersOfMonth(
        tuple(sorted(before, key=lambda line: (-line.days_late, _by_when(line)))),
        tuple(sorted(to_decide, key=lambda line: (not line.carried, -line.weight, line.matter.id))),
        tuple(sorted(decided, key=lambda line: (-line.weight, line.matter.id))),
    )


def _by_when(line: MatterLine) -> date:
    return line.decision.by_when if line.decision else date.max


def _matters(session: Session, park_id: int, month: Month) -> Sequence[Matter]:
    theirs = (Matter.park_id == park_id, Matter.opened_at < month.span.end)
    lately = or_(Matter.done_at.is_(None), Matter.done_at >= month.previous.span.start)
    return session.scalars(select(Matter).where(*theirs, lately).order_by(Matter.id)).all()


def _decisions(session: Session, matter_ids: Sequence[int]) -> Mapping[int, list[Decision]]:
    found = defaultdict(list)
    wanted = select(Decision).where(Decision.matter_id.in_(matter_ids))
    for decision in session.scalars(wanted.order_by(Decision.month_key, Decision.id)):
        found[decision.matter_id].append(decision)
    return found


@dataclass(frozen=True, slots=True)
class Weight:
    """How many enterprises share a matter, and how many needs are in it.

    `unchecked` of the needs came without an account and nobody has called yet: they do not weigh.
    """

    enterprises: int
    needs: int
    unchecked: int = 0


def sharer_of(need: Need) -> str | None:
    """Give what is the same for all needs of one enterprise; None where it does not weigh.

    Who has no account counts by the enterprise that the liaison found, else by the company they named.
    """
    return None if need.is_unchecked else firm_key(need.enterprise_id, need.asker_company) or None


def weigh(needs: Iterable[Need]) -> Weight:
    """Weigh needs that are, or would be, one matter."""
    every = list(needs)
    sharers = {sharer_of(need) for need in every} - {None}
    return Weight(len(sharers), len(every), sum(need.is_unchecked for need in every))


def weights_of(session: Session, matter_ids: Sequence[int]) -> Mapping[int, Weight]:
    """Weigh matters, in one query."""
    found: dict[int, list[Need]] = defaultdict(list)
    for need in session.scalars(select(Need).where(Need.matter_id.in_(matter_ids)).order_by(Need.id)):
        found[need.matter_id or 0].append(need)
    return {matter_id: weigh(needs) for matter_id, needs in found.items()}


def days_late(decision: Decision, today: date, calendar: Calendar) -> int:
    """Count the working days since it was to be done, as for needs; 0 where it is not late."""
    return working_days_since(calendar, decision.by_when, today) if decision.is_late(today) else 0


@dataclass(frozen=True, slots=True)
class _Page:
    """What makes lines of a month's page."""

    month: Month
    today: date
    weights: Mapping[int, Weight]
    calendar: Calendar

    def still_tells(self, decision: Decision) -> bool:
        """Tell whether a decision is of this page: last month's, or one not settled before this month."""
        settled = decision.settled_at
        last_month = decision.month_key == self.month.previous.key
        return last_month or settled is None or settled >= self.month.span.start

    def line(self, matter: Matter, decision: Decision | None) -> MatterLine:
        """Draw up a line."""
        weight = self.weights.get(matter.id, Weight(0, 0))
        return MatterLine(
            matter,
            weight.enterprises,
            weight.needs,
            self._standing(decision),
            decision,
            days_late(decision, self.today, self.calendar) if decision else 0,
            carried=matter.opened_at < self.month.span.start,
            unchecked=weight.unchecked,
        )

    def _standing(self, decision: Decision | None) -> MatterStanding:
        if decision is None:
            return MatterStanding.TO_DECIDE
        if decision.outcome is not None:
            return MatterStanding(decision.outcome.value)
        return MatterStanding.OVERDUE if decision.is_late(self.today) else MatterStanding.DECIDED


@dataclass(frozen=True, slots=True)
class KindOfMonth:
    """The needs of a kind that were said in a month.

    `answered` counts those that have had an answer, or their end, since; `days` is the median of working days
    to it, None where there was none. `overdue` counts those that were answered too late, or still wait.
    """

    kind: NeedKind
    raised: int
    answered: int
    days: Fraction | None
    overdue: int


@dataclass(frozen=True, slots=True)
class NeedsOfMonth:
    """The needs of a month by kind, all four of them, and the declared complaints of the year before."""

    kinds: tuple[KindOfMonth, ...]
    earlier: EarlierFigure | None  # of the same month, else of that whole year: `month_key` tells

    def of(self, kind: NeedKind) -> KindOfMonth:
        """Give one kind."""
        return next(one for one in self.kinds if one.kind is kind)


def needs_of_month(session: Session, park: Park, month: Month, now: datetime) -> NeedsOfMonth:
    """Count the needs said in a month, in three queries; of a visit the end is the answer."""
    rows = session.execute(
        select(Need.kind, Need.raised_at, Need.due_at, Need.first_answered_at, Need.done_at)
        .where(Need.park_id == park.id, Need.raised_at >= month.span.start, Need.raised_at < month.span.end)
        .order_by(Need.id)
    ).all()
    stays = [Waited(*row) for row in rows]
    calendar = park_calendar(session, park.id)
    kinds = tuple(
        _kind(kind, [one for one in stays if one.kind is kind], calendar, park, now) for kind in NeedKind
    )
    return NeedsOfMonth(kinds, earlier_figure(session, park.id, NeedKind.COMPLAINT, month))


@dataclass(frozen=True, slots=True)
class Waited:
    """How long somebody waited for an answer."""

    kind: NeedKind
    raised_at: datetime
    due_at: datetime
    answered_at: datetime | None
    done_at: datetime | None

    @property
    def ended_at(self) -> datetime | None:
        """When the waiting had its end: an answer, or the end itself."""
        return self.answered_at or self.done_at

    def is_late(self, now: datetime) -> bool:
        """Tell whether it took longer than was promised, up to now."""
        return (self.ended_at or now) >= self.due_at


def _kind(
    kind: NeedKind, stays: Sequence[Waited], calendar: Calendar, park: Park, now: datetime
) -> KindOfMonth:
    lengths = list(_lengths(stays, calendar, park))
    return KindOfMonth(
        kind=kind,
        raised=len(stays),
        answered=len(lengths),
        days=Fraction(median(lengths)) if lengths else None,
        overdue=sum(one.is_late(now) for one in stays),
    )


def _lengths(stays: Iterable[Waited], calendar: Calendar, park: Park) -> Iterable[int]:
    for one in stays:
        if one.ended_at is not None:
            said, ended = local_day(one.raised_at, park.zone), local_day(one.ended_at, park.zone)
            yield working_days_since(calendar, said, ended)


def needs_said_in(session: Session, park: Park, month: Month, kind: NeedKind) -> Sequence[Need]:
    """Give the needs of a kind that were said in a month, in the order they were said."""
    return session.scalars(
        select(Need)
        .where(Need.park_id == park.id, Need.kind == kind)
        .where(Need.raised_at >= month.span.start, Need.raised_at < month.span.end)
        .options(joinedload(Need.enterprise), joinedload(Need.member))
        .order_by(Need.raised_at, Need.id)
    ).all()


YEAR_BEFORE = 100  # in a month's key


def earlier_figure(session: Session, park_id: int, kind: NeedKind, month: Month) -> EarlierFigure | None:
    """Give the declared figure of the month a year before, else of that whole year."""
    key = month.key - YEAR_BEFORE
    wanted = (key, key // 100 * 100)
    return session.scalars(
        select(EarlierFigure)
        .where(
            EarlierFigure.park_id == park_id, EarlierFigure.kind == kind, EarlierFigure.month_key.in_(wanted)
        )
        .order_by(EarlierFigure.month_key.desc())
        .limit(1)
    ).first()

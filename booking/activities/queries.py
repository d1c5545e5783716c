"""What is asked about activities: which there are, who is invited, who signed up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from booking.activities.invited import invites, is_invited
from booking.activities.models import Activity, ActivityKind, ActivityState, SignUp, Useful
from booking.activities.rules import OPENS_BEFORE, REMINDED_BEFORE
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.spaces.models import Kind, Space, space_part
from booking.values import Month, Span

PLACE = joinedload(Activity.space)
WORTH_SEEING = or_(Activity.state != ActivityState.CALLED_OFF, Activity.published_at.is_not(None))


def activity_in_park(
    session: Session, park_id: int, activity_id: int, enterprise: Enterprise | None
) -> Activity | None:
    """Find an activity of the park; an enterprise finds what is known and for it, the park's people all."""
    found = session.scalar(
        select(Activity).where(Activity.id == activity_id, Activity.park_id == park_id).options(PLACE)
    )
    if found is None or enterprise is None:
        return found
    return found if found.published_at is not None and is_invited(session, found, enterprise) else None


def activity_with_code(session: Session, code: str) -> Activity | None:
    """Find the activity whose poster was scanned, of whichever park, once it is known."""
    known = (Activity.code == code, Activity.published_at.is_not(None))
    return session.scalar(select(Activity).where(*known).options(PLACE))


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """A line of the list: an activity, how many are in, wait and came, and what the reader has."""

    activity: Activity
    seated: int
    waiting: int
    came: int
    mine: SignUp | None = None


@dataclass(frozen=True, slots=True)
class ActivityReader:
    """Who reads the list: a member of an enterprise, or (no enterprise) the park's own people."""

    park_id: int
    member_id: int
    enterprise: Enterprise | None


PAGE = 20


def _counted() -> tuple[ColumnElement[int], ColumnElement[int], ColumnElement[int]]:
    in_it = SignUp.left_at.is_(None)
    return (
        func.count(SignUp.seat),
        func.sum(case((and_(in_it, SignUp.seat.is_(None), SignUp.came_at.is_(None)), 1), else_=0)),
        func.count(SignUp.came_at),
    )


def _seen_by(reader: ActivityReader) -> list[ColumnElement[bool]]:
    here = Activity.park_id == reader.park_id
    if reader.enterprise is None:
        return [here]
    mine = invites(Enterprise.id, Enterprise.size)
    enterprise = exists().where(Enterprise.id == reader.enterprise.id, mine).correlate(Activity)
    return [here, Activity.published_at.is_not(None), enterprise]


def activities_to_come(session: Session, reader: ActivityReader, now: datetime) -> list[ActivityRow]:
    """List what is going on or to come, the next first; who called a draft off need not see it again."""
    seen = (*_seen_by(reader), Activity.ends_at > now)
    found = (
        select(Activity).where(*seen, WORTH_SEEING).options(PLACE).order_by(Activity.starts_at, Activity.id)
    )
    return _rows(session, session.scalars(found).all(), reader)


def activities_on(session: Session, reader: ActivityReader, day: Span) -> list[ActivityRow]:
    """List what takes place on a day, or was to and was called off once it was known, in order of time."""
    seen = (*_seen_by(reader), Activity.starts_at < day.end, Activity.ends_at > day.start)
    found = select(Activity).where(*seen, WORTH_SEEING).options(PLACE)
    found = found.order_by(Activity.starts_at, Activity.id)
    return _rows(session, session.scalars(found).all(), reader)


RUNS = (Activity.state == ActivityState.PUBLISHED, Activity.ends_at > bindparam("now"))
NEXT = (
    select(Activity)
    .where(Activity.park_id == bindparam("park_id"), *RUNS)
    .options(PLACE)
    .order_by(Activity.starts_at, Activity.id)
    .limit(1)
)
INVITED = exists().where(Enterprise.id == bindparam("enterprise_id"), invites(Enterprise.id, Enterprise.size))
NEXT_FOR_ONE = NEXT.where(Activity.published_at.is_not(None), INVITED.correlate(Activity))


def next_activity(session: Session, reader: ActivityReader, now: datetime) -> Activity | None:
    """Find the next one for the reader that is not called off."""
    firm = reader.enterprise
    asked = {"park_id": reader.park_id, "now": now, "enterprise_id": firm and firm.id}
    return session.scalar(NEXT_FOR_ONE if firm else NEXT, asked)


def past_activities(
    session: Session, reader: ActivityReader, now: datetime, *, offset: int = 0
) -> list[ActivityRow]:
    """List a page of what is over, the latest first; one more than a page where there is a next one."""
    seen = (*_seen_by(reader), Activity.ends_at <= now, Activity.published_at.is_not(None))
    found = (
        select(Activity).where(*seen).options(PLACE).order_by(Activity.starts_at.desc(), Activity.id.desc())
    )
    return _rows(session, session.scalars(found.limit(PAGE + 1).offset(offset)).all(), reader)


def _rows(session: Session, found: Sequence[Activity], reader: ActivityReader) -> list[ActivityRow]:
    ids = [one.id for one in found]
    counts = head_counts(session, ids)
    mine: dict[int, SignUp] = {}
    if reader.enterprise is not None and ids:
        own = (SignUp.activity_id.in_(ids), SignUp.member_id == reader.member_id, SignUp.left_at.is_(None))
        mine = {
            one.activity_id: one for one in session.scalars(select(SignUp).where(*own).order_by(SignUp.id))
        }
    return [ActivityRow(one, *counts.get(one.id, (0, 0, 0)), mine.get(one.id)) for one in found]


def head_counts(session: Session, activity_ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """Count who is in, who waits and who came, by activity."""
    if not activity_ids:
        return {}
    counted = select(SignUp.activity_id, *_counted()).where(SignUp.activity_id.in_(activity_ids))
    rows = session.execute(counted.group_by(SignUp.activity_id).order_by(SignUp.activity_id))
    return {activity_id: (seated, int(waiting or 0), came) for activity_id, seated, waiting, came in rows}


def running_at(session: Session, space_id: int, now: datetime) -> Activity | None:
    """Find what goes on in a hall, or opens its doors; of two that touch, the one that has begun."""
    wholes = select(space_part.c.whole_id).where(space_part.c.part_id == space_id)
    there = or_(Activity.space_id == space_id, Activity.space_id.in_(wholes))
    known = (there, Activity.state == ActivityState.PUBLISHED)
    found = select(Activity).where(*known, Activity.starts_at <= now + OPENS_BEFORE, Activity.ends_at > now)
    return session.scalar(found.options(PLACE).order_by(Activity.starts_at).limit(1))


def due_publications(session: Session, now: datetime) -> Sequence[int]:
    """Name what is scheduled and due, and has not begun."""
    due = (Activity.state == ActivityState.SCHEDULED, Activity.publish_at <= now, Activity.starts_at > now)
    return session.scalars(select(Activity.id).where(*due).order_by(Activity.id)).all()


def due_reminders(session: Session, now: datetime) -> Sequence[int]:
    """Name what begins within a day and nobody was reminded of."""
    soon = (Activity.starts_at > now, Activity.starts_at <= now + REMINDED_BEFORE)
    known = (Activity.state == ActivityState.PUBLISHED, Activity.reminded_at.is_(None))
    return session.scalars(select(Activity.id).where(*soon, *known).order_by(Activity.id)).all()


@dataclass(frozen=True, slots=True)
class ActivityFigures:
    """What the month counts of one activity that was not called off."""

    activity_id: int
    kind: ActivityKind
    title: str
    starts_at: datetime
    minutes: int  # it takes of its hall
    notice_minutes: int
    urgent_reason: str  # "" where notice was kept
    signed_up: int  # in, waiting, or there without having said so before
    came: int
    enterprises: int  # of those who came
    useful: dict[Useful, int]

    @property
    def notice_kept(self) -> bool:
        """Tell whether it was published at least 72 hours before."""
        return not self.urgent_reason


@dataclass(frozen=True, slots=True)
class ActivitiesOfMonth:
    """The activities that begin in a month, in order of time, and how many enterprises came to any."""

    activities: tuple[ActivityFigures, ...]
    enterprises: int
    called_off: int

    @property
    def came(self) -> int:
        """How many people came, each as often as they did."""
        return sum(one.came for one in self.activities)

    @property
    def signed_up(self) -> int:
        """How many signed up."""
        return sum(one.signed_up for one in self.activities)

    @property
    def notice_kept(self) -> int:
        """How many were published at least 72 hours before."""
        return sum(one.notice_kept for one in self.activities)

    @property
    def by_kind(self) -> dict[ActivityKind, int]:
        """How many there were of each kind, in the order of kinds; kinds without any are left out."""
        counted = Counter(one.kind for one in self.activities)
        return {kind: counted[kind] for kind in ActivityKind if counted[kind]}

    @property
    def useful(self) -> dict[Useful, int]:
        """How many said what."""
        return {answer: sum(one.useful[answer] for one in self.activities) for answer in Useful}


def minutes_taken(session: Session, park: Park, within: Span) -> dict[Kind, int]:
    """Add up what activities took of spaces by kind, of those that began within: none that was called off."""
    rows = session.execute(
        select(Space.kind, Activity.starts_at, Activity.ends_at)
        .join(Activity.space)
        .where(Activity.park_id == park.id, Activity.state == ActivityState.PUBLISHED)
        .where(Activity.starts_at >= within.start, Activity.starts_at < within.end)
    )
    taken: Counter[Kind] = Counter()
    for kind, starts_at, ends_at in rows:
        taken[kind] += (ends_at - starts_at) // timedelta(minutes=1)
    return dict(taken)


def activities_of_month(session: Session, park: Park, month: Month) -> ActivitiesOfMonth:
    """Give what the month counts, in three statements however many activities there are."""
    within = (
        Activity.park_id == park.id,
        Activity.starts_at >= month.span.start,
        Activity.starts_at < month.span.end,
    )
    known = select(Activity).where(*within, Activity.published_at.is_not(None))
    found = session.scalars(known.order_by(Activity.starts_at, Activity.id)).all()
    held = [one for one in found if one.state is ActivityState.PUBLISHED]
    counts = _figures(session, [one.id for one in held])
    return ActivitiesOfMonth(
        tuple(
            ActivityFigures(
                activity_id=one.id,
                kind=one.kind,
                title=one.title,
                starts_at=one.starts_at,
                minutes=(one.ends_at - one.starts_at) // timedelta(minutes=1),
                notice_minutes=one.notice_minutes or 0,
                urgent_reason=one.urgent_reason,
                **counts.get(one.id, NO_FIGURES),
            )
            for one in held
        ),
        _enterprises(session, [one.id for one in held]),
        len(found) - len(held),
    )


NO_FIGURES: dict[str, Any] = {
    "signed_up": 0, "came": 0, "enterprises": 0, "useful": dict.fromkeys(Useful, 0)
}  # fmt: skip
CAME_FROM = case((SignUp.came_at.is_not(None), SignUp.firm_key))


def _figures(session: Session, activity_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    said = [func.sum(case((SignUp.useful == answer, 1), else_=0)) for answer in Useful]
    counted = select(
        SignUp.activity_id, func.count(), func.count(SignUp.came_at), func.count(CAME_FROM.distinct()), *said
    ).where(SignUp.activity_id.in_(activity_ids), SignUp.left_at.is_(None))
    rows = session.execute(counted.group_by(SignUp.activity_id).order_by(SignUp.activity_id))
    return {
        activity_id: {
            "signed_up": signed_up,
            "came": came,
            "enterprises": enterprises,
            "useful": {answer: int(count) for answer, count in zip(Useful, answers, strict=True)},
        }
        for activity_id, signed_up, came, enterprises, *answers in rows
    }


def _enterprises(session: Session, activity_ids: Sequence[int]) -> int:
    counted = select(func.count(CAME_FROM.distinct())).where(SignUp.activity_id.in_(activity_ids))
    return session.scalar(counted) or 0

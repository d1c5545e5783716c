"""The evaluation of every space of a month: how much it was used, and what to do with it.

What it suggests, or a use of an idle place, is put before the committee as a matter.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, case, func, select, type_coerce
from sqlalchemy.orm import Session

from booking.audit.actions import Actor
from booking.charges.models import MonthClose
from booking.needs.matters import open_matter
from booking.needs.models import Matter
from booking.needs.raise_need import NeedAsker, SaidNeed, raise_need
from booking.needs.rules import NeedKind
from booking.parks.models import Park
from booking.people.models import Member
from booking.rhythm.cycle_days import CycleStep, step_day
from booking.rhythm.what_to_do import (
    EVENING,
    NOT_LET_BY_THE_HOUR,
    Hidden,
    SpaceOfMonth,
    Suggestion,
    is_judged,
    suggestions,
)
from booking.spaces.idle.register import propose_use
from booking.spaces.models import Area, IdlePlace, Space
from booking.usage.models import OpenStretch, UsedStretch
from booking.usage.telling import Knowing, Telling, telling_of
from booking.usage.utilisation import Told
from booking.values import Month, local_day


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A month's spaces with what to do; provisional until the month closes: stays may still be corrected.

    `spaces` are all that were open; only those `judged` count as evaluated.
    """

    month: Month
    spaces: tuple[SpaceOfMonth, ...]
    suggestions: tuple[Suggestion, ...]
    provisional: bool

    @property
    def judged(self) -> tuple[SpaceOfMonth, ...]:
        """Those that the rules look at."""
        return tuple(one for one in self.spaces if is_judged(one))

    @property
    def strongest(self) -> Suggestion | None:
        """What is said of the least used."""
        return self.suggestions[0] if self.suggestions else None


def evaluate(
    session: Session, park: Park, month: Month, *, now: datetime, knowing: Knowing | None = None
) -> Evaluation:
    """Look at every space open in a month, in six queries; of the running month, the days so far.

    In two more for a reader who may know the use of some only. What is hidden of it is judged from the day
    of the evaluation on: before, one would see on which day a share passes a limit.
    """
    opened = _minutes(session, park, month, OpenStretch)
    used = _minutes(session, park, month, UsedStretch)
    opened_before = _minutes(session, park, month.previous, OpenStretch)
    used_before = _minutes(session, park, month.previous, UsedStretch)
    rows = session.execute(
        select(Space.id, Space.code, Space.name, Space.kind, Area.name.label("area"))
        .join(Area, Area.id == Space.area_id)
        .where(Space.id.in_(list(opened)))
        .order_by(Area.position, Area.id, Space.position, Space.id)
    )
    spaces = tuple(
        SpaceOfMonth(
            row.id, row.code, row.name, row.kind.value, row.area,
            *_pair(opened, used, row.id), opened[row.id].evening, used[row.id].evening,
            *_pair(opened_before, used_before, row.id),
        )
        for row in rows
    )  # fmt: skip
    if knowing is not None:
        of_month, before = (
            telling_of(session, knowing, *_first_and_last(one)) for one in (month, month.previous)
        )
        is_early = local_day(now, park.zone) < step_day(CycleStep.EVALUATION, month)
        spaces = tuple(_as_told(one, of_month, before, is_early=is_early) for one in spaces)
    closed = session.get(MonthClose, (park.id, month.key)) is not None
    provisional = not closed or now < month.span.end
    return Evaluation(month, spaces, tuple(suggestions(spaces)), provisional)


def _as_told(one: SpaceOfMonth, of_month: Telling, before: Telling, *, is_early: bool) -> SpaceOfMonth:
    """Say what may not be told: its use, its evenings where an unnamed one used it, its month before."""
    month = of_month.place(one.space_id) is not Told.EXACT
    evening = one.space_id in of_month.touched_places
    hidden = Hidden(
        month=month,
        evening=evening,
        before=before.place(one.space_id) is not Told.EXACT,
        judgement=is_early and evening and one.kind not in NOT_LET_BY_THE_HOUR,
    )
    return replace(one, hidden=hidden)


@dataclass(frozen=True, slots=True)
class _Sum:
    whole: int = 0
    evening: int = 0


def _pair(opened: Mapping[int, _Sum], used: Mapping[int, _Sum], space_id: int) -> tuple[int, int]:
    return opened[space_id].whole, used[space_id].whole


def _minutes(session: Session, park: Park, month: Month, table: Any) -> defaultdict[int, _Sum]:  # noqa: ANN401 - a class of stretches
    """Sum a month's stretches by space, whole and of the evenings."""
    from_evening = case((table.first_minute > EVENING, table.first_minute), else_=EVENING)
    evening = case((table.last_minute > EVENING, table.last_minute - from_evening), else_=0)
    rows = session.execute(
        select(
            table.space_id,
            type_coerce(func.sum(table.last_minute - table.first_minute), BigInteger),
            type_coerce(func.sum(evening), BigInteger),
        )
        .where(table.park_id == park.id, table.day.between(*_first_and_last(month)))
        .group_by(table.space_id)
        .order_by(table.space_id)
    )
    found: defaultdict[int, _Sum] = defaultdict(_Sum)
    for space_id, whole, part in rows:
        found[space_id] = _Sum(int(whole), int(part))
    return found


def _first_and_last(month: Month) -> tuple[date, date]:
    return month.first_day, month.last_day


def open_titles(session: Session, park_id: int) -> dict[str, int]:
    """Give the matters that are not done with, by title."""
    wanted = select(Matter.title, Matter.id).where(Matter.park_id == park_id, Matter.done_at.is_(None))
    return {row.title: row.id for row in session.execute(wanted.order_by(Matter.id))}


LONGEST_TITLE, LONGEST_PROPOSAL = 80, 300


def propose_matter(
    session: Session,
    park: Park,
    asker: Member,
    found: Suggestion,
    title: str,
    words: str,
    *,
    by: Actor,
    now: datetime,
) -> int:
    """Open a matter titled so, unless there is one; gives its id.

    A matter is made of needs, so the asker says one: that of the first of its spaces.
    """
    space = session.get_one(Space, found.spaces[0].space_id)
    wish = SaidNeed(NeedKind.WISH, f"{title}。{words}", space=space)
    return _opened(session, park, asker, wish, title, words, by=by, now=now)


def propose_idle_use(
    session: Session,
    park: Park,
    asker: Member,
    place: IdlePlace,
    title: str,
    words: str,
    *,
    by: Actor,
    now: datetime,
) -> int:
    """Say what could be made of an idle place, and open a matter of it, unless there is one; gives its id.

    Raises ProposalMissing and InUseAlready. Later words stand on the register; the matter keeps its own.
    """
    propose_use(session, place, words, by=by, now=now)
    wish = SaidNeed(NeedKind.WISH, f"{title}：{words}", area=place.area)
    return _opened(session, park, asker, wish, title, words, by=by, now=now)


def _opened(
    session: Session,
    park: Park,
    asker: Member,
    wish: SaidNeed,
    title: str,
    words: str,
    *,
    by: Actor,
    now: datetime,
) -> int:
    title = title[:LONGEST_TITLE]
    there = open_titles(session, park.id).get(title)
    if there is not None:
        return there
    need = raise_need(session, park, NeedAsker(member=asker), wish, by=by, now=now).need
    proposal = words[:LONGEST_PROPOSAL]
    return open_matter(session, park.id, title, [need.id], proposal=proposal, by=by, now=now).id

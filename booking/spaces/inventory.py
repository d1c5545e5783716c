"""The spaces of a park: add, edit, retire, bring back, renew the code on the door; set what they open by."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.spaces import rules
from booking.spaces.models import Equipment, Kind, OpeningRule, Space, space_part
from booking.spaces.queries import opening_of


@dataclass(frozen=True, slots=True)
class SpaceFacts:
    """Everything a form or a row of a file says about a space; `area_hundredths` is hundredths of a m²."""

    code: str
    name: str
    kind: Kind
    area_id: int
    capacity: int = 1
    area_hundredths: int = 0
    name_en: str | None = None
    description: str = ""
    equipment: tuple[str, ...] = ()
    part_ids: tuple[int, ...] = ()
    position: int | None = None  # None: at the end, or where it stands


PLAIN = ("code", "name", "name_en", "area_id", "capacity", "area_hundredths", "description")


def space_facts(space: Space) -> SpaceFacts:
    """Read the facts of a row; equipment in order of name, parts in order of id."""
    return SpaceFacts(
        **{name: getattr(space, name) for name in PLAIN},
        kind=space.kind,
        equipment=tuple(sorted(item.name for item in space.equipment)),
        part_ids=tuple(sorted(part.id for part in space.parts)),
        position=space.position,
    )


def write_facts(space: Space, facts: SpaceFacts, parts: Sequence[Space]) -> None:
    """Put the facts into the row; equipment is kept once each."""
    for name in PLAIN:
        setattr(space, name, getattr(facts, name))
    if facts.position is not None:
        space.position = facts.position
    kept = {item.name: item for item in space.equipment}
    space.equipment = [
        kept.get(name) or Equipment(name=name) for name in sorted(dict.fromkeys(facts.equipment))
    ]
    space.parts = list(parts)


def choose_parts(session: Session, park_id: int, facts: SpaceFacts, whole: Space | None) -> list[Space]:
    """Find the parts named; raises where one cannot be a part, or the whole cannot be combined.

    Parts are of the same park and kind, in use, and never combined themselves; there are two or more.
    """
    if not facts.part_ids:
        return []
    if len(facts.part_ids) == 1:
        raise rules.OnePartIsNoCombination
    if whole is not None and (wholes := codes_of_wholes(session, whole.id)):
        raise rules.PartCannotCombine(wholes)
    wanted = select(Space).where(Space.park_id == park_id, Space.id.in_(facts.part_ids)).order_by(Space.id)
    # Who takes a part out of use just now comes before, and is seen, or waits and then sees the whole.
    held = wanted.with_for_update(read=True, key_share=True, of=Space)
    found = session.scalars(held.execution_options(populate_existing=True)).all()
    already = set(whole.parts) if whole is not None else set()
    wrong = [part for part in found if part not in already and not _may_be_part(part, facts, whole)]
    if wrong or len(found) < len(facts.part_ids):
        raise rules.PartCannotBe(tuple(part.code for part in wrong))
    return list(found)


def _may_be_part(part: Space, facts: SpaceFacts, whole: Space | None) -> bool:
    return part is not whole and part.kind is facts.kind and part.retired_at is None and not part.parts


def codes_of_wholes(session: Session, part_id: int, *, in_use: bool = False) -> tuple[str, ...]:
    """Name the combined spaces a space is a part of; `in_use` leaves out retired ones."""
    wanted = (
        select(Space.code)
        .join(space_part, space_part.c.whole_id == Space.id)
        .where(space_part.c.part_id == part_id)
        .order_by(Space.code)
    )
    return tuple(session.scalars(wanted.where(Space.retired_at.is_(None)) if in_use else wanted))


def audited_facts(facts: SpaceFacts | rules.Opening) -> dict[str, Any]:
    """Say the facts for the audit trail."""
    said = asdict(facts)
    said.pop("extended", None)  # an exception has an entry of its own
    return said


class Upcoming(Protocol):
    """Counts what holds a space, or a combined space it is part of, now or later."""

    def __call__(self, session: Session, space_id: int, *, now: datetime) -> int:
        """Count reservations booked, asked for or in use, and stays not ended; closures do not count."""
        ...


def add_space(
    session: Session, park_id: int, facts: SpaceFacts, *, scan_code: str, by: Actor, now: datetime
) -> Space:
    """Put a new space at the end of the list; `scan_code` is the secret of its label.

    Raises CodeTaken, and PartCannotBe or OnePartIsNoCombination for a combined one.
    """
    refuse_taken_code(session, park_id, facts.code, but=None)
    parts = choose_parts(session, park_id, facts, None)
    space = Space(park_id=park_id, kind=facts.kind, scan_code=scan_code, position=_last(session, park_id) + 1)
    write_facts(space, facts, parts)
    session.add(space)
    keep_code(session, facts.code)
    record(session, Action.SPACE_ADDED, "space", space.id, by=by, now=now, after=audited_facts(facts))
    return space


def refuse_taken_code(session: Session, park_id: int, code: str, *, but: int | None) -> None:
    """Raise CodeTaken where another space of the park than `but` has the code."""
    holder = session.scalar(select(Space.id).where(Space.park_id == park_id, Space.code == code))
    if holder is not None and holder != but:
        raise rules.CodeTaken(code)


def keep_code(session: Session, code: str) -> None:
    """Flush; the database judges who was first where two write one code at once."""
    try:
        session.flush()
    except IntegrityError as error:
        if "code" not in str(error.orig):
            raise
        raise rules.CodeTaken(code) from error


def _last(session: Session, park_id: int) -> int:
    return session.scalar(select(func.max(Space.position)).where(Space.park_id == park_id)) or 0


def edit_space(
    session: Session, space: Space, facts: SpaceFacts, *, upcoming: Upcoming, by: Actor, now: datetime
) -> bool:
    """Write the facts and tell whether anything changed; the same facts again change nothing.

    The kind stays what it was: charges and claims were made for it. Raises CodeTaken, PartCannotBe,
    PartCannotCombine, OnePartIsNoCombination, and PartsStillBooked where parts would change under claims.
    """
    before = space_facts(space)
    refuse_taken_code(session, space.park_id, facts.code, but=space.id)
    if set(facts.part_ids) != set(before.part_ids):
        session.execute(select(Space.id).where(Space.id == space.id).with_for_update())
        session.expire(space, ["parts"])  # who claims it comes before, and counts, or waits for us
        before = space_facts(space)
    parts = choose_parts(session, space.park_id, facts, space)
    if set(parts) != set(space.parts) and (count := upcoming(session, space.id, now=now)):
        raise rules.PartsStillBooked(space.id, count)
    write_facts(space, facts, parts)
    after = space_facts(space)
    if after == before:
        return False
    keep_code(session, facts.code)
    record(
        session,
        Action.SPACE_EDITED,
        "space",
        space.id,
        by=by,
        now=now,
        before=audited_facts(before),
        after=audited_facts(after),
    )
    return True


def retire_space(session: Session, space: Space, *, upcoming: Upcoming, by: Actor, now: datetime) -> None:
    """Retire it, once; raises SpaceStillBooked or PartOfCombined."""
    session.refresh(space, with_for_update=True)  # who claims it just now comes before, or is refused
    if space.retired_at is not None:
        return
    if wholes := codes_of_wholes(session, space.id, in_use=True):
        raise rules.PartOfCombined(wholes)
    if count := upcoming(session, space.id, now=now):
        raise rules.SpaceStillBooked(space.id, count)
    space.retired_at = now
    session.flush()
    record(session, Action.SPACE_RETIRED, "space", space.id, by=by, now=now, after={"code": space.code})


def bring_back_space(session: Session, space: Space, *, by: Actor, now: datetime) -> None:
    """Undo a retirement, once; raises PartsRetired."""
    if space.retired_at is None:
        return
    if gone := tuple(sorted(part.code for part in space.parts if part.retired_at is not None)):
        raise rules.PartsRetired(gone)
    before = {"retired_at": space.retired_at.isoformat()}
    space.retired_at = None
    session.flush()
    record(session, Action.SPACE_BROUGHT_BACK, "space", space.id, by=by, now=now, before=before)


def renew_scan_code(session: Session, space: Space, scan_code: str, *, by: Actor, now: datetime) -> None:
    """Replace the code; neither secret is written into the trail."""
    space.scan_code = scan_code
    session.flush()
    record(session, Action.SPACE_SCAN_CODE_RENEWED, "space", space.id, by=by, now=now)


def set_kind_rule(
    session: Session, park_id: int, kind: Kind, opening: rules.Opening, *, by: Actor, now: datetime
) -> bool:
    """Write the rule of a kind and tell whether it changed; raises what `check_opening` raises."""
    return _set(session, park_id, kind, None, opening, by, now)


def set_space_rule(
    session: Session, space: Space, opening: rules.Opening, *, by: Actor, now: datetime
) -> bool:
    """Write the space's own rule, which overrides its kind's whole; as `set_kind_rule`."""
    return _set(session, space.park_id, space.kind, space.id, opening, by, now)


def _set(
    session: Session,
    park_id: int,
    kind: Kind,
    space_id: int | None,
    opening: rules.Opening,
    by: Actor,
    now: datetime,
) -> bool:
    rules.check_opening(opening, by_day=kind is Kind.STORAGE)
    rule = find_rule(session, park_id, kind, space_id)
    before = opening_of(rule) if rule else None
    if before == opening:
        return False
    if rule is None:
        rule = OpeningRule(park_id=park_id, kind=kind, space_id=space_id)
        session.add(rule)
    for figure in rules.FIGURES:
        setattr(rule, figure, getattr(opening, figure))
    session.flush()
    record(
        session,
        Action.RULE_SET,
        "opening_rule",
        rule.id,
        by=by,
        now=now,
        before=audited_facts(before) if before else None,
        after={"kind": kind.value, "space_id": space_id} | audited_facts(opening),
    )
    return True


def find_rule(session: Session, park_id: int, kind: Kind, space_id: int | None) -> OpeningRule | None:
    """Find the row of a kind (no space) or of a space, locked for a change."""
    wanted = select(OpeningRule).where(OpeningRule.park_id == park_id, OpeningRule.kind == kind)
    mine = OpeningRule.space_id.is_(None) if space_id is None else OpeningRule.space_id == space_id
    return session.scalar(wanted.where(mine).order_by(OpeningRule.id).with_for_update())


def drop_rule(
    session: Session, park_id: int, kind: Kind, space_id: int | None, *, by: Actor, now: datetime
) -> None:
    """Remove a space's own rule (its kind's holds again), or a kind's (the park's hours do); safe twice."""
    rule = find_rule(session, park_id, kind, space_id)
    if rule is None:
        return
    before = {"kind": kind.value, "space_id": space_id} | audited_facts(opening_of(rule))
    record(session, Action.RULE_DROPPED, "opening_rule", rule.id, by=by, now=now, before=before)
    session.delete(rule)
    session.flush()

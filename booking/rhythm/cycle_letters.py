"""Which letters of the cycle were written, and to whom they are still to be: known from their keys.

And which enterprises opened their list of a month, the one thing of the cycle that is noted.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, String, bindparam, cast, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, load_only

from booking.audit.actions import Action
from booking.audit.models import AuditEntry
from booking.db.rows import insert_into
from booking.mail.models import Letter
from booking.mail.outbox import LetterText, NewLetter
from booking.mail.queries import has_letter
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.people.models import Enterprise, Member, Role
from booking.rhythm.cycle_days import CycleStep, StepDays, due_steps
from booking.rhythm.models import ListOpening
from booking.values import Month, local_day

CHASE = "chase"
"""The letter of the 15th to whoever answers needs."""


def step_letter_key(step: str, month: Month, owner_id: int, member_id: int | None = None) -> str:
    """Name the one letter of a step, month and enterprise; that to a further manager names them as well."""
    key = f"cycle-{step}:{month.key}:{owner_id}"
    return key if member_id is None else f"{key}:{member_id}"


def _key_of(step: str, month: Month, owner: InstrumentedAttribute[int]) -> ColumnElement[str]:
    return literal(f"cycle-{step}:{month.key}:") + cast(owner, String)


def step_letters_to(
    step: str, month: Month, owner_id: int, readers: Sequence[tuple[Member, LetterText]]
) -> list[NewLetter]:
    """Address a step's letter to the managers of an enterprise; the first one's key stands for all."""
    return [
        NewLetter(step_letter_key(step, month, owner_id, reader.id if number else None), reader.email, text)
        for number, (reader, text) in enumerate(readers)
    ]


def was_written(step: str, month: Month, owner: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """SQL condition: the letter of the step is there."""
    return has_letter(f"cycle-{step}:{month.key}:", owner)


def written_at(session: Session, step: CycleStep, month: Month, park_id: int) -> dict[int, datetime]:
    """Tell when which enterprises of a park were written to, by id."""
    rows = session.execute(
        select(Enterprise.id, Letter.created_at)
        .join(Letter, Letter.key == _key_of(step, month, Enterprise.id))
        .where(Enterprise.park_id == park_id)
        .order_by(Enterprise.id)
    )
    return {row.id: row.created_at for row in rows}


def letters_written(session: Session, step: CycleStep, month: Month, owner_id: int) -> Sequence[Letter]:
    """Give the letters of a step to an enterprise, one for each manager; what they say is theirs alone."""
    key = step_letter_key(step, month, owner_id)
    theirs = or_(Letter.key == key, Letter.key.startswith(f"{key}:", autoescape=True))
    without_words = load_only(Letter.created_at, Letter.sent_at, Letter.failed_at, Letter.message_id)
    return session.scalars(select(Letter).where(theirs).options(without_words).order_by(Letter.id)).all()


def opened_on(session: Session, park: Park) -> datetime | None:
    """Tell when the park was founded here, from the trail; None for one of before there was one."""
    founded = select(func.min(AuditEntry.at)).where(
        AuditEntry.subject == "park",
        AuditEntry.subject_id == park.id,
        AuditEntry.action == Action.PARK_CREATED.value,
    )
    return session.scalar(founded)


def due_now(session: Session, park: Park, now: datetime) -> list[StepDays]:
    """Give the steps of a park whose letters are to go out; none of a month that it did not have."""
    local = now.astimezone(park.zone)
    month = Month.of(now, park.zone)
    calendar = park_calendar(session, park.id)
    due = due_steps(local, month, calendar)
    if not due:
        return []
    founded = opened_on(session, park)
    return [days for days in due if days.had(None if founded is None else local_day(founded, park.zone))]


def find_due(session: Session, park: Park, step: CycleStep, now: datetime) -> StepDays | None:
    """Give the days of a step that is due in a park, or None."""
    return next((days for days in due_now(session, park, now) if days.step is step), None)


def still_to_write(park: Park, days: StepDays, now: datetime) -> Select[int]:
    """Select the enterprises that a step concerns, that somebody can be written to at, and nobody was yet."""
    about = days.month.previous.last_day if days.step is CycleStep.LIST else days.day
    reached = exists().where(
        Member.enterprise_id == Enterprise.id,
        Member.role == Role.MANAGER,
        Member.active,
        Member.password_hash.is_not(None),
    )
    return (
        select(Enterprise.id)
        .where(
            Enterprise.park_id == park.id,
            Enterprise.joined_on <= about,
            or_(Enterprise.left_on.is_(None), Enterprise.left_on >= local_day(now, park.zone)),
            reached,
            ~was_written(days.step, days.month, Enterprise.id),
        )
        .order_by(Enterprise.id)
    )


def ids_to_write(session: Session, parks: Iterable[Park], step: CycleStep, now: datetime) -> list[int]:
    """Name the enterprises to write to now, park by park."""
    due = [(park, find_due(session, park, step, now)) for park in parks]
    return [
        one for park, days in due if days for one in session.scalars(still_to_write(park, days, now)).all()
    ]


def open_list(session: Session, enterprise_id: int, month: Month, *, now: datetime) -> None:
    """Keep when it was opened first; later times, and two at once, change nothing."""
    facts = {"enterprise_id": enterprise_id, "month_key": month.key, "opened_at": now}
    session.execute(insert_into(session, ListOpening).values(facts).on_conflict_do_nothing())


OPENED = select(ListOpening.month_key).where(
    ListOpening.enterprise_id == bindparam("enterprise_id"), ListOpening.month_key == bindparam("month_key")
)


def is_opened(session: Session, enterprise_id: int, month: Month) -> bool:
    """Tell whether it was opened before; what a page asks before it writes."""
    asked = {"enterprise_id": enterprise_id, "month_key": month.key}
    return session.connection().execute(OPENED, asked).first() is not None


def has_list(enterprise: Enterprise, month: Month) -> bool:
    """Tell whether there is a list of a month: it is about the one before, which it has to have had."""
    return enterprise.joined_on < month.first_day


def openings(session: Session, park: Park, month: Month) -> Mapping[int, datetime]:
    """Tell which enterprises of a park opened their list of a month, and when first, by id."""
    rows = session.execute(
        select(ListOpening.enterprise_id, ListOpening.opened_at)
        .join(Enterprise, Enterprise.id == ListOpening.enterprise_id)
        .where(Enterprise.park_id == park.id, ListOpening.month_key == month.key)
        .order_by(ListOpening.enterprise_id)
    )
    return {row.enterprise_id: row.opened_at for row in rows}

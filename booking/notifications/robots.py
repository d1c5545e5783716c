"""Robots that tell an enterprise's chat group: entered, changed, taken away, switched off where they fail."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action, Actor
from booking.audit.trail import change_row, record
from booking.db import NO_KEY_UPDATE, lock_row
from booking.mail.models import Channel, Letter
from booking.mail.outbox import LetterText, settle_letter, write_letter
from booking.mail.transport import TransportError
from booking.notifications import rules
from booking.notifications.models import GroupRobot
from booking.notifications.ports import SecretBox
from booking.parks.models import Park
from booking.people.models import Member, Role
from booking.reservations.history import ToldChange
from booking.reservations.models import Reservation, ReservationState
from booking.spaces.models import Kind, Space
from booking.values import Span, day_span


def add_robot(
    session: Session, member: Member, address: str, name: str, *, box: SecretBox, by: Actor, now: datetime
) -> GroupRobot:
    """Enter a robot for the enterprise of who runs it; its address is kept closed, and nowhere else.

    It tells both until that is changed. Raises NotARobot, RobotIsThere, TooManyRobots.
    """
    kind = rules.robot_kind(address)
    lock_row(session, Member, member.id)
    there = robots_of(session, member.enterprise_id)
    for one in there:
        if box.open(one.closed) == address:
            raise rules.RobotIsThere(one.name)
    if len(there) >= rules.MOST_ROBOTS:
        raise rules.TooManyRobots(rules.MOST_ROBOTS)
    robot = GroupRobot(
        park_id=member.park_id,
        enterprise_id=member.enterprise_id,
        added_by_id=member.id,
        kind=kind,
        name=name,
        closed=box.close(address),
        tail=address[-rules.TAIL :],
        tells_day=True,
        tells_changes=True,
        failures=0,
        added_at=now,
    )
    session.add(robot)
    session.flush()
    facts = {"kind": kind.value, "name": name}
    record(session, Action.ROBOT_ADDED, "robot", robot.id, by=by, now=now, after=facts, park_id=robot.park_id)
    return robot


def robots_of(session: Session, enterprise_id: int | None) -> Sequence[GroupRobot]:
    """List an enterprise's robots, the oldest first."""
    mine = select(GroupRobot).where(GroupRobot.enterprise_id == enterprise_id, GroupRobot.gone_at.is_(None))
    return session.scalars(mine.order_by(GroupRobot.id)).all()


def robot_of(session: Session, enterprise_id: int, robot_id: int) -> GroupRobot | None:
    """Give a robot of the enterprise, locked; another's is as good as none."""
    mine = select(GroupRobot).where(GroupRobot.id == robot_id, GroupRobot.enterprise_id == enterprise_id)
    return session.scalar(mine.where(GroupRobot.gone_at.is_(None)).with_for_update(key_share=True))


def change_robot(
    session: Session, robot: GroupRobot, facts: dict[str, Any], *, by: Actor, now: datetime
) -> None:
    """Change what a robot tells, or switch it on again after it failed; the same twice changes nothing."""
    before, after = change_row(robot, facts)
    if "off_at" in after:
        robot.failures, robot.off_because = 0, None
    if after:
        record(session, Action.ROBOT_CHANGED, "robot", robot.id, by=by, now=now, before=before, after=after)
        session.flush()


def note_try(session: Session, robot: GroupRobot, *, now: datetime) -> None:
    """Count a try before it is made, so that two at once are one; raises TriedJustNow.

    One in TRY_AGAIN_AFTER for all robots of the enterprise, those taken away since included. A time later
    than now means that the clock was set back, and holds nobody up.
    """
    theirs = select(GroupRobot).where(GroupRobot.enterprise_id == robot.enterprise_id)
    ordered = theirs.order_by(GroupRobot.id).with_for_update(key_share=True)
    rows = session.scalars(ordered.execution_options(populate_existing=True)).all()
    waits = (
        one.tried_at + rules.TRY_AGAIN_AFTER - now for one in rows if one.tried_at and one.tried_at <= now
    )
    wait = max(waits, default=timedelta())
    if wait > timedelta():
        raise rules.TriedJustNow(-int(-wait.total_seconds() // 1))
    robot.tried_at = now
    session.flush()


def remove_robot(session: Session, robot: GroupRobot, *, by: Actor, now: datetime) -> None:
    """Take a robot away, its address with it; what waits for it is not sent."""
    robot.gone_at, robot.closed = now, ""
    before = {"kind": robot.kind.value, "name": robot.name}
    record(
        session, Action.ROBOT_REMOVED, "robot", robot.id, by=by, now=now, before=before, park_id=robot.park_id
    )
    session.flush()


def last_failures(session: Session, robots: Sequence[GroupRobot]) -> dict[int, tuple[datetime, str]]:
    """Tell when the latest message that did not arrive was written, and why, where the last one did not."""
    failing = [one.id for one in robots if one.failures and one.off_at is None]
    if not failing:
        return {}
    why = select(Letter.robot_id, Letter.created_at, Letter.last_error)
    lost = why.where(Letter.robot_id.in_(failing), Letter.last_error.is_not(None), Letter.sent_at.is_(None))
    latest = session.execute(lost.order_by(Letter.created_at.desc(), Letter.id.desc()).limit(MOST_LOOKED_AT))
    rows = reversed(latest.all())
    return {row.robot_id: (row.created_at, row.last_error) for row in rows}


MOST_LOOKED_AT = 50


def where_to_say(session: Session, letter: Letter, box: SecretBox, now: datetime) -> str | None:
    """Give the address that a message goes to; None where the robot is off or it is too late to tell."""
    robot = session.get(GroupRobot, letter.robot_id)
    too_late = now - letter.created_at > TOO_LATE_AFTER
    if robot is None or robot.off_at or robot.gone_at or too_late:
        return None
    return box.open(robot.closed)


TOO_LATE_AFTER = timedelta(hours=4)
Failed = Callable[[GroupRobot, Member], LetterText]
"""Words the letter to a manager whose robot was switched off."""


def settle_robot(
    session: Session, letter_id: int, trouble: TransportError | None, *, letter: Failed, now: datetime
) -> None:
    """Record what a robot answered; after MOST_FAILURES in a row it is off, and its managers hear of it.

    Only who gets there first switches it off, so that they hear of it once.
    """
    settle_letter(session, letter_id, trouble, now=now)
    robot_id = session.get_one(Letter, letter_id).robot_id
    robot = session.get(GroupRobot, robot_id, with_for_update=NO_KEY_UPDATE, populate_existing=True)
    if robot is None or robot.off_at is not None:
        return
    robot.failures = robot.failures + 1 if trouble else 0
    if trouble is None or robot.failures < rules.MOST_FAILURES:
        return
    robot.off_at, robot.off_because = now, trouble.reason[:LONGEST_REASON]
    by = Actor.system("robots", robot.park_id)
    facts = {"name": robot.name, "failures": robot.failures}
    record(session, Action.ROBOT_SWITCHED_OFF, "robot", robot.id, by=by, now=now, after=facts)
    for manager in _managers(session, robot.enterprise_id):
        key = f"robot-off:{robot.id}:{letter_id}:{manager.id}"
        write_letter(session, robot.park_id, key, manager.email, letter(robot, manager), now=now)


LONGEST_REASON = 200


def _managers(session: Session, enterprise_id: int) -> Sequence[Member]:
    theirs = select(Member).where(Member.enterprise_id == enterprise_id, Member.role == Role.MANAGER)
    return session.scalars(theirs.where(Member.active).order_by(Member.id)).all()


def robots_due(session: Session, parks: Sequence[Park], now: datetime) -> list[int]:
    """Name the robots that have yet to tell the day's bookings; after noon nobody needs them told."""
    due: list[int] = []
    for park in parks:
        there = now.astimezone(park.zone)
        if FROM <= there.time() < UNTIL:
            told = or_(GroupRobot.told_on.is_(None), GroupRobot.told_on < there.date())
            on = GroupRobot.tells_day & GroupRobot.off_at.is_(None) & GroupRobot.gone_at.is_(None)
            wanted = select(GroupRobot.id).where(GroupRobot.park_id == park.id, on, told)
            due += session.scalars(wanted.order_by(GroupRobot.id)).all()
    return due


FROM, UNTIL = time(8), time(12)
DayText = Callable[[GroupRobot, date, Sequence[Reservation]], LetterText]
"""Words the bookings of a day, which are never none."""


def tell_day(session: Session, robot_id: int, *, letter: DayText, now: datetime) -> bool:
    """Let a robot tell the day's bookings of its enterprise, once a day; without any it says nothing."""
    robot = lock_row(session, GroupRobot, robot_id)
    zone = robot.added_by.park.zone
    today = now.astimezone(zone).date()
    if robot.told_on is not None and robot.told_on >= today:
        return False
    robot.told_on = today
    rows = _booked_on(session, robot.enterprise_id, day_span(today, zone))
    if rows:
        _say(session, robot, f"robot-day:{robot.id}:{today}", letter(robot, today, rows), now)
    session.flush()
    return bool(rows)


def _booked_on(session: Session, enterprise_id: int, day: Span) -> Sequence[Reservation]:
    return session.scalars(
        select(Reservation)
        .join(Space, Space.id == Reservation.space_id)
        .options(joinedload(Reservation.space), joinedload(Reservation.member))
        .where(Reservation.enterprise_id == enterprise_id, Space.kind != Kind.STORAGE)
        .where(Reservation.starts_at >= day.start, Reservation.starts_at < day.end)
        .where(Reservation.state.in_([ReservationState.BOOKED, ReservationState.IN_USE]))
        .order_by(Reservation.starts_at, Reservation.id)
    ).all()


OF_USE = (Action.STAY_CHECKED_IN, Action.STAY_CHECKED_OUT)
"""What the front desk did for who stood there is theirs to know, and no change of the booking."""
ActText = Callable[[GroupRobot, Member, Sequence[ToldChange]], LetterText]
"""Words what somebody outside of the enterprise did to a colleague's bookings."""


def tell_group(
    session: Session, member: Member, told: Sequence[ToldChange], *, letter: ActText, now: datetime
) -> None:
    """Let the robots of a member's enterprise tell of an act on their bookings, if the park did it.

    In the transaction of the letter to that member, and under a key of the act: once.
    """
    change = told[0][0]
    if change.action in OF_USE:
        return
    actor = session.get(Member, change.actor_id) if change.actor_id else None
    if actor is not None and actor.enterprise_id == member.enterprise_id:
        return
    for robot in robots_of(session, member.enterprise_id):
        if robot.tells_changes and robot.off_at is None:
            key = f"robot-changes:{robot.id}:{change.id}"
            _say(session, robot, key, letter(robot, member, told), now)


def _say(session: Session, robot: GroupRobot, key: str, content: LetterText, now: datetime) -> None:
    to, way = f"{robot.name} …{robot.tail}", (Channel.ROBOT, robot.id)
    write_letter(session, robot.park_id, key, to, content, now=now, way=way)

"""Reserve a space for an enterprise; and gather what the rules look at before they judge a span."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.db.ready import ReadyStatement
from booking.db.rows import Follower, at_first, facts_of, insert_once, object_of
from booking.parks.models import Park
from booking.parks.queries import note_edition, park_at_hand, park_calendar
from booking.people.enterprises import check_tenancy
from booking.reservations.approval.agree import ToJudge, as_judged, ask_manager
from booking.reservations.approval.requests import promise
from booking.reservations.approval.rules import Answerer, who_answers
from booking.reservations.claim import claim
from booking.reservations.history import first_step, log_change
from booking.reservations.models import OPEN_STATES, Reservation, ReservationState
from booking.reservations.queries import is_free
from booking.reservations.quotas.quotas import check_quota
from booking.reservations.refusals import AskedAlready, Taken
from booking.reservations.rules import BookingContext, check_in_service, check_new, check_people
from booking.reservations.space_queries import RULES_OF_PARK, read_rules, space_row
from booking.spaces.extended.extended_hours import hold_extended_hours
from booking.spaces.models import AnySpace, Kind
from booking.spaces.queries import rule_for
from booking.spaces.rules import Opening
from booking.spaces.standing import (
    SPACE_STANDING,
    HeldSpace,
    ParkStanding,
    standing_of_park,
    standing_of_rows,
)
from booking.values import Money, Refusal, Span, local_day

STANDING_AND_RULES = ReadyStatement(
    SPACE_STANDING.add_columns(*RULES_OF_PARK).join(Park, Park.id == bindparam("park_id"))
)


def hold_to_book(session: Session, park_id: int, space_id: int) -> HeldSpace | None:
    """Hold a space of this park until the transaction ends, as it is now; None where it is another's."""
    standing = _hold_with_rules(session, park_id, space_id)
    row = space_row(session, park_id, space_id)
    if standing is None or row is None:
        return None
    return HeldSpace(row.id, row.park_id, row.kind, row.code, row.capacity, row.area_hundredths, *standing)


def _hold_with_rules(session: Session, park_id: int, space_id: int) -> ParkStanding | None:
    """Lock it, and read what rules ask of the park. SQLite's one writer holds everything."""
    if session.get_bind().dialect.name == "sqlite":
        read_rules(session, park_id)
        return standing_of_park(session, park_id).get(space_id)
    asked = {"park_id": park_id, "space_id": space_id}
    rows = STANDING_AND_RULES.all(session.connection(), asked)
    if not rows:
        return None
    (park,) = facts_of(rows[0][-len(RULES_OF_PARK) :], RULES_OF_PARK)
    note_edition(session, object_of(session, Park, park))
    return standing_of_rows(rows)


def reserve(
    session: Session,
    space: AnySpace,
    span: Span,
    *,
    quote: Money,
    by: Actor,
    now: datetime,
    people: int = 1,
    purpose: str = "",
    idempotency_key: str | None = None,
) -> Reservation:
    """Book the space for the enterprise of `by`; where park or manager have to agree, only request it.

    A request holds nothing until it is approved. `idempotency_key` (up to 40 characters) is the form's
    one-time key: the same form sent twice gives the reservation it made the first time. Raises what the
    rules refuse, NobodyToAsk, AskedAlready of what would be asked for a second time, or Taken.
    """
    key = stored_key(by, idempotency_key)
    try:
        at = _judge(session, space, span, by=by, now=now, people=people)
    except Refusal:
        if made := made_before(session, key, span, space):
            return made
        raise
    facts = request_facts(space, span, quote, by=by, now=now, people=people, purpose=purpose)
    [wish] = as_judged(session, by.rights, by.enterprise_id, [ToJudge(space, span, quote)], hold=True)
    asked = who_answers(by.rights, wish, park_approves=at.opening.needs_approval)
    if asked is not None:
        facts |= {"state": ReservationState.REQUESTED, "answerer": asked}
    if asked is Answerer.PARK:
        facts["answer_by"] = promise(session, space.park_id, space.kind, span.start, now)
    steps = first_step(facts, by=by, now=now)
    once = key
    while (reservation := keep_once(session, facts, once, steps)) is None:
        if made := made_before(session, key, span, space):
            return made
        once = take_over(session, sent_before(session, key), key)
    _hold_or_ask(session, reservation, space, asked, buffer_minutes=at.opening.buffer_minutes)
    if not steps:
        log_change(session, reservation, Action.RESERVATION_MADE, None, by=by, now=now)
    return reservation


def _hold_or_ask(
    session: Session,
    reservation: Reservation,
    space: AnySpace,
    asked: Answerer | None,
    *,
    buffer_minutes: int,
) -> None:
    span = Span(reservation.starts_at, reservation.ends_at)
    if asked is None:
        claim(session, space, span, reservation, buffer_minutes=buffer_minutes)
        return
    check_asked_once(session, reservation, space, span)
    if not is_free(session, space, span):
        raise Taken(space.id, span)
    if asked is Answerer.MANAGER:
        ask_manager(session, reservation)


def check_asked_once(session: Session, request: Reservation, space: AnySpace, span: Span) -> None:
    """Refuse what its asker asked for already and waits for, as one place cannot be had twice.

    Of two forms sent at the same instant either may stand; one of them is granted. Raises AskedAlready.
    """
    same = (Reservation.starts_at == span.start, Reservation.ends_at == span.end)
    whose = (Reservation.member_id == request.member_id, Reservation.space_id == space.id)
    waits = (Reservation.state == ReservationState.REQUESTED, Reservation.id != request.id)
    before = select(Reservation.id).where(*whose, *same, *waits).order_by(Reservation.id).limit(1)
    if (earlier := session.scalar(before)) is not None:
        raise AskedAlready(earlier)


def _judge(
    session: Session, space: AnySpace, span: Span, *, by: Actor, now: datetime, people: int
) -> BookingContext:
    """Ask all rules that need no claim; gives what they looked at."""
    at = booking_context_for(session, space, span, now, hold=True)
    check_tenancy(session, space.park_id, by.enterprise_id, span, at.zone)
    check_in_service(space.retired_at, space.code, span)
    check_people(people, space.capacity)
    check_new(span, at)
    check_quota(session, space, span, by.enterprise_id, by.member_id)
    return at


def request_facts(
    space: AnySpace, span: Span, quote: Money, *, by: Actor, now: datetime, people: int, purpose: str
) -> dict[str, Any]:
    """Write down who asks for what, by the columns of a reservation."""
    if by.enterprise_id is None or by.member_id is None:
        raise TypeError("only a tenant's member reserves")
    return {
        "park_id": space.park_id,
        "enterprise_id": by.enterprise_id,
        "member_id": by.member_id,
        "space_id": space.id,
        "starts_at": span.start.astimezone(UTC),
        "ends_at": span.end.astimezone(UTC),
        "state": ReservationState.BOOKED,
        "purpose": purpose.strip(),
        "people": people,
        "quote": quote,
        "created_at": now,
    }


def stored_key(by: Actor, idempotency_key: str | None) -> str | None:
    """Make a form's one-time key the member's own, so that nobody meets somebody else's reservation."""
    return f"{by.member_id}.{idempotency_key}" if idempotency_key else None


def made_before(
    session: Session, key: str | None, span: Span, space: AnySpace | None = None
) -> Reservation | None:
    """Find what this form made before and still stands; None where it was sent again for something else."""
    made = sent_before(session, key)
    return made if made is not None and is_for(made, span, space) else None


STANDING = (*OPEN_STATES, ReservationState.IN_USE)
SENT_BEFORE = select(Reservation).where(Reservation.idempotency_key == bindparam("key"))


def sent_before(session: Session, key: str | None) -> Reservation | None:
    """Find the reservation that keeps this one-time key."""
    return session.scalar(SENT_BEFORE, {"key": key}) if key else None


def is_for(reservation: Reservation, span: Span, space: AnySpace | None) -> bool:
    """Tell whether it is asked for or booked at that time, and in that space where one is named.

    What was cancelled, declined or is over stands no more: who sends its form again asks for it anew.
    """
    same_space = space is None or reservation.space_id == space.id
    return (
        same_space
        and reservation.state in STANDING
        and Span(reservation.starts_at, reservation.ends_at) == span
    )


reservations = cast("Table", Reservation.__table__)
AS_MADE = at_first(Reservation)


def keep_once(
    session: Session, facts: dict[str, Any], key: str | None, steps: Sequence[Follower] = ()
) -> Reservation | None:
    """Insert it under its one-time key, and `steps` with it; None where its double was quicker."""
    facts = AS_MADE | facts | {"idempotency_key": key}
    number = insert_once(session, reservations, facts, "idempotency_key", steps)
    return None if number is None else object_of(session, Reservation, facts | {"id": number})


def take_over(session: Session, earlier: Reservation | None, key: str | None) -> str | None:
    """Give the one-time key to use where the page was sent before; None where what it made still stands.

    What was cancelled, declined or is over gives its key up, so that pressing again twice asks once.
    """
    if earlier is None:
        return key
    if earlier.state in STANDING:
        return None
    mine = Reservation.id == earlier.id, Reservation.idempotency_key == key
    session.execute(update(Reservation).where(*mine).values(idempotency_key=None))
    return key


ONE_DAY = timedelta(days=1)


def booking_context(
    session: Session, park: Park, kind: Kind, opening: Opening, now: datetime
) -> BookingContext:
    """Gather what holds for a kind and its rule."""
    return BookingContext(
        opening=opening,
        zone=park.zone,
        calendar=park_calendar(session, park.id),
        now=now,
        by_day=kind is Kind.STORAGE,
    )


def booking_context_for(
    session: Session, space: AnySpace, span: Span, now: datetime, *, hold: bool = False
) -> BookingContext:
    """Gather what holds for a span of a space; who books holds the extended hours of the day."""
    park = park_at_hand(session, space.park_id)
    day = local_day(span.start, park.zone)
    since = day - ONE_DAY
    rule = held_rule(session, space, since, day=day) if hold else rule_for(session, space, since=since)
    return booking_context(session, park, space.kind, rule, now)


def held_rule(session: Session, space: AnySpace, since: date, *, day: date | None = None) -> Opening:
    """Give what holds for a space from a day on, for who books; its extended hours are held.

    Those of one day, or of all days: nobody takes them back before the transaction ends.
    """
    rule = rule_for(session, space, since=since)
    days = {one.day for one in rule.extended if day is None or one.day == day}
    if not days:
        return rule
    hold_extended_hours(session, space.park_id, *days)
    return rule_for(session, space, since=since, anew=True)

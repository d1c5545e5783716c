"""Reserve any one of several spaces that would all do: "any desk on floor 3"."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.parks.models import Park
from booking.people.enterprises import check_tenancy
from booking.reservations.approval.agree import ToJudge, as_judged
from booking.reservations.approval.rules import why_ask
from booking.reservations.claim import claim, with_buffer
from booking.reservations.free_time.queries import taken_times
from booking.reservations.history import log_change
from booking.reservations.models import Reservation
from booking.reservations.quotas.quotas import check_quota
from booking.reservations.refusals import AskForOne, NothingFree, Taken
from booking.reservations.reserve import (
    booking_context,
    is_for,
    keep_once,
    made_before,
    request_facts,
    reserve,
    sent_before,
    stored_key,
    take_over,
)
from booking.reservations.rules import check_in_service, check_new, check_people
from booking.spaces.extended.extended_hours import hold_extended_hours
from booking.spaces.models import Space
from booking.spaces.queries import rules_for
from booking.values import Money, Refusal, Span, local_day


def reserve_from_pool(  # noqa: PLR0913 - the facts of a reservation, and how to choose and to price
    session: Session,
    spaces: Sequence[Space],
    span: Span,
    *,
    quote: Callable[[Space], Money],
    choose: Callable[[Sequence[Space]], Space],
    by: Actor,
    now: datetime,
    people: int = 1,
    purpose: str = "",
    idempotency_key: str | None = None,
) -> Reservation:
    """Book a random free member of the pool; where somebody else is quicker, try another, a few times.

    `choose` is `random.choice` or alike: who always takes the first loses most races. Spaces that need
    approval, are too small or out of service do not belong to the pool. Where whoever asks may book none of
    it alone, one is asked for, of their manager. Raises the rules' refusal, NobodyToAsk, or AskForOne, where
    no space of the pool may be had then, NothingFree where all are taken.
    """
    key = stored_key(by, idempotency_key)
    earlier = sent_before(session, key)
    if earlier is not None and is_for(earlier, span, None):
        return earlier
    left, made = _left_or_made(session, spaces, span, key, people, by, now)
    if made is not None:
        return made
    once, alone = take_over(session, earlier, key), _alone(session, left, span, quote, by)
    if len(alone) < len(left[:1]):  # there is something, and nothing of it without the manager
        one = choose(left)
        facts: dict[str, Any] = {"by": by, "now": now, "people": people, "purpose": purpose}
        return reserve(
            session, one, span, quote=quote(one), idempotency_key=once and idempotency_key, **facts
        )

    def facts_of(space: Space) -> dict[str, Any]:
        return request_facts(space, span, quote(space), by=by, now=now, people=people, purpose=purpose)

    got = _first_got(session, alone, span, choose, facts_of, once)
    if got is None:
        return _made_meanwhile(session, key, span)
    log_change(session, got, Action.RESERVATION_MADE, None, by=by, now=now)
    return got


MOST_TRIES = 8


def _first_got(
    session: Session,
    left: list[Space],
    span: Span,
    choose: Callable[[Sequence[Space]], Space],
    facts_of: Callable[[Space], dict[str, Any]],
    key: str | None,
) -> Reservation | None:
    """Try one after the other; None where nothing is left, or the form's double was quicker.

    Raises NothingFree where others were.
    """
    reservation: Reservation | None = None
    for _ in range(min(MOST_TRIES, len(left))):
        space = choose(left)
        left.remove(space)
        if reservation is None:
            reservation = keep_once(session, facts_of(space), key)
            if reservation is None:
                return None
        if _got(session, reservation, space, span):
            reservation.quote = facts_of(space)["quote"]
            return reservation
    if reservation is None:
        return None
    raise NothingFree(span)


def _made_meanwhile(session: Session, key: str | None, span: Span) -> Reservation:
    """Give what the form's double made; raises NothingFree where it was for something else."""
    if made := made_before(session, key, span):
        return made
    raise NothingFree(span)


def _alone(
    session: Session, left: Sequence[Space], span: Span, quote: Callable[[Space], Money], by: Actor
) -> list[Space]:
    """Keep what whoever asks may book without asking."""
    asked = [ToJudge(one, span, quote(one)) for one in left]
    wishes = as_judged(session, by.rights, by.enterprise_id, asked, hold=True)
    return [one for one, wish in zip(left, wishes, strict=True) if why_ask(by.rights, wish) is None]


def _left_or_made(
    session: Session,
    spaces: Sequence[Space],
    span: Span,
    key: str | None,
    people: int,
    by: Actor,
    now: datetime,
) -> tuple[list[Space], Reservation | None]:
    """Give what fits; or what the form's double made, who may have had the last of a quota meanwhile."""
    try:
        return fit_and_free(session, spaces, span, people=people, by=by, now=now), None
    except Refusal:
        made = made_before(session, key, span)
        if made is None:
            raise
        return [], made


def _got(session: Session, reservation: Reservation, space: Space, span: Span) -> bool:
    reservation.space_id, reservation.space = space.id, space
    try:
        claim(session, space, span, reservation)
    except Taken:
        return False
    return True


def fit_and_free(
    session: Session,
    spaces: Sequence[Space],
    span: Span,
    *,
    people: int,
    by: Actor,
    now: datetime,
    hold: bool = True,
) -> list[Space]:
    """Keep the members that may be had and are free; raises the last refusal where none may.

    Who books holds the quotas and the hours that are told for a day till the commit; who only asks does not.
    """
    if not spaces:
        return []
    park, kind = session.get_one(Park, spaces[0].park_id), spaces[0].kind
    day = local_day(span.start, park.zone)
    rules = rules_for(session, park.id, since=day)
    if hold and any(one.day == day for several in rules.extended.values() for one in several):
        hold_extended_hours(session, park.id, day)
        rules = rules_for(session, park.id, since=day, anew=True)
    at = booking_context(session, park, kind, rules.kind(kind), now)
    check_tenancy(session, park.id, by.enterprise_id, span, at.zone)
    check_quota(session, spaces[0], span, by.enterprise_id, by.member_id, hold=hold)
    usable: list[tuple[Space, Span]] = []
    refused: Refusal | None = None
    for space in sorted(spaces, key=lambda one: (one.capacity, one.id)):  # the largest has the last word
        opening = rules.of(space.id, kind)
        try:
            check_in_service(space.retired_at, space.code, span)
            check_people(people, space.capacity)
            check_new(span, replace(at, opening=opening))
        except Refusal as refusal:
            refused = refusal
            continue
        if opening.needs_approval:
            refused = refused or AskForOne()
        else:
            kept = with_buffer(session, space, span, buffer_minutes=opening.buffer_minutes)
            usable.append((space, kept))
    if refused and not usable:
        raise refused
    return _nobody_has(session, usable)


def _nobody_has(session: Session, usable: Sequence[tuple[Space, Span]]) -> list[Space]:
    """Keep those where a use that takes so long would meet no claim; one query, whatever their rules."""
    if not usable:
        return []
    used = {span for _, span in usable}
    some = usable[0][0]
    taken = taken_times(session, some.park_id, some.kind, max(used))  # they begin alike
    taken_at = {span: taken.spaces_at(span) for span in used}
    return [space for space, span in usable if space.id not in taken_at[span]]

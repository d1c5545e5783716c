"""By when the park answers, what it proposes instead, and who is reminded: yes, every no, and twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from booking.audit.actions import Actor, BookingRights
from booking.audit.models import AuditEntry
from booking.jobs.job import run
from booking.jobs.reservations import REMIND_ANSWERS
from booking.mail.models import Letter
from booking.people.models import Enterprise, Member, Role
from booking.people.rules import EnterpriseHasLeft
from booking.reservations import refusals as no
from booking.reservations.approval.agree import agree, disagree
from booking.reservations.approval.proposals import (
    accept_proposal,
    ask_for_proposed,
    proposals_of,
    propose,
    refuse_proposal,
)
from booking.reservations.approval.requests import LATE, NOBODY, REMINDED, approve, decline, place_of
from booking.reservations.approval.rules import Answerer, NeedsManager, NotYoursToAnswer
from booking.reservations.approval.wait_again import expire
from booking.reservations.models import Occupancy, ProposedPlace, ReservationChange, ReservationState
from booking.reservations.move_or_cancel import cancel, move
from booking.reservations.quotas.models import Quota
from booking.reservations.quotas.rules import OverQuota, Per, QuotaPeriod
from booking.reservations.refusals import ProposalOver
from booking.reservations.reserve import reserve
from booking.reservations.set_end import set_end
from booking.spaces.models import Kind
from booking.values import Money, ReasonMissing, Span
from tests.harness.times import SHANGHAI, TUESDAY
from tests.reservations.test_verbs import ADMIN, Desk, hours

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(world):
    made = Desk(world)
    made.other = world.space(made.area, capacity=4)
    world.rule(made.park, needs_approval=True)
    return made


def at(words):
    return datetime.strptime(f"2026-{words}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def asks(desk, start=30, end=31, **facts):
    made = desk.reserve(start, end, **facts)
    assert made.state is ReservationState.REQUESTED
    return made


def proposes(desk, request, span=None, space=None, words="", **facts):
    told = {"quote": Money.yuan(60), "by": ADMIN, "now": TUESDAY} | facts
    return propose(desk.session, request.id, space or desk.other, span or hours(32, 33), words, **told)


def accepts(desk, request, **facts):
    return accept_proposal(desk.session, request.id, **{"by": desk.me, "now": TUESDAY} | facts)


def refuses(desk, request, **facts):
    return refuse_proposal(desk.session, request.id, **{"by": desk.me, "now": TUESDAY} | facts)


def standing(desk, request, now=TUESDAY):
    return proposals_of(desk.session, [request.id], now).get(request.id)


def history(desk, request):
    rows = select(ReservationChange).where(ReservationChange.reservation_id == request.id)
    return [row.what for row in desk.session.scalars(rows.order_by(ReservationChange.id))]


def holds(desk):
    return desk.session.scalars(select(Occupancy.reservation_id)).all()


# The promise.


@pytest.mark.parametrize(
    ("asked", "wanted", "answered_by"),
    [
        ("10-09 16:00", "10-20 10:00", "10-10 16:00"),  # Friday, before a make-up Saturday
        ("09-30 16:00", "10-20 10:00", "10-08 16:00"),  # over the National Day
        ("11-06 16:02", "11-20 10:00", "11-09 16:15"),  # over a weekend; up to a quarter of an hour
        ("11-03 09:00", "11-20 10:00", "11-03 18:00"),
        ("11-03 20:00", "11-20 10:00", "11-04 18:00"),  # in the evening nobody works
        ("11-03 16:00", "11-03 21:00", "11-03 21:00"),  # it would begin sooner
        ("11-03 16:00", "11-04 16:00", "11-04 16:00"),
    ],
)
def test_the_park_promises_a_working_day_and_never_later_than_the_start(desk, asked, wanted, answered_by):
    span = Span(at(wanted), at(wanted) + HOUR)
    request = reserve(desk.session, desk.room, span, quote=Money.yuan(80), by=desk.me, now=at(asked))
    assert (request.answer_by, request.answer_told) == (at(answered_by), NOBODY)


def test_the_park_says_how_many_working_hours_and_a_store_may_be_answered_all_its_first_day(desk):
    desk.park.answer_hours = 2
    desk.session.commit()
    assert asks(desk).answer_by == TUESDAY + 2 * HOUR
    store = desk.world.space(desk.area, Kind.STORAGE)
    desk.world.rule(desk.park, Kind.STORAGE, needs_approval=True)
    tonight = Span(TUESDAY + 8 * HOUR, TUESDAY + 15 * HOUR)
    late = TUESDAY + 8 * HOUR
    request = reserve(desk.session, store, tonight, quote=Money.yuan(8), by=desk.me, now=late)
    assert request.answer_by == TUESDAY + 15 * HOUR, "two working hours would be over tomorrow"


def test_what_is_booked_at_once_is_promised_nothing(desk):
    free = desk.world.space(desk.area)
    desk.world.rule(desk.park, space_id=free.id)
    assert desk.reserve(1, 2, space=free).answer_by is None


def test_who_asks_for_something_else_waits_anew_and_the_park_answers_no_later_for_its_own_move(desk):
    request = asks(desk)
    assert request.answer_by == TUESDAY + 9 * HOUR
    later = TUESDAY + 2 * HOUR
    move(desk.session, request.id, desk.room, hours(34, 35), **desk.facts(now=later))
    assert request.answer_by == at("11-04 11:00")
    set_end(desk.session, request.id, TUESDAY + 36 * HOUR, **desk.facts(now=later + HOUR))
    assert request.answer_by == at("11-04 12:00")
    move(desk.session, request.id, desk.other, hours(33, 34), **desk.facts(by=ADMIN, now=later + 2 * HOUR))
    assert request.answer_by == at("11-04 12:00")
    move(desk.session, request.id, desk.other, hours(12, 12.5), **desk.facts(by=ADMIN, now=TUESDAY))
    assert request.answer_by == TUESDAY + 12 * HOUR


def test_a_proposal_that_is_dearer_than_one_may_book_alone_is_asked_of_the_manager_and_of_nobody_after(desk):
    """Up to 70 alone, 90 proposed: the manager's yes books it, for the park said its own by proposing it."""
    by, manager = limited(desk)
    taken, late, cheap, dear = (
        asks(desk, start, start + 1, by=by, quote=Money.yuan(50)) for start in (26, 28, 30, 48)
    )
    for request, start in ((taken, 50), (late, 52), (dear, 54)):
        proposes(desk, request, hours(start, start + 1), quote=Money.yuan(90))
    proposes(desk, cheap, hours(56, 57), quote=Money.yuan(60))
    facts = {"by": by, "now": TUESDAY}
    for _ in range(2):
        ask_for_proposed(desk.session, dear.id, **facts)
        assert (dear.state, dear.answerer) == (ReservationState.REQUESTED, Answerer.MANAGER)
        assert (dear.space_id, dear.starts_at, dear.quote) == (
            desk.other.id,
            hours(54, 55).start,
            Money.yuan(90),
        )
    assert (dear.answer_by, holds(desk), standing(desk, dear)) == (None, [], None)
    agree(desk.session, dear.id, by=manager, now=TUESDAY)
    assert (dear.state, holds(desk)) == (ReservationState.BOOKED, [dear.id])
    assert ask_for_proposed(desk.session, dear.id, **facts).state is ReservationState.BOOKED, "pressed late"
    assert ask_for_proposed(desk.session, cheap.id, **facts).state is ReservationState.BOOKED, "taken alone"
    desk.session.commit()
    ask_for_proposed(desk.session, late.id, **facts)
    assert expire(desk.session, late.id, now=hours(52, 53).start)
    assert "not answered" not in str(last_reason(desk, late)), "the manager was asked, and did not answer"
    ask_for_proposed(desk.session, taken.id, **facts)
    move(
        desk.session,
        taken.id,
        desk.other,
        hours(58, 59),
        **desk.facts(by=by, now=TUESDAY, quote=Money.yuan(90)),
    )
    agree(desk.session, taken.id, by=manager, now=TUESDAY)
    assert (taken.state, taken.answerer) == (ReservationState.REQUESTED, Answerer.PARK), (
        "nobody proposed that"
    )
    with pytest.raises(ProposalOver):
        ask_for_proposed(desk.session, taken.id, **facts)


def test_a_managers_no_to_what_the_park_proposed_leaves_the_first_request_waiting_for_the_park(desk):
    """Asked for 26 to 27 at 50, proposed 50 to 51 at 90: their no is to the latter, as if it did not suit."""
    by, manager = limited(desk)
    request = asks(desk, 26, 27, by=by, quote=Money.yuan(50))
    proposes(desk, request, hours(50, 51), quote=Money.yuan(90))
    ask_for_proposed(desk.session, request.id, by=by, now=TUESDAY)
    with pytest.raises(ReasonMissing):
        disagree(desk.session, request.id, " ", by=manager, now=TUESDAY)
    with pytest.raises(no.OutOfDate):
        disagree(desk.session, request.id, "太贵", by=manager, now=TUESDAY, version=1)
    later = TUESDAY + 2 * HOUR
    disagree(desk.session, request.id, "太贵", by=manager, now=later, version=request.version)
    assert (request.state, request.answerer) == (ReservationState.REQUESTED, Answerer.PARK)
    assert place_of(request) == (desk.room.id, hours(26, 27))
    assert (request.quote, request.answer_by) == (Money.yuan(50), at("11-04 11:00")), "promised anew"
    assert (history(desk, request)[-1], last_reason(desk, request)) == ("reservation.not_agreed", "太贵")
    assert (holds(desk), standing(desk, request)) == ([], None)
    with pytest.raises(NotYoursToAnswer):  # twice
        disagree(desk.session, request.id, "太贵", by=manager, now=later)
    with pytest.raises(ProposalOver):
        ask_for_proposed(desk.session, request.id, by=by, now=later)
    proposes(desk, request, hours(52, 53), quote=Money.yuan(90))
    assert standing(desk, request), "the park may propose again"
    approve(desk.session, request.id, by=ADMIN, now=later)
    assert (request.state, holds(desk)) == (ReservationState.BOOKED, [request.id])


def test_where_the_first_request_cannot_wait_any_more_a_managers_no_is_the_end(desk):
    """Its start has passed, or a quota set meanwhile forbids it, or more come than it seats.

    So does a no to a first request.
    """
    by, manager = limited(desk)
    over, crowded, forbidden = (asks(desk, one, one + 1, by=by, quote=Money.yuan(50)) for one in (2, 28, 26))
    for one, start in ((over, 50), (crowded, 54), (forbidden, 52)):
        proposes(desk, one, hours(start, start + 1), quote=Money.yuan(90))
        ask_for_proposed(desk.session, one.id, by=by, now=TUESDAY)
    first = asks(desk, 60, 61, by=by)
    disagree(desk.session, over.id, "晚了", by=manager, now=TUESDAY + 2 * HOUR)
    crowded.people = desk.room.capacity + 1  # guests who were named once it was the other place
    desk.session.commit()
    disagree(desk.session, crowded.id, "太贵", by=manager, now=TUESDAY)
    whole_day = {"from_minute": 0, "until_minute": 1440}
    facts = {"kind": Kind.MEETING_ROOM, "per": Per.PERSON, "period": QuotaPeriod.DAY, "minutes": 30}
    desk.session.add(Quota(park_id=desk.park.id, **facts, **whole_day))
    desk.session.commit()
    disagree(desk.session, forbidden.id, "太贵", by=manager, now=TUESDAY)
    disagree(desk.session, first.id, "太贵", by=manager, now=TUESDAY)
    assert {one.state for one in (over, crowded, forbidden, first)} == {ReservationState.DECLINED}
    assert over.starts_at == hours(50, 51).start, "what was declined stays what they read"


def test_what_the_manager_left_unanswered_is_the_parks_turn_again(desk):
    """Proposed 30 to 31 instead of 52 to 53; nobody answers until 30, and the first has yet to come."""
    by, _ = limited(desk)
    request = asks(desk, 52, 53, by=by, quote=Money.yuan(50))
    proposes(desk, request, hours(30, 31), quote=Money.yuan(90))
    ask_for_proposed(desk.session, request.id, by=by, now=TUESDAY)
    begins = hours(30, 31).start
    assert not expire(desk.session, request.id, now=begins - HOUR)
    assert expire(desk.session, request.id, now=begins)
    assert (request.state, request.answerer) == (ReservationState.REQUESTED, Answerer.PARK)
    assert (request.starts_at, request.answer_by) == (hours(52, 53).start, at("11-05 13:00"))
    assert "not answered" in last_reason(desk, request)
    assert not expire(desk.session, request.id, now=begins)


def limited(desk):
    """Give `desk.me` who books up to 70 alone, and their manager."""
    firm = desk.session.get_one(Enterprise, desk.me.enterprise_id)
    boss = desk.world.member(firm, Role.MANAGER, password_hash="known")
    by = replace(desk.me, rights=BookingRights(up_to=Money.yuan(70)))
    return by, Actor(boss.name, boss.id, boss.park_id, boss.enterprise_id)


def last_reason(desk, request):
    rows = select(ReservationChange.reason).where(ReservationChange.reservation_id == request.id)
    return desk.session.scalars(rows.order_by(ReservationChange.id.desc())).first()


def test_while_the_manager_is_asked_the_park_promises_nothing_and_proposes_nothing(desk):
    by, manager = limited(desk)
    request = asks(desk, by=by)
    cheap = asks(desk, by=by, start=29, end=30, quote=Money.yuan(50))
    assert (request.answer_by, cheap.answer_by) == (None, TUESDAY + 9 * HOUR)
    with pytest.raises(NotYoursToAnswer):
        proposes(desk, request)
    later = TUESDAY + 2 * HOUR
    agree(desk.session, request.id, by=manager, now=later)
    assert request.answer_by == at("11-04 11:00"), "from when it was handed on"
    proposes(desk, cheap, quote=Money.yuan(90))
    with pytest.raises(NeedsManager):
        accepts(desk, cheap, by=by)
    desk.session.commit()
    assert accepts(desk, cheap, by=manager).state is ReservationState.BOOKED
    facts = desk.facts(by=by, now=later)
    move(desk.session, request.id, desk.room, hours(34, 35), **facts | {"quote": Money.yuan(80)})
    assert request.answer_by == at("11-04 11:00")
    move(desk.session, request.id, desk.room, hours(35, 36), **facts | {"quote": Money.yuan(99)})
    assert (request.answerer, request.answer_by) == (Answerer.MANAGER, None)


# Another place proposed.


def test_a_proposal_holds_nothing_and_is_taken_with_one_press(desk):
    request = asks(desk)
    proposal = proposes(desk, request, words="上午有活动")
    assert standing(desk, request) is proposal
    assert (holds(desk), request.state, request.version) == ([], ReservationState.REQUESTED, 2)
    booked = accepts(desk, request, version=2)
    assert (booked.state, booked.space_id, booked.quote) == (
        ReservationState.BOOKED,
        desk.other.id,
        Money.yuan(60),
    )
    assert (booked.starts_at, booked.ends_at) == (TUESDAY + 32 * HOUR, TUESDAY + 33 * HOUR)
    assert (holds(desk), booked.version) == ([request.id], 3)
    assert accepts(desk, request, version=2) is booked, "twice changes nothing"
    assert booked.version == 3
    assert history(desk, request) == ["reservation.made", "reservation.proposed", "reservation.agreed"]
    proposed = desk.session.scalars(
        select(ReservationChange).where(ReservationChange.what == "reservation.proposed")
    ).one()
    assert (proposed.old_space_id, proposed.new_space_id) == (desk.room.id, desk.other.id)
    assert (proposed.new_starts_at, proposed.reason) == (hours(32, 33).start, "上午有活动")
    trail = desk.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert trail[-2:] == ["reservation.proposed", "reservation.agreed"]


def test_what_does_not_suit_waits_for_the_park_again_with_a_promise_from_now_on(desk):
    request = asks(desk)
    proposes(desk, request)
    later = TUESDAY + 2 * HOUR
    refuses(desk, request, now=later, version=2)
    assert (standing(desk, request), request.state) == (None, ReservationState.REQUESTED)
    assert (request.answer_by, request.answer_told) == (at("11-04 11:00"), NOBODY)
    assert history(desk, request)[-1] == "reservation.not_agreed"
    assert refuses(desk, request, now=later, version=2).version == 3, "twice changes nothing"
    with pytest.raises(no.ProposalOver):
        accepts(desk, request, now=later)
    approve(desk.session, request.id, by=ADMIN, now=later)
    assert request.state is ReservationState.BOOKED


def test_another_proposal_takes_the_place_of_the_first_and_the_same_once_more_changes_nothing(desk):
    request = asks(desk)
    first = proposes(desk, request)
    assert proposes(desk, request, version=1) is first
    assert request.version == 2
    with pytest.raises(no.OutOfDate):
        proposes(desk, request, hours(33, 34), version=1)
    proposes(desk, request, hours(33, 34), version=2)
    assert desk.session.scalars(select(ProposedPlace.starts_at)).all() == [hours(33, 34).start]
    with pytest.raises(no.OutOfDate):
        accepts(desk, request, version=2)
    assert accepts(desk, request, version=3).starts_at == hours(33, 34).start


def test_only_what_can_be_had_is_proposed(desk):
    request, booked = asks(desk, people=3), asks(desk, 32, 33, space=desk.other)
    approve(desk.session, booked.id, by=ADMIN, now=TUESDAY)
    tiny = desk.world.space(desk.area, capacity=2)
    hall = desk.world.space(desk.area, Kind.HALL)
    quota = Quota(
        park_id=desk.park.id, kind=Kind.MEETING_ROOM, per=Per.PERSON, period=QuotaPeriod.DAY, minutes=120
    )
    desk.session.add(quota)
    desk.session.commit()
    refused = [
        (no.Taken, {}),
        (no.ProposesTheSame, {"space": desk.room, "span": hours(30, 31)}),
        (no.AnotherKind, {"space": hall}),
        (no.TooManyPeople, {"space": tiny}),
        (no.InThePast, {"span": hours(-2, -1)}),
        (no.OutsideOpeningHours, {"span": hours(21, 22)}),
        (no.AskedTooLate, {"now": TUESDAY + 30 * HOUR, "span": hours(33, 34)}),
        (OverQuota, {"span": hours(33, 35)}),
    ]
    for kind, facts in refused:
        with pytest.raises(kind):
            proposes(desk, request, **facts)
    assert (request.version, standing(desk, request)) == (1, None)
    desk.session.get_one(Enterprise, request.enterprise_id).left_on = date(2026, 11, 3)
    desk.session.commit()
    with pytest.raises(EnterpriseHasLeft):
        proposes(desk, request, hours(33, 34), now=TUESDAY + 26 * HOUR)
    cancel(desk.session, request.id, by=desk.me, now=TUESDAY)
    with pytest.raises(no.CannotChange):
        proposes(desk, request, hours(33, 34))


def test_a_place_that_somebody_got_meanwhile_is_not_taken_and_the_request_stays(desk):
    request = asks(desk)
    proposes(desk, request)
    quicker = asks(desk, 32, 33, space=desk.other, by=desk.somebody())
    approve(desk.session, quicker.id, by=ADMIN, now=TUESDAY)
    desk.session.commit()
    with pytest.raises(no.Taken):
        accepts(desk, request)
    desk.session.rollback()
    assert (request.state, holds(desk)) == (ReservationState.REQUESTED, [quicker.id])
    assert standing(desk, request) is not None


def test_a_quota_set_meanwhile_holds_when_it_is_taken(desk):
    request = asks(desk)
    proposes(desk, request, hours(32, 34))
    quota = Quota(
        park_id=desk.park.id, kind=Kind.MEETING_ROOM, per=Per.PERSON, period=QuotaPeriod.DAY, minutes=60
    )
    desk.session.add(quota)
    desk.session.commit()
    with pytest.raises(OverQuota):
        accepts(desk, request)


def test_a_proposal_is_over_with_its_own_start_and_then_the_park_owes_an_answer_again(desk):
    request = asks(desk, 52, 53)
    proposes(desk, request, hours(4, 5))
    assert request.answer_by == at("11-04 13:00"), "a working day from when the proposal is over"
    over = TUESDAY + 4 * HOUR
    assert standing(desk, request, over - timedelta(minutes=1))
    assert standing(desk, request, over) is None
    for verb in (accepts, refuses):
        with pytest.raises(no.ProposalOver):
            verb(desk, request, now=over)
    approve(desk.session, request.id, by=ADMIN, now=over)
    assert (request.starts_at, request.state) == (hours(52, 53).start, ReservationState.BOOKED)


def test_a_proposal_is_over_when_the_request_is_and_the_history_says_whose_turn_it_was(desk):
    request, unanswered = asks(desk, 2, 3), asks(desk, 2, 3, space=desk.other)
    proposes(desk, request)
    over = TUESDAY + 2 * HOUR
    assert standing(desk, request, over) is None
    assert expire(desk.session, request.id, now=over)
    assert expire(desk.session, unanswered.id, now=over)
    last = select(ReservationChange.reason).where(ReservationChange.what == "reservation.expired")
    reasons = desk.session.scalars(last.order_by(ReservationChange.id)).all()
    assert reasons == ["the park's proposal was not answered", None]


def decided(act):
    return {
        "approve": lambda desk, one: approve(desk.session, one.id, by=ADMIN, now=TUESDAY),
        "decline": lambda desk, one: decline(desk.session, one.id, "有活动", by=ADMIN, now=TUESDAY),
        "cancel": lambda desk, one: cancel(desk.session, one.id, by=desk.me, now=TUESDAY),
        "move": lambda desk, one: move(desk.session, one.id, desk.room, hours(34, 35), **desk.facts()),
    }[act]


@pytest.mark.parametrize("act", ["approve", "decline", "cancel", "move"])
def test_whatever_else_becomes_of_the_request_ends_the_proposal(desk, act):
    request = asks(desk)
    proposes(desk, request)
    decided(act)(desk, request)
    assert standing(desk, request) is None
    with pytest.raises((no.ProposalOver, no.CannotChange)):
        accepts(desk, request)
    if act == "move":
        assert desk.session.scalars(select(ProposedPlace)).all() == []


# Reminders.


@pytest.fixture
def owed(desk, app, standing_clock):
    """Run the job at an instant; gives subject and reader of the letters that it wrote."""
    desk.admins = [desk.world.member(desk.park, Role.ADMIN, password_hash="known") for _ in range(2)]
    desk.world.member(desk.park, Role.ADMIN, password_hash="known", active=False)
    desk.asker = desk.session.get_one(Member, desk.me.member_id)

    def told(now):
        desk.session.commit()
        before = select(Letter.id)
        known = set(desk.session.scalars(before))
        standing_clock.set(now)
        with app.app_context():
            done = run(REMIND_ANSWERS)
        assert done.failed == 0
        desk.session.rollback()
        desk.session.expire_all()
        new = desk.session.scalars(select(Letter).where(Letter.id.not_in(known)).order_by(Letter.id)).all()
        return [(one.to, one.subject, one.body) for one in new]

    return told


def test_administrators_are_reminded_two_working_hours_before_and_told_when_it_is_late(desk, owed):
    soon, late_too, own_start = asks(desk, 52, 53), asks(desk, 53, 54), asks(desk, 9, 10)
    assert soon.answer_by == own_start.answer_by == TUESDAY + 9 * HOUR
    assert owed(TUESDAY + 7 * HOUR - timedelta(minutes=1)) == []
    letters = owed(TUESDAY + 7 * HOUR)
    assert [to for to, _, _ in letters] == [admin.email for admin in desk.admins]
    assert {subject for _, subject, _ in letters} == {"3 个预订申请等你答复"}, "one letter, however many"
    assert f"/front-desk/reservations/{soon.id}" in letters[0][2]
    assert owed(TUESDAY + 8 * HOUR) == [], "once of each"
    assert soon.answer_told == REMINDED
    letters = owed(TUESDAY + 9 * HOUR)
    assert [(to, subject) for to, subject, _ in letters] == [
        *((admin.email, "2 个预订申请逾期未答复") for admin in desk.admins),
        (desk.asker.email, "你的申请，园区答复晚了"),
    ], "what began is closed by another job, and is late to nobody"
    assert {soon.answer_told, late_too.answer_told} == {LATE}
    assert f"/reservations/{soon.id}" in letters[2][2]
    assert f"/reservations/{late_too.id}" in letters[2][2]
    assert owed(TUESDAY + 10 * HOUR) == []


def test_a_job_that_stood_still_catches_up_once_and_offers_what_needs_no_approval(desk, owed):
    free = desk.world.space(desk.area, name="听雨轩")
    desk.world.rule(desk.park, space_id=free.id)
    asks(desk, 52, 53)
    letters = owed(TUESDAY + 25 * HOUR)
    assert len(letters) == 3
    assert "听雨轩" in letters[-1][2]
    assert desk.other.name not in letters[-1][2], "that would have to be asked for, too"
    assert owed(TUESDAY + 26 * HOUR) == []


def test_a_proposal_is_an_answer_and_a_refusal_of_it_waits_anew(desk, owed):
    request = asks(desk, 76, 77)
    proposes(desk, request, hours(77, 78))
    assert owed(TUESDAY + 25 * HOUR) == []
    until_its_start = asks(desk, 26, 27)
    proposes(desk, until_its_start, hours(30, 31))
    assert owed(TUESDAY + 25 * HOUR) == [], "it is their turn until the request is over"
    refuses(desk, request, now=TUESDAY + 26 * HOUR)
    assert request.answer_by == at("11-05 11:00")
    assert len(owed(TUESDAY + 48 * HOUR)) == 2, "two working hours before"


def test_who_asked_before_promises_were_made_is_not_late(desk, owed):
    request = asks(desk, 52, 53)
    request.answer_by = None
    assert owed(TUESDAY + 25 * HOUR) == []

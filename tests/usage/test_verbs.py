"""What happens when people come, leave, stay over, forget, or do not come."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.models import AuditEntry
from booking.people.models import Member
from booking.reservations.claim import claim
from booking.reservations.models import FAR_FUTURE, Occupancy, ReservationChange, ReservationState
from booking.reservations.refusals import InThePast, NotLonger, RequestPart
from booking.reservations.rules import Taken
from booking.spaces.models import Space
from booking.usage.check_in import begin_lease, check_in, release_no_show, walk_in
from booking.usage.check_out import check_out, end_forgotten
from booking.usage.correct_stay import correct_stay, state_true_end
from booking.usage.models import Ending
from booking.usage.queries import due_leases, due_no_shows, stays_past_their_end
from booking.usage.rules import (
    AlreadyOut,
    EndBeforeStart,
    NothingToCorrect,
    NothingToReview,
    NotToCheckIn,
    NotYet,
    OverlapsAnotherStay,
    StalePage,
    StillInUse,
    TooEarly,
    TooLate,
)
from booking.usage.stay_longer import hold_overstay, stay_longer
from booking.values import Money, ReasonMissing, Span
from tests.harness.run import HANGS


def come(place, row, at=0.0):
    return check_in(
        place.session, row.id, park=place.park, charger=place.charger, by=place.by, now=place.at(at)
    )


def leave(place, stay, at):
    return check_out(place.session, stay.id, charger=place.charger, by=place.by, now=place.at(at))


def held(place, space=None):
    rows = place.session.execute(
        select(Occupancy.starts_at, Occupancy.ends_at)
        .where(Occupancy.space_id == (space or place.room).id)
        .order_by(Occupancy.starts_at)
    )
    return [tuple((instant - place.now) / timedelta(hours=1) for instant in row) for row in rows]


def test_leaving_early_frees_the_rest_and_keeps_the_plan(place):
    row = place.reservation(0, 2)
    stay = come(place, row)
    leave(place, stay, 1.25)
    assert held(place) == [(0, 1.25)]
    assert (row.starts_at, row.ends_at) == (place.at(0), place.at(2))
    assert (stay.started_at, stay.ended_at, stay.ending) == (place.at(0), place.at(1.25), Ending.CHECKED_OUT)
    assert row.state is ReservationState.DONE
    assert place.charger.ended_stays == [stay.id]


def test_check_in_opens_ten_minutes_before_the_start_and_claims_them(place):
    row = place.reservation(1, 2)
    with pytest.raises(TooEarly) as refused:
        come(place, row, 49 / 60)
    assert refused.value.opens_at == place.at(50 / 60)
    stay = come(place, row, 50 / 60)
    assert stay.started_at == place.at(50 / 60)
    assert [round(hours, 3) for hours in held(place)[0]] == [0.833, 2]


def test_check_in_before_the_start_needs_the_space_to_be_free(place):
    neighbour = place.world.enterprise(place.park)
    place.reservation(0, 1, member=place.world.member(neighbour))
    row = place.reservation(1, 2)
    with pytest.raises(Taken):
        come(place, row, 55 / 60)


def test_nobody_checks_in_twice_nor_after_the_end(place):
    row = place.reservation(0, 1)
    with pytest.raises(TooLate):
        come(place, row, 1)
    come(place, row)
    place.session.commit()
    with pytest.raises(NotToCheckIn):
        come(place, row, 0.1)


def test_checking_out_twice_tells_when_it_was(place):
    stay = come(place, place.reservation())
    leave(place, stay, 1)
    with pytest.raises(AlreadyOut) as refused:
        leave(place, stay, 1.5)
    assert refused.value.ended_at == place.at(1)
    assert place.charger.ended_stays == [stay.id]


def test_staying_over_is_possible_while_the_space_is_free(place):
    stay = come(place, place.reservation(0, 1))
    assert hold_overstay(place.session, stay.id, now=place.at(1))
    assert held(place) == [(0, 1.25)]
    leave(place, stay, 1.2)
    assert stay.ended_at == place.at(1.2)
    assert not stay.needs_review
    assert held(place) == [(0, 1.2)]


def test_an_overstay_is_over_once_somebody_elses_time_begins(place):
    """Then it ended at its reserved end, whoever says so, until its tenant tells more."""
    stay = come(place, place.reservation(0, 1))
    neighbour = place.world.enterprise(place.park)
    place.reservation(1.5, 2, member=place.world.member(neighbour))
    assert hold_overstay(place.session, stay.id, now=place.at(1.3)) is False
    leave(place, stay, 1.75)
    assert stay.ended_at == place.at(1)
    assert stay.needs_review
    state_true_end(place.session, stay.id, place.at(1.5), charger=place.charger, by=place.by, now=place.at(2))
    assert stay.ended_at == place.at(1.5)


def test_a_forgotten_check_out_ends_at_the_reserved_end_and_is_to_be_reviewed(place):
    stay = come(place, place.reservation(0, 1))
    assert not end_forgotten(place.session, stay.id, charger=place.charger, now=place.at(1.9))
    assert end_forgotten(place.session, stay.id, charger=place.charger, now=place.at(2))
    assert (stay.ended_at, stay.ending, stay.needs_review) == (place.at(1), Ending.FORGOTTEN, True)
    assert not end_forgotten(place.session, stay.id, charger=place.charger, now=place.at(3))
    assert place.charger.ended_stays == [stay.id]
    assert held(place) == [(0, 1)]


def test_a_forgotten_stay_makes_way_for_who_comes_next(place):
    stay = come(place, place.reservation(0, 1))
    neighbour = place.world.enterprise(place.park)
    following = place.reservation(1, 2, member=place.world.member(neighbour))
    come(place, following, 1.05)
    assert (stay.ended_at, stay.ending) == (place.at(1), Ending.FORGOTTEN)


def test_who_is_still_there_is_not_pushed_out(place):
    come(place, place.reservation(0, 1))
    with pytest.raises(StillInUse):
        walk_in(
            place.session,
            place.room,
            place.member,
            place.at(2),
            charger=place.charger,
            by=place.by,
            now=place.at(0.5),
        )


def test_the_tenant_may_state_the_true_end_once(place):
    stay = come(place, place.reservation(0, 1))
    end_forgotten(place.session, stay.id, charger=place.charger, now=place.at(2))
    state_true_end(
        place.session, stay.id, place.at(0.75), charger=place.charger, by=place.by, now=place.at(3)
    )
    assert stay.ended_at == place.at(0.75)
    assert [(one.old_ended_at, one.new_ended_at) for one in stay.corrections] == [
        (place.at(1), place.at(0.75))
    ]
    with pytest.raises(NothingToReview):
        state_true_end(
            place.session, stay.id, place.at(0.5), charger=place.charger, by=place.by, now=place.at(3)
        )


def test_a_correction_keeps_both_versions_who_and_why(place):
    stay = come(place, place.reservation(0, 2))
    leave(place, stay, 2)
    correct_stay(
        place.session,
        stay.id,
        place.at(0.25),
        place.at(1.5),
        "门禁记录为准",
        charger=place.charger,
        by=place.by,
        now=place.at(5),
    )
    place.session.commit()
    kept = stay.corrections[0]
    assert (kept.old_started_at, kept.old_ended_at) == (place.at(0), place.at(2))
    assert (kept.new_started_at, kept.new_ended_at) == (place.at(0.25), place.at(1.5))
    assert (kept.actor_name, kept.reason) == ("测试员", "门禁记录为准")
    assert place.charger.corrections == [stay.id]
    trail = place.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert trail[-1] == "stay.corrected"


def test_a_correction_to_the_same_times_is_refused_unless_they_were_in_doubt(place):
    stay = come(place, place.reservation(0, 1))
    end_forgotten(place.session, stay.id, charger=place.charger, now=place.at(2))
    same = (place.at(0), place.at(1), "门禁")
    facts = {"charger": place.charger, "by": place.by, "now": place.at(3)}
    correct_stay(place.session, stay.id, *same, **facts)
    assert not stay.needs_review
    correct_stay(place.session, stay.id, *same, **facts)  # the button pressed twice
    with pytest.raises(NothingToCorrect) as refused:
        correct_stay(place.session, stay.id, *same[:2], "没改", **facts)
    assert (refused.value.started_at, refused.value.ended_at) == same[:2]
    assert place.charger.corrections == [stay.id]


@pytest.mark.parametrize(
    ("start", "end", "reason", "refusal"),
    [
        (0, 1, "  ", ReasonMissing),
        (1, 0.5, "理由", EndBeforeStart),
        (0, 9, "理由", NotYet),
        (0, 4.5, "理由", OverlapsAnotherStay),
    ],
)
def test_a_correction_is_refused_where_it_cannot_be_true(place, start, end, reason, refusal):
    stay = come(place, place.reservation(0, 2))
    leave(place, stay, 2)
    leave(place, come(place, place.reservation(4, 5), 4), 5)
    with pytest.raises(refusal):
        correct_stay(
            place.session,
            stay.id,
            place.at(start),
            place.at(end),
            reason,
            charger=place.charger,
            by=place.by,
            now=place.at(6),
        )
    assert stay.corrections == []


def test_a_correction_may_reach_to_this_very_moment_and_not_beyond(place):
    stay = come(place, place.reservation(0, 2))
    leave(place, stay, 1)
    facts = {"charger": place.charger, "by": place.by, "now": place.at(5)}
    with pytest.raises(NotYet):
        correct_stay(place.session, stay.id, place.at(0), place.at(5 + 1 / 3600), "理由", **facts)
    correct_stay(place.session, stay.id, place.at(0), place.at(5), "理由", **facts)
    assert stay.ended_at == place.at(5)


def test_a_correction_of_a_closed_month_or_from_a_stale_page_is_refused(place):
    stay = come(place, place.reservation(0, 2))
    leave(place, stay, 2)
    figures = (place.at(0), place.at(1), "理由")
    with pytest.raises(StalePage):
        correct_stay(
            place.session, stay.id, *figures, charger=place.charger, by=place.by, now=place.at(5), version=99
        )
    place.charger.closed = NotYet(place.now)
    with pytest.raises(NotYet):
        correct_stay(place.session, stay.id, *figures, charger=place.charger, by=place.by, now=place.at(5))


def test_who_does_not_come_within_the_grace_gives_the_space_back(place):
    row = place.reservation(0, 2)
    act = {"park": place.park, "charger": place.charger}
    assert not release_no_show(place.session, row.id, now=place.at(14.9 / 60), **act)
    assert due_no_shows(place.session, place.at(14.9 / 60)) == []
    assert due_no_shows(place.session, place.at(0.25)) == [row.id]
    assert release_no_show(place.session, row.id, now=place.at(0.25), **act)
    assert not release_no_show(place.session, row.id, now=place.at(0.3), **act)
    assert (row.state, row.starts_at, row.ends_at) == (ReservationState.NO_SHOW, place.at(0), place.at(2))
    assert held(place) == []
    assert place.charger.no_shows == [row.id]
    assert place.session.scalars(select(ReservationChange.what)).all() == ["reservation.released"]


def test_a_walk_in_holds_a_free_space_and_no_other(place):
    neighbour = place.world.enterprise(place.park)
    place.reservation(1, 2, member=place.world.member(neighbour))

    def enter(until):
        return walk_in(
            place.session,
            place.room,
            place.member,
            place.at(until),
            charger=place.charger,
            by=place.by,
            now=place.now,
        )

    with pytest.raises(Taken):
        enter(1.5)
    place.session.rollback()
    stay = enter(1)
    assert held(place) == [(0, 1), (1, 2)]
    leave(place, stay, 0.5)
    assert held(place) == [(0, 0.5), (1, 2)]


def test_to_stay_longer_is_to_stay_beyond_the_planned_end(place):
    stay = walk_in(
        place.session,
        place.room,
        place.member,
        place.at(1),
        charger=place.charger,
        by=place.by,
        now=place.now,
    )

    def stay_until(until):
        return stay_longer(
            place.session, stay.id, place.at(until), quote=Money.zero(), by=place.by, now=place.at(0.5)
        )

    for until in (0.75, 1):
        with pytest.raises(NotLonger) as refused:
            stay_until(until)
        assert refused.value.ends_at == place.at(1)
    assert stay_until(1.25).planned_end == place.at(1.25)
    assert held(place) == [(0, 1.25)]
    with pytest.raises(InThePast) as over:  # what the page offered has passed when it is pressed
        stay_longer(
            place.session, stay.id, place.at(1.5), quote=Money.zero(), by=place.by, now=place.at(1.51)
        )
    assert over.value.part is RequestPart.END


def test_a_storage_lease_begins_and_ends_by_itself(place):
    shelf = place.storage()
    row = place.reservation(0, 48, space=shelf)
    assert due_leases(place.session, place.now) == [row.id]
    assert due_no_shows(place.session, place.at(3)) == []
    stay = begin_lease(place.session, row.id, now=place.at(3))
    assert stay is not None
    assert stay.started_at == place.at(0)
    assert begin_lease(place.session, row.id, now=place.at(3)) is None
    place.session.flush()
    assert stays_past_their_end(place.session, place.at(47)) == []
    assert stays_past_their_end(place.session, place.at(48)) == [stay.id]
    assert end_forgotten(place.session, stay.id, charger=place.charger, now=place.at(51))
    assert (stay.ended_at, stay.ending, stay.needs_review) == (place.at(48), Ending.LEASE_END, False)


def test_an_open_lease_ends_when_it_is_checked_out(place):
    shelf = place.storage()
    row = place.reservation(0, 48, space=shelf)
    row.ends_at = FAR_FUTURE
    place.session.commit()
    stay = begin_lease(place.session, row.id, now=place.now)
    place.session.flush()
    assert stays_past_their_end(place.session, place.at(9999)) == []
    leave(place, stay, 30)
    assert stay.ended_at == place.at(30)


def test_a_combined_space_is_freed_in_all_its_parts(place):
    other = place.world.space(place.area)
    whole = place.world.space(place.area, parts=[place.room, other])
    stay = come(place, place.reservation(0, 2, space=whole))
    assert held(place) == held(place, other) == [(0, 2)]
    leave(place, stay, 1)
    assert held(place) == held(place, other) == [(0, 1)]
    claim(place.session, other, Span(place.at(1), place.at(2)), place.reservation(3, 4))


def test_of_two_who_walk_in_at_one_moment_one_is_told_that_it_is_in_use(place):
    others = place.world.enterprise(place.park)
    people = [place.member, place.world.member(others)]
    rooms, ready, answers = [place.room.id] * 2, Barrier(2), []

    def enter(member_id, room_id):
        with Session(place.session.get_bind(), autoflush=False) as session:
            if session.get_bind().dialect.name == "sqlite":
                session.connection(execution_options={"writes": True})
            room, member = session.get_one(Space, room_id), session.get_one(Member, member_id)
            if session.get_bind().dialect.name != "sqlite":
                ready.wait(timeout=HANGS)
            act = {"charger": place.charger, "by": place.by, "now": place.now}
            try:
                walk_in(session, room, member, place.at(1), **act)
            except (StillInUse, Taken) as no:
                answers.append(type(no).__name__)
            else:
                session.commit()
                answers.append("in")

    ids = [member.id for member in people]
    place.session.rollback()
    workers = [Thread(target=enter, args=pair) for pair in zip(ids, rooms, strict=True)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(answers) == ["StillInUse", "in"]

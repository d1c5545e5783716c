"""What can be done with an activity: each verb's yes, its refusals, and its twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from booking.activities.arrive import arrive, say_here, say_useful
from booking.activities.models import Activity, ActivityState, Audience, SignUp, Useful
from booking.activities.plan_activity import activities_then, change_activity
from booking.activities.publish import LATE, hold_back, publish_due, remind_attendees, schedule
from booking.activities.queries import (
    activities_of_month,
    due_publications,
    due_reminders,
    minutes_taken,
    running_at,
)
from booking.activities.rules import (
    ActivityOver,
    AlreadyPublished,
    AlreadySignedUp,
    BegunBefore,
    CalledOffBefore,
    FewerPlacesThanPeople,
    HallClosedThen,
    HallTaken,
    MorePlacesThanSeats,
    NobodyInvited,
    NotAtTheDoor,
    NoticeTooShort,
    NotInvited,
    NotOpenYet,
    NotThere,
    PublishDayPast,
    SaidBefore,
)
from booking.activities.sign_up import Attendee
from booking.letters.activities import reminder
from booking.mail.models import Letter
from booking.mail.outbox import send_again
from booking.mail.transport import TAKEN_BACK, LetterNotFailed
from booking.people.models import Size
from booking.reservations.models import Occupancy
from booking.reservations.upcoming import booked_then
from booking.spaces.extended.extended_hours import grant_hours, take_back_hours
from booking.spaces.extended.rules import HoursBooked
from booking.spaces.models import Kind, OpeningRule
from booking.spaces.rules import ExtendedDay, Hours
from booking.values import Month, ReasonMissing, Span
from tests.activities.hall import FRIDAY, letter
from tests.harness.times import SHANGHAI

HOUR = timedelta(hours=1)
AFTER = FRIDAY + 3 * HOUR


def held(hall):
    return hall.session.scalar(select(func.count()).select_from(Occupancy))


def letters(hall, prefix=""):
    found = select(Letter.to).where(Letter.key.startswith(prefix)).order_by(Letter.to)
    return list(hall.session.scalars(found))


def again(hall, activity, **facts):
    plan = hall.plan(**facts)
    change_activity(hall.session, activity.id, plan, letter=letter, by=hall.by, now=hall.now)
    hall.session.commit()


def test_a_draft_holds_its_hall_for_nobody_and_calling_off_frees_it(hall):
    activity = hall.draft()
    assert held(hall) == 1
    row = hall.session.scalars(select(Occupancy)).one()
    assert (row.enterprise_id, row.closure_id) == (None, activity.closure_id)
    with pytest.raises(HallTaken):
        hall.draft(start=FRIDAY + HOUR)
    hall.session.rollback()
    for _ in range(2):
        hall.call_off(activity, reason="")
        assert held(hall) == 0
    assert letters(hall) == []
    hall.draft(start=FRIDAY + HOUR)


@pytest.mark.parametrize(
    ("facts", "no"),
    [
        ({"start": datetime(2026, 11, 3, 9, 0, tzinfo=SHANGHAI)}, BegunBefore),
        ({"places": 31}, MorePlacesThanSeats),
        ({"audience": Audience.SIZES}, NobodyInvited),
        ({"audience": Audience.CHOSEN}, NobodyInvited),
    ],
)
def test_what_cannot_be_planned(hall, facts, no):
    with pytest.raises(no):
        hall.draft(**facts)


def test_publishing_tells_each_manager_once_and_counts_the_notice(hall):
    activity = hall.draft(audience=Audience.SIZES, sizes=[Size.MICRO, Size.SMALL])
    for _ in range(2):
        hall.publish(activity)
    assert (activity.state, activity.notice_minutes, activity.urgent_reason) == ("published", 77 * 60, "")
    assert letters(hall) == sorted(one.email for one in hall.managers[:2])


def test_short_notice_needs_a_reason_which_is_kept(hall):
    activity = hall.draft()
    late = FRIDAY - 72 * HOUR + timedelta(seconds=1)
    with pytest.raises(NoticeTooShort):
        hall.publish(activity, now=late)
    hall.session.rollback()
    hall.publish(activity, " 政策当日生效 ", now=late)
    assert (activity.notice_minutes, activity.urgent_reason) == (4319, "政策当日生效")
    with pytest.raises(IntegrityError, match="activity_published_once"):
        hall.session.execute(update(Activity).values(urgent_reason="别的"))


def test_the_database_takes_no_short_notice_without_a_reason(hall):
    activity = hall.draft()
    facts = {"state": ActivityState.PUBLISHED, "published_at": hall.now, "notice_minutes": 4319}
    with pytest.raises(IntegrityError, match="notice_or_reason"):
        hall.session.execute(update(Activity).where(Activity.id == activity.id).values(**facts))


def test_mail_of_a_rest_day_goes_out_on_the_next_working_day(hall):
    activity = hall.draft(start=FRIDAY + timedelta(days=7))
    saturday = datetime(2026, 11, 7, 11, 0, tzinfo=SHANGHAI)
    hall.publish(activity, now=saturday)
    due = set(hall.session.scalars(select(Letter.due_at)))
    assert due == {datetime(2026, 11, 9, 8, 0, tzinfo=SHANGHAI)}
    assert activity.published_at == saturday


def due(hall, now):
    ids = due_publications(hall.session, now)
    for one in ids:
        publish_due(hall.session, one, letter=letter, by=hall.by, now=now)
    hall.session.commit()
    return len(ids)


def test_what_is_scheduled_is_published_once_when_its_time_comes(hall):
    activity = hall.draft()
    at = hall.now + 4 * HOUR
    for _ in range(2):
        schedule(hall.session, activity.id, at, by=hall.by, now=hall.now)
    hall.session.commit()
    assert [due(hall, at - timedelta(seconds=1)), due(hall, at), due(hall, at)] == [0, 1, 0]
    assert (activity.published_at, len(letters(hall))) == (at, 3)


def test_a_job_that_stood_still_says_so(hall):
    activity = hall.draft()
    schedule(hall.session, activity.id, hall.now + HOUR, by=hall.by, now=hall.now)
    hall.session.commit()
    assert due(hall, FRIDAY - HOUR) == 1
    assert activity.urgent_reason == LATE


def test_what_is_scheduled_can_be_held_back(hall):
    activity = hall.draft()
    with pytest.raises(PublishDayPast):
        schedule(hall.session, activity.id, hall.now, by=hall.by, now=hall.now)
    with pytest.raises(NoticeTooShort):
        schedule(hall.session, activity.id, FRIDAY - HOUR, by=hall.by, now=hall.now)
    schedule(hall.session, activity.id, hall.now + HOUR, by=hall.by, now=hall.now)
    for _ in range(2):
        hold_back(hall.session, activity.id, by=hall.by, now=hall.now)
    hall.session.commit()
    assert (activity.state, due(hall, hall.now + HOUR)) == ("draft", 0)


def test_a_draft_moves_and_keeps_its_hall_where_the_other_time_is_taken(hall):
    activity, other = hall.draft(), hall.draft(start=FRIDAY + timedelta(days=1))
    with pytest.raises(HallTaken):
        again(hall, activity, start=FRIDAY + timedelta(days=1))
    hall.session.rollback()
    again(hall, activity, start=FRIDAY + 2 * HOUR, title="改期")
    again(hall, other, start=FRIDAY)
    hall.session.refresh(activity)
    assert (activity.starts_at, activity.revision, held(hall)) == (FRIDAY + 2 * HOUR, 1, 2)


def test_what_is_published_keeps_its_time_and_may_get_more_places(hall):
    activity = hall.published(places=1)
    made = [hall.join(activity, name) for name in ("甲", "乙", "丙")]
    with pytest.raises(AlreadyPublished):
        again(hall, activity, start=FRIDAY + HOUR)
    hall.session.rollback()
    again(hall, activity, places=2)
    assert [one.seat for one in made] == [1, 2, None]
    hall.leave(made[0])
    assert [one.seat for one in made] == [None, 2, 1]
    hall.leave(made[2])
    again(hall, activity, places=1)
    assert made[1].seat == 1
    hall.join(activity, "丁")
    again(hall, activity, places=2)
    with pytest.raises(FewerPlacesThanPeople):
        again(hall, activity, places=1)


def test_one_person_signs_up_once_and_later_ones_wait_in_order(hall):
    activity = hall.published()
    manager = Attendee.of(hall.managers[0])
    mine = hall.join(activity, manager)
    assert hall.join(activity, manager).id == mine.id
    hall.join(activity, "甲")
    with pytest.raises(AlreadySignedUp):
        hall.join(activity, " 甲 ")
    hall.session.rollback()
    waiting = [hall.join(activity, hall.who(activity, name, email=f"{name}@a.example")) for name in "xyz"]
    assert [one.seat for one in waiting] == [None, None, None]
    for _ in range(2):
        hall.leave(mine)
    assert [one.seat for one in waiting] == [1, None, None]
    assert letters(hall, "activity-place:") == ["x@a.example"]
    assert hall.join(activity, manager).waits, "who comes back stands at the end"


def test_who_signed_up_by_name_and_then_signs_in_is_the_same_person(hall):
    activity = hall.published()
    manager, firm = hall.managers[0], hall.enterprises[0]
    named = hall.join(activity, hall.who(activity, manager.name, f" {firm.name} "))
    assert named.enterprise_id == firm.id
    assert hall.join(activity, Attendee.of(manager)).id == named.id
    namesake = hall.world.member(firm, name=manager.name)
    assert hall.join(activity, Attendee.of(namesake)).id != named.id


def test_who_cannot_sign_up(hall):
    draft = hall.draft()
    chosen = hall.published(
        start=FRIDAY + timedelta(days=1), audience=Audience.CHOSEN, enterprise_ids=[hall.enterprises[0].id]
    )
    for activity, who in ((draft, "甲"), (chosen, "甲"), (chosen, Attendee.of(hall.managers[1]))):
        with pytest.raises(NotInvited):
            hall.join(activity, who)
        hall.session.rollback()
    hall.join(chosen, Attendee.of(hall.managers[0]))
    with pytest.raises(ActivityOver):
        hall.join(chosen, hall.who(chosen, "乙", hall.enterprises[0].name), now=chosen.ends_at)
    hall.session.rollback()
    with pytest.raises(CalledOffBefore):
        hall.join(hall.call_off(chosen), "丙")


def test_the_database_gives_no_place_twice_and_none_that_is_not_there(hall):
    activity = hall.published()
    made = hall.join(activity, "甲")
    row = select(SignUp.id).where(SignUp.id == made.id)
    other = hall.join(activity, "乙")
    for values in ({"seat": made.seat}, {"seat": 3}, {"places": 3}):
        with pytest.raises(IntegrityError):
            hall.session.execute(update(SignUp).where(SignUp.id == other.id).values(**values))
        hall.session.rollback()
    assert hall.session.scalar(row) == made.id


def test_called_off_everybody_hears_once_and_nobody_else(hall):
    activity = hall.published()
    hall.join(activity, Attendee.of(hall.managers[0]))
    hall.join(activity, hall.who(activity, "甲", email="a@a.example"))
    hall.join(activity, hall.who(activity, "乙", email="b@a.example"))  # waits, and hears as well
    hall.leave(hall.join(activity, hall.who(activity, "丙", email="c@a.example")))
    with pytest.raises(ReasonMissing):
        hall.call_off(activity, " ")
    hall.session.rollback()
    for _ in range(2):
        hall.call_off(activity)
    invited = [one.email for one in hall.managers]
    assert letters(hall, "activity-off:") == sorted([*invited, "a@a.example", "b@a.example"])
    assert (activity.called_off_reason, held(hall)) == ("讲师生病", 0)
    late = hall.published(start=FRIDAY + timedelta(days=1))
    with pytest.raises(ActivityOver):
        hall.call_off(late, now=late.starts_at)


def test_who_is_there_is_there_once_signed_up_or_not(hall):
    activity = hall.published(places=1)
    first = hall.join(activity, "甲")
    early = FRIDAY - 31 * timedelta(minutes=1)
    with pytest.raises(NotOpenYet):
        hall.arrive(activity, "甲", now=early)
    hall.session.rollback()
    for _ in range(2):
        assert hall.arrive(activity, "甲").id == first.id
    walked_in = hall.arrive(activity, "乙")
    assert (walked_in.seat, walked_in.came_at) == (None, FRIDAY)
    with pytest.raises(ActivityOver):
        hall.arrive(activity, "丙", now=activity.ends_at)


def test_the_hall_is_open_for_all_of_it_extended_hours_counted(hall):
    late, by = FRIDAY.replace(hour=21), hall.by
    plan = hall.plan(span=Span(late, late + 2 * HOUR))
    with pytest.raises(HallClosedThen) as no:
        hall.draft(span=plan.span)
    assert (no.value.hours, no.value.part) == (Hours(8 * 60, 22 * 60), "ends")
    hall.session.rollback()
    moved = hall.draft()
    with pytest.raises(HallClosedThen):
        change_activity(hall.session, moved.id, plan, letter=letter, by=by, now=hall.now)
    hall.session.rollback()
    until_eleven = ExtendedDay(FRIDAY.date(), None, 23 * 60)
    granted = grant_hours(hall.session, hall.park, hall.space, until_eleven, "沙龙", by=by, now=hall.now)
    for _ in range(2):
        change_activity(hall.session, moved.id, plan, letter=letter, by=by, now=hall.now)
    hall.session.commit()
    take_back(hall, granted)
    for told in (
        hall.publish,
        lambda it: schedule(hall.session, it.id, hall.now + HOUR, by=by, now=hall.now),
    ):
        with pytest.raises(HallClosedThen):
            told(moved)
        hall.session.rollback()


def take_back(hall, granted):
    then = {"booked_then": booked_then, "activities_then": activities_then}
    take_back_hours(hall.session, granted.id, "不延了", **then, by=hall.by, now=hall.now)
    hall.session.commit()


def test_hours_that_an_activity_counts_on_are_not_taken_back(hall):
    until_eleven, by = ExtendedDay(FRIDAY.date(), None, 23 * 60), hall.by
    granted = grant_hours(hall.session, hall.park, hall.space, until_eleven, "沙龙", by=by, now=hall.now)
    hall.published(title="不到延时就散")
    late = FRIDAY.replace(hour=21)
    kept = hall.draft(title="夜谈", span=Span(late, late + 2 * HOUR))
    schedule(hall.session, kept.id, hall.now + HOUR, by=by, now=hall.now)
    for told in (lambda: None, lambda: hall.publish(kept)):
        told()
        with pytest.raises(HoursBooked) as no:
            take_back(hall, granted)
        assert (no.value.count, no.value.activities) == (0, ("夜谈",))
        hall.session.rollback()
    hall.call_off(kept)
    take_back(hall, granted)


def test_what_was_published_or_scheduled_before_the_hours_changed_stays(hall):
    there, coming = hall.published(), hall.draft(start=FRIDAY + timedelta(days=3))
    schedule(hall.session, coming.id, hall.now + HOUR, by=hall.by, now=hall.now)
    hall.session.query(OpeningRule).update({"closes_minute": 15 * 60})
    hall.session.commit()
    told = hall.plan(places=5)
    change_activity(hall.session, there.id, told, letter=letter, by=hall.by, now=hall.now)
    assert there.places == 5
    assert publish_due(hall.session, coming.id, letter=letter, by=hall.by, now=hall.now + HOUR)


def test_who_signs_up_while_it_goes_on_is_there_once_they_stand_at_the_halls_door(hall):
    activity = hall.published(places=1)
    made = hall.join(activity, "甲", now=FRIDAY + timedelta(minutes=5))
    assert (made.seat, made.came_at) == (1, None)
    for door in ("", activity.code, "s"):
        with pytest.raises(NotAtTheDoor):
            arrive(hall.session, activity.id, hall.who(activity, "甲"), door=door, token="t", now=FRIDAY)
        with pytest.raises(NotAtTheDoor):
            say_here(hall.session, made.id, door=door, now=FRIDAY)
        hall.session.rollback()
    first = FRIDAY + timedelta(minutes=6)
    for now in (first, FRIDAY + timedelta(minutes=7)):
        assert say_here(hall.session, made.id, door=hall.space.scan_code, now=now).came_at == first
    hall.session.commit()


def test_who_came_says_once_whether_it_was_useful(hall):
    activity = hall.published()
    there, away = hall.join(activity, "甲"), hall.join(activity, "乙")
    hall.arrive(activity, "甲")
    for made, now, no in ((there, FRIDAY, NotOpenYet), (away, AFTER, NotThere)):
        with pytest.raises(no):
            say_useful(hall.session, made.id, Useful.YES, "", now=now)
    for _ in range(2):
        say_useful(hall.session, there.id, Useful.PARTLY, " 短一点 ", now=AFTER)
    hall.session.commit()
    with pytest.raises(SaidBefore):
        say_useful(hall.session, there.id, Useful.NO, "", now=AFTER)
    with pytest.raises(IntegrityError):
        hall.session.execute(update(SignUp).where(SignUp.id == there.id).values(useful=Useful.NO))


def test_who_has_a_place_is_reminded_once_a_day_before(hall):
    activity = hall.published(places=1)
    for name in "ab":
        hall.join(activity, hall.who(activity, name, email=f"{name}@a.example"))
    day_before = FRIDAY - timedelta(days=1)
    assert due_reminders(hall.session, day_before - timedelta(seconds=1)) == []
    for wanted in (True, False):
        assert remind_attendees(hall.session, activity.id, letter=letter, now=day_before) is wanted
    assert letters(hall, "activity-reminder:") == ["a@a.example"]
    assert due_reminders(hall.session, day_before) == []


def test_who_has_an_account_is_reminded_in_its_language(hall, app):
    activity, reader = hall.published(), hall.managers[0]
    reader.language = "en"
    hall.join(activity, Attendee.of(reader))
    hall.join(activity, hall.who(activity, "甲", email="a@a.example"))
    with app.app_context():
        remind_attendees(hall.session, activity.id, letter=reminder, now=FRIDAY - timedelta(days=1))
    sent = select(Letter.to, Letter.subject).where(Letter.key.startswith("activity-reminder:"))
    assert {row.to: row.subject.split(":")[0].split("：")[0] for row in hall.session.execute(sent)} == {
        reader.email: "Reminder", "a@a.example": "提醒",
    }  # fmt: skip


def test_what_goes_on_in_a_hall_is_found_from_half_an_hour_before(hall):
    activity = hall.published()
    at = [FRIDAY - HOUR, FRIDAY - HOUR / 2, activity.ends_at - HOUR, activity.ends_at]
    found = [running_at(hall.session, hall.space.id, one) for one in at]
    assert [one is not None for one in found] == [False, True, True, False]


def test_the_month_counts_people_enterprises_and_whether_notice_was_kept(hall, app):
    kept = hall.published(places=10)
    urgent = hall.draft(start=FRIDAY + timedelta(days=1), title="急")
    hall.publish(urgent, "政策当日生效", now=FRIDAY)
    hall.call_off(hall.published(start=FRIDAY + timedelta(days=2)))
    hall.draft(start=FRIDAY + timedelta(days=3))
    for manager in hall.managers[:2]:
        hall.join(kept, Attendee.of(manager))
        hall.arrive(kept, Attendee.of(manager))
    hall.join(kept, "甲")
    colleague = hall.world.member(hall.enterprises[0])
    said = hall.arrive(urgent, Attendee.of(colleague), now=urgent.starts_at)
    say_useful(hall.session, said.id, Useful.YES, "", now=urgent.ends_at)
    hall.session.commit()
    month = activities_of_month(hall.session, hall.park, Month(2026, 11, SHANGHAI))
    told = [
        (one.title, one.signed_up, one.came, one.enterprises, one.notice_kept) for one in month.activities
    ]
    assert told == [("年末沙龙", 3, 2, 2, True), ("急", 1, 1, 1, False)]
    assert (month.came, month.enterprises, month.notice_kept, month.called_off) == (3, 2, 1, 1)
    assert month.useful == {Useful.YES: 1, Useful.PARTLY: 0, Useful.NO: 0}
    assert [one.minutes for one in month.activities] == [120, 120]
    within = Span(FRIDAY, FRIDAY + timedelta(days=1))
    assert minutes_taken(hall.session, hall.park, within) == {Kind.HALL: 120}, "begun before its end"
    whole = minutes_taken(hall.session, hall.park, Month(2026, 11, SHANGHAI).span)
    assert whole == {Kind.HALL: 240}, "neither a draft's nor what was called off"
    empty = activities_of_month(hall.session, hall.park, Month(2026, 10, SHANGHAI))
    assert (empty.activities, empty.enterprises) == ((), 0)


def test_what_is_for_some_is_not_read_off_the_closure_of_its_hall(hall):
    guests = {"audience": Audience.CHOSEN, "enterprise_ids": [hall.enterprises[0].id]}
    made = hall.draft(**guests)
    assert made.closure.reason == "园区活动"
    change_activity(
        hall.session, made.id, hall.plan(title="并购洽谈", **guests), letter=letter, by=hall.by, now=hall.now
    )
    assert made.closure.reason == "园区活动"
    hall.publish(made)
    again(hall, made, title="并购会", **guests)
    assert made.closure.reason == "园区活动", "published, yet for some"


def test_what_is_for_everybody_is_named_by_the_closure_of_its_hall_once_it_is_published(hall):
    made = hall.draft()
    again(hall, made, title="还没说的事")
    assert made.closure.reason == "园区活动"
    schedule(hall.session, made.id, hall.now + HOUR, by=hall.by, now=hall.now)
    assert made.closure.reason == "园区活动"
    hall.publish(made)
    assert made.closure.reason == "还没说的事"
    again(hall, made, title="年末沙龙")
    assert made.closure.reason == "年末沙龙"


def test_what_would_reach_nobody_in_time_is_mailed_on_the_rest_day_itself(hall):
    saturday, monday = (datetime(2026, 11, day, 10, 0, tzinfo=SHANGHAI) for day in (7, 9))
    for start, mailed in ((monday, saturday), (monday + 26 * HOUR, monday - 2 * HOUR)):
        activity = hall.draft(start=start)
        hall.publish(activity, "临时通知", now=saturday)
        mine = select(Letter.due_at).where(Letter.key.startswith(f"activity:{activity.id}:"))
        assert set(hall.session.scalars(mine)) == {mailed}


def test_no_invitation_goes_out_to_what_was_called_off_before(hall):
    saturday = datetime(2026, 11, 7, 11, 0, tzinfo=SHANGHAI)
    activity = hall.draft(start=FRIDAY + timedelta(days=7))
    hall.publish(activity, now=saturday)
    for _ in range(2):
        hall.call_off(activity, now=saturday + HOUR)
    waiting = select(Letter.key).where(Letter.sent_at.is_(None), Letter.failed_at.is_(None))
    assert {key.split(":")[0] for key in hall.session.scalars(waiting)} == {"activity-off"}
    kept_back = set(hall.session.scalars(select(Letter.last_error).where(Letter.failed_at.is_not(None))))
    assert kept_back == {TAKEN_BACK}
    one = hall.session.scalars(select(Letter).where(Letter.failed_at.is_not(None))).first()
    with pytest.raises(LetterNotFailed):
        send_again(hall.session, one, one.to, by=hall.by, now=saturday)

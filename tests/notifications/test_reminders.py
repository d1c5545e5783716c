"""Whoever booked is reminded in time, once, the way they chose, and never of what is not so any more."""

from __future__ import annotations

import pytest

from booking.jobs.reservations import REMIND_ENDS, REMIND_MISSED, REMIND_STARTS
from booking.mail.models import Channel
from booking.mail.transport import TOO_LATE, TryLater
from booking.notifications.models import PushDevice
from booking.notifications.remind import due_starts
from booking.notifications.rules import Occasion
from booking.reservations.move_or_cancel import cancel, move
from booking.reservations.quotas.models import Quota
from booking.reservations.quotas.rules import OverQuota, Per, QuotaPeriod
from booking.spaces.models import Kind
from booking.usage.check_in import walk_in
from booking.usage.check_out import check_out
from booking.usage.stay_longer import stay_longer
from booking.values import Money, Span
from tests.harness.app import statements_of
from tests.harness.stays import CHARGER, actor
from tests.harness.times import TUESDAY
from tests.notifications.office import CHOSEN


def test_before_the_start_it_is_told_once_with_the_way_to_give_it_back(office):
    made = office.booked(60, 120)
    assert office.told(29) == []
    (letter,) = office.told(30)
    assert (letter.to, letter.subject, letter.channel) == (
        office.me.email,
        "10:00 开始：大会议室",
        Channel.MAIL,
    )
    assert "大会议室，11月3日 周二 10:00–11:00" in letter.body
    assert "09:50 起可以签到" in letter.body
    assert f"/reservations/{made.id}" in letter.body
    assert office.told(31) == [letter]


def test_after_a_move_it_is_told_of_the_new_time(office):
    made = office.booked(60, 120)
    assert len(office.told(30)) == 1
    span = Span(office.at(180), office.at(240))
    move(
        office.session, made.id, office.room, span, quote=Money(8000), by=actor(office.me), now=office.at(31)
    )
    office.session.commit()
    assert len(office.told(60)) == 1
    assert [letter.subject for letter in office.told(150)] == ["10:00 开始：大会议室", "12:00 开始：大会议室"]


def test_what_becomes_known_after_its_moment_is_told_at_once_while_there_is_time_to_act(office):
    """Half an hour ahead of 10:00: what is known at 9:45 or 9:54 is told a minute later, at 9:55 not."""
    for moved_at, told in ((45, 1), (54, 1), (55, 0)):
        office.session.rollback()
        room = office.world.space(office.area)
        made = office.booked(180, 240, room)
        span = Span(office.at(60), office.at(120))
        before = len(office.told(moved_at))
        facts = {"quote": Money(8000), "by": actor(office.me), "now": office.at(moved_at)}
        move(office.session, made.id, room, span, **facts)
        office.session.commit()
        assert len(office.told(moved_at + 1)) - before == told, moved_at
        assert len(office.told(moved_at + 2)) - before == told, "once"


def test_whose_stay_is_prolonged_past_its_moment_is_asked_at_once(office):
    """Half an hour ahead of the end: a quarter more than 11:00, chosen at 10:50, is 25 minutes ahead."""
    office.chosen(end_minutes=30, start_way="off")
    stay = office.check_in(office.booked(60, 120), 60)
    assert [one.subject[:5] for one in office.told(90)] == ["11:00"]
    facts = {"quote": Money(10000), "by": actor(office.me)}
    stay_longer(office.session, stay.id, office.at(135), now=office.at(110), **facts)
    office.session.commit()
    assert [one.subject[:5] for one in office.told(111)] == ["11:00", "11:15"]


def test_it_is_decided_once_though_it_is_not_told(office):
    made = office.booked(180, 240)
    span = Span(office.at(60), office.at(120))
    move(
        office.session, made.id, office.room, span, quote=Money(8000), by=actor(office.me), now=office.at(56)
    )
    office.session.commit()
    assert office.told(57) == []
    assert due_starts(office.session, office.at(58)) == [], "it is decided, and not asked again"


def test_nobody_is_reminded_of_what_was_given_back_or_is_in_use_or_when_it_is_too_late(office):
    gone, used = office.booked(60, 120), office.booked(60, 120, office.world.space(office.area))
    cancel(office.session, gone.id, by=actor(office.me), now=office.nine)
    office.check_in(used, 55)
    assert [letter.subject[:5] for letter in office.told(58)] == []
    office.booked(120, 180, office.world.space(office.area))
    assert office.told(120) == [], "a worker that stood for an hour says nothing of what has begun"


def test_the_end_asks_to_stay_or_leave_with_the_price_and_once_more_after_staying(office):
    stay = office.check_in(office.booked(60, 120), 60)
    (letter,) = office.told(110)
    assert letter.subject == "11:00 结束，留下还是离开？大会议室"
    # 80.00 an hour: half an hour more is 40.00; the room closes at 22:00
    assert "多用到 11:30，约再付 ¥40.00；最晚可以到 22:00" in letter.body
    stay_longer(
        office.session, stay.id, office.at(150), quote=Money(12000), by=actor(office.me), now=office.at(111)
    )
    office.session.commit()
    assert [one.subject[:5] for one in office.told(140)] == ["11:00", "11:30"]
    check_out(office.session, stay.id, charger=CHARGER, by=actor(office.me), now=office.at(141))
    office.session.commit()
    assert len(office.told(145)) == 2


def test_the_latest_end_that_is_told_is_the_one_the_quota_allows(office):
    day = {"per": Per.PERSON, "period": QuotaPeriod.DAY, "from_minute": 0, "until_minute": 1440}
    office.session.add(Quota(park_id=office.park.id, kind=Kind.MEETING_ROOM, minutes=180, **day))
    office.session.commit()
    stay = office.check_in(office.booked(60, 120), 60)
    (letter,) = office.told(110)
    assert "最晚可以到 13:00。" in letter.body, "from ten on, three hours a day"
    with pytest.raises(OverQuota):
        stay_longer(
            office.session, stay.id, office.at(255), quote=Money(1), by=actor(office.me), now=office.at(111)
        )


def test_where_somebody_comes_next_it_says_that_it_ends(office):
    office.check_in(office.booked(60, 120), 60)
    office.booked(120, 180)
    letters = {letter.subject: letter.body for letter in office.told(110)}
    assert "之后不能再延长，到时请离开" in letters["11:00 结束，留下还是离开？大会议室"]


def test_who_walked_in_is_asked_too(office):
    until, by = office.at(60), actor(office.me)
    walk_in(office.session, office.room, office.me, until, charger=CHARGER, by=by, now=office.nine)
    office.session.commit()
    assert [letter.subject for letter in office.told(52)] == ["10:00 结束，留下还是离开？大会议室"]


def test_who_did_not_come_is_asked_before_it_is_released_and_costs(office):
    made = office.booked(60, 120)
    office.chosen(start_way="off")
    assert office.told(69) == []
    (letter,) = office.told(70)
    assert letter.subject == "还来吗？大会议室 还没有签到"
    assert "到 10:15 还没有签到，就会释放给别人，并按价目收取 ¥40.00" in letter.body
    assert f"/reservations/{made.id}" in letter.body
    assert office.told(74) == [letter]


def test_each_chooses_which_way_and_how_long_before(office):
    office.booked(60, 120)
    office.chosen(start_way="inbox", start_minutes=15, missed_way="off")
    assert office.told(44) == []
    (letter,) = office.told(45)
    assert (letter.channel, letter.sent_at) == (Channel.INBOX, office.at(45))
    assert office.told(72) == [letter]


@pytest.mark.parametrize(("quiet", "way"), [((8, 10), Channel.MAIL), ((22, 7), Channel.PUSH)])
def test_a_push_before_a_start_is_a_mail_in_quiet_hours(office, quiet, way):
    office.booked(60, 120)
    office.chosen(start_way="push", quiet_from=quiet[0], quiet_to=quiet[1])
    assert [letter.channel for letter in office.told(30)] == [way]


def test_a_store_and_a_closed_account_are_left_in_peace(office):
    store = office.world.space(office.area, Kind.STORAGE)
    office.world.rule(office.park, Kind.STORAGE)
    office.booked(60, 60 + 3 * 24 * 60, store)
    gone = office.world.member(office.me.enterprise)
    office.booked(60, 120, member=gone)
    gone.active = False
    office.session.commit()
    assert office.told(45) == []


def test_a_letter_that_could_not_be_sent_in_time_is_not_sent_afterwards(office, outbox_of):
    outbox = outbox_of(office.app)
    office.booked(60, 120)
    outbox.transport.answers = [TryLater("away")]
    (letter,) = office.told(30)
    outbox.carry()
    office.clock.set(office.at(61))
    assert outbox.carry() == []
    office.session.rollback()
    office.session.refresh(letter)
    assert (letter.sent_at, letter.last_error) == (None, TOO_LATE)


def test_many_bookings_are_asked_for_in_as_many_statements(office):
    def asked():
        due = [job.due for job in (REMIND_STARTS, REMIND_ENDS, REMIND_MISSED)]
        return statements_of(office.app, lambda: [ask(office.session, office.at(50)) for ask in due])

    office.booked(60, 120)
    few = asked()
    for _ in range(5):
        office.booked(60, 120, office.world.space(office.area))
    assert asked() == few


def test_the_page_keeps_what_was_chosen_and_refuses_what_is_not_offered(world, sign_in):
    mine = sign_in(world.member(world.enterprise(world.park())))
    page = mine.get("/reminders").text
    assert '<option selected value="30">30 分</option>' in page
    form = CHOSEN | {"start_way": "inbox", "start_minutes": "60"}
    assert mine.post("/reminders", data=form | {"start_minutes": "7"}).status_code == 422
    assert mine.post("/reminders", data=form).status_code == 302
    assert '<option selected value="inbox">' in mine.get("/reminders").text


def test_who_chooses_pushes_without_a_device_reads_what_to_do(world, sign_in):
    member = world.member(world.enterprise(world.park()))
    mine = sign_in(member)
    chosen = CHOSEN | {"start_way": "push"}
    told = mine.post("/reminders", data=chosen, follow_redirects=True).text
    assert "已保存。还没有设备打开推送" in told
    assert told.count('class="form-help push-needs"') == len(Occasion)
    assert "提醒已按你的选择保存" in mine.post("/reminders", data=CHOSEN, follow_redirects=True).text
    facts = {"name": "Chrome", "closed": "x", "allowed_at": TUESDAY, "session_version": 1}
    world.session.rollback()
    world.session.add(PushDevice(endpoint_hash="0" * 64, member_id=member.id, **facts))
    world.session.commit()
    told = mine.post("/reminders", data=chosen, follow_redirects=True).text
    assert "提醒已按你的选择保存" in told
    assert "push-needs" not in told

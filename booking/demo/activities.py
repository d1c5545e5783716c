"""What happened in the halls in the demo's year: twenty activities, who signed up, who came, what they said.

One more is of the day on which the demo opens, so that today has something on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import NamedTuple

from booking.activities.arrive import arrive, say_useful
from booking.activities.models import Activity, ActivityKind, Audience, SignUp, Useful
from booking.activities.plan_activity import ActivityPlan, plan_activity
from booking.activities.publish import call_off, publish, remind_attendees
from booking.activities.rules import HallTaken
from booking.activities.sign_up import Attendee, attendee_by_name, leave, sign_up
from booking.audit.actions import Actor
from booking.demo.diary import Diary
from booking.demo.tenants import Household
from booking.letters import activities as letters
from booking.parks.queries import park_calendar
from booking.people.models import Role, Size
from booking.people.queries import staff_of
from booking.spaces.models import Space
from booking.values import Span

STUDY, TRAINING, SALON, CULTURE = ActivityKind


class Happening(NamedTuple):
    """One of the demo's activities: what, how many places, who is drawn to it, and when in the day."""

    kind: ActivityKind
    title: str
    words: str
    places: int
    wanted: int  # so many want to come
    at: time = time(14)
    small: bool = False  # for micro and small firms only


HAPPENINGS = (
    Happening(SALON, "开园见面会：共享空间怎么用", "工位、会议室、仓储怎么订、怎么算，现场答疑。", 40, 17),
    Happening(
        TRAINING, "小微企业所得税汇算要点", "常见的多缴和漏报各举三例。\n请带上一年的账。", 24, 22, small=True
    ),
    Happening(STUDY, "支部联学：基层治理读书会", "读一篇，议一题，人人发言。", 30, 15, time(12, 15)),
    Happening(CULTURE, "书法下午：写一幅带走", "笔墨纸都备好了，不会写也教。", 30, 34, time(16)),
    Happening(TRAINING, "社保与用工合规一小时", "试用期、加班、离职，各看一个判例。", 24, 19),
    Happening(SALON, "硬件出海沙龙", "三家园区企业讲各自踩过的坑。", 30, 24, time(18, 30)),
    Happening(STUDY, "安全生产半日学习", "看一段片子，查一遍自己的办公室。", 40, 21, time(13, 30)),
    Happening(TRAINING, "大模型办公入门", "现场动手做三件日常的事。\n请带电脑。", 20, 33),
    Happening(CULTURE, "园区乒乓球友谊赛", "单打报名，当场抽签。", 24, 20, time(17, 30)),
    Happening(SALON, "融资沙龙：银行来了", "两家银行讲小微信贷，备齐材料当场预审。", 30, 27, small=True),
    Happening(TRAINING, "消防器材实操", "每人拿一次灭火器。", 20, 16, time(10)),
    Happening(STUDY, "极端天气紧急布置", "各企业安全员参加，二十分钟讲完。", 30, 18, time(15)),
    Happening(SALON, "研发费用加计扣除答疑", "科委和税务同志到场，一家一议。", 24, 28),
    Happening(CULTURE, "园区电影之夜", "放一部老片子，汽水管够。", 50, 41, time(19)),
    Happening(TRAINING, "知识产权申请实务", "从交底书写起。", 24, 14),
    Happening(SALON, "智能制造供需对接", "采购方先讲，供应方各三分钟。", 40, 37),
    Happening(STUDY, "青年理论学习小组", "围绕“我为园区办件事”讨论。", 30, 16, time(12, 15)),
    Happening(CULTURE, "园区游园会", "小吃、灯谜、拔河。", 40, 46, time(15, 30)),
    Happening(TRAINING, "年末结账答疑", "跨年、冲销、往来，一次讲清。\n请带上手头的疑难。", 24, 29),
    Happening(SALON, "园企座谈：还缺什么", "每家说一件，当场记、当场定谁来办。", 30, 21),
)
CALLED_OFF, URGENT, COMING = 10, 11, 2
AGO = (4, 18, 31, 38, 45, 59, 73, 90, 108, 128, 150, 172, 196, 222, 250, 280, 312, 343)
"""How many days ago those were that are over, the last first: more of them lately."""


DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def plan_activities(
    diary: Diary, households: Sequence[Household], halls: Sequence[Space], first: datetime, now: datetime
) -> None:
    """Put the year's activities into the diary; the last two are still to come."""
    random = Random(len(HAPPENINGS))
    branch = next(one for one in staff_of(diary.session, diary.park.id) if one.role is Role.BRANCH)
    by = Actor(branch.name, branch.id, diary.park.id)
    for number, start in _days(diary, first, now):
        hall = halls[number % len(halls)] if HAPPENINGS[number].places <= 30 else halls[0]
        diary.agenda.block(-1_000_000 - number, hall, start - HOUR / 2, start + 3 * HOUR)
        _Staging(diary, households, random, by, hall, number, start, now).plan()
    plan_activity_of_today(diary, households, halls[-1], by, now)


def _days(diary: Diary, first: datetime, now: datetime) -> Iterator[tuple[int, datetime]]:
    """Take working Mondays to Wednesdays, back from the two to come for as long as there is a year."""
    zone = diary.park.zone
    calendar = park_calendar(diary.session, diary.park.id)
    last = len(HAPPENINGS) - COMING - 1
    for number, one in enumerate(HAPPENINGS):
        ahead = number > last
        about = now + (4 + 7 * (number - last - 1)) * DAY if ahead else now - AGO[last - number] * DAY
        week = [about.astimezone(zone).date() + day * (DAY if ahead else -DAY) for day in range(7)]
        early = [day for day in week if day.weekday() < THURSDAY and calendar.is_working_day(day)]
        start = datetime.combine(next(iter(early), week[0]), one.at, tzinfo=zone)
        if start > first + 12 * DAY:
            yield number, start


DAYS_TRIED = 7
THURSDAY = 3  # on Thursdays and Fridays enterprises book the halls


class _Staging(NamedTuple):
    """One activity as it is staged."""

    diary: Diary
    households: Sequence[Household]
    random: Random
    by: Actor
    hall: Space
    number: int
    start: datetime
    now: datetime

    @property
    def happening(self) -> Happening:
        return HAPPENINGS[self.number]

    def plan(self) -> None:
        """Draft it some days ahead; publish it then, or a little later."""
        ahead = DAY + 6 * HOUR if self.number == URGENT else (self.random.randrange(6, 10)) * DAY
        drafted = (self.start - ahead).replace(hour=9, minute=20)
        self.diary.at(min(drafted, self.now - 2 * HOUR), self.draft)

    def draft(self, now: datetime) -> None:
        """Draft it for its day, or for the next one on which nobody has the hall."""
        for days in range(DAYS_TRIED):
            staged = self._replace(start=self.start + days * DAY)
            try:
                with self.diary.session.begin_nested():
                    activity = staged.drafted(now)
            except HallTaken:
                continue
            self.diary.at(now + 20 * MINUTE, partial(staged.publish, activity))
            return

    def drafted(self, now: datetime) -> Activity:
        one, sizes = self.happening, (Size.MICRO, Size.SMALL)
        plan = ActivityPlan(
            kind=one.kind,
            title=one.title,
            words=one.words,
            audience=Audience.SIZES if one.small else Audience.ALL,
            sizes=sizes if one.small else (),
            places=one.places,
            space=self.hall,
            span=Span(self.start, self.start + 2 * HOUR),
        )
        code = f"demo-activity-{self.number + 1:02d}"
        return plan_activity(self.diary.session, plan, code=code, by=self.by, now=now)

    def publish(self, activity: Activity, now: datetime) -> None:
        reason = "气象台发布红色预警，当天必须布置到位" if self.number == URGENT else ""
        publish(self.diary.session, activity.id, reason, letter=letters.published, by=self.by, now=now)
        self.diary.done["activities"] += 1
        if self.number == CALLED_OFF:
            self.diary.at(now + 3 * DAY, lambda now: self.call_off(activity, now))
        else:
            self.diary.at(self.start - DAY + MINUTE, lambda now: self.remind(activity, now))
        numbers = count(1)
        until = min(self.start - HOUR, self.now) if self.number != CALLED_OFF else now + 2 * DAY
        for who in self._who_wants(activity):
            asked = now + (until - now) * (self.random.random() ** 2)
            token = f"demo-{self.number + 1:02d}-{next(numbers):03d}"
            self._sign_up(activity, who, token, asked)

    def _sign_up(self, activity: Activity, who: Attendee, token: str, asked: datetime) -> None:
        def act(now: datetime) -> None:
            made = sign_up(self.diary.session, activity.id, who, token=token, now=now)
            self._follow(activity, who, made, now)

        self.diary.at(asked + MINUTE, act)

    def _who_wants(self, activity: Activity) -> Iterator[Attendee]:
        """Draw people of the firms it is for; one in six has no account."""
        small = (Size.MICRO, Size.SMALL)
        invited = [
            one
            for one in self.households
            if one.since <= self.start.date() - 10 * DAY
            and one.enterprise.left_on is None
            and (not self.happening.small or one.enterprise.size in small)
        ]
        members = [member for one in invited for member in one.members]
        wanted = self.random.sample(members, min(self.happening.wanted, len(members)))
        for seat, member in enumerate(wanted):
            if seat % 6 == 5 and member.enterprise is not None:
                name = f"{SURNAMES[(seat * 7 + self.number) % len(SURNAMES)]}{GIVEN[(seat + self.number) % len(GIVEN)]}"
                firm = member.enterprise.short_name
                yield attendee_by_name(self.diary.session, activity, name, firm)
            else:
                yield Attendee.of(member)

    def _follow(self, activity: Activity, who: Attendee, made: SignUp, now: datetime) -> None:
        """Let them come, or leave again, or stay away."""
        self.diary.done["signed up"] += 1
        if self.number == CALLED_OFF:
            return
        dice = self.random.random()
        if dice < 0.07 and now < self.start - 3 * HOUR:
            self.diary.at(self.start - 2 * HOUR, lambda now: self.leave(made, now))
        elif dice < 0.88:
            came = self.start + timedelta(minutes=self.random.randrange(-12, 8))
            self.diary.at(came, lambda now: self.come(activity, who, made, now))

    def leave(self, made: SignUp, now: datetime) -> None:
        leave(self.diary.session, made.id, letter=letters.moved_up, now=now)

    def come(self, activity: Activity, who: Attendee, made: SignUp, now: datetime) -> None:
        if made.seat is None:
            return  # there was no place for them
        door = self.hall.scan_code
        arrive(self.diary.session, activity.id, who, door=door, token=made.token, now=now)
        if self.random.random() < 0.7:
            answer = self.random.choices(list(Useful), (78, 17, 5))[0]
            words = self.random.choice(SAID[answer]) if self.random.random() < 0.25 else ""
            after = self.start + 2 * HOUR + self.random.randrange(5, 900) * MINUTE
            self.diary.at(after, lambda now: say_useful(self.diary.session, made.id, answer, words, now=now))

    def remind(self, activity: Activity, now: datetime) -> None:
        remind_attendees(self.diary.session, activity.id, letter=letters.reminder, now=now)

    def call_off(self, activity: Activity, now: datetime) -> None:
        reason = "消防支队当天有任务，改期另行通知"
        call_off(self.diary.session, activity.id, reason, letter=letters.called_off, by=self.by, now=now)


SURNAMES = "赵钱孙李周吴郑王冯陈褚卫"
GIVEN = ("一鸣", "书瑶", "知远", "雨桐", "思齐", "嘉禾", "若溪")
SAID = {
    Useful.YES: ("讲得很实在", "希望再办一次", "当场就办成了"),
    Useful.PARTLY: ("时间短了点", "案例可以再多一些"),
    Useful.NO: ("和我们行业关系不大",),
}


TITLE, WORDS = "新品试吃与试用角", "五家企业把新品摆出来，试完当面提意见。\n请带名片。"
HOURS = (time(16), time(19))  # the first that is still to come, else the first
LASTS, BEFORE = timedelta(hours=1, minutes=30), timedelta(days=8)
PLACES, WANTED = 30, 13
BLOCK = -2_000_000


def plan_activity_of_today(
    diary: Diary, households: Sequence[Household], hall: Space, by: Actor, now: datetime
) -> None:
    """Plan it a week ahead, if today is a working day and the hall is free."""
    today = now.astimezone(diary.park.zone).date()
    if not park_calendar(diary.session, diary.park.id).is_working_day(today):
        return
    starts = [datetime.combine(today, hour, tzinfo=diary.park.zone) for hour in HOURS]
    start = next((one for one in starts if one > now), starts[0])
    diary.agenda.block(BLOCK, hall, start - timedelta(minutes=30), start + LASTS + timedelta(minutes=30))
    diary.at(start - BEFORE, partial(_hold, diary, households, hall, by, Span(start, start + LASTS)))


def _hold(
    diary: Diary, households: Sequence[Household], hall: Space, by: Actor, span: Span, now: datetime
) -> None:
    plan = ActivityPlan(ActivityKind.SALON, TITLE, WORDS, Audience.ALL, PLACES, hall, span)
    try:
        with diary.session.begin_nested():
            activity = plan_activity(diary.session, plan, code="demo-activity-today", by=by, now=now)
    except HallTaken:
        return
    publish(diary.session, activity.id, letter=letters.published, by=by, now=now)
    diary.done["activities"] += 1
    diary.at(
        span.start - timedelta(days=1),
        lambda now: remind_attendees(diary.session, activity.id, letter=letters.reminder, now=now),
    )
    there = [one for one in households if one.since <= now.date() and one.enterprise.left_on is None]
    for number, household in enumerate(there[:WANTED]):
        asked = now + timedelta(hours=5 * (number + 1))
        diary.at(asked, partial(_sign_up, diary, activity, household, f"demo-today-{number:02d}"))


def _sign_up(diary: Diary, activity: Activity, household: Household, token: str, now: datetime) -> None:
    who = Attendee.of(household.members[0])
    sign_up(diary.session, activity.id, who, token=token, now=now)
    diary.done["signed up"] += 1

"""Two firms of the demo ask for a longer day: one has got it, the other waits for an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from booking.demo.diary import Diary
from booking.demo.tenants import Household
from booking.letters.needs import answered
from booking.needs.answer_need import answer_need
from booking.needs.models import Need
from booking.needs.raise_need import NeedAsker, SaidNeed, raise_need
from booking.needs.rules import NeedKind
from booking.spaces.extended.grant import grant_hours
from booking.spaces.extended.read_hours import read_hours
from booking.spaces.models import Space
from booking.spaces.rules import ExtendedDay
from booking.values.month import local_day

GRANTED = "下周四路演厅开到22点，客户代表晚上才到，还有一场演示。"
OPEN = "下周五会议室能不能开到23点？要和海外的同事连线评审。"
ANSWER = "同意：路演厅那天开到 22:00。现在就可以预订。"


def plan_longer_hours(
    diary: Diary, households: Sequence[Household], spaces: Mapping[str, Space], now: datetime
) -> None:
    """Let the first be said three days ago and granted the day after, the second be said yesterday."""
    hall, room = spaces["A102"], spaces["A307"]

    def ask(of: Household, words: str, space: Space, at: datetime) -> Need:
        member = of.members[-1]
        said = SaidNeed(NeedKind.WISH, words, space, enterprise=of.enterprise)
        by = of.actor(member)
        return raise_need(diary.session, diary.park, NeedAsker(member), said, by=by, now=at).need

    def ask_for_the_hall(at: datetime) -> None:
        need = ask(households[2], GRANTED, hall, at)
        diary.at(at + timedelta(hours=23), lambda then: grant(need, then))

    def grant(need: Need, at: datetime) -> None:
        read = read_hours(need.words, local_day(need.raised_at, diary.park.zone))
        if read.day is not None:
            day = ExtendedDay(read.day, read.opens, read.closes)
            grant_hours(
                diary.session, diary.park, hall, day, need.words, by=diary.admin, now=at, need_id=need.id
            )
            answer_need(diary.session, need.id, ANSWER, answered, by=diary.admin, now=at)

    today = datetime.combine(local_day(now, diary.park.zone), time(10, 20), tzinfo=diary.park.zone)
    first, second = today - timedelta(days=3), today - timedelta(days=1)
    if households[2].since < first.date():
        diary.at(first, ask_for_the_hall)
    if households[4].since < second.date():
        diary.at(second, lambda at: ask(households[4], OPEN, room, at))

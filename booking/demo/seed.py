"""Makes the demo park: its places, prices and people, and then a year of use up to now."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.audit.actions import Actor
from booking.demo.activities import plan_activities
from booking.demo.agenda import Agenda
from booking.demo.demand import DEMO_SEAT, Demand
from booking.demo.diary import Diary
from booking.demo.everyday import plan_everyday, plan_invitation, plan_longer_hours, plan_rights
from booking.demo.month_end import carry_letters, month_plans, plan_month
from booking.demo.needs import Round
from booking.demo.places.floors import hang_plans
from booking.demo.places.idle_places import LOFT, loft_opens, plan_idle_places
from booking.demo.places.prices import discounted_prices, opening_prices, publish_all
from booking.demo.places.spaces import NIGHT_DESKS, furnish
from booking.demo.planned_bookings import hall_wishes, plan_around, plan_hall, plan_leases
from booking.demo.requests import plan_requests, plan_series, plan_waiting
from booking.demo.savings_and_cycle import plan_baselines, plan_cycle
from booking.demo.tenants import BRANCH, PARK_CODE, PASSWORD, Household, move_in
from booking.letters.reservations import changed
from booking.mail.transport import Transport
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.parks.set_up import create_park
from booking.people.models import Role
from booking.people.passwords import hash_password
from booking.ports import Ports
from booking.reservations.history import members_to_tell, tell_changes
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rules_for
from booking.spaces.rules import Hours, Opening
from booking.tariffs.queries import bands_in_force
from booking.usage.measuring.measure_days import measure_days
from booking.values import Calendar, Month

AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first month shown to the moment of making."""

    now: datetime
    first: Month

    @classmethod
    def before(cls, now: datetime, months: int, zone: ZoneInfo) -> Period:
        """Take so many whole months before the running one."""
        first = Month.of(now, zone)
        for _ in range(months):
            first = first.previous
        return cls(now.astimezone(zone), first)

    def days(self) -> list[date]:
        """Give its days, and those ahead that are booked for already."""
        first = self.first.first_day
        return [
            first + timedelta(days=number) for number in range((self.now.date() + AHEAD - first).days + 1)
        ]

    def months(self) -> Iterator[tuple[Month, int]]:
        """Give each month with how many months ago it is, up to the running one, which is 0."""
        running = Month.of(self.now, self.first.zone)
        month = self.first
        while month <= running:
            yield month, (running.year - month.year) * 12 + running.month - month.month
            month = month.next


SEED = 11530
MONTHS = 12
STEP = timedelta(days=7)
SYSTEM = "系统初始化"


@dataclass
class Seeding:
    """The making of a demo park, in steps that may each be a transaction of its own.

    SQLite slows down in a long transaction full of savepoints, so whoever makes the park there commits
    after each step, into a file that gets its name when all is done.
    """

    diary: Diary
    period: Period
    transport: Transport

    @classmethod
    def begin(
        cls, session: Session, ports: Ports, *, now: datetime, months: int = MONTHS, number: int = SEED
    ) -> Seeding:
        """Found the park in an empty database and plan its year.

        The same `number` and `now` make the same park, to the fen.
        """
        random = Random(number)
        park, period, opened = _found(session, now, months)
        system = Actor.system(SYSTEM, park.id)
        first_day = period.first.first_day
        spaces = furnish(session, park.id, random, by=system, now=opened)
        hang_plans(session, spaces, by=system, now=opened)
        cheaper = cheaper_from(period)
        prices = opening_prices(spaces, first_day, discounted=cheaper is None)
        publish_all(session, park, prices, by=system, now=opened)
        households, own = move_in(session, park, first_day, hash_password(PASSWORD), now=opened)
        by, branch = (
            Actor(name=own[role].name, member_id=own[role].id, park_id=park.id)
            for role in (Role.ADMIN, Role.BRANCH)
        )
        agenda = Agenda(spaces, random, _opens(session, park, period), _kept(period))
        diary = Diary(session, park, by, branch, agenda, random, pace, now=opened)
        _plan(diary, period, households, spaces, ports)
        Round.plan(diary, households, spaces, own, period.first, period.now)
        plan_series(diary, households, spaces, period.now)
        plan_waiting(diary, households, period.now)
        plan_requests(diary, households, spaces, period.now)
        plan_everyday(diary, households, spaces, period.now)
        plan_longer_hours(diary, households, {one.code: one for one in spaces}, period.now)
        return cls(diary, period, ports.transport)

    def steps(self) -> Iterator[datetime]:
        """Give the instants up to which to let the park live, about a week apart; the last is now."""
        instant = self.period.first.span.start
        while instant < self.period.now:
            yield instant
            instant += STEP
        yield self.period.now

    def live(self, until: datetime) -> str:
        """Let everything happen that is due; gives a line that tells of it."""
        before = self.diary.done.copy()
        self.diary.live(until)
        measure_days(self.diary.session, self.diary.park.id, bands_in_force, now=until)
        for member_id in members_to_tell(self.diary.session, until):
            tell_changes(self.diary.session, member_id, letter=changed, now=until)
        carry_letters(self.diary.session, self.transport, until, self.period.now)
        news = self.diary.done - before
        uses = news["left"] + news["overstayed"] + news["forgotten"]
        day = until.astimezone(self.diary.park.zone).date()
        told = [(news["reserved"], "次预订"), (uses, "次使用"), (news["needs"], "件诉求")]
        told += [
            (news["activities"], "场活动"),
            (news["invoiced"], "张账单"),
            (news["reported"], "份月报签发"),
        ]
        said = "  ".join(f"{number:3} {what}" for number, what in told if number)
        return f"{self._share(until):4.0%}  {day}  {said}"

    def _share(self, until: datetime) -> float:
        start = self.period.first.span.start
        return (until - start) / max(self.period.now - start, STEP)


def _plan(
    diary: Diary, period: Period, households: list[Household], spaces: list[Space], ports: Ports
) -> None:
    days = period.days()
    calendar = park_calendar(diary.session, diary.park.id)
    cheaper = cheaper_from(period)
    demand = demand_of(diary.random, calendar, period)
    plan_leases(diary, households, spaces)
    halls = [space for space in spaces if space.kind is Kind.HALL]
    plan_activities(diary, households, halls, period.first.span.start, period.now)
    plan_baselines(diary, households, period.now)
    plan_invitation(diary, households, period.now)
    plan_rights(diary, households, spaces, period.now)
    by_code = {space.code: space for space in spaces}
    plan_idle_places(diary, households, by_code, days[0], loft_opens(list(period.months())))
    plan_around(diary, demand, households, by_code, period.now)
    _plan_days(diary, demand, days, households)
    if cheaper is not None:
        _plan_prices(diary, spaces, cheaper)
    for plan in month_plans(diary, period.months(), period.now):
        plan_month(diary, plan, households, ports)
        plan_cycle(diary, plan.month, households, plan.age, period.now)


ZONE = "Asia/Shanghai"
RUN_UP_DAYS = 3


def _found(session: Session, now: datetime, months: int) -> tuple[Park, Period, datetime]:
    """Make the park a few days before its first month."""
    period = Period.before(now, months, ZoneInfo(ZONE))
    opened = datetime.combine(
        period.first.first_day - timedelta(days=RUN_UP_DAYS), time(9), tzinfo=period.first.zone
    )
    park = create_park(session, PARK_CODE, "星野渡科技园", ZONE, by=Actor.system(SYSTEM), now=opened)
    park.name_en = "Xingyedu Science Park"
    park.seller_name, park.seller_uscc = "星野渡园区运营（星野）有限公司", "91310114MA7999999Y"
    park.seller_address, park.seller_phone = "星野路 1 号 A 座 1 层服务台", "021-5555 0000"
    park.bank_name, park.bank_account = "示例银行星野支行", "6200 0000 0000 9999"
    park.mail_from, park.branch_email = "service@demo.example", BRANCH.email
    session.flush()
    return park, period, opened


def demand_of(random: Random, calendar: Calendar, period: Period) -> Demand:
    """Give who invents what is wanted over a period."""
    first, cheaper = period.first.first_day, cheaper_from(period)
    return Demand(
        random,
        period.first.zone,
        calendar,
        first,
        period.now.date(),
        cheaper.first_day if cheaper else first,
    )


def _plan_days(diary: Diary, demand: Demand, days: list[date], households: list[Household]) -> None:
    for wish in demand.over(days, households, diary.agenda.open_minutes):
        # What the demo's member has from today on is planned by hand.
        mine = wish.household.is_story and wish.seat == DEMO_SEAT
        if not (mine and wish.start.date() >= demand.grown):
            diary.plan(wish)
    for wish in hall_wishes(demand, days, households):
        plan_hall(diary, wish)


CHEAPER_AFTER = 5  # months


def cheaper_from(period: Period) -> Month | None:
    """Give the month in which evenings became cheaper; None where they are from the first day on."""
    cheaper = next((month for month, age in period.months() if age == MONTHS - CHEAPER_AFTER), None)
    return None if cheaper == period.first else cheaper


def _plan_prices(diary: Diary, spaces: Sequence[Space], cheaper: Month) -> None:
    """Make evenings and meeting rooms cheaper once, told ten days ahead."""
    told = datetime.combine(cheaper.first_day - timedelta(days=10), time(16), tzinfo=cheaper.zone)
    prices = list(discounted_prices(spaces, cheaper.first_day))
    diary.at(told, lambda now: publish_all(diary.session, diary.park, iter(prices), by=diary.admin, now=now))


def _opens(session: Session, park: Park, period: Period) -> Callable[[Space, date], Hours | None]:
    """Give what tells when a space is open on a day of the demo."""
    rules = rules_for(session, park.id, since=None)
    calendar = park_calendar(session, park.id)
    return when_open(lambda space: rules.of(space.id, space.kind), calendar, period)


def when_open(
    rule_of: Callable[[Space], Opening], calendar: Calendar, period: Period
) -> Callable[[Space, date], Hours | None]:
    """Give what tells when a space is open: as its rule says, but not while it is being altered."""
    loft = loft_opens(list(period.months()))

    @cache
    def hours(rule: Opening, day: date) -> Hours | None:
        return rule.hours_on(day, calendar)

    def opens(space: Space, day: date) -> Hours | None:
        being_altered = loft is not None and day < loft and space.code in LOFT
        return None if being_altered else hours(rule_of(space), day)

    return opens


def _kept(period: Period) -> Callable[[Space, date], bool]:
    """Keep the desks of the night around now for who is there whenever somebody looks."""
    today = period.now.date()
    return lambda space, day: space.code in NIGHT_DESKS and abs((day - today).days) <= 1


STORY_DAY_FEN = 4050  # what the story's enterprise may spend a day on desks and rooms, its store apart
EAGER_DAYS = 5


def pace(household: Household, start: datetime, fen: int) -> bool:
    """Let the story's enterprise spend evenly what its story says, and everybody else as they like."""
    if not household.is_story:
        return True
    key, spent = start.year * 100 + start.month, household.spent
    allowed = STORY_DAY_FEN * min(monthrange(start.year, start.month)[1], start.day + EAGER_DAYS)
    if spent.get(key, 0) + fen > allowed:
        return False
    spent[key] = spent.get(key, 0) + fen
    return True

"""What somebody may book alone goes by what is booked by then, by whichever way: none passes a limit.

On PostgreSQL, as in `test_no_rings.py`; SQLite has one writer. An hour of a month is free at 80.00 an hour;
the limit is 50.00, so of two presses at once that each would take that hour the second comes to 80.00.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from booking.audit.actions import BookingRights
from booking.charges.charge_fee import cancel_with_fee
from booking.charges.quote_each import limit_prices
from booking.charges.series import take_opened
from booking.people.models import Member, Role
from booking.reservations.approval.agree import LIMIT_PRICES
from booking.reservations.approval.proposals import accept_proposal, propose
from booking.reservations.approval.rules import NeedsManager
from booking.reservations.models import Occupancy
from booking.reservations.move_or_cancel import cancel, move
from booking.reservations.reserve import reserve
from booking.reservations.reserve_from_pool import reserve_from_pool
from booking.reservations.series.begin_series import begin_series
from booking.reservations.series.change_rule import RulePorts, change_rule
from booking.reservations.series.change_series import SeriesChange, change_series
from booking.reservations.series.extend_series import extend_series
from booking.reservations.series.foresee_rule import RuleChange
from booking.reservations.series.recurrence import read_rule
from booking.reservations.series.rules import SeriesPlan
from booking.reservations.series.take_wished import take_wished
from booking.reservations.set_end import set_end
from booking.reservations.waiting.take_hold import take_hold
from booking.reservations.waiting.wait_for import wait_for
from booking.spaces.models import Space
from booking.usage.check_in import walk_in
from booking.usage.stay_longer import stay_longer
from booking.values import Money, Span
from tests.harness.app import open_session
from tests.harness.stays import CHARGER
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.race.test_no_rings import Two
from tests.reservations.test_series import letter
from tests.reservations.test_verbs import ADMIN
from tests.reservations.test_waiting import Line, settled

pytestmark = pytest.mark.postgres
HOUR, HALF, WEEK = timedelta(hours=1), timedelta(minutes=30), timedelta(weeks=1)
DAY = date(2026, 12, 2)
START = TUESDAY + timedelta(days=29, hours=1)  # on that Wednesday at ten
LATER = START - timedelta(days=2)
THERE = Span(START, START + HOUR)
NOTHING = Money.zero()


def weekly(count, day, minutes=60):
    return SeriesPlan(read_rule(f"FREQ=WEEKLY;COUNT={count}", day), day, 600, 600 + minutes)


def free(_, some):
    return {one.key: NOTHING for one in some}


class Limited(Line):
    """Who may book up to 50.00 alone, a manager, and ways to take Wednesday 2 December, 10:00 to 11:00.

    Each prepares what it needs, and gives what takes that hour then.
    """

    def __init__(self, world) -> None:
        super().__init__(world)
        member = self.session.get_one(Member, self.me.member_id)
        member.books_up_to = Money.yuan(50)
        world.member(member.enterprise, Role.MANAGER, password_hash="known")
        world.tariff(self.park, allowances={member.enterprise.size: 60})
        self.me = replace(self.me, rights=BookingRights(up_to=Money.yuan(50)))
        self.elsewhere = world.space(self.area).id
        self.mine = {"by": self.me, "now": TUESDAY}
        self.priced = self.mine | {"quote": NOTHING}

    def place(self, session):
        return session.get_one(Space, self.room.id)

    def made(self, span, **facts):
        facts = {"by": self.me, "now": TUESDAY, "quote": NOTHING} | facts
        return reserve(self.session, self.room, span, **facts).id

    def begun(self, count, *day):
        return self.begin(weekly(count, *day), price=free)

    def book(self):
        return lambda session: reserve(session, self.place(session), THERE, **self.priced)

    def pool(self):
        facts = self.mine | {"quote": lambda _: NOTHING, "choose": lambda left: left[0]}
        return lambda session: reserve_from_pool(session, [self.place(session)], THERE, **facts)

    def move(self):
        one = self.made(Span(START - WEEK, START - WEEK + HOUR))
        return lambda session: move(session, one, self.place(session), THERE, **self.priced)

    def longer(self):
        one = self.made(Span(START, START + HALF))
        return lambda session: set_end(session, one, START + HOUR, **self.priced)

    def series(self):
        return lambda session: begin_series(
            session, self.place(session), weekly(1, DAY), price=free, **self.mine
        )

    def series_goes_on(self):
        one = self.begun(1, DAY - WEEK).id
        return lambda session: extend_series(session, one, DAY, price=free, letter=letter, **self.mine)

    def another_rule(self):
        one, ports = self.begun(1, DAY - WEEK).id, RulePorts(free, cancel_with_fee, letter)

        def act(session):
            there = RuleChange(self.place(session), weekly(2, DAY - WEEK))
            return change_rule(session, one, there, ports=ports, **self.mine)

        return act

    def another_hour(self):
        series = self.begun(1, DAY, 30)
        quotes, one = {row.id: NOTHING for row in self.booked(series)}, series.id

        def act(session):
            there, since = SeriesChange(self.place(session), 600, 660), f"{DAY}T10:00"
            return change_series(session, one, there, since=since, quotes=quotes, letter=letter, **self.mine)

        return act

    def wished(self):
        somebody = self.made(THERE, by=self.others)
        one = super().wished(self.begun(2, DAY - WEEK))[0].id
        cancel(self.session, somebody, by=self.others, now=TUESDAY)
        return lambda session: take_wished(session, one, **self.priced)

    def wished_too_early(self):
        self.world.rule(self.park, horizon_days=10)
        one = super().wished(self.begun(4, DAY - 3 * WEEK))[-1].id
        return lambda session: take_opened(session, one, now=LATER)

    def held(self):
        somebody = self.made(THERE, by=self.others)
        one = wait_for(self.session, self.room, THERE, by=self.me, now=TUESDAY).id
        cancel(self.session, somebody, by=self.others, now=TUESDAY)
        return lambda session: take_hold(session, one, letter=settled, **self.priced)

    def proposed(self):
        asked = self.world.space(self.area)
        self.world.rule(self.park, space_id=asked.id, needs_approval=True)
        span = Span(START - WEEK, START - WEEK + HOUR)
        one = reserve(self.session, asked, span, quote=NOTHING, by=self.me, now=TUESDAY).id
        propose(self.session, one, self.room, THERE, quote=NOTHING, by=ADMIN, now=TUESDAY)
        return lambda session: accept_proposal(session, one, **self.mine)

    def walked_in(self):
        who, facts = self.me.member_id, {"charger": CHARGER, "by": self.me, "now": START}
        return lambda session: walk_in(
            session, self.place(session), session.get_one(Member, who), THERE.end, **facts
        )

    def stays_longer(self):
        who = self.session.get_one(Member, self.me.member_id)
        facts = {"charger": CHARGER, "by": self.me, "now": START}
        one = walk_in(self.session, self.room, who, START + HALF, **facts).id
        facts = self.priced | {"now": START + HALF / 2}
        return lambda session: stay_longer(session, one, THERE.end, **facts)

    def had(self):
        """Give until when the hour is had there, with no hold."""
        here = (Occupancy.space_id == self.room.id, Occupancy.starts_at == START, Occupancy.wait_id.is_(None))
        return self.session.scalar(select(Occupancy.ends_at).where(*here))


WAYS = [
    Limited.book, Limited.pool, Limited.move, Limited.longer, Limited.series, Limited.series_goes_on,
    Limited.another_rule, Limited.another_hour, Limited.wished, Limited.wished_too_early, Limited.held,
    Limited.proposed, Limited.walked_in, Limited.stays_longer,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_who_takes_a_free_hour_while_it_is_booked_elsewhere_counts_that(
    postgres_database, app_on, standing_clock, way
):
    app = app_on(postgres_database)
    with open_session(app) as session:
        here = Limited(World(session, TUESDAY))
        act = way(here)
        session.commit()
        before = here.had()

        def press(second):
            second.info[LIMIT_PRICES] = limit_prices
            with suppress(NeedsManager):
                act(second)

        with open_session(app) as first:
            first.info[LIMIT_PRICES] = limit_prices
            there = Span(START + 4 * HOUR, START + 5 * HOUR)
            reserve(first, first.get_one(Space, here.elsewhere), there, **here.priced | {"now": LATER})
            second = Two(app, here.world).second_meets(first, press)
            first.commit()
        second.result(20)
        session.rollback()
        assert here.had() == before

"""What an employee may not book alone waits for the manager: each yes, each no, twice, on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from booking.audit.actions import Actor, BookingRights
from booking.audit.models import AuditEntry
from booking.charges.quote_each import limit_prices, quote_each
from booking.charges.series import opened
from booking.mail.models import Letter
from booking.mail.outbox import LetterText
from booking.people.accounts import set_rights, set_rights_of_all
from booking.people.models import Member, Role
from booking.reservations import refusals as no
from booking.reservations.approval.agree import (
    LIMIT_PRICES,
    agree,
    managers_to_tell,
    tell_managers,
    waiting_for_manager,
)
from booking.reservations.approval.requests import approve, decline
from booking.reservations.approval.rules import (
    Answerer,
    Booking,
    NeedsManager,
    NobodyToAsk,
    NotYoursToAnswer,
    WhyAsk,
)
from booking.reservations.approval.wait_again import expire
from booking.reservations.models import FAR_FUTURE, ReservationState
from booking.reservations.move_or_cancel import cancel, move
from booking.reservations.reserve import reserve
from booking.reservations.reserve_from_pool import reserve_from_pool
from booking.reservations.series.extend_series import extend_series
from booking.reservations.series.take_wished import take_wished
from booking.reservations.set_end import set_end
from booking.reservations.waiting.take_hold import take_hold
from booking.reservations.waiting.wait_for import wait_for
from booking.spaces.models import Kind
from booking.usage.check_in import walk_in
from booking.usage.check_out import check_out
from booking.usage.front_desk_queries import waiting_for_approval
from booking.usage.stay_longer import longer_refused, stay_longer
from booking.values import Money, ReasonMissing
from tests.harness.app import open_session
from tests.harness.stays import CHARGER
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.reservations.test_series import FIRST, Office, letter
from tests.reservations.test_verbs import ADMIN, hours
from tests.reservations.test_waiting import settled

UP_TO_100 = BookingRights(frozenset({"hall"}), Money.yuan(100))
DEAR, CHEAP = Money.yuan(160), Money.yuan(80)


class Firm(Office):
    """A firm with two managers, of which `me` may book up to 100 yuan alone, and no hall."""

    def __init__(self, world):
        super().__init__(world)
        self.me = replace(self.me, rights=UP_TO_100)
        self.firm = world.session.get_one(Member, self.me.member_id).enterprise
        self.managers = [self.manager(), self.manager()]

    def manager(self):
        made = self.world.member(self.firm, Role.MANAGER, password_hash="x")
        return Actor(made.name, made.id, made.park_id, made.enterprise_id)

    def ask(self, start=1, end=3, **facts):
        asked = self.reserve(start, end, **({"quote": DEAR} | facts))
        assert (asked.state, asked.answerer) == (ReservationState.REQUESTED, Answerer.MANAGER)
        return asked

    def agree(self, asked, now=TUESDAY, by=0, **facts):
        return agree(self.session, asked.id, by=self.managers[by], now=now, **facts)

    def told(self):
        """Let the letters be written that are due; gives to whom, and on how many requests."""
        for one in managers_to_tell(self.session, TUESDAY):
            tell_managers(self.session, one, letter=asking, now=TUESDAY)
        letters = self.session.scalars(select(Letter).where(Letter.key.startswith("asked:")))
        return sorted((one.to, one.body) for one in letters)


def judged(quote):
    """Give a meeting room as rights judge it at a quote."""
    return Booking("meeting_room", quote)


def asking(manager, asked):
    del manager
    return LetterText("有申请等你批准", str(len(asked)))


@pytest.fixture
def firm(on_both_engines, app_on):
    with open_session(app_on(on_both_engines)) as session:
        yield Firm(World(session, TUESDAY))


def test_within_ones_rights_it_is_booked_as_ever(firm):
    assert firm.reserve(1, 2, quote=Money.yuan(100)).state is ReservationState.BOOKED
    assert firm.reserve(3, 4, quote=DEAR, by=firm.managers[0]).state is ReservationState.BOOKED
    assert firm.told() == []


def test_above_them_it_waits_for_the_manager_and_holds_nothing(firm):
    asked = firm.ask(idempotency_key="once")
    assert firm.reserve(1, 3, quote=DEAR, idempotency_key="once") is asked
    assert firm.held(asked) == []
    cancel(firm.session, asked.id, by=firm.me, now=TUESDAY)
    asked = firm.reserve(1, 3, quote=DEAR, idempotency_key="once")
    assert firm.reserve(1, 3, quote=DEAR, idempotency_key="once").id == asked.id, "withdrawn, asked anew once"
    assert list(waiting_for_manager(firm.session, firm.firm.id, TUESDAY)) == [asked]
    assert list(waiting_for_approval(firm.session, firm.park.id, TUESDAY)) == []  # it is not the park's
    hall = firm.world.space(firm.area, Kind.HALL)
    assert firm.ask(space=hall, quote=CHEAP).space is hall
    assert [body for _, body in firm.told()] == ["2", "2"]  # one letter to each manager on both
    assert len(firm.told()) == 2


def test_a_store_without_an_end_always_waits(firm):
    store = firm.world.space(firm.area, Kind.STORAGE, capacity=1)
    anybody = replace(firm.me, rights=BookingRights())
    span = replace(hours(1, 2), end=FAR_FUTURE)
    asked = reserve(firm.session, store, span, quote=CHEAP, by=anybody, now=TUESDAY)
    assert asked.answerer is Answerer.MANAGER
    assert firm.agree(asked).state is ReservationState.BOOKED
    dearer = firm.world.space(firm.area, Kind.STORAGE, capacity=1)
    a_year, then = hours(1, 8_000), replace(hours(480, 490), end=FAR_FUTURE)
    for other, quote in ((a_year, Money.yuan(5_600)), (then, CHEAP)):
        with pytest.raises(NeedsManager):  # the yes was to that store, of which only days were quoted
            move(firm.session, asked.id, dearer, other, quote=quote, by=firm.me, now=TUESDAY)
    set_end(firm.session, asked.id, hours(0, 240).end, quote=DEAR, by=firm.me, now=TUESDAY)  # it ends now
    with pytest.raises(NeedsManager) as refused:
        set_end(firm.session, asked.id, FAR_FUTURE, quote=CHEAP, by=anybody, now=TUESDAY)
    assert refused.value.why is WhyAsk.OPEN_ENDED


def test_what_is_taken_is_not_asked_for_and_nobody_is_asked_who_is_not_there(firm):
    firm.reserve(1, 3, by=firm.somebody())
    with pytest.raises(no.Taken):
        firm.ask()
    for one in firm.managers:
        firm.session.get_one(Member, one.member_id).active = False
    firm.session.flush()
    with pytest.raises(NobodyToAsk):
        firm.ask(4, 5)


def test_a_yes_books_it_and_a_second_changes_nothing(firm):
    asked = firm.ask()
    with pytest.raises(no.OutOfDate):
        firm.agree(asked, version=7)
    firm.agree(asked, version=1)
    firm.agree(asked, by=1, version=1)
    assert asked.state is ReservationState.BOOKED
    assert len(firm.held(asked)) == 1
    assert firm.steps(asked) == ["reservation.made", "reservation.approved"]
    with pytest.raises(no.CannotChange):
        decline(firm.session, asked.id, "晚了", by=ADMIN, now=TUESDAY, answerer=Answerer.MANAGER)


def test_where_the_park_approves_too_the_yes_hands_it_on(firm):
    firm.world.rule(firm.park, needs_approval=True)
    asked = firm.ask()
    with pytest.raises(NotYoursToAnswer):
        approve(firm.session, asked.id, by=ADMIN, now=TUESDAY)
    with pytest.raises(NotYoursToAnswer):
        decline(firm.session, asked.id, "还没轮到", by=ADMIN, now=TUESDAY)
    firm.agree(asked)
    firm.agree(asked, by=1)
    assert (asked.state, asked.answerer) == (ReservationState.REQUESTED, Answerer.PARK)
    assert firm.held(asked) == []
    assert list(waiting_for_approval(firm.session, firm.park.id, TUESDAY)) == [asked]
    with pytest.raises(NotYoursToAnswer):
        decline(firm.session, asked.id, "晚了", by=ADMIN, now=TUESDAY, answerer=Answerer.MANAGER)
    approve(firm.session, asked.id, by=ADMIN, now=TUESDAY)
    assert firm.steps(asked) == ["reservation.made", "reservation.handed_on", "reservation.approved"]


def test_a_yes_to_what_is_gone_past_or_withdrawn_is_refused(firm):
    gone, late, back = firm.ask(), firm.ask(5, 7), firm.ask(9, 11)
    firm.reserve(1, 2, by=firm.somebody())
    with pytest.raises(no.Taken), firm.session.begin_nested():
        firm.agree(gone)
    with pytest.raises(no.AskedTooLate):
        firm.agree(late, now=hours(0, 5).end)
    assert expire(firm.session, late.id, now=hours(0, 5).end)
    with pytest.raises(no.CannotChange):
        firm.agree(late)
    cancel(firm.session, back.id, by=firm.me, now=TUESDAY)
    with pytest.raises(no.CannotChange):
        firm.agree(back)
    assert [body for _, body in firm.told()] == ["1", "1"]  # only what still waits is asked


def test_a_no_says_why(firm):
    asked = firm.ask()
    facts = {"by": firm.managers[0], "now": TUESDAY, "answerer": Answerer.MANAGER}
    with pytest.raises(ReasonMissing):
        decline(firm.session, asked.id, " ", **facts)
    decline(firm.session, asked.id, "用小会议室", **facts)
    assert asked.state is ReservationState.DECLINED
    with pytest.raises(no.CannotChange):
        decline(firm.session, asked.id, "再说一次", **facts)
    with pytest.raises(no.CannotChange):
        firm.agree(asked)


def test_of_a_pool_what_one_may_book_alone_comes_first(firm):
    dear, cheap = firm.room, firm.world.space(firm.area)
    prices = {dear.id: DEAR, cheap.id: CHEAP}
    facts = {"quote": lambda one: prices[one.id], "choose": lambda left: left[0], "now": TUESDAY}
    first = reserve_from_pool(firm.session, [dear, cheap], hours(1, 3), by=firm.me, **facts)
    assert (first.space_id, first.state) == (cheap.id, ReservationState.BOOKED)
    key = {"by": firm.me, "idempotency_key": "pool"}
    second = reserve_from_pool(firm.session, [dear, cheap], hours(1, 3), **key, **facts)
    assert (second.space_id, second.answerer) == (dear.id, Answerer.MANAGER)
    assert second.state is ReservationState.REQUESTED
    assert reserve_from_pool(firm.session, [dear, cheap], hours(1, 3), **key, **facts) is second


def test_of_a_series_each_occurrence_is_judged_by_its_own_quote(firm):
    def price(_, some):
        return {one.key: DEAR if one.day.day == 11 else CHEAP for one in some}

    series = firm.begin(price=price)
    states = {one.recurrence_id[8:10]: (one.state.value, len(firm.held(one))) for one in firm.booked(series)}
    assert states == {"04": ("booked", 1), "11": ("requested", 0), "18": ("booked", 1), "25": ("booked", 1)}
    assert [one.answerer for one in waiting_for_manager(firm.session, firm.firm.id, TUESDAY)] == ["manager"]
    extend_series(
        firm.session, series.id, FIRST + timedelta(days=28), letter=letter, by=firm.me, now=TUESDAY,
        price=lambda _, some: {one.key: DEAR for one in some},
    )  # fmt: skip
    assert [body for _, body in firm.told()] == ["2", "2"]
    assert opened(firm.session, TUESDAY) == []


def test_what_came_free_of_a_series_is_asked_for_too(firm):
    taken = firm.block(1)
    series = firm.begin()
    (wish,) = firm.wished(series)
    cancel(firm.session, taken.id, by=ADMIN, now=TUESDAY)
    made = take_wished(firm.session, wish.id, quote=DEAR, by=firm.me, now=TUESDAY)
    asked = (series.id, ReservationState.REQUESTED, Answerer.MANAGER)
    assert (made.series_id, made.state, made.answerer) == asked
    assert firm.held(made) == []


def test_what_is_booked_is_not_made_more_than_one_may_book(firm):
    mine = firm.reserve(1, 2, quote=CHEAP)
    with pytest.raises(NeedsManager) as refused:
        set_end(firm.session, mine.id, hours(1, 3).end, **firm.facts(quote=DEAR))
    assert (refused.value.why, refused.value.up_to) == (WhyAsk.SUM, Money.yuan(100))
    with pytest.raises(NeedsManager):
        move(firm.session, mine.id, firm.room, hours(4, 6), **firm.facts(quote=DEAR))
    assert (mine.version, mine.ends_at) == (1, hours(1, 2).end)
    move(firm.session, mine.id, firm.room, hours(4, 6), **firm.facts(quote=DEAR, by=firm.managers[0]))
    move(firm.session, mine.id, firm.room, hours(5, 7), **firm.facts(quote=DEAR))  # no dearer: agreed to
    set_end(firm.session, mine.id, hours(5, 6).end, **firm.facts(quote=CHEAP))


def test_a_request_that_changes_is_asked_anew_and_the_park_books_none_over_the_managers_head(firm):
    asked = firm.ask()
    firm.told()
    move(firm.session, asked.id, firm.room, hours(4, 6), **firm.facts(quote=DEAR))
    assert asked.answerer is Answerer.MANAGER
    assert len(firm.told()) == 4  # both managers hear of it again
    move(firm.session, asked.id, firm.room, hours(5, 7), **firm.facts(quote=DEAR, by=ADMIN))
    assert (asked.state, asked.answerer) == (ReservationState.REQUESTED, Answerer.MANAGER)
    move(firm.session, asked.id, firm.room, hours(5, 6), **firm.facts(quote=CHEAP))
    assert asked.state is ReservationState.BOOKED  # what one may book alone needs nobody
    firm.world.rule(firm.park, needs_approval=True)
    of_park = firm.reserve(8, 9, quote=CHEAP)
    assert of_park.answerer is Answerer.PARK
    set_end(firm.session, of_park.id, hours(8, 10).end, **firm.facts(quote=DEAR))
    assert of_park.answerer is Answerer.MANAGER


def test_nobody_waits_for_or_takes_a_hold_on_what_they_may_not_book_alone(firm):
    firm.taken = firm.reserve(1, 3, by=firm.somebody())
    with pytest.raises(NeedsManager):
        wait_for(
            firm.session,
            firm.room,
            hours(1, 3),
            by=firm.me,
            now=TUESDAY,
            judged=judged(DEAR),
        )
    wait = wait_for(firm.session, firm.room, hours(1, 3), by=firm.me, now=TUESDAY, judged=judged(CHEAP))
    cancel(firm.session, firm.taken.id, by=ADMIN, now=TUESDAY)
    with pytest.raises(NeedsManager):
        take_hold(firm.session, wait.id, quote=DEAR, letter=settled, by=firm.me, now=TUESDAY)
    assert wait.state.value == "offered"  # and is held as before
    made = take_hold(firm.session, wait.id, quote=CHEAP, letter=settled, by=firm.me, now=TUESDAY)
    assert made.state.value == "booked"


def test_who_may_not_book_a_kind_is_offered_none_of_it(firm):
    member = firm.session.get_one(Member, firm.me.member_id)
    taken = firm.reserve(1, 3, by=firm.somebody())
    wait = wait_for(firm.session, firm.room, hours(1, 3), by=firm.me, now=TUESDAY)
    member.keep_rights(BookingRights(frozenset({"meeting_room"})))
    firm.session.flush()
    cancel(firm.session, taken.id, by=ADMIN, now=TUESDAY)
    assert wait.state.value == "waiting"


def test_nobody_walks_in_or_stays_on_beyond_their_rights(firm):
    member = firm.session.get_one(Member, firm.me.member_id)
    hall = firm.world.space(firm.area, Kind.HALL)
    until, act = hours(0, 2).end, {"charger": CHARGER, "by": firm.me, "now": TUESDAY}
    with pytest.raises(NeedsManager):
        walk_in(firm.session, firm.room, member, until, quote=lambda: DEAR, **act)
    with pytest.raises(NeedsManager):
        walk_in(firm.session, hall, member, until, quote=lambda: CHEAP, **act)
    stay = walk_in(firm.session, firm.room, member, until, quote=lambda: CHEAP, **act)
    with pytest.raises(NeedsManager):
        stay_longer(firm.session, stay.id, hours(0, 3).end, quote=DEAR, by=firm.me, now=TUESDAY)


def an_hour_is_free(firm, minutes=60):
    """Let the firm have an hour a month free of 80 yuan, told as the app's sessions are; up to 50 alone."""
    firm.session.info[LIMIT_PRICES] = limit_prices
    firm.world.tariff(firm.park, allowances={firm.firm.size: minutes})
    firm.me = replace(firm.me, rights=BookingRights(up_to=Money.yuan(50)))


def by_price(firm):
    def price(space, some):
        asked = {one.key: (space, one.span) for one in some}
        return {key: one.total for key, one in quote_each(firm.session, firm.park, firm.firm, asked).items()}

    return price


def test_the_months_free_hour_lets_nobody_slip_under_their_limit_twice(firm):
    an_hour_is_free(firm)
    free = {"quote": Money.zero()}
    first = firm.reserve(1, 2, **free)
    assert first.state is ReservationState.BOOKED  # nothing else is booked: it is free, and 50 are enough
    second = firm.ask(start=3, end=4, **free)
    assert second.quote == Money.zero(), "what is kept is the quote: as if it came next"
    assert firm.reserve(24 * 30 + 1, 24 * 30 + 2, **free).state is ReservationState.BOOKED  # another month
    cancel(firm.session, first.id, by=firm.me, now=TUESDAY)
    assert firm.ask(start=5, end=6, **free), "what is asked for may come, and counts"
    cancel(firm.session, second.id, by=firm.me, now=TUESDAY)
    desk = firm.world.space(firm.area, Kind.WORKSTATION)
    assert firm.reserve(1, 2, space=desk, **free).state is ReservationState.BOOKED  # has no free minutes


def test_what_stands_moves_at_no_more_than_it_was_judged_by(firm):
    an_hour_is_free(firm)
    mine = firm.reserve(1, 2, quote=Money.zero())
    firm.reserve(3, 4, quote=Money.zero(), by=firm.managers[0])
    facts = firm.facts(quote=Money.zero())
    move(firm.session, mine.id, firm.room, hours(1.5, 2.5), **facts)  # 80, as where it stands
    with pytest.raises(NeedsManager) as refused:
        set_end(firm.session, mine.id, hours(1.5, 2.75).end, **(facts | {"quote": Money.yuan(20)}))
    assert (refused.value.quote, refused.value.shared) == (Money.yuan(100), True), "an hour and a quarter"
    move(firm.session, mine.id, firm.room, hours(9.5, 10.5), **facts)  # off-peak: 48
    with pytest.raises(NeedsManager):
        move(firm.session, mine.id, firm.room, hours(5, 6), **facts)


def test_of_a_series_the_first_gets_the_free_hour_and_each_other_is_asked_for(firm):
    an_hour_is_free(firm)
    made = firm.booked(firm.begin(price=by_price(firm)))
    assert [(one.quote, one.state.value) for one in made] == [
        (Money.zero(), state) for state in ("booked", "requested", "requested", "requested")
    ]


def test_a_walk_in_that_goes_on_takes_the_free_hour_and_none_from_itself(firm):
    an_hour_is_free(firm)
    other, member = firm.world.space(firm.area), firm.session.get_one(Member, firm.me.member_id)
    act, free = {"by": firm.me, "now": TUESDAY}, {"quote": Money.zero()}
    stay = walk_in(firm.session, other, member, hours(0, 0.5).end, quote=Money.zero, charger=CHARGER, **act)
    until = hours(0, 1).end
    assert longer_refused(firm.session, stay, {until: Money.zero()}, firm.me) == {}
    stay_longer(firm.session, stay.id, until, **act, **free)
    firm.ask(start=3, end=4, **free)
    assert firm.reserve(24 * 30 + 1, 24 * 30 + 2, **free).state is ReservationState.BOOKED  # another month
    for asked in waiting_for_manager(firm.session, firm.firm.id, TUESDAY):
        cancel(firm.session, asked.id, **act)
    check_out(firm.session, stay.id, charger=CHARGER, by=firm.me, now=hours(0, 0.25).end)
    assert firm.reserve(5, 5.5, **free).state is ReservationState.BOOKED, "half an hour of it is left"


def test_no_other_way_in_slips_under_a_limit_either(firm):
    an_hour_is_free(firm)
    taken = firm.reserve(5, 6, by=firm.somebody())
    wait = wait_for(
        firm.session,
        firm.room,
        hours(5, 6),
        by=firm.me,
        now=TUESDAY,
        judged=judged(Money.zero()),
    )
    firm.session.get_one(Member, firm.me.member_id).keep_rights(firm.me.rights)
    firm.reserve(1, 2, quote=Money.zero(), by=firm.managers[0])
    cancel(firm.session, taken.id, by=ADMIN, now=TUESDAY)
    assert wait.state.value == "waiting", "nothing is held for who could not take it alone"
    other, key = firm.world.space(firm.area), {"by": firm.me, "now": TUESDAY}
    facts = {"quote": lambda _: Money.zero(), "choose": lambda left: left[0], **key}
    assert reserve_from_pool(firm.session, [other], hours(7, 8), **facts).answerer is Answerer.MANAGER
    member, act = firm.session.get_one(Member, firm.me.member_id), {"charger": CHARGER, **key}
    with pytest.raises(NeedsManager):
        walk_in(firm.session, other, member, hours(0, 1).end, quote=Money.zero, **act)
    stay = walk_in(firm.session, other, member, hours(0, 0.5).end, quote=Money.zero, **act)  # 40
    with pytest.raises(NeedsManager):
        stay_longer(firm.session, stay.id, hours(0, 1).end, quote=Money.zero(), **key)
    assert list(longer_refused(firm.session, stay, {hours(0, 1).end: Money.zero()}, firm.me))


def test_rights_are_set_for_one_and_for_all_and_the_trail_says_so(firm):
    member, by = firm.session.get_one(Member, firm.me.member_id), {"by": firm.managers[0], "now": TUESDAY}
    assert member.rights == BookingRights()
    for _ in "twice":
        set_rights(firm.session, member, UP_TO_100, **by)
    assert member.rights == UP_TO_100
    everybody = BookingRights(frozenset({"storage"}), None)
    set_rights_of_all(firm.session, firm.firm, everybody, **by)
    manager = firm.session.get_one(Member, firm.managers[1].member_id)
    firm.session.refresh(manager)
    assert (member.rights, manager.rights, manager.allowed) == (everybody, None, everybody)
    neighbour = firm.session.get_one(Member, firm.somebody().member_id)
    assert neighbour.rights == BookingRights()
    trail = firm.session.scalars(select(AuditEntry).where(AuditEntry.action.like("%rights_set")))
    assert [(one.action, one.after) for one in trail] == [
        ("member.rights_set", {"asks_for": ["hall"], "books_up_to_fen": 100_00}),
        ("enterprise.rights_set", {"asks_for": ["storage"], "books_up_to_fen": None}),
    ]


def test_the_usual_booking_asks_the_database_no_more_than_without_rights(firm):
    def asked(by, start, end=None):
        statements = []

        def count(_, __, statement, *rest):
            del rest
            statements.append(statement)

        event.listen(firm.session.get_bind(), "before_cursor_execute", count)
        firm.reserve(start, end or start + 1, quote=CHEAP, by=by)
        event.remove(firm.session.get_bind(), "before_cursor_execute", count)
        return len(statements)

    firm.reserve(1, 2)
    assert asked(firm.me, 3) == asked(replace(firm.me, rights=None), 5)
    an_hour_is_free(firm, minutes=0)
    firm.reserve(6, 7, quote=CHEAP, by=replace(firm.me, rights=UP_TO_100))
    up_to_80 = replace(firm.me, rights=BookingRights(up_to=CHEAP))
    assert asked(up_to_80, 7, 9) == asked(replace(firm.me, rights=None), 9, 11), "nothing of it is free"


def test_the_very_same_is_asked_for_once(firm):
    """Another time, place or person is another request; once it was answered, it may be asked for anew."""
    asked = firm.ask()
    for again in (1, 2):
        with pytest.raises(no.AskedAlready) as refused, firm.session.begin_nested():
            firm.ask(idempotency_key=f"another form {again}")
        assert refused.value.reservation_id == asked.id
    member = firm.world.member(firm.firm)
    colleague = Actor(member.name, member.id, member.park_id, member.enterprise_id, rights=UP_TO_100)
    for other in ({"space": firm.world.space(firm.area)}, {"by": colleague}, {"end": 4}):
        firm.ask(**other)
    later = firm.ask(5, 7)
    with pytest.raises(no.AskedAlready), firm.session.begin_nested():
        move(firm.session, later.id, firm.room, hours(1, 3), quote=DEAR, by=firm.me, now=TUESDAY)
    decline(firm.session, asked.id, "太贵", by=firm.managers[0], now=TUESDAY, answerer=Answerer.MANAGER)
    assert firm.ask().id != asked.id
    hall = firm.world.space(firm.area, Kind.HALL)
    firm.world.rule(firm.park, Kind.HALL, needs_approval=True)
    for_park = {"space": hall, "by": firm.managers[0]}
    assert firm.reserve(1, 2, **for_park).answerer is Answerer.PARK
    with pytest.raises(no.AskedAlready), firm.session.begin_nested():
        firm.reserve(1, 2, **for_park)


def test_any_one_of_a_pool_is_not_asked_for_where_that_one_is_already(firm):
    firm.ask()
    facts = {"quote": lambda _: DEAR, "choose": lambda left: left[0], "by": firm.me, "now": TUESDAY}
    with pytest.raises(no.AskedAlready), firm.session.begin_nested():
        reserve_from_pool(firm.session, [firm.room], hours(1, 3), **facts)

"""A year in the park: what people do, one thing after the other, each by the product's own verb."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from sqlalchemy.orm import Session

from booking.audit.actions import Actor
from booking.charges.charge_fee import cancel_with_fee
from booking.charges.charge_stay import TariffCharger
from booking.charges.pricing import quote
from booking.demo.agenda import Agenda
from booking.demo.demand import Fate, Wish
from booking.demo.tenants import Household
from booking.parks.models import Park
from booking.reservations.models import Reservation
from booking.reservations.refusals import AskedAlready, Taken
from booking.reservations.reserve import reserve
from booking.spaces.models import Space
from booking.usage.check_in import check_in, release_no_show, walk_in
from booking.usage.check_out import check_out, end_forgotten
from booking.usage.correct_stay import correct_stay, state_true_end
from booking.usage.models import Stay
from booking.usage.rules import FORGOTTEN_AFTER, AlreadyOut, StillInUse
from booking.usage.stay_longer import hold_overstay
from booking.usage.turned_away import note_turned_away
from booking.values import Span

EARLY = timedelta(minutes=10)
SOON = timedelta(seconds=20)  # a job looks every minute
STEP = timedelta(minutes=15)
CHARGER = TariffCharger()
FLEXIBLE = 0.8
OTHER_TIMES = tuple(timedelta(minutes=minutes) for minutes in (60, -60, 120, -120, 180, -180, 300))
TOLD_LATER = 0.65  # of forgotten check-outs the tenant tells the end, of the others the administrator
TOLD = "门禁记录显示更早离开"


@dataclass
class Diary:
    """What is going to happen, in order of time, and the hands that do it."""

    session: Session
    park: Park
    admin: Actor
    branch: Actor
    agenda: Agenda
    random: Random
    pace: Callable[[Household, datetime, int], bool]  # may this household spend so many fen more then?
    now: datetime
    done: Counter[str] = field(default_factory=Counter)
    due: list[tuple[datetime, int, Callable[[datetime], object]]] = field(default_factory=list)
    numbers: count[int] = field(default_factory=count)
    held: dict[int, Reservation | Stay] = field(default_factory=dict)  # else each step reads its row anew

    def at(self, instant: datetime, act: Callable[[datetime], object]) -> None:
        """Plan something; what is planned first happens first where the instants are the same."""
        heappush(self.due, (instant, next(self.numbers), act))

    def live(self, until: datetime) -> None:
        """Let everything happen that is due up to an instant.

        Somebody who is quicker by a minute is part of life; any other refusal is a mistake of the demo,
        and stops it.
        """
        while self.due and self.due[0][0] <= until:
            instant, _, act = heappop(self.due)
            self.now = instant
            act(instant)

    def plan(self, wish: Wish) -> None:
        """Put a wish into the diary."""
        if wish.asked is None:
            self.at(wish.start, lambda now: self.walk_in(wish, now))
        else:
            self.at(max(wish.asked, self.now), lambda now: self.reserve(wish, now))

    # What people do.

    def reserve(self, wish: Wish, now: datetime, space: Space | None = None) -> Reservation | None:
        """Book a free space that fits, if there is one and the budget allows."""
        if space is None:
            wish, space = self._chosen(wish, now)
        if space is None or wish.start <= now:
            return None
        span = Span(wish.start, wish.end)
        price = quote(self.session, self.park, wish.household.enterprise, space, span).total
        if not (wish.sure or self.pace(wish.household, wish.start, price.fen)):
            return None
        try:
            with self.session.begin_nested():
                reservation = reserve(
                    self.session,
                    space,
                    span,
                    quote=price,
                    by=self.person(wish),
                    now=now,
                    people=wish.people,
                    purpose=wish.purpose,
                )
        except (Taken, AskedAlready):
            self.done["too late"] += 1
            return None
        self.agenda.take(reservation.id, wish, space)
        self.done["reserved"] += 1
        self.held[reservation.id] = reservation
        self._await(wish, reservation, space)
        return reservation

    def _chosen(self, wish: Wish, now: datetime) -> tuple[Wish, Space | None]:
        """Choose a place, or another time of the day; who finds none, though it is open, was turned away."""
        space = self.agenda.choose(wish)
        if space is None and self.agenda.is_want_of_room(wish):
            for other in self._other_times(wish, now):
                space = self.agenda.choose(other)
                if space is not None:
                    return other, space
            member = wish.household.members[wish.seat]
            note_turned_away(
                self.session, member, wish.kind, Span(wish.start, wish.end), self.park.zone, now=now
            )
            self.done["turned away"] += 1
        return wish, space

    def _other_times(self, wish: Wish, now: datetime) -> Iterator[Wish]:
        """Give the times that would do as well, for most who asked ahead."""
        if wish.asked is not None and self.random.random() < FLEXIBLE:
            for later in OTHER_TIMES:
                start = wish.start + later
                if start.date() == wish.start.date() and start > now + SOON:
                    yield replace(wish, start=start)

    def _await(self, wish: Wish, reservation: Reservation, space: Space) -> None:
        """Plan what becomes of it."""
        if wish.fate is Fate.STAYS_AWAY:
            grace = timedelta(minutes=self.park.grace_minutes)
            self.at(wish.start + grace + SOON, lambda now: self.miss(wish, reservation.id, space, now))
        elif wish.fate is Fate.CANCELS or wish.fate is Fate.CANCELS_LATE:
            late = wish.fate is Fate.CANCELS_LATE
            before = timedelta(minutes=self.random.randrange(8, 50)) if late else timedelta(hours=3)
            when = max(wish.start - before, self.now + SOON)
            self.at(when, lambda now: self.cancel(wish, reservation.id, space, now))
        else:
            came = wish.start + timedelta(minutes=wish.came, seconds=self.random.randrange(60))
            if wish.came < 0 and not self.agenda.free_before(reservation.id, wish, space, wish.start - EARLY):
                came = wish.start + timedelta(minutes=1)
            came = max(came, self.now + SOON)
            self.at(came, lambda now: self.come(wish, reservation.id, space, now))

    def come(self, wish: Wish, reservation_id: int, space: Space, now: datetime) -> None:
        """Check in, and plan to leave."""
        try:
            with self.session.begin_nested() if now < wish.start else nullcontext():
                stay = check_in(
                    self.session,
                    reservation_id,
                    park=self.park,
                    charger=CHARGER,
                    by=self.person(wish),
                    now=now,
                )
        except (StillInUse, Taken):
            again = max(now, wish.start) + timedelta(minutes=1)
            self.at(again, lambda now: self.come(wish, reservation_id, space, now))
            return
        self._stay(wish, stay, reservation_id, space, now)

    def walk_in(self, wish: Wish, now: datetime, space: Space | None = None) -> None:
        """Take what is free."""
        if space is None:
            wish, space = self._chosen(wish, now)
        if space is None:
            return
        if wish.household.is_story and not wish.sure:  # nobody else asks what it would cost
            asked = Span(now, wish.end)
            price = quote(self.session, self.park, wish.household.enterprise, space, asked).total
            if not self.pace(wish.household, now, price.fen):
                return
        member = wish.household.members[wish.seat]
        try:
            with self.session.begin_nested():
                stay = walk_in(
                    self.session, space, member, wish.end, charger=CHARGER, by=self.person(wish), now=now
                )
        except (StillInUse, Taken):
            self.done["too late"] += 1
            return
        self.done["walked in"] += 1
        self.agenda.take(-stay.id, wish, space)
        self._stay(wish, stay, -stay.id, space, now)

    def _stay(self, wish: Wish, stay: Stay, holder: int, space: Space, now: datetime) -> None:
        self.held[-stay.id] = stay  # reservations and stays share no numbers here
        if wish.fate is Fate.FORGETS:
            self.at(wish.end + FORGOTTEN_AFTER + SOON, lambda now: self.forget(wish, stay.id, now))
            self.agenda.take(holder, wish, space, wish.end + FORGOTTEN_AFTER)
            return
        left = wish.end + timedelta(minutes=wish.left, seconds=self.random.randrange(60))
        if wish.left > 0:
            if self.agenda.free_after(holder, wish, space, left):
                self.agenda.take(holder, wish, space, left)
                for step in range(wish.left // 15 + 1):
                    self.at(wish.end + SOON + step * STEP, lambda now: self.hold(stay.id, now))
            else:
                left = wish.end - timedelta(seconds=self.random.randrange(20, 200))
        self.at(
            max(left, now + timedelta(minutes=4)), lambda now: self.leave(wish, stay.id, holder, space, now)
        )

    def leave(self, wish: Wish, stay_id: int, holder: int, space: Space, now: datetime) -> None:
        """Check out."""
        _rows = self.held.pop(holder, None), self.held.pop(-stay_id, None)
        try:
            stay = check_out(self.session, stay_id, charger=CHARGER, by=self.person(wish), now=now)
        except AlreadyOut:  # who came next made them leave
            self.done["made way"] += 1
            return
        self.agenda.take(holder, wish, space, now)
        self.done["overstayed" if now > wish.end else "left"] += 1
        if stay.needs_review:
            self._review(wish, stay_id, now)
            return
        if self.random.random() < 0.006:
            when = (now + timedelta(days=1)).replace(hour=10, minute=30)
            self.at(when, lambda now: self.correct(stay_id, now))

    def cancel(self, wish: Wish, reservation_id: int, space: Space, now: datetime) -> None:
        """Give it back."""
        cancel_with_fee(self.session, reservation_id, by=self.person(wish), now=now)
        self.agenda.give_back(reservation_id, wish, space)
        self.done["cancelled"] += 1

    # What the house does.

    def miss(self, wish: Wish, reservation_id: int, space: Space, now: datetime) -> None:
        """Release what nobody came to."""
        release_no_show(self.session, reservation_id, park=self.park, charger=CHARGER, now=now)
        self.agenda.give_back(reservation_id, wish, space)
        self.done["no-show"] += 1

    def hold(self, stay_id: int, now: datetime) -> None:
        """Keep the place of who stays over."""
        hold_overstay(self.session, stay_id, now=now)

    def forget(self, wish: Wish, stay_id: int, now: datetime) -> None:
        """End what nobody checked out of; the day after, somebody may say how it was."""
        if not end_forgotten(self.session, stay_id, charger=CHARGER, now=now):
            return
        self.done["forgotten"] += 1
        self._review(wish, stay_id, now)

    def _review(self, wish: Wish, stay_id: int, now: datetime) -> None:
        """Let somebody say how it was: the tenant, or the administrator, sooner or later."""
        days = self.random.choice((1, 1, 1, 2, 9))
        when = (now + timedelta(days=days)).replace(hour=9, minute=self.random.randrange(60))
        # Whoever has not said by the month's end says it before the review is over.
        first = (now.replace(day=1) + timedelta(days=32)).replace(day=1, hour=9)
        when = min(when, first + timedelta(hours=now.minute / 20))
        if self.random.random() < TOLD_LATER:
            self.at(when, lambda now: self.tell(wish, stay_id, now))
        else:
            self.at(when, lambda now: self.correct(stay_id, now))

    def tell(self, wish: Wish, stay_id: int, now: datetime) -> None:
        """Say when one really left."""
        ended_at = wish.end - timedelta(minutes=self.random.randrange(5, 25))
        state_true_end(
            self.session, stay_id, ended_at, charger=CHARGER, by=self.manager(wish.household), now=now
        )
        self.done["told"] += 1

    def correct(self, stay_id: int, now: datetime) -> None:
        """Correct what was recorded."""
        stay = self.session.get_one(Stay, stay_id)
        if stay.ended_at is None:
            return
        ended_at = max(stay.started_at + timedelta(minutes=5), stay.ended_at - timedelta(minutes=20))
        correct_stay(
            self.session, stay_id, stay.started_at, ended_at, TOLD, charger=CHARGER, by=self.admin, now=now
        )
        self.done["corrected"] += 1

    def person(self, wish: Wish) -> Actor:
        """Who wishes it."""
        return wish.household.actor(wish.household.members[wish.seat])

    def manager(self, household: Household) -> Actor:
        """Who runs the household."""
        return household.actor(household.members[0])

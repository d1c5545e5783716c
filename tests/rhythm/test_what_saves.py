"""What would save most: of an enterprise's own month, by the rater, and only if it is worth a word."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from booking.rhythm.what_saves import (
    CheaperStore,
    CheaperTime,
    OwnStore,
    OwnUse,
    OwnUses,
    PaidForNothing,
    PricedPlace,
    SmallerRoom,
    cost,
    saved_by,
    what_saves_most,
)
from booking.tariffs.terms import Band, Days, Terms
from booking.values import Money, WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar()
EVENING = Band("错时", Days.ALL, 18 * 60, 22 * 60, Fraction(6, 10))
EARLY = Band("错时", Days.ALL, 7 * 60, 9 * 60, Fraction(1, 2))
ROOM = Terms(8000, increment_minutes=15, minimum_minutes=30, bands=(EVENING,))
LARGE = Terms(15000, increment_minutes=15, minimum_minutes=30)
WEDNESDAYS = ("2026-10-07", "2026-10-14", "2026-10-21", "2026-10-28")


def place(number=1, seats=8, terms=ROOM, allowance=0, opens=8 * 60, closes=22 * 60, kind="room"):
    return PricedPlace(number, kind, seats, terms, allowance, opens, closes)


def use(number, day, start, end, where=None, people=None):
    times = [datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI) for clock in (start, end)]
    return OwnUse(number, where or place(), *times, people)


def most(*uses, **others):
    return what_saves_most(OwnUses(uses, **others), CALENDAR, SHANGHAI)


def test_wednesdays_after_six_the_same_room_costs_less():
    """Four times 16:00 to 17:30 at 80.00 an hour: 480.00; after 18:00 at 0.6: 288.00."""
    uses = [use(number, day, "16:00", "17:30") for number, day in enumerate(WEDNESDAYS)]
    uses.append(use(9, "2026-10-15", "16:00", "16:30"))  # the Thursday is not the one thing
    assert cost(uses[:4], CALENDAR, SHANGHAI) == Money(48000)
    assert most(*uses) == CheaperTime(Money(19200), 1, 2, 18 * 60, 22 * 60, Fraction(4, 10), 4, later=True)


def test_what_is_half_in_the_cheaper_time_saves_only_the_rest():
    """From 17:00 to 19:00: 80.00 and 48.00; from 18:00 on twice 48.00."""
    found = most(use(1, "2026-10-14", "17:00", "19:00"))
    assert found.amount == Money(3200)


def test_an_early_time_is_one_too():
    """From 08:30 to 10:30 costs 40 x 0.5 and 120; from 07:00 to 09:00 it costs 80."""
    where = place(terms=Terms(8000, bands=(EARLY,)), opens=7 * 60)
    found = most(use(1, "2026-10-14", "08:30", "10:30", where))
    assert (found.amount, found.later, found.to_minute) == (Money(6000), False, 9 * 60)


@pytest.mark.parametrize(
    ("start", "end", "where"),
    [
        ("09:00", "10:00", place()),  # nobody has the morning's meeting at night
        ("16:00", "17:30", place(closes=19 * 60)),  # the room closes before it would be over
        ("16:00", "17:30", place(terms=Terms(8000))),  # all day the same price
        ("16:00", "17:30", place(allowance=600)),  # it cost nothing
        ("16:00", "16:05", place(terms=Terms(800, bands=(EVENING,)))),  # a few fen
        ("18:00", "19:30", place()),
    ],
)
def test_where_nothing_saves_a_few_yuan_nothing_is_said(start, end, where):
    assert most(use(1, "2026-10-14", start, end, where)) is None


def test_a_smaller_room_would_have_been_large_enough():
    """Six people twice an hour in the large room at 150.00: 300.00; in the one for eight 160.00."""
    large, small = place(2, 20, LARGE), place(1, 8, Terms(8000))
    uses = [
        use(1, "2026-10-13", "09:00", "10:00", large, 6),
        use(2, "2026-10-14", "09:00", "10:00", large, 5),
        use(3, "2026-10-15", "09:00", "10:00", large, 12),  # they need it
        use(4, "2026-10-16", "09:00", "10:00", large),  # nobody said how many
    ]
    assert most(*uses, places=(small, large)) == SmallerRoom(Money(14000), 2, 1, 6, 2)


def test_not_coming_and_a_dear_store_are_weighed_by_money():
    mine = OwnStore(5, 20_00, Money(24000))
    cheaper, too_small = OwnStore(6, 20_00, Money(20000)), OwnStore(7, 19_99, Money(100))
    stores = {"stores": (mine,), "free_stores": (too_small, cheaper)}
    assert most(**stores) == CheaperStore(Money(4000), 5, 6)
    assert most(unused=(Money(3000), Money(2000)), **stores) == PaidForNothing(Money(5000), 2)
    assert most(stores=(mine,), free_stores=(too_small,)) is None


def test_free_minutes_and_caps_count_as_on_the_invoice():
    """120 free minutes cover the first of two uses: moving both saves only what was paid for the second."""
    free = place(allowance=120)
    uses = [use(number, day, "16:00", "18:00", free) for number, day in enumerate(WEDNESDAYS[:2])]
    assert most(*uses).amount == Money(6400)
    capped = place(terms=Terms(8000, daily_cap_fen=10600, bands=(EVENING,)))
    assert most(use(1, "2026-10-14", "16:00", "18:00", capped)).amount == Money(1000)  # 106.00 and 96.00


TIMES = st.tuples(st.integers(0, 27), st.integers(8 * 4, 20 * 4), st.integers(1, 8))


@given(st.lists(TIMES, max_size=12), st.sampled_from([0, 60, 600]), st.sampled_from([None, 9000]))
def test_what_it_promises_is_what_the_rater_would_have_billed_less(times, allowance, cap):
    terms = Terms(8000, increment_minutes=15, minimum_minutes=30, daily_cap_fen=cap, bands=(EVENING,))
    where = place(terms=terms, allowance=allowance)
    uses = []
    for number, (day, quarter, length) in enumerate(times):
        start = datetime(2026, 9, 1 + day, quarter // 4, quarter % 4 * 15, tzinfo=SHANGHAI)
        uses.append(OwnUse(number, where, start, start.replace(hour=min(23, start.hour + length))))
    uses = [one for one in uses if one.ended_at > one.started_at]
    found = most(*uses)
    assert found is None or Money.yuan(5) <= found.amount <= cost(uses, CALENDAR, SHANGHAI)
    assert saved_by(uses, {}, CALENDAR, SHANGHAI) == Money.zero()

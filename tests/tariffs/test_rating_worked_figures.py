"""The worked figures of docs/rules.md."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from booking.tariffs.rating import MeasuredStay, rate
from booking.tariffs.rules import share_of_quote
from booking.tariffs.storage_rating import StorageStay, StorageTerms, rate_storage
from booking.tariffs.terms import Band, Days, Terms
from booking.values import Money, Month, WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
MEETING_ROOM = Terms(
    rate_fen_per_hour=8000,
    increment_minutes=15,
    minimum_minutes=30,
    bands=(Band("off-peak", Days.WORKING, 18 * 60, 22 * 60, Fraction("0.6")),),
)
WORKSTATION = Terms(rate_fen_per_hour=1200, increment_minutes=30, minimum_minutes=60, daily_cap_fen=6000)


def tuesday(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-03T{clock}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("come", "go", "billed_to", "lines"),
    [
        ("16:36", "18:17", "18:21", [("peak", 84, 11200), ("off-peak", 21, 1680)]),
        ("09:00", "09:04", "09:30", [("peak", 30, 4000)]),
        ("09:00", "10:00", "10:00", [("peak", 60, 8000)]),
        ("17:50", "18:05", "18:20", [("peak", 10, 1333), ("off-peak", 20, 1600)]),
    ],
)
def test_a_meeting_room_costs_what_was_used(come, go, billed_to, lines):
    stay = MeasuredStay("a", "R1", tuesday(come), tuesday(go))
    rating = rate(stay, MEETING_ROOM, WorkCalendar(), SHANGHAI)
    assert [(line.band, line.minutes, line.amount.fen) for line in rating.lines] == lines
    assert {line.day for line in rating.lines} == {date(2026, 11, 3)}
    assert rating.billed_from == tuesday(come)
    assert rating.billed_to == tuesday(billed_to)
    assert rating.total.fen == sum(fen for _, _, fen in lines)


def test_a_workstation_costs_no_more_than_its_daily_cap():
    stay = MeasuredStay("a", "W1", tuesday("08:58"), tuesday("18:10"))
    (line,) = rate(stay, WORKSTATION, WorkCalendar(), SHANGHAI).lines
    assert (line.minutes, line.uncapped, line.amount) == (570, Money(11400), Money(6000))


def test_storage_costs_its_days_in_the_month_they_fall_in():
    stay = StorageStay(
        "s",
        datetime(2026, 1, 28, 15, tzinfo=SHANGHAI),
        datetime(2026, 2, 3, 10, tzinfo=SHANGHAI),
    )
    lines = rate_storage(stay, StorageTerms(800), Month(2026, 12, SHANGHAI))
    assert [(str(line.month), line.days, line.amount.fen) for line in lines] == [
        ("2026-01", 4, 3200),
        ("2026-02", 3, 2400),
    ]


def test_a_no_show_costs_the_share_of_its_quote_that_the_tariff_names():
    assert share_of_quote(Money(2933), 300) == Money(880)  # 879.9
    assert share_of_quote(Money(5), 500) == Money(3)  # 2.5 rounds up

"""What cancelling costs is told before it is booked, on the form and its price, and on the booking's page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.values import Money
from tests.harness.times import TUESDAY
from tests.reservations.conftest import asked, book

FREE_TILL = "按现在的价目，11月3日 周二 11:00 前取消不收费，之后取消收取 ¥24.00。"
COSTS_NOW = "离开始已近：订下以后再取消，按价目收取 ¥24.00。"


@pytest.fixture
def strict(place):
    """Let who cancels within two hours of the start pay 30 %: of an hour's 80.00 that is 24.00."""
    terms = {"late_cancel_permille": 300, "late_cancel_minutes": 120}
    for one in (place.room, place.other):
        place.world.tariff(place.park, space_id=one.id, name=f"{one.name}价目", **terms)
    place.session.commit()
    return place


def told(place, start, space=None):
    wish = asked(space or place.room, start, start + 1)
    return place.mine.get("/calendar/quote", query_string=wish).json["cancelling"]


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (4, FREE_TILL),
        (
            2,
            "按现在的价目，11月3日 周二 09:00 前取消不收费，之后取消收取 ¥24.00。",
        ),  # just in time
        (1.75, COSTS_NOW),
        (1, COSTS_NOW),
    ],
)
def test_it_is_told_with_the_price(strict, start, words):
    assert told(strict, start) == words
    page = strict.mine.get("/reservations/new", query_string=asked(strict.room, start, start + 1)).text
    assert f'<span class="faint" data-cancelling>{words}</span>' in page


def test_where_it_never_costs_anything_nothing_is_told(strict):
    assert told(strict, 4, strict.desk) == ""
    page = strict.mine.get(f"/reservations/{book(strict, strict.desk, 4, people=1).id}").text
    assert "取消不收费，之后" not in page


def test_of_any_of_several_the_earliest_limit_and_the_highest_fee_are_told(strict):
    pool = asked(strict.room, 4, 5) | {"kind": "meeting_room", "area": strict.area.id}
    assert strict.mine.get("/reservations/any/price", query_string=pool).json["cancelling"] == FREE_TILL
    terms = {"late_cancel_permille": 500, "late_cancel_minutes": 180, "rate": Money.yuan(100)}
    dearer = strict.world.space(strict.area, name="路演室")
    strict.world.tariff(strict.park, space_id=dearer.id, name="路演室价目", **terms)
    strict.session.commit()
    said = strict.mine.get("/reservations/any/price", query_string=pool).json["cancelling"]
    assert said == "按现在的价目，11月3日 周二 10:00 前取消不收费，之后取消收取 最多 ¥50.00。"


def test_the_bookings_page_tells_it_and_what_it_costs_by_then(strict, standing_clock):
    page = f"/reservations/{book(strict, start=4).id}"
    assert FREE_TILL in strict.mine.get(page).text
    standing_clock.set(TUESDAY + timedelta(hours=2, minutes=1))
    later = strict.mine.get(page).text
    assert "现在取消已晚于价目规定的时限，将收取 ¥24.00。" in later
    assert "现在取消，按价目收取 ¥24.00。" in later
    assert "取消不收费" not in later

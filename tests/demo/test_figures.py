"""Whenever the demo is made, its year is one to show: in use, and more so in cheap evenings."""

from __future__ import annotations

from datetime import datetime

import pytest

from booking.demo.seed import MONTHS, Period, cheaper_from, pace
from booking.spaces.models import Kind
from tests.demo.year_of_use import year_of_use
from tests.harness.times import SHANGHAI

DESKS, ROOMS = (0.35, 0.55), (0.30, 0.45)


@pytest.mark.parametrize("day", ["2026-02-20", "2026-07-01", "2026-11-26"])
def test_what_is_open_is_used_and_evenings_fill_once_they_are_cheaper(monkeypatch, day):
    now = datetime.fromisoformat(f"{day}T20:00").replace(tzinfo=SHANGHAI)
    uses, period = year_of_use(monkeypatch, now, pace), Period.before(now, MONTHS, SHANGHAI)
    complete = [month for month, age in period.months() if age]
    for kind, (least, most) in ((Kind.WORKSTATION, DESKS), (Kind.MEETING_ROOM, ROOMS)):
        shares = {str(month): round(uses.share(month, kind), 3) for month in complete[1:]}
        assert all(least < share < most for share in shares.values()), (kind, shares)
    cheaper = cheaper_from(period)
    since = [month for month in complete if month >= cheaper]
    first, last = uses.cheap_share(since[:2]), uses.cheap_share(since[-2:])
    assert uses.cheap_share(complete[1:5]) < first < last - 0.03

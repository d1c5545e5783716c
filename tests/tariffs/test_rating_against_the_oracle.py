"""Whatever is priced, the rater and the minute-by-minute oracle say the same."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings, strategies as st

from booking.tariffs.rate_document import Node, rate_document, read_tariff
from booking.tariffs.rating import MeasuredStay, RatedLine, billed_interval, rate, rate_all
from booking.values import WorkCalendar
from tests.tariffs import invented, oracle

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def priced(document):
    return rate_document(json.dumps(document).encode())


def parts(document):
    stays = [
        MeasuredStay(stay["id"], stay["space"], *(datetime.fromisoformat(stay[k]) for k in ("in", "out")))
        for stay in document["stays"]
    ]
    return stays, read_tariff(Node(document["tariff"])), WorkCalendar(), ZoneInfo(document["zone"])


@settings(PATIENT, max_examples=250)
@given(invented.documents())
def test_the_rater_says_what_the_oracle_says(document):
    assert priced(document) == oracle.price(document)


@PATIENT
@given(invented.documents())
def test_totals_are_sums_of_lines_and_nothing_exceeds_cap_or_allowance(document):
    rated = priced(document)
    spaces = {stay["id"]: stay["space"] for stay in document["stays"]}
    spent: Counter[tuple[str, str]] = Counter()
    free: Counter[str] = Counter()
    for line in rated["lines"]:
        spent[spaces[line["stay"]], line["day"]] += line["amount_fen"]
        free[line["day"][:7]] += line["free_minutes"]
        assert 0 <= line["free_minutes"] <= line["minutes"]
        assert line["amount_fen"] >= 0
    assert rated["total_fen"] == sum(line["amount_fen"] for line in rated["lines"])
    cap = document["tariff"]["daily_cap_fen"]
    assert cap is None or all(fen <= cap for fen in spent.values())
    assert all(minutes <= document["allowance_minutes"] for minutes in free.values())


@PATIENT
@given(invented.documents(), st.integers(0, 90))
def test_staying_longer_never_costs_less(document, more):
    stays, terms, calendar, zone = parts(document)
    for stay in stays:
        longer = MeasuredStay(stay.id, stay.space, stay.started_at, stay.ended_at + timedelta(minutes=more))
        left = {stay.started_at.year * 100 + month: 50 for month in range(1, 13)}
        short, long = (rate(one, terms, calendar, zone, allowance_left=left).total for one in (stay, longer))
        assert short <= long


@PATIENT
@given(invented.documents(), st.integers(0, 100))
def test_a_stay_cut_at_a_step_has_the_same_minutes_in_the_same_bands(document, steps):
    stays, terms, calendar, zone = parts(document)
    for stay in stays:
        start, end = billed_interval(stay, terms)
        cut = start + timedelta(minutes=steps * terms.increment_minutes)
        if not start < cut < end or terms.minimum_minutes:
            continue
        whole: Counter[tuple] = Counter()
        halves: Counter[tuple] = Counter()
        for found, ends in ((whole, (start, end)), (halves, (start, cut, end))):
            for one, other in pairwise(ends):
                for line in rate(MeasuredStay("x", "R", one, other), terms, calendar, zone).lines:
                    found[line.day, line.band, line.factor] += line.minutes
        assert whole == halves
        assert whole.total() == (end - start) // timedelta(minutes=1)


@PATIENT
@given(invented.documents(), st.integers(0, 400))
def test_charging_at_each_check_out_comes_to_the_same_as_pricing_all_at_once(document, allowance):
    """What is left and what is spent are carried from stay to stay, as the charges of a month do."""
    stays, terms, calendar, zone = parts(document)
    apart = one_after_another(stays, terms)
    left: dict[int, int] = defaultdict(lambda: allowance)
    spent: dict[int | str, Counter[date]] = defaultdict(Counter)
    lines: list[RatedLine] = []
    for stay in apart:
        for month in (
            line.day.year * 100 + line.day.month for line in rate(stay, terms, calendar, zone).lines
        ):
            left[month] += 0
        rating = rate(stay, terms, calendar, zone, allowance_left=left, spent=spent[stay.space])
        for month, minutes in rating.allowance_used.items():
            left[month] -= minutes
        for line in rating.lines:
            spent[stay.space][line.day] += line.amount.fen
        lines += rating.lines
    together = rate_all(apart, terms, calendar, zone, allowance_minutes=allowance)
    assert tuple(lines) == together


def one_after_another(stays, terms):
    """Shift stays so that none begins before the one before is paid for."""
    made, free_from = [], None
    for stay in sorted(stays, key=lambda stay: stay.started_at):
        shift = max(timedelta(0), free_from - stay.started_at) if free_from else timedelta(0)
        moved = MeasuredStay(stay.id, stay.space, stay.started_at + shift, stay.ended_at + shift)
        made.append(moved)
        free_from = billed_interval(moved, terms)[1] + timedelta(minutes=1)
    return made

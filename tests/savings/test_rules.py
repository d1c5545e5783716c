"""What a month saved, by hand and by invention."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from booking.savings import rules
from booking.savings.jumps import jumps_of
from booking.savings.rules import BaselineTerms, check_terms, check_valid_from, rent, saving, together
from booking.savings.what_if import what_if
from booking.values import Money, Month, Share

SHANGHAI = ZoneInfo("Asia/Shanghai")
SEED = BaselineTerms(area=200_00, price=Money(320), own_area=105_00, own_price=Money(320))

areas = st.integers(1, rules.LARGEST_AREA)
prices = st.integers(1, rules.HIGHEST_PRICE.fen).map(Money)
any_terms = st.builds(BaselineTerms, areas, prices, areas, prices)
days = st.integers(28, 31)
spends = st.integers(0, 10_000_000).map(Money)
months = st.builds(Month, st.integers(2020, 2030), st.integers(1, 12), st.just(SHANGHAI))


def test_the_worked_figures_come_out():
    found = saving(SEED, 30, Money(1_440_00))
    assert found.baseline_rent == Money(19_200_00)
    assert found.kept_rent == Money(10_080_00)
    assert found.shared_spend == Money(1_440_00)
    assert found.saving == Money(7_680_00)
    assert found.share == Share(Fraction(40, 100))
    assert found.area_saved == 95_00
    assert found.area_share == Share(Fraction(475, 1000))


def test_february_has_fewer_days_to_save_in():
    assert saving(SEED, 28, Money.zero()).baseline_rent == Money(17_920_00)


def test_a_rent_is_rounded_half_up_to_the_fen_once():
    # 0.05 m² at 0.10 yuan for 1 day is half a fen; for 31 days it is 15.5 fen, not 31 rounded halves.
    assert rent(5, Money(10), 1) == Money(1)
    assert rent(5, Money(10), 31) == Money(16)
    assert rent(4, Money(10), 1) == Money(0)


def test_sharing_that_cost_more_than_the_office_is_a_negative_saving():
    found = saving(BaselineTerms(100_00, Money(300), 90_00, Money(300)), 30, Money(1_500_00))
    assert found.saving == Money(-600_00)
    assert found.share == Share(Fraction(-600, 9000))


def test_an_enterprise_that_kept_nothing_saved_all_of_its_area():
    found = saving(BaselineTerms(80_00, Money(300), 0, Money.zero()), 31, Money.zero())
    assert found.kept_rent == Money.zero()
    assert found.area_share == Share(Fraction(1))
    assert found.share == Share(Fraction(1))


def test_nothing_at_all_has_no_share():
    found = together([])
    assert (found.share, found.area_share, found.saving) == (None, None, Money.zero())


@given(any_terms, days, spends)
def test_the_chain_always_adds_up(terms, days, spend):
    found = saving(terms, days, spend)
    assert found.baseline_rent - found.kept_rent - found.shared_spend == found.saving
    assert abs(found.baseline_rent.fen * 100 - terms.area * terms.price.fen * days) * 2 <= 100


@given(any_terms, days, spends, st.integers(1, 1_000_000))
def test_a_yuan_more_on_the_invoice_is_a_yuan_less_saved(terms, days, spend, more):
    before, after = saving(terms, days, spend), saving(terms, days, spend + Money(more))
    assert before.saving - after.saving == Money(more)


@given(st.lists(st.builds(saving, any_terms, days, spends), max_size=6))
def test_together_is_the_sum_of_what_is_shown(savings):
    assert together(savings).saving == Money.total(one.saving for one in savings)
    assert together(savings).area_saved == sum(one.area_saved for one in savings)


LONG_AGO = datetime(2020, 1, 1, tzinfo=SHANGHAI)


def version(day, checked_at=LONG_AGO, terms=SEED):
    return SimpleNamespace(valid_from=day, checked_at=checked_at, terms=terms)


def test_the_version_of_the_first_counts_for_the_whole_month():
    october = Month(2026, 10, SHANGHAI)
    old, new = version(date(2026, 3, 1)), version(date(2026, 10, 1))
    assert rules.version_in_force([new, old], october) is new
    assert rules.version_in_force([new, old], october.previous) is old
    assert rules.version_in_force([version(date(2026, 10, 2))], october) is None


def test_a_typed_in_2000_square_metres_move_nothing_until_somebody_has_checked_them():
    november = Month(2026, 11, SHANGHAI)  # 30 days
    checked = version(date(2026, 1, 1))
    typed_in = version(date(2026, 11, 1), checked_at=None, terms=replace(SEED, area=2_000_00))

    def baseline_rent():
        found = rules.version_in_force([typed_in, checked], november)
        return saving(found.terms, november.day_count, Money(1_440_00)).baseline_rent

    assert baseline_rent() == Money(19_200_00)
    typed_in.checked_at = LONG_AGO
    assert baseline_rent() == Money(192_000_00)


def test_of_two_checked_versions_of_one_month_the_one_checked_last_counts():
    day = date(2026, 10, 1)
    first, last = version(day), version(day, checked_at=LONG_AGO + timedelta(days=1))
    for versions in ([first, last], [last, first]):
        assert rules.version_in_force(versions, Month(2026, 10, SHANGHAI)) is last


firsts = st.dates(date(2020, 1, 1), date(2030, 12, 31))
checks = st.none() | st.integers(0, 4000).map(lambda days: LONG_AGO + timedelta(days=days))
versions_of_one = st.lists(st.builds(version, firsts, checks), max_size=8)


@given(versions_of_one, months)
def test_the_version_in_force_is_the_latest_checked_one_that_has_begun(versions, month):
    found = rules.version_in_force(versions, month)
    begun = [one for one in versions if one.checked_at and one.valid_from <= month.first_day]
    assert (found is None) == (not begun)
    for other in begun:
        assert (other.valid_from, other.checked_at) <= (found.valid_from, found.checked_at)


@given(versions_of_one, st.lists(st.builds(version, firsts, st.none()), max_size=4), months)
def test_what_is_not_checked_changes_no_month(versions, pending, month):
    assert rules.version_in_force([*pending, *versions], month) is rules.version_in_force(versions, month)


@pytest.mark.parametrize(
    ("terms", "refusal", "field"),
    [
        (BaselineTerms(0, Money(320), 0, Money(0)), rules.BadArea, "area"),
        (BaselineTerms(10_000_01, Money(320), 0, Money(0)), rules.BadArea, "area"),
        (BaselineTerms(100_00, Money(320), -1, Money(320)), rules.BadArea, "own_area"),
        (BaselineTerms(200_00, Money(320), 200_01, Money(320)), rules.BadArea, "own_area"),
        (BaselineTerms(100_00, Money(0), 50_00, Money(320)), rules.BadPrice, "price"),
        (BaselineTerms(100_00, Money(320), 50_00, Money(0)), rules.BadPrice, "own_price"),
        (BaselineTerms(100_00, Money(320), 50_00, Money(1_000_01)), rules.BadPrice, "own_price"),
    ],
)
def test_no_office_is_like_that(terms, refusal, field):
    with pytest.raises(refusal) as caught:
        check_terms(terms)
    assert caught.value.what == field


def test_what_is_not_kept_may_cost_nothing():
    check_terms(BaselineTerms(100_00, Money(320), 0, Money.zero()))


def test_all_of_an_office_may_be_kept_and_cost_more_than_before():
    check_terms(BaselineTerms(100_00, Money(320), 100_00, Money(480)))


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (date(2026, 10, 2), rules.NotFirstOfMonth),
        (date(1999, 12, 1), rules.BaselineOutOfTime),
        (date(2027, 12, 1), rules.BaselineOutOfTime),
    ],
)
def test_a_baseline_begins_on_a_first_within_reason(day, refusal):
    with pytest.raises(refusal):
        check_valid_from(day, date(2026, 11, 3))
    check_valid_from(date(2027, 11, 1), date(2026, 11, 3))


def test_what_if_more_were_given_up_is_reckoned_from_the_months_own_use():
    terms = BaselineTerms(200_00, Money(320), 105_00, Money(320))
    more = what_if(terms, 30, Money(1_440_00), 20_00)
    assert (more.rent_less, more.spend_more) == (Money(1_920_00), Money(303_16))  # 20 m² of 95
    assert more.saving.saving == Money(7_680_00 + 1_920_00 - 303_16)
    assert what_if(terms, 30, Money(1_440_00), 500_00).more == 105_00, "no more than there is"
    untried = what_if(BaselineTerms(200_00, Money(320), 200_00, Money(320)), 30, Money(50_00), 20_00)
    assert (untried.spend_more, untried.saving.shared_spend) == (None, Money(50_00))


@pytest.mark.parametrize(
    ("stated", "before", "jumping"),
    [
        ({}, {}, ()),
        ({"area": 600_00, "price": Money(960), "own_price": Money(107)}, {}, ()),
        ({"area": 600_01}, {}, ("area",)),
        ({"area": 20_000_00, "price": Money(320_00)}, {}, ("area", "price")),
        ({"price": Money(106), "own_price": Money(961)}, {}, ("price", "own_price")),
        ({"own_area": 1_00}, {}, ()),
        ({"own_area": 0, "own_price": Money(0)}, {}, ()),
        ({}, {"own_area": 0, "own_price": Money(0)}, ()),
        ({"area": 9_000_00, "own_price": Money(106)}, None, ("price",)),
        ({"area": 9_000_00, "own_area": 0, "own_price": Money(0)}, None, ()),
    ],
)
def test_a_jump_is_more_than_three_times_what_counts_or_less_than_a_third(stated, before, jumping):
    known = None if before is None else replace(SEED, **before)
    assert tuple(one.what for one in jumps_of(replace(SEED, **stated), known)) == jumping


@given(st.integers(1, 10_000_00), st.integers(1, 10_000_00))
def test_one_figure_jumps_from_another_as_that_one_does_from_it(one, other):
    there, back = (
        jumps_of(replace(SEED, area=stated), replace(SEED, area=before))
        for stated, before in ((one, other), (other, one))
    )
    assert bool(there) == bool(back) == (max(one, other) > 3 * min(one, other))

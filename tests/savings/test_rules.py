"""What a month saved, by hand and by invention."""

from datetime import date
from fractions import Fraction
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.savings import rules
from booking.savings.rules import BaselineTerms, check_terms, check_valid_from, rent, saving, together
from booking.values.money import Money
from booking.values.month import Month

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
    assert found.share == Fraction(40, 100)
    assert found.area_saved == 95_00
    assert found.area_share == Fraction(475, 1000)


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
    assert found.share == Fraction(-600, 9000)


def test_an_enterprise_that_kept_nothing_saved_all_of_its_area():
    found = saving(BaselineTerms(80_00, Money(300), 0, Money.zero()), 31, Money.zero())
    assert found.kept_rent == Money.zero()
    assert found.area_share == 1
    assert found.share == 1


def test_nothing_at_all_has_no_share():
    found = together([])
    assert (found.share, found.area_share, found.saving) == (None, None, Money.zero())


@given(any_terms, days, spends)
def test_the_chain_always_adds_up(terms, days, spend):
    found = saving(terms, days, spend)
    assert found.baseline_rent - found.kept_rent - found.shared_spend == found.saving
    assert abs(found.baseline_rent.fen * 100 - terms.area * terms.price.fen * days) * 2 <= 100


@given(any_terms, days, spends, st.integers(1, 1_000_000))
def test_a_yuan_more_on_the_bill_is_a_yuan_less_saved(terms, days, spend, more):
    before, after = saving(terms, days, spend), saving(terms, days, spend + Money(more))
    assert before.saving - after.saving == Money(more)


@given(st.lists(st.builds(saving, any_terms, days, spends), max_size=6))
def test_together_is_the_sum_of_what_is_shown(savings):
    assert together(savings).saving == Money.total(one.saving for one in savings)
    assert together(savings).area_saved == sum(one.area_saved for one in savings)


def version(day):
    return SimpleNamespace(valid_from=day)


def test_the_version_of_the_first_counts_for_the_whole_month():
    october = Month(2026, 10, SHANGHAI)
    old, new = version(date(2026, 3, 1)), version(date(2026, 10, 1))
    assert rules.version_in_force([new, old], october) is new
    assert rules.version_in_force([new, old], october.previous) is old
    assert rules.version_in_force([version(date(2026, 10, 2))], october) is None


@given(st.lists(st.dates(date(2020, 1, 1), date(2030, 12, 31)), unique=True, max_size=6), months)
def test_the_version_in_force_is_the_latest_that_has_begun(dates, month):
    found = rules.version_in_force([version(day) for day in dates], month)
    begun = [day for day in dates if day <= month.first_day]
    assert (found.valid_from if found else None) == max(begun, default=None)


@pytest.mark.parametrize(
    ("terms", "refusal", "field"),
    [
        (BaselineTerms(0, Money(320), 0, Money(0)), rules.BadArea, "area"),
        (BaselineTerms(10_000_01, Money(320), 0, Money(0)), rules.BadArea, "area"),
        (BaselineTerms(100_00, Money(320), -1, Money(320)), rules.BadArea, "own_area"),
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

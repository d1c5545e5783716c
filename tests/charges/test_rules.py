"""What the answer to a question may give back, to the fen."""

import pytest

from booking.charges.rules import GivesBackTooMuch, check_gives_back
from booking.values import Money

LINE = Money(16_000)


@pytest.mark.parametrize("fen", [1, 15_999, 16_000])
def test_a_part_of_the_line_or_all_of_it_may_be_given_back(fen):
    check_gives_back(Money(fen), LINE)


@pytest.mark.parametrize("fen", [-1, 0, 16_001])
def test_nothing_or_more_than_the_line_may_not(fen):
    with pytest.raises(GivesBackTooMuch) as refused:
        check_gives_back(Money(fen), LINE)
    assert refused.value.most == LINE

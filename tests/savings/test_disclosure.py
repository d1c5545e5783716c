"""Nobody unnamed can be worked out: a quarter's groups by hand, and against an attacker over a year."""

from itertools import product

import pytest
from hypothesis import given, settings, strategies as st

from booking.savings.disclosure import (
    QUARTERS_AROUND,
    Candidate,
    SettledQuarter,
    Standing,
    exposed,
    first_of_quarter,
    settle_groups,
    tellable,
)
from booking.values import Month
from tests.harness.times import SHANGHAI


def groups(*members):
    return [frozenset(one) for one in members]


def unnamed(*ids):
    return [Candidate(one, agrees=False, small=False, unnamed_before=False) for one in ids]


def test_a_quarter_begins_in_january_april_july_and_october():
    firsts = [first_of_quarter(Month(2026, number, SHANGHAI)).month for number in range(1, 13)]
    assert firsts == [1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10, 10]
    assert Month(2026, 11, SHANGHAI).later(3) == Month(2027, 2, SHANGHAI)
    assert Month(2026, 2, SHANGHAI).later(-15) == Month(2024, 11, SHANGHAI)


@pytest.mark.parametrize(
    ("shown", "known", "worked_out"),
    [
        (groups({1, 2, 3}), (), ()),
        (groups({1, 2, 3}, {1, 2, 3, 4}), (), {4}),  # by subtraction
        (groups({1, 2, 3}, {1, 2, 3, 4, 5}), (), ()),  # two came: only their sum
        (groups({1, 2, 3, 4}, {1, 2, 5, 6}, {3, 5, 7}, {4, 6, 7, 8}), (), ()),
        (groups({1, 2}, {2, 3}, {1, 3}), (), {1, 2, 3}),  # none holds another, and yet
        (groups({1, 2, 3}), (2, 3), {1}),  # two were named before or after
        (groups({1, 2, 3}, {3, 4, 5}), (1, 2), {3}),
        ([], (), ()),
    ],
)
def test_what_sums_and_differences_of_groups_tell(shown, known, worked_out):
    assert exposed(shown, frozenset(known)) == frozenset(worked_out)


def test_fewer_than_three_are_not_shown():
    settled = settle_groups(unnamed(1, 2))
    assert settled.group == frozenset()
    assert settled.those(Standing.WAITING) == {1, 2}
    assert settle_groups(unnamed(1, 2, 3)).group == {1, 2, 3}


def quarter_of(*ids):
    return SettledQuarter(dict.fromkeys(ids, Standing.GROUPED))


def test_a_single_newcomer_waits_and_two_come_in_together():
    last = quarter_of(1, 2, 3)
    one = settle_groups(unnamed(1, 2, 3, 4), [last], last_group=last.group)
    assert (one.group, one.those(Standing.WAITING)) == ({1, 2, 3}, {4})
    two = settle_groups(unnamed(1, 2, 3, 4, 5), [last], last_group=last.group)
    assert two.group == {1, 2, 3, 4, 5}


def test_who_leaves_takes_another_out_with_them_or_the_whole_group():
    five, four = quarter_of(1, 2, 3, 4, 5), quarter_of(1, 2, 3, 4)
    assert len(settle_groups(unnamed(1, 2, 3, 4), [five], last_group=five.group).group) == 3
    assert settle_groups(unnamed(1, 2, 3), [four], last_group=four.group).group == frozenset()


def test_of_two_who_agree_the_second_waits_where_the_third_would_be_told():
    last = quarter_of(1, 2, 3)
    agreeing = [Candidate(one, agrees=True, unnamed_before=True) for one in (2, 3)]
    settled = settle_groups([*unnamed(1), *agreeing], [last], last_group=last.group)
    assert settled.standings == {1: Standing.WAITING, 2: Standing.NAMED, 3: Standing.WAITING}


def test_who_was_named_and_withdrew_is_in_no_group_for_a_year():
    first = settle_groups(unnamed(1, 2, 3), withdrew={3})
    assert first.standings == {1: Standing.WAITING, 2: Standing.WAITING, 3: Standing.WITHDRAWN}
    assert settle_groups(unnamed(1, 2, 3), [first]).group == frozenset()
    assert settle_groups(unnamed(1, 2, 3, 4), [first]).group == {1, 2, 4}


def test_the_small_are_shown_beside_the_group_only_where_both_parts_are_three():
    def of(small, large):
        ids = range(1, small + large + 1)
        return settle_groups([Candidate(one, agrees=False, small=one <= small) for one in ids]).small

    assert of(3, 3) == {1, 2, 3}
    assert of(4, 0) == {1, 2, 3, 4}
    assert of(2, 4) == of(4, 1) == of(4, 2) == frozenset()


def test_who_becomes_small_takes_the_small_part_away_where_it_would_tell_of_them():
    seven = range(1, 8)
    last = SettledQuarter(dict.fromkeys(seven, Standing.GROUPED), frozenset({1, 2, 3}))
    now = [Candidate(one, agrees=False, small=one <= 4) for one in seven]
    settled = settle_groups(now, [last], last_group=last.group)
    assert (settled.group, settled.small) == (frozenset(seven), frozenset())


def test_who_was_never_unnamed_needs_no_standing():
    settled = settle_groups([Candidate(9, agrees=True), *unnamed(1, 2, 3)])
    assert settled.standings == dict.fromkeys((1, 2, 3), Standing.GROUPED)


@pytest.mark.parametrize(
    ("about", "named", "known", "settled", "told"),
    [
        ({1, 2, 3, 9}, {9}, (), [{1, 2, 3}, {1, 2, 3}], ({9}, {1, 2, 3})),
        ({1, 2, 9}, {9}, (), [{1, 2, 3}], ((), ())),  # two are left of the park's total
        ({1, 2, 3, 4, 9}, {9}, (), [{1, 2, 3}], ({9}, ())),  # the fourth would follow from group and total
        ({1, 2, 3, 4, 5, 9}, {9}, (), [{1, 2, 3}], ({9}, {1, 2, 3})),
        ({1, 2, 3, 9}, {9}, (), [{1, 2, 3}, {1, 2, 3, 4, 5}], ({9}, ())),  # other members in the next quarter
        ({1, 2, 3, 9}, {9}, (), [{1, 2, 3, 4}], ({9}, ())),  # the fourth would follow once it has a part
        ({1, 2, 3, 9}, {9}, {3}, [{1, 2, 3}], ((), ())),  # was named until lately
        ({1, 2, 3, 4, 9}, {3, 9}, (), [{1, 2, 3, 4}], ({3, 9}, ())),  # one of the group is named now
        ({8, 9}, {8, 9}, (), [()], ({8, 9}, ())),
    ],
)
def test_of_whom_a_figure_may_be_told_whose_total_is_told(about, named, known, settled, told):
    may = tellable(frozenset(about), frozenset(named), frozenset(named) | frozenset(known), groups(*settled))
    assert (may.named, may.group) == (frozenset(told[0]), frozenset(told[1]))


# --- the attacker ---

FIRMS = 8
HAPPENINGS = ("comes", "goes", "agrees", "withdraws", "grows")
moves = st.lists(
    st.dictionaries(st.integers(1, FIRMS), st.sampled_from(HAPPENINGS), max_size=5), min_size=5, max_size=7
)


class Park:
    """A park that lives from quarter to quarter, and all that could ever be read of it."""

    def __init__(self):
        self.here, self.agreed, self.large = set(range(1, 7)), {6}, {5}
        self.last = {}
        self.quarters = []
        self.named = []  # by quarter, whose own figures could be read
        self.withdrew = set()

    def live(self, happened):
        changes = {
            "comes": self.here.add,
            "goes": self.here.discard,
            "agrees": self.agreed.add,
            "withdraws": self.agreed.discard,
            "grows": self.large.symmetric_difference_update,
        }
        for firm, what in sorted(happened.items()):
            before = self._named_now()
            changes[what]({firm} if what == "grows" else firm)
            self.withdrew |= before - self.agreed
            self.named[-1] |= self._named_now()  # whoever was named for a day was named

    def begin_quarter(self):
        around = self.quarters[-QUARTERS_AROUND:]
        candidates = [
            Candidate(
                firm,
                agrees=firm in self.agreed,
                small=firm not in self.large,
                unnamed_before=not self._free(firm),
            )
            for firm in sorted(self.here)
        ]
        last_group = around[-1].group if around else frozenset()
        withdrew = {firm for firm in self.withdrew if self._free(firm)} - self.agreed
        settled = settle_groups(candidates, around, self._named_now(), withdrew, last_group)
        self.quarters.append(settled)
        self.last |= settled.standings
        self.withdrew = set()
        self.named.append(self._named_now())

    def _free(self, firm):
        return self.last.get(firm, Standing.NAMED) is Standing.NAMED

    def _named_now(self):
        """Give whose figures, also those of months before, are open just now."""
        return {firm for firm in self.agreed if self._free(firm)}


def reduced(rows):
    """Bring whole numbers to echelon form without fractions: not the way that is tried here."""
    rows, done = [list(row) for row in rows], []
    for column in range(FIRMS):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        done.append((column, pivot))
        rows = [without(row, column, pivot) for row in rows]
    return done


def without(row, column, pivot):
    return [a * pivot[column] - b * row[column] for a, b in zip(row, pivot, strict=True)]


def can_be_made(wanted, echelon):
    for column, pivot in echelon:
        wanted = without(wanted, column, pivot)
    return not any(wanted)


def vector(members):
    return [int(firm in members) for firm in range(1, FIRMS + 1)]


@settings(max_examples=80)
@given(moves)
def test_no_sum_or_difference_over_twelve_months_gives_an_unnamed_firm(story):
    park = Park()
    for happened in story:
        park.begin_quarter()
        park.live(happened)
    for last in range(len(park.quarters)):
        first = max(0, last - QUARTERS_AROUND)
        known = set().union(*park.named[first : last + 1])
        groups = {group for one in park.quarters[first : last + 1] for group in one.shown}
        echelon = reduced([vector({firm}) for firm in known] + [vector(group) for group in groups])
        for firm in set(range(1, FIRMS + 1)) - known:
            assert not can_be_made(vector({firm}), echelon), f"{firm} can be worked out"
        for group in groups:
            assert len(group) >= 3
        for one, named in zip(park.quarters, park.named, strict=True):
            assert not one.group & named


users = st.sets(st.integers(1, FIRMS)) | st.sets(st.integers(1, FIRMS), min_size=FIRMS - 2)


@settings(max_examples=60)
@given(moves, st.lists(st.lists(users, min_size=2, max_size=2), min_size=7, max_size=7))
def test_a_figure_beside_its_exact_total_over_everybody_gives_none_of_an_unnamed_firm(story, happened_to):
    """On each day the total, the named and the group can be told apart; two pages may both hold that day.

    In each quarter two spans of days are read, with different users.
    """
    park, pages = Park(), []
    for happened, abouts in zip(story, happened_to, strict=False):
        park.begin_quarter()
        park.live(happened)
        now, known, group = park._named_now(), set().union(*park.named), park.quarters[-1].group
        before = park.quarters[-2].group if len(park.quarters) > 1 else group
        for about, touched in product(abouts, ([group], [before, group])):
            may = tellable(frozenset(about), frozenset(now), frozenset(known), touched)
            pages.append((len(park.quarters), about, may, known))
    for number, about, may, known in pages:
        shown = [may.group, *(one.group for quarter, _, one, _ in pages if quarter == number and may.group)]
        together = [vector({firm}) for firm in may.named] + [vector(group) for group in shown]
        if may.named or may.group:
            together += [vector(about), *(vector({firm}) for firm in known)]
        for firm in about - known:
            assert not can_be_made(vector({firm}), reduced(together)), f"{firm} can be worked out"
        assert not may.group or len(may.group - known) >= 3

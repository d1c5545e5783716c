"""What may be told of minutes that one or two unnamed enterprises used: by hand, and against an attacker."""

from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings, strategies as st

from booking.spaces.models import Kind
from booking.usage.measuring.day_minutes import UseBand
from booking.usage.telling import Knowing, UnnamedUse, span_told, told_of
from booking.usage.utilisation import ALL_HIDDEN, BandsTold, Told, Utilisation, roughly

DESK = Kind.WORKSTATION
KNOWING = Knowing(1, shown=frozenset({90}), withdrew=frozenset({7}))


def use(space, enterprise, *, area=1, key=202610, band=UseBand.PEAK, kind=DESK):
    return UnnamedUse(key, kind, area, space, band, enterprise)


def exactly(told, key, kind=DESK):
    return (key, kind) not in told.rounded_kinds


def test_one_unnamed_holder_of_a_store_hides_the_unit_and_rounds_the_kind():
    told = told_of([use(5, 1, kind=Kind.STORAGE)], KNOWING)
    assert told.place(5) is Told.HIDDEN
    assert told.place(4) is Told.EXACT
    assert told.area(Kind.STORAGE, 1) is told.kind(Kind.STORAGE) is Told.ROUNDED
    assert told.kind(DESK) is Told.EXACT
    assert told.few_kinds == {Kind.STORAGE}
    assert [Utilisation(open=1000, used=used).rounded_share * 100 for used in (987, 449, 450)] == [
        100,
        40,
        50,
    ]
    two = Utilisation(spaces=2, open=1000, used=1000)
    assert two.as_told(Told.ROUNDED).told is Told.HIDDEN, "a step would be a few days of one of them"


def test_of_a_month_that_still_moves_nothing_is_exact_that_an_unnamed_one_used():
    """Read on Saturday and on Sunday, the difference would be what one firm used on the day between."""
    moving = replace(KNOWING, moves_since=202611)
    uses = [use(1, one, key=key) for key in (202610, 202611) for one in (1, 2, 3, 4)]
    of_both, of_closed = told_of(uses, moving), told_of(uses[:4], moving)
    assert of_closed.kind(DESK) is of_closed.area(DESK, 1) is of_closed.place(1) is Told.EXACT
    assert (exactly(of_both, 202610), exactly(of_both, 202611)) == (True, False)
    assert of_both.kind(DESK) is of_both.area(DESK, 1) is Told.ROUNDED
    assert of_both.place(1) is Told.HIDDEN
    assert of_both.place(2) is of_both.area(DESK, 2) is Told.EXACT, "only named ones were there"


def test_who_is_named_now_was_not_in_the_months_that_held_it():
    known = replace(KNOWING, shown=frozenset({8, 90}), unnamed_then=frozenset({(8, 202608)}))
    assert (known.knows(8, 202608), known.knows(8, 202610), known.knows(90, 202608)) == (False, True, True)
    assert known.always_shown == {90}


def test_three_are_exact_together_and_their_places_apart_are_hidden():
    told = told_of([use(1, 1), use(2, 2), use(3, 3)], KNOWING)
    assert told.kind(DESK) is told.area(DESK, 1) is Told.EXACT
    assert {told.place(one) for one in (1, 2, 3)} == {Told.HIDDEN}


def test_what_remains_when_what_is_visible_is_taken_away_is_of_three_or_more():
    # Three used place 1, one place 2: the sum less place 1 would be that one, so place 1 is hidden.
    told = told_of([use(1, 1), use(1, 2), use(1, 3), use(2, 4)], KNOWING)
    assert told.place(1) is told.place(2) is Told.HIDDEN
    # Of two places that more used the one with the fewest is enough.
    more = [use(3, one) for one in (1, 2, 3, 5)]
    told = told_of([use(1, 1), use(1, 2), use(1, 3), use(2, 4), *more], KNOWING)
    assert [told.place(one) for one in (1, 2, 3)] == [Told.HIDDEN, Told.HIDDEN, Told.EXACT]
    # An area of one, beside an area of three: the kind less the second area would be the one.
    three = [use(2, one, area=2) for one in (2, 3, 4)]
    told = told_of([use(1, 1), *three], KNOWING)
    assert told.kind(DESK) is Told.EXACT
    assert told.area(DESK, 1) is told.area(DESK, 2) is Told.ROUNDED
    assert told.place(2) is Told.HIDDEN, "it is all of its area"


def test_who_withdrew_hides_nobody_and_a_span_is_told_as_its_least_open_month():
    assert told_of([use(1, 1), use(1, 2), use(1, 7)], KNOWING).kind(DESK) is Told.ROUNDED
    three = [use(1, 1), use(1, 2), use(1, 3)]
    told = told_of([*three, use(1, 1, key=202611)], KNOWING)
    assert told.kind(DESK) is Told.ROUNDED
    assert told.few_kinds == frozenset(), "over both months three did: the hours can be told in tens"
    assert exactly(told, 202610)
    assert not exactly(told, 202611)


def test_bands_are_in_whole_per_cents_where_three_used_each_and_else_not_told():
    peak = [use(1, one) for one in (1, 2, 3)]
    evening = [use(1, one, band=UseBand.OFF_PEAK) for one in (1, 2)]
    late = use(1, 3, band=UseBand.EXTENDED)
    assert told_of(peak, KNOWING).bands(DESK) == 3 * (Told.ROUNDED,)
    told = told_of([*peak, *evening, late], KNOWING)
    assert told.bands(DESK) == (Told.HIDDEN, Told.HIDDEN, Told.ROUNDED), "both together are of three"
    assert told.shifted(202610) is Told.ROUNDED
    assert told.place_bands(1) == told.area_bands(DESK, 1) == ALL_HIDDEN
    more = [*evening, use(1, 3, band=UseBand.OFF_PEAK)]
    assert told_of([*peak, *more, late], KNOWING).bands(DESK) == (Told.ROUNDED, Told.HIDDEN, Told.ROUNDED)
    assert told_of([*peak[:1], *more], KNOWING).bands(DESK) == ALL_HIDDEN._replace(extended=Told.ROUNDED)
    assert span_told([*peak, *evening], DESK, KNOWING)[0] is Told.ROUNDED
    assert span_told(evening, DESK, KNOWING) == (Told.HIDDEN, ALL_HIDDEN)
    assert span_told(peak, Kind.HALL, KNOWING) == (Told.EXACT, BandsTold())
    assert roughly(2_345, 10_000) * 100 == 23
    assert roughly(45, 60) * 10 == 8, "a hundredth of an hour would be exact"


MONTHS = (202609, 202610)
AREA_OF = {1: 1, 2: 1, 3: 2, 4: 2, 5: 3}
USES = st.lists(
    st.builds(
        use,
        st.sampled_from(list(AREA_OF)),
        st.integers(1, 7),  # of whom 7 withdrew
        key=st.sampled_from(MONTHS),
    ).map(lambda one: one._replace(area_id=AREA_OF[one.space_id])),
    max_size=24,
    unique=True,
)


def rank(rows):
    """Count independent rows, by elimination over a prime."""
    prime, found, rows = 1_000_003, 0, [list(row) for row in rows]
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows[found:] if row[column] % prime), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        inverse = pow(pivot[column], -1, prime)
        for row in rows[found + 1 :]:
            times = row[column] * inverse % prime
            row[:] = [(one - times * other) % prime for one, other in zip(row, pivot, strict=True)]
        found += 1
    return found


def visible(uses):
    """Give, as sets of uses, every sum that is told exactly: of places, areas, the kind, over any months."""
    for months in (MONTHS[:1], MONTHS[1:], MONTHS):
        asked = [one for one in uses if one.month_key in months]
        told = told_of(asked, KNOWING)
        for place in AREA_OF:
            if told.place(place) is Told.EXACT:
                yield {one for one in asked if one.space_id == place}
        for area in set(AREA_OF.values()):
            if told.area(DESK, area) is Told.EXACT:
                yield {one for one in asked if one.area_id == area}
        if told.kind(DESK) is Told.EXACT:
            yield set(asked)


@given(USES)
@settings(max_examples=150, deadline=None)
def test_whoever_adds_and_subtracts_all_that_is_exact_never_has_the_use_of_one_or_two(uses):
    unknown = [one for one in uses if one.enterprise_id not in KNOWING.withdrew]
    rows = [[int(one in seen) for one in unknown] for seen in visible(uses)]
    whole = rank(rows)
    for pair in combinations({one.enterprise_id for one in unknown} | {-1, -2}, 2):
        others = [
            [at for at, one in zip(row, unknown, strict=True) if one.enterprise_id not in pair]
            for row in rows
        ]
        assert rank(others) == whole, f"{pair} have a sum of their own"

"""The laws of credit notes by line, by examples worked by hand and by whatever else may come."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from booking.invoices.rules import (
    AmountNotPositive,
    CreditableLine,
    CreditedTooMuch,
    LineCreditedTooMuch,
    LineNotOnInvoice,
    NothingPicked,
    RateCreditedTooMuch,
    TaxPart,
    all_that_is_left,
    check_picks,
    left_of_rates,
    tax_parts,
    taxes_of,
)
from booking.values import Money, tax_included

ROOM, STORE, DISCOUNT = 1, 2, 3


def lines_of(*facts):
    """Make lines of (id, rate, fen billed, fen credited)."""
    return [CreditableLine(id_, rate, Money(billed), Money(gone)) for id_, rate, billed, gone in facts]


def parts_of(lines):
    return tax_parts((line.vat_permille, line.billed) for line in lines)


def fen(picks):
    return {charge_id: amount.fen for charge_id, amount in picks.items()}


# An invoice of a meeting room (6 %) of 190.80 and a store (9 %) of 218.00: tax 10.80 and 18.00.
TWO_RATES = lines_of((ROOM, 60, 19080, 0), (STORE, 90, 21800, 0))


def test_eighty_yuan_of_a_meeting_room_take_four_yuan_53_of_tax_back_whatever_else_is_billed():
    left = left_of_rates(parts_of(TWO_RATES), [])
    assert taxes_of(TWO_RATES, {ROOM: Money(8000)}, left) == (TaxPart(60, Money(8000), Money(453)),)


def test_lines_of_two_rates_are_taxed_each_at_its_own():
    left = left_of_rates(parts_of(TWO_RATES), [])
    assert taxes_of(TWO_RATES, {ROOM: Money(10600), STORE: Money(10900)}, left) == (
        TaxPart(60, Money(10600), Money(600)),
        TaxPart(90, Money(10900), Money(900)),
    )


def test_the_last_note_of_a_rate_takes_what_is_left_of_its_tax():
    # 128.80 at 6 % hold 7.29; half of it, 64.40, holds 3.6453 by itself, 3.65: twice that is 7.30.
    lines = lines_of((ROOM, 60, 12880, 0))
    parts = parts_of(lines)
    assert parts == (TaxPart(60, Money(12880), Money(729)),)
    (first,) = taxes_of(lines, {ROOM: Money(6440)}, left_of_rates(parts, []))
    assert first.tax == Money(365)
    (last,) = taxes_of(lines, {ROOM: Money(6440)}, left_of_rates(parts, [first]))
    assert last.tax == Money(364)


def test_many_tiny_notes_never_leave_more_than_a_fen_beside_the_tax_of_the_rest():
    # 0.08 holds 0.0045 of tax, which rounds to nothing; a hundred of them hold 0.45.
    lines = lines_of((ROOM, 60, 800, 0))
    parts, taken = parts_of(lines), []
    for number in range(100):
        taken += taxes_of(lines, {ROOM: Money(8)}, left_of_rates(parts, taken))
        rest = parts[0].tax - Money.total(part.tax for part in taken)
        assert abs(rest.fen - tax_included(Money(8 * (99 - number)), 60).fen) <= 1
    assert Money.total(part.tax for part in taken) == parts[0].tax


def test_all_picks_every_line_with_what_is_left_of_it():
    lines = lines_of((ROOM, 60, 19080, 8000), (STORE, 90, 21800, 21800), (DISCOUNT, 60, -500, 0))
    left = left_of_rates(
        parts_of(lines), [TaxPart(60, Money(8000), Money(453)), TaxPart(90, Money(21800), Money(1800))]
    )
    assert fen(all_that_is_left(lines, left)) == {ROOM: 11080, DISCOUNT: -500}


def test_what_an_older_note_took_back_without_naming_lines_goes_off_the_last_of_its_rate():
    lines = lines_of((ROOM, 60, 1000, 0), (STORE, 90, 3000, 0), (4, 60, 500, 0))
    old = [TaxPart(60, Money(700), Money(40)), TaxPart(90, Money(1300), Money(107))]
    assert fen(all_that_is_left(lines, left_of_rates(parts_of(lines), old))) == {ROOM: 800, STORE: 1700}


def refused(lines, picks, creditable=10**9):
    with pytest.raises(Exception) as raised:
        check_picks(lines, {key: Money(amount) for key, amount in picks.items()}, Money(creditable))
    return raised.value


def test_what_is_wrong_with_a_choice_is_told_with_its_figures():
    lines = lines_of((ROOM, 60, 1000, 400), (DISCOUNT, 60, -200, 0))
    assert refused(lines, {}) == NothingPicked()
    assert refused(lines, {9: 100}) == LineNotOnInvoice(9)
    assert refused(lines, {ROOM: 601}) == LineCreditedTooMuch(ROOM, Money(600), Money(601))
    assert refused(lines, {ROOM: 0}) == LineCreditedTooMuch(ROOM, Money(600), Money(0))
    assert refused(lines, {ROOM: -1}) == LineCreditedTooMuch(ROOM, Money(600), Money(-1))
    assert refused(lines, {DISCOUNT: 1}) == LineCreditedTooMuch(DISCOUNT, Money(-200), Money(1))
    assert refused(lines, {DISCOUNT: -200}) == AmountNotPositive()
    assert refused(lines, {ROOM: 600}, creditable=500) == CreditedTooMuch(Money(500), Money(600))


def test_a_discounted_rate_gives_back_no_more_than_it_was_taxed_on():
    lines = lines_of((ROOM, 60, 10000, 0), (DISCOUNT, 60, -2000, 0), (STORE, 90, 10000, 0))
    left = left_of_rates(parts_of(lines), [])
    with pytest.raises(RateCreditedTooMuch) as raised:
        taxes_of(lines, {ROOM: Money(10000)}, left)
    assert raised.value == RateCreditedTooMuch(60, Money(8000), Money(10000))
    together = taxes_of(lines, {ROOM: Money(10000), DISCOUNT: Money(-2000)}, left)
    assert together == (TaxPart(60, Money(8000), Money(453)),)


billed = st.lists(
    st.tuples(st.sampled_from([10, 60, 90, 130]), st.integers(1, 10**7)), min_size=1, max_size=6
)
wishes = st.lists(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 10**6)), max_size=4), max_size=8)


@given(billed, wishes, st.integers(0, 10**7))
def test_notes_together_take_back_exactly_the_invoice_each_with_its_own_tax_to_the_fen(bills, many, old):
    billed_of = dict(enumerate(bills))
    parts = tax_parts((rate, Money(amount)) for rate, amount in bills)
    taken = old_note(parts, old)
    credited = dict.fromkeys(billed_of, 0)

    def note(choice):
        lines = lines_of(*((id_, rate, fen_, credited[id_]) for id_, (rate, fen_) in billed_of.items()))
        left = left_of_rates(parts, taken)
        picks = all_that_is_left(lines, left) if choice is None else picked(lines, left, choice)
        for part in taxes_of(lines, picks, left):
            assert abs(part.tax.fen - tax_included(part.gross, part.vat_permille).fen) <= 1
            taken.append(part)
        for id_, amount in picks.items():
            credited[id_] += amount.fen
            assert credited[id_] <= billed_of[id_][1]
        for part in parts:
            mine = [one for one in taken if one.vat_permille == part.vat_permille]
            assert Money.total(one.tax for one in mine) <= part.tax
            assert Money.total(one.gross for one in mine) <= part.gross

    for choice in [*many, None]:
        note(choice)
    for rate, part in left_of_rates(parts, taken).items():
        assert (part.gross, part.tax) == (Money(0), Money(0)), rate


def old_note(parts, wish):
    """Take some of the first rate back without naming lines, as notes once did."""
    amount = Money(min(wish, parts[0].gross.fen))
    tax = parts[0].tax if amount == parts[0].gross else tax_included(amount, parts[0].vat_permille)
    return [TaxPart(parts[0].vat_permille, amount, tax)] if amount else []


def picked(lines, left, choice):
    """Pick what can be picked of a choice of (line, fen)."""
    room = {rate: part.gross.fen for rate, part in left.items()}
    picks = {}
    for at, wish in choice:
        line = lines[at % len(lines)]
        amount = min(wish, line.left.fen, room[line.vat_permille])
        if amount > 0 and line.charge_id not in picks:
            picks[line.charge_id] = Money(amount)
            room[line.vat_permille] -= amount
    return picks

"""Comparing our books with the provider's: each payment is written down once, and what is odd is named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from booking.payments.gateway import GatewayPayment, GatewayState, GatewayStatus
from booking.payments.rules import Discrepancy, KnownPayment, reconcile
from booking.values import Money

TOTAL = Money(144_000)
NONE = Money.zero()


def online(provider_id: str, fen: int) -> GatewayPayment:
    return GatewayPayment(provider_id, Money(fen), datetime(2026, 11, 3, 2, tzinfo=UTC))


def state(status: GatewayStatus, *payments: GatewayPayment, total: Money = TOTAL) -> GatewayState:
    return GatewayState(status, total, payments)


def test_a_payment_made_online_is_written_down_and_settles_the_invoice():
    paid = online("inpay_1", 144_000)
    books = reconcile(TOTAL, NONE, (), state(GatewayStatus.PAID, paid))
    assert books.record == (paid,)
    assert (books.paid, books.owed, books.overpaid) == (TOTAL, NONE, NONE)
    assert books.settled
    assert not books.discrepancies
    assert not books.tell_provider


def test_the_same_news_twice_writes_nothing_twice():
    known = [KnownPayment(TOTAL, "inpay_1")]
    books = reconcile(TOTAL, NONE, known, state(GatewayStatus.PAID, online("inpay_1", 144_000)))
    assert books.record == ()
    assert books.settled
    assert not books.discrepancies


def test_late_news_of_an_open_invoice_takes_nothing_back():
    books = reconcile(TOTAL, NONE, [KnownPayment(Money(44_000))], state(GatewayStatus.OPEN))
    assert (books.paid, books.owed) == (Money(44_000), Money(100_000))
    assert not books.tell_provider


def test_a_bank_transfer_in_full_is_to_be_told_to_the_provider_that_waits():
    books = reconcile(TOTAL, NONE, [KnownPayment(TOTAL)], state(GatewayStatus.OPEN))
    assert books.tell_provider
    assert not books.discrepancies


@pytest.mark.parametrize(
    ("told", "still_to_tell"), [(0, True), (43_999, True), (44_000, False), (44_001, False)]
)
def test_a_part_by_transfer_is_told_until_the_provider_knows_all_of_it(told, still_to_tell):
    there = GatewayState(GatewayStatus.OPEN, TOTAL, settled_outside=Money(told))
    books = reconcile(TOTAL, NONE, [KnownPayment(Money(44_000))], there)
    assert (books.tell_part, books.tell_provider) == (still_to_tell, False)


@pytest.mark.parametrize(("told", "too_much"), [(43_999, False), (44_000, False), (44_001, True)])
def test_more_told_than_came_by_transfer_is_named(told, too_much):
    there = GatewayState(GatewayStatus.OPEN, TOTAL, settled_outside=Money(told))
    books = reconcile(TOTAL, NONE, [KnownPayment(Money(44_000))], there)
    assert books.discrepancies == ((Discrepancy.TOLD_TOO_MUCH,) if too_much else ())


def test_of_an_invoice_that_is_even_or_that_nobody_waits_for_no_part_is_told():
    for status in GatewayStatus:
        assert not reconcile(TOTAL, NONE, [KnownPayment(TOTAL)], state(status)).tell_part
        part = reconcile(TOTAL, NONE, [KnownPayment(Money(44_000))], state(status)).tell_part
        assert part == (status is GatewayStatus.OPEN)


def test_a_credit_counts_like_money():
    books = reconcile(TOTAL, Money(44_000), [KnownPayment(Money(100_000))], state(GatewayStatus.OPEN))
    assert books.settled
    assert books.tell_provider


def test_paid_by_transfer_and_online_is_overpaid_by_the_difference():
    books = reconcile(
        TOTAL, NONE, [KnownPayment(Money(44_000))], state(GatewayStatus.PAID, online("inpay_1", 144_000))
    )
    assert books.overpaid == Money(44_000)
    assert books.discrepancies == (Discrepancy.OVERPAID,)


@pytest.mark.parametrize(
    ("seen", "known", "discrepancy"),
    [
        (state(GatewayStatus.OPEN, total=Money(1)), (), Discrepancy.TOTAL_DIFFERS),
        (
            state(GatewayStatus.OPEN, online("a", 5)),
            (KnownPayment(Money(6), "a"),),
            Discrepancy.AMOUNT_CHANGED,
        ),
        (state(GatewayStatus.OPEN), (KnownPayment(Money(6), "a"),), Discrepancy.PAYMENT_GONE),
        (state(GatewayStatus.PAID), (), Discrepancy.PAID_WITHOUT_MONEY),
        (state(GatewayStatus.VOID), (), Discrepancy.WITHDRAWN),
        (state(GatewayStatus.UNCOLLECTIBLE), (), Discrepancy.WITHDRAWN),
    ],
)
def test_what_is_odd_is_named_and_changes_no_money(
    seen: GatewayState, known: tuple[KnownPayment, ...], discrepancy: Discrepancy
):
    books = reconcile(TOTAL, NONE, known, seen)
    assert books.discrepancies == (discrepancy,)
    assert books.record == ()
    assert books.paid == Money.total(payment.amount for payment in known)


def test_an_invoice_without_a_provider_raises_no_discrepancy():
    books = reconcile(TOTAL, NONE, (), GatewayState(GatewayStatus.ELSEWHERE, NONE))
    assert not books.discrepancies
    assert not books.settled


amounts = st.integers(1, 300_000)
keys = st.text("abcdef", min_size=1, max_size=2)


@given(
    st.dictionaries(keys, amounts),
    st.sets(keys),
    st.lists(amounts, max_size=3),
    st.integers(0, 144_000),
    st.sampled_from(GatewayStatus),
)
def test_twice_is_once_and_no_fen_is_lost(seen, known_before, transfers, credited, status):
    there = state(status, *(online(key, fen) for key, fen in seen.items()))
    known = [KnownPayment(Money(fen)) for fen in transfers]
    known += [KnownPayment(Money(seen[key]), key) for key in known_before & set(seen)]
    first = reconcile(TOTAL, Money(credited), known, there)
    written = known + [KnownPayment(new.amount, new.provider_id) for new in first.record]
    second = reconcile(TOTAL, Money(credited), written, there)
    assert second.record == ()
    assert (second.paid, second.owed, second.overpaid) == (first.paid, first.owed, first.overpaid)
    assert first.paid == Money(sum(transfers) + sum(seen.values()))
    assert TOTAL - Money(credited) - first.paid == first.owed - first.overpaid

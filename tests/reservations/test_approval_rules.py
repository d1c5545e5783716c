"""Who has to say yes to a booking: by hand, and whatever the rights are."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from booking.audit.actions import BookingRights
from booking.reservations.approval.rules import (
    Answerer,
    Booking,
    NeedsManager,
    WhyAsk,
    check_alone,
    who_answers,
    why_ask,
)
from booking.values import Money
from tests.harness.times import TUESDAY

UP_TO_200 = BookingRights(frozenset({"hall"}), Money.yuan(200))


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (Booking("meeting_room", Money.yuan(200)), None),  # up to the sum, the sum included
        (Booking("meeting_room", Money(200_01)), WhyAsk.SUM),
        (Booking("hall", Money.yuan(1)), WhyAsk.KIND),
        (Booking("storage", Money.yuan(8)), None),
        (Booking("storage", Money.yuan(8), open_ended=True), WhyAsk.OPEN_ENDED),
        (Booking("hall", Money.yuan(900)), WhyAsk.KIND),  # of several reasons the one no sum mends
    ],
)
def test_by_hand(wish, why):
    assert why_ask(UP_TO_200, wish) is why
    assert why_ask(None, wish) is None  # a manager asks nobody
    assert who_answers(UP_TO_200, wish, park_approves=False) is (Answerer.MANAGER if why else None)
    assert who_answers(UP_TO_200, wish, park_approves=True) is (Answerer.MANAGER if why else Answerer.PARK)


def test_what_is_agreed_is_changed_alone_unless_it_becomes_more():
    agreed = Booking("meeting_room", Money.yuan(320))
    assert why_ask(UP_TO_200, Booking("meeting_room", Money.yuan(320)), agreed=agreed) is None
    assert why_ask(UP_TO_200, Booking("meeting_room", Money(320_01)), agreed=agreed) is WhyAsk.SUM
    store = Booking("storage", Money.yuan(240), open_ended=True)
    assert why_ask(UP_TO_200, Booking("storage", Money.yuan(800)), agreed=store) is None  # it ends now
    # What an open end was quoted at, to the end of its month, is no measure for other stores or days.
    small = Booking("storage", Money.yuan(160), open_ended=True, space_id=1, starts_at=TUESDAY)
    dear = Booking("storage", Money.yuan(5_600), space_id=2, starts_at=TUESDAY)
    assert why_ask(UP_TO_200, dear, agreed=small) is WhyAsk.SUM
    like = small._replace(space_id=2)
    assert why_ask(UP_TO_200, like, agreed=small) is None
    later = like._replace(starts_at=TUESDAY + timedelta(days=20))  # a few days of what is dearer
    assert why_ask(UP_TO_200, later, agreed=small) is WhyAsk.OPEN_ENDED
    dated = Booking("storage", Money.yuan(240))
    assert why_ask(UP_TO_200, store, agreed=dated) is WhyAsk.OPEN_ENDED
    with pytest.raises(NeedsManager) as refused:
        check_alone(UP_TO_200, store, agreed=dated)
    assert (refused.value.why, refused.value.up_to) == (WhyAsk.OPEN_ENDED, Money.yuan(200))


KINDS = st.sampled_from(["meeting_room", "workstation", "storage", "hall"])
SUMS = st.integers(0, 100_000).map(Money)
RIGHTS = st.builds(BookingRights, st.frozensets(KINDS), st.none() | SUMS)
WISHES = st.builds(Booking, KINDS, SUMS, st.booleans())


@given(RIGHTS, WISHES, SUMS)
def test_more_is_never_easier_than_less(rights, wish, more):
    """Whoever asks for the cheaper one asks for the dearer one; rights taken away never let more through."""
    dearer = wish._replace(quote=wish.quote + more)
    if why_ask(rights, wish) is not None:
        assert why_ask(rights, dearer) is not None
    fewer = BookingRights(rights.asks_for | {wish.kind}, rights.up_to)
    assert why_ask(fewer, wish) is WhyAsk.KIND
    assert why_ask(rights, wish._replace(open_ended=True)) is not None
    assert why_ask(rights, wish, agreed=wish) is None


@given(RIGHTS, WISHES, st.booleans())
def test_what_is_said_before_is_what_decides(rights, wish, park_approves):
    asked = who_answers(rights, wish, park_approves=park_approves)
    if asked is not Answerer.MANAGER:
        check_alone(rights, wish)
        assert asked is (Answerer.PARK if park_approves else None)
        return
    with pytest.raises(NeedsManager) as refused:
        check_alone(rights, wish)
    assert refused.value.why is why_ask(rights, wish)

"""Cancelling late costs the share of the quote that the tariff names; in good time it is free."""

import pytest

from booking.charges.charge_fee import cancel_with_fee, late_cancel_fee
from booking.charges.models import ChargeKind
from booking.charges.rules import FeeNotShown
from booking.reservations.models import ReservationState
from booking.values import Money
from tests.harness.stays import actor, at, lines_of, reserved

DAY = "2026-11-03"


@pytest.fixture
def park(world):
    return world.park()


@pytest.fixture
def member(world, park):
    return world.member(world.enterprise(park))


@pytest.fixture
def reservation(world, park, member, session):
    world.tariff(park, late_cancel_permille=300, late_cancel_minutes=120)
    room = world.space(world.area(park))
    return reserved(session, room, member, at(DAY, "15:00"), at(DAY, "17:00"), quote=16000)


def test_cancelling_an_hour_before_costs_30_per_cent_of_the_quote_once(reservation, member, session):
    assert late_cancel_fee(session, reservation, at(DAY, "14:00")) == Money(4800)
    for _ in range(2):
        cancel_with_fee(session, reservation.id, by=actor(member), now=at(DAY, "14:00"))
    session.commit()
    (fee,) = lines_of(session)
    assert (fee.kind, fee.amount, fee.terms.quote_fen) == (ChargeKind.LATE_CANCEL, Money(4800), 16000)
    assert reservation.state is ReservationState.CANCELLED


def test_it_never_costs_more_than_was_shown(reservation, member, session):
    told = {"by": actor(member), "now": at(DAY, "14:00")}
    with pytest.raises(FeeNotShown), session.begin_nested():
        cancel_with_fee(session, reservation.id, **told, shown=Money(0))
    assert reservation.state is ReservationState.BOOKED
    cancel_with_fee(session, reservation.id, **told, shown=Money(4800))
    assert [line.amount for line in lines_of(session)] == [Money(4800)]


def test_cancelling_exactly_at_the_limit_is_in_good_time(reservation, member, session):
    assert late_cancel_fee(session, reservation, at(DAY, "13:00")) == Money(0)
    cancel_with_fee(session, reservation.id, by=actor(member), now=at(DAY, "13:00"))
    assert lines_of(session) == []


def test_the_tenant_pays_nothing_when_the_park_cancels(reservation, world, park, session):
    cancel_with_fee(session, reservation.id, by=actor(world.member(park)), now=at(DAY, "14:30"))
    assert lines_of(session) == []


def test_who_has_only_asked_pays_nothing(reservation, member, session):
    reservation.state = ReservationState.REQUESTED
    session.commit()
    cancel_with_fee(session, reservation.id, by=actor(member), now=at(DAY, "14:30"))
    assert lines_of(session) == []

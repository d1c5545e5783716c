"""A stay is charged at check-out, through the real verbs, to the worked figures of the domain page."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from booking.audit.actions import Actor
from booking.audit.models import AuditEntry
from booking.charges.charge_fee import cancel_with_fee
from booking.charges.charge_stay import TariffCharger, charge_lease_month, charge_stay
from booking.charges.models import ChargeKind, MonthClose
from booking.charges.pricing import quote, quote_many, running_costs
from booking.charges.rules import MonthClosed
from booking.jobs.job import run
from booking.jobs.reservations import CHARGE_LEASES
from booking.people.models import Size
from booking.reservations.models import FAR_FUTURE, Occupancy, ReservationState
from booking.reservations.refusals import CrossesMidnight, HasLapsed
from booking.spaces.models import Kind
from booking.tariffs.models import Basis
from booking.tariffs.rules import NoTariff
from booking.usage.check_in import CAME_BEFORE, begin_lease, check_in, release_no_show, walk_in
from booking.usage.check_out import check_out, check_out_of, end_forgotten
from booking.usage.correct_stay import correct_stay
from booking.usage.door.devices import DeviceEvent
from booking.usage.stay_longer import change_end
from booking.values import Money, Month, Span
from tests.harness.stays import CHARGER, actor, at, lines_of, reserved, used, used_as_reserved
from tests.harness.times import SHANGHAI

DAY = "2026-11-03"


@pytest.fixture
def park(world):
    park = world.park()
    world.rule(park, opens_minute=0, closes_minute=24 * 60)  # some of these stays go over midnight
    return park


@pytest.fixture
def member(world, park):
    return world.member(world.enterprise(park))


@pytest.fixture
def room(world, park):
    return world.space(world.area(park))


def split(lines):
    return [(line.band, line.minutes, line.free_minutes, line.amount.fen) for line in lines]


def test_in_16_36_out_18_17_costs_128_yuan_80(world, park, member, room, session):
    world.tariff(park)
    reservation = reserved(session, room, member, at(DAY, "16:30"), at(DAY, "18:30"))
    stay = used_as_reserved(session, reservation, member, at(DAY, "16:36"), at(DAY, "18:17"))
    lines = lines_of(session)
    assert split(lines) == [("peak", 84, 0, 11200), ("错时", 21, 0, 1680)]
    assert {line.month_key for line in lines} == {202611}
    assert {line.billed_ends_at for line in lines} == {at(DAY, "18:21")}
    assert {(line.used_starts_at, line.used_ends_at) for line in lines} == {
        (at(DAY, "16:36"), at(DAY, "18:17"))
    }
    assert {(line.reserved_starts_at, line.reserved_ends_at) for line in lines} == {
        (at(DAY, "16:30"), at(DAY, "18:30"))
    }
    assert [line.factor for line in lines] == [Decimal(1), Decimal("0.6")]
    assert {line.stay_id for line in lines} == {stay.id}


@pytest.mark.parametrize(
    ("start", "end", "fen"),
    [("09:00", "09:04", 4000), ("09:00", "10:00", 8000), ("17:50", "18:05", 1333 + 1600)],
)
def test_the_other_meeting_room_figures(world, park, member, room, session, start, end, fen):
    world.tariff(park)
    used(session, room, member, at(DAY, start), at(DAY, end))
    assert sum(line.amount.fen for line in lines_of(session)) == fen


def workstation_tariff(world, park, **facts):
    figures = {"rate": Money.yuan(12), "increment_minutes": 30, "minimum_minutes": 60, "bands": []}
    return world.tariff(park, Kind.WORKSTATION, **(figures | facts))


def test_a_desk_from_08_58_to_18_10_stops_at_the_cap_of_60_yuan(world, park, member, session):
    workstation_tariff(world, park, daily_cap=Money.yuan(60))
    desk = world.space(world.area(park), Kind.WORKSTATION)
    used(session, desk, member, at(DAY, "08:58"), at(DAY, "18:10"))
    (line,) = lines_of(session)
    assert (line.minutes, line.uncapped, line.amount) == (570, Money(11400), Money(6000))


def test_the_cap_is_of_the_day_and_not_of_the_stay(world, park, member, session):
    workstation_tariff(world, park, daily_cap=Money.yuan(60))
    area = world.area(park)
    desk, other = world.space(area, Kind.WORKSTATION), world.space(area, Kind.WORKSTATION)
    used(session, desk, member, at(DAY, "08:00"), at(DAY, "11:00"))  # 36.00
    used(session, desk, member, at(DAY, "12:00"), at(DAY, "15:00"))  # 24.00 are left
    used(session, desk, member, at(DAY, "16:00"), at(DAY, "18:00"))  # nothing is left
    used(session, other, member, at(DAY, "12:00"), at(DAY, "15:00"))  # another desk has its own cap
    used(session, desk, member, at("2026-11-04", "12:00"), at("2026-11-04", "15:00"))
    assert [line.amount.fen for line in lines_of(session)] == [3600, 2400, 0, 3600, 3600]


def test_free_minutes_go_in_the_order_in_which_stays_end(world, park, member, room, session):
    world.tariff(park, allowances={Size.SMALL: 90, Size.LARGE: 600}, bands=[])
    other = world.space(world.area(park))
    first = walk_in(
        session, room, member, at(DAY, "11:00"), charger=CHARGER, by=actor(member), now=at(DAY, "09:00")
    )
    session.commit()
    used(session, other, member, at(DAY, "09:30"), at(DAY, "10:30"))  # begins later, ends first
    check_out(session, first.id, charger=CHARGER, by=actor(member), now=at(DAY, "11:00"))
    session.commit()
    assert split(lines_of(session)) == [("peak", 60, 60, 0), ("peak", 120, 30, 12000)]


def test_each_month_has_its_own_free_minutes_even_within_one_stay(world, park, member, room, session):
    world.tariff(park, allowances={Size.SMALL: 30}, bands=[])
    used(session, room, member, at("2026-11-30", "23:00"), at("2026-12-01", "01:00"))
    lines = lines_of(session)
    assert split(lines) == [("peak", 60, 30, 4000), ("peak", 60, 30, 4000)]
    assert [line.month_key for line in lines] == [202611, 202612]


def test_another_enterprise_has_free_minutes_of_its_own(world, park, member, room, session):
    world.tariff(park, allowances={Size.SMALL: 60}, bands=[])
    neighbour = world.member(world.enterprise(park))
    used(session, room, member, at(DAY, "09:00"), at(DAY, "10:00"))
    used(session, room, neighbour, at(DAY, "10:00"), at(DAY, "11:00"))
    assert [line.amount.fen for line in lines_of(session)] == [0, 0]


def test_the_version_of_the_day_on_which_the_stay_starts_holds_for_all_of_it(
    world, park, member, room, session
):
    world.tariff(park, bands=[])
    world.tariff(park, bands=[], rate=Money.yuan(100), valid_from=date(2026, 11, 4))
    used(session, room, member, at(DAY, "23:00"), at("2026-11-04", "01:00"))
    used(session, room, member, at("2026-11-04", "09:00"), at("2026-11-04", "10:00"))
    assert [line.amount.fen for line in lines_of(session)] == [8000, 8000, 10000]


def test_a_space_with_a_tariff_of_its_own_goes_by_it(world, park, member, room, session):
    world.tariff(park, bands=[], space_id=room.id, rate=Money.yuan(50))
    world.tariff(park, bands=[], valid_from=date(2026, 6, 1))
    other = world.space(world.area(park))
    used(session, room, member, at(DAY, "09:00"), at(DAY, "10:00"))
    used(session, other, member, at(DAY, "09:00"), at(DAY, "10:00"))
    assert [line.amount.fen for line in lines_of(session)] == [5000, 8000]


def test_without_a_tariff_there_is_no_quote(park, member, room, session):
    with pytest.raises(NoTariff):
        quote(session, park, member.enterprise, room, Span(at(DAY, "09:00"), at(DAY, "10:00")))


def test_a_room_is_quoted_for_two_days_and_not_a_minute_more(world, park, member, room, session):
    world.tariff(park, bands=[])
    start, two_days_on = at(DAY, "10:00"), at("2026-11-05", "10:00")
    quoted = quote(session, park, member.enterprise, room, Span(start, two_days_on))
    assert quoted.total == Money.yuan(48 * 80)
    with pytest.raises(CrossesMidnight) as refused:
        quote(session, park, member.enterprise, room, Span(start, two_days_on + timedelta(minutes=1)))
    assert refused.value.day == date(2026, 11, 3)


def test_nobody_is_kept_in_a_place_that_has_no_tariff(world, park, member, room, session):
    booked = reserved(session, room, member, at(DAY, "09:00"), at(DAY, "10:00"))
    stay = used_as_reserved(session, booked, member, at(DAY, "09:00"), at(DAY, "09:40"))
    assert stay.ended_at == at(DAY, "09:40")
    assert lines_of(session) == []
    assert "charge.omitted" in session.scalars(select(AuditEntry.action)).all()
    world.tariff(park, valid_from=date(2027, 1, 1))
    forgotten = reserved(session, room, member, at(DAY, "11:00"), at(DAY, "12:00"))
    stay = check_in(session, forgotten.id, park=park, charger=CHARGER, by=actor(member), now=at(DAY, "11:00"))
    assert end_forgotten(session, stay.id, charger=CHARGER, now=at(DAY, "13:00"))


def test_who_did_not_come_frees_the_space_also_where_no_tariff_names_a_fee(park, member, room, session):
    booked = reserved(session, room, member, at(DAY, "09:00"), at(DAY, "10:00"), quote=8000)
    assert release_no_show(session, booked.id, park=park, charger=CHARGER, now=at(DAY, "09:20"))
    assert booked.state is ReservationState.NO_SHOW
    assert lines_of(session) == []


def test_a_stay_is_charged_once_however_often_it_ends(world, park, member, room, session):
    world.tariff(park)
    stay = used(session, room, member, at(DAY, "09:00"), at(DAY, "10:00"))
    TariffCharger().ended(session, stay, now=at(DAY, "10:01"))
    charge_stay(session, stay, now=at(DAY, "10:02"))
    assert len(lines_of(session)) == 1


def test_quote_running_cost_and_charge_are_the_same_for_the_same_time(
    world, park, member, room, session, count_queries
):
    world.tariff(park, allowances={Size.SMALL: 45}, daily_cap=Money.yuan(150))
    used(session, room, member, at(DAY, "08:00"), at(DAY, "08:40"))
    span = Span(at(DAY, "16:36"), at(DAY, "19:17"))
    quoted = quote(session, park, member.enterprise, room, span)
    stay = walk_in(session, room, member, span.end, charger=CHARGER, by=actor(member), now=span.start)
    session.commit()
    running = running_costs(session, park, member.enterprise, [stay], span.end)[stay.id]
    check_out(session, stay.id, charger=CHARGER, by=actor(member), now=span.end)
    session.commit()
    charged = split(lines_of(session, stay_id=stay.id))
    assert split(quoted.lines) == split(running.lines) == charged
    assert quoted.total == Money.yuan(150)  # 112.00 + 64.80, stopped at the cap


def test_many_spaces_are_priced_in_as_many_queries_as_one(world, park, member, session, count_queries):
    world.tariff(park, allowances={Size.SMALL: 45}, daily_cap=Money.yuan(150))
    area = world.area(park)
    rooms = [world.space(area) for _ in range(12)]
    span = Span(at(DAY, "16:30"), at(DAY, "18:30"))
    enterprise = member.enterprise
    quote_many(session, park, enterprise, rooms, span)
    one = count_queries(lambda: quote_many(session, park, enterprise, rooms[:1], span))
    many = count_queries(lambda: quote_many(session, park, enterprise, rooms, span))
    assert many == one <= 3 + len(["the park's edition, before and after"])


def storage(world, park, **facts):
    figures = {"basis": Basis.DAY, "rate": Money.yuan(8), "bands": [], "name": "仓储价目"}
    world.tariff(park, Kind.STORAGE, **(figures | facts))
    return world.space(world.area(park), Kind.STORAGE, area_hundredths=12_50)


def test_storage_from_28_january_to_3_february_is_32_and_24_yuan(world, park, member, session):
    unit = storage(world, park)
    lease = reserved(session, unit, member, at("2026-01-28", "15:00"), at("2026-02-03", "10:00"))
    stay = begin_lease(session, lease.id, now=at("2026-01-28", "15:00"))
    end_forgotten(session, stay.id, charger=CHARGER, now=at("2026-02-03", "10:01"))
    session.commit()
    lines = lines_of(session)
    assert [(line.month_key, line.days, line.amount.fen) for line in lines] == [
        (202601, 4, 3200),
        (202602, 3, 2400),
    ]
    assert {line.kind for line in lines} == {ChargeKind.STORAGE}


def test_storage_by_the_square_metre_counts_its_area(world, park, member, session):
    unit = storage(world, park, basis=Basis.SQUARE_METRE_DAY, rate=Money(123))
    span = Span(at("2026-11-03"), at("2026-11-06"))
    quoted = quote(session, park, member.enterprise, unit, span)
    assert quoted.total == Money(4613)  # 1.23 x 12.5 m2 x 3 days = 46.125


def test_an_open_lease_is_charged_month_by_month_and_its_end_charges_only_the_rest(
    world, park, member, session
):
    unit = storage(world, park)
    lease = reserved(session, unit, member, at("2026-09-29", "15:00"), FAR_FUTURE)
    stay = begin_lease(session, lease.id, now=at("2026-09-29", "15:00"))
    for _ in range(2):
        charge_lease_month(session, stay, Month(2026, 9, SHANGHAI), now=at("2026-10-08"))
    charge_lease_month(session, stay, Month(2026, 10, SHANGHAI), now=at("2026-11-04"))
    with pytest.raises(ValueError, match="not over"):
        charge_lease_month(session, stay, Month(2026, 11, SHANGHAI), now=at("2026-11-04"))
    check_out(session, stay.id, charger=CHARGER, by=actor(member), now=at("2026-11-05", "10:00"))
    session.commit()
    lines = lines_of(session)
    assert [(line.month_key, line.days) for line in lines] == [(202609, 2), (202610, 31), (202611, 5)]
    assert [line.reserved_ends_at for line in lines] == [None] * 3


def test_an_open_lease_is_charged_from_the_moment_its_month_is_over(world, park, member, session):
    unit = storage(world, park)
    lease = reserved(session, unit, member, at("2026-09-29", "15:00"), FAR_FUTURE)
    stay = begin_lease(session, lease.id, now=at("2026-09-29", "15:00"))
    september, over = Month(2026, 9, SHANGHAI), at("2026-10-01")
    with pytest.raises(ValueError, match="not over"):
        charge_lease_month(session, stay, september, now=over - timedelta(seconds=1))
    line = charge_lease_month(session, stay, september, now=over)
    assert (line.month_key, line.days, line.amount) == (202609, 2, Money.yuan(16))


def test_an_open_end_is_quoted_by_the_day_and_for_its_first_month(world, park, member, session):
    unit = storage(world, park)
    quoted = quote(session, park, member.enterprise, unit, Span(at("2026-11-21"), FAR_FUTURE))
    assert (quoted.open_ended, quoted.per_day, quoted.total) == (True, Money(800), Money(8000))


def test_not_turning_up_costs_the_share_of_the_quote_that_the_tariff_names(
    world, park, member, room, session
):
    world.tariff(park, no_show_permille=500)
    reservation = reserved(session, room, member, at(DAY, "09:00"), at(DAY, "11:00"), quote=16001)
    release_no_show(session, reservation.id, park=park, charger=CHARGER, now=at(DAY, "09:15"))
    CHARGER.not_used(session, reservation, now=at(DAY, "09:16"))
    session.commit()
    (fee,) = lines_of(session)
    assert (fee.kind, fee.amount, fee.stay_id) == (ChargeKind.NO_SHOW, Money(8001), None)
    assert fee.terms.no_show_permille == 500
    assert fee.terms.quote_fen == 16001
    stay = told_late(session, park, reservation)
    CHARGER.used_after_all(session, stay, by=actor(member), now=at(DAY, "09:21"))
    (withdrawn,) = [line for line in lines_of(session) if line.kind is ChargeKind.NO_SHOW]
    assert withdrawn.superseded_at == at(DAY, "09:20"), "withdrawn once, not deleted"


def told_late(session, park, reservation, left=None):
    """Tell at 9:20 that they came five minutes after its start, and before that that they left."""
    facts = {"charger": CHARGER, "by": Actor.device("门锁", park.id), "now": at(DAY, "09:20")}
    start, minute = reservation.starts_at, timedelta(minutes=1)
    if left is not None:
        check_out_of(session, reservation.id, **facts, event=DeviceEvent("out", start + left * minute))
    return check_in(session, reservation.id, park=park, **facts, event=DeviceEvent("in", start + 5 * minute))


@pytest.mark.parametrize("out", ["10:00", "09:18"], ids=["still there", "gone by then"])
@pytest.mark.parametrize("until", ["10:30", "09:45"], ids=["longer than booked", "shorter"])
def test_who_walked_in_to_their_own_released_room_pays_for_one_use(
    world, park, member, room, session, out, until
):
    """Came at 9:05, as is told at 9:20; released at 9:15, walked in to at 9:17, out at 10:00 or 9:18."""
    world.tariff(park, no_show_permille=500, minimum_minutes=1, increment_minutes=1)
    reservation = reserved(session, room, member, at(DAY, "09:00"), at(DAY, "10:00"), quote=8000)
    release_no_show(session, reservation.id, park=park, charger=CHARGER, now=at(DAY, "09:15"))
    facts = {"charger": CHARGER, "by": actor(member)}
    until = at(DAY, until)
    walked = walk_in(session, room, member, until, **facts, now=at(DAY, "09:17"))
    gone = at(DAY, out) < at(DAY, "09:20")
    if gone:
        check_out(session, walked.id, **facts, now=at(DAY, out))
    assert told_late(session, park, reservation) is walked
    claimed = session.execute(select(Occupancy.reservation_id, Occupancy.starts_at, Occupancy.ends_at)).all()
    assert [tuple(one) for one in claimed] == [
        (reservation.id, at(DAY, "09:00"), at(DAY, out) if gone else until)
    ]
    assert (reservation.ends_at == until) is not gone, "it ends as they said when they walked in"
    if not gone:
        check_out(session, walked.id, **facts, now=at(DAY, out))
    assert (reservation.state, walked.started_at) == (ReservationState.DONE, at(DAY, "09:05"))
    assert [one.reason for one in walked.corrections] == ([CAME_BEFORE] if gone else [])
    (line,) = [line for line in lines_of(session) if line.superseded_at is None]
    assert (line.kind, line.reservation_id) == (ChargeKind.USE, reservation.id)
    assert line.used_starts_at == at(DAY, "09:05")
    assert line.used_ends_at == at(DAY, out)


@pytest.mark.parametrize("left", [50, None], ids=["they left", "an open stay"])
@pytest.mark.parametrize("share", [500, 0], ids=["a fee", "no fee"])
def test_what_a_door_tells_of_a_closed_month_charges_nothing_in_it(
    world, park, member, room, session, share, left
):
    world.tariff(park, no_show_permille=share)
    then = at("2026-10-27", "09:00")
    reservation = reserved(session, room, member, then, at("2026-10-27", "11:00"), quote=16000)
    release_no_show(session, reservation.id, park=park, charger=CHARGER, now=at("2026-10-27", "09:15"))
    session.add(MonthClose(park_id=park.id, month_key=202610, closed_at=at(DAY), closed_by="管理员"))
    session.commit()
    before = [(line.id, line.superseded_at) for line in lines_of(session)]
    with pytest.raises(MonthClosed):
        told_late(session, park, reservation, left)
    session.rollback()
    assert reservation.state is ReservationState.NO_SHOW
    assert [(line.id, line.superseded_at) for line in lines_of(session)] == before


def test_not_turning_up_is_free_where_the_tariff_names_no_share(world, park, member, room, session):
    world.tariff(park)
    reservation = reserved(session, room, member, at(DAY, "09:00"), at(DAY, "11:00"), quote=16000)
    release_no_show(session, reservation.id, park=park, charger=CHARGER, now=at(DAY, "09:15"))
    assert lines_of(session) == []


def test_a_correction_keeps_the_old_lines_and_leaves_to_others_what_it_gives_up(
    world, park, member, room, session
):
    world.tariff(park, allowances={Size.SMALL: 60}, bands=[], daily_cap=Money.yuan(200))
    first = used(session, room, member, at(DAY, "09:00"), at(DAY, "10:00"))  # takes the free hour
    second = used(session, room, member, at(DAY, "10:00"), at(DAY, "11:00"))
    by = actor(world.member(park))
    facts = {"charger": CHARGER, "by": by, "now": at(DAY, "12:00")}
    correct_stay(session, first.id, at(DAY, "09:00"), at(DAY, "09:30"), "提前离开", **facts)
    session.commit()
    old, new = lines_of(session, stay_id=first.id)
    assert (old.superseded_at, old.free_minutes) == (at(DAY, "12:00"), 60)
    assert (new.superseded_at, new.minutes, new.free_minutes, new.amount) == (None, 30, 30, Money(0))
    before, after = lines_of(session, stay_id=second.id)
    assert (before.amount, before.superseded_at) == (Money(8000), at(DAY, "12:00"))
    assert (after.amount, after.free_minutes) == (Money(4000), 30)  # half an hour is free again
    assert after.terms.rate_fen == before.terms.rate_fen
    correct_stay(session, second.id, at(DAY, "10:00"), at(DAY, "11:30"), "实际离开较晚", **facts)
    session.commit()
    assert lines_of(session, stay_id=second.id)[-1].free_minutes == 30


def close_month(session, park, key):
    session.add(MonthClose(park_id=park.id, month_key=key, closed_at=at("2026-12-03"), closed_by="测试"))
    session.commit()


def test_nothing_is_corrected_once_its_month_is_closed(world, park, member, room, session):
    world.tariff(park)
    stay = used(session, room, member, at(DAY, "09:00"), at(DAY, "10:00"))
    close_month(session, park, 202611)
    facts = {"charger": CHARGER, "by": actor(world.member(park)), "now": at("2026-12-04")}
    with pytest.raises(MonthClosed):
        correct_stay(session, stay.id, at(DAY, "09:00"), at(DAY, "09:30"), "更正", **facts)


def test_nothing_is_corrected_into_a_closed_month(world, park, member, room, session):
    world.tariff(park)
    stay = used(session, room, member, at("2026-12-01", "00:30"), at("2026-12-01", "01:30"))
    close_month(session, park, 202611)
    facts = {"charger": CHARGER, "by": actor(world.member(park)), "now": at("2026-12-04")}
    with pytest.raises(MonthClosed) as told:
        correct_stay(session, stay.id, at("2026-11-30", "23:30"), at("2026-12-01", "01:30"), "更正", **facts)
    assert told.value.month.key == 202611


def test_the_job_charges_a_lease_when_its_month_is_over_and_only_once(
    world, park, member, session, app, standing_clock
):
    unit = storage(world, park)
    lease = reserved(session, unit, member, at("2026-09-29", "15:00"), FAR_FUTURE)
    begin_lease(session, lease.id, now=at("2026-09-29", "15:00"))
    session.commit()
    standing_clock.set(at("2026-10-31", "23:59"))
    with app.app_context():
        assert run(CHARGE_LEASES).done == 1  # September, caught up with
        standing_clock.set(at("2026-11-01", "00:00"))
        assert [run(CHARGE_LEASES).done for _ in range(2)] == [1, 0]
    assert [(line.month_key, line.days) for line in lines_of(session)] == [(202609, 2), (202610, 31)]


def test_who_is_told_late_to_have_come_in_time_pays_for_use_though_others_are_there(
    world, park, member, room, session
):
    """Booked 9 to 10, released; others in since 11; told at 11:05 of 9:03: 57 minutes of 80.00 an hour."""
    world.tariff(park, no_show_permille=500, minimum_minutes=1, increment_minutes=1)
    reservation = reserved(session, room, member, at(DAY, "09:00"), at(DAY, "10:00"), quote=8000)
    release_no_show(session, reservation.id, park=park, charger=CHARGER, now=at(DAY, "09:15"))
    other = world.member(world.enterprise(park))
    theirs = {"charger": CHARGER, "by": actor(other), "now": at(DAY, "11:00")}
    walk_in(session, room, other, at(DAY, "12:00"), **theirs)
    session.commit()
    told = {"charger": CHARGER, "by": Actor.device("门锁", park.id), "now": at(DAY, "11:05")}
    came = DeviceEvent("in", at(DAY, "09:03"))
    check_in(session, reservation.id, park=park, **told, event=came)
    (line,) = [line for line in lines_of(session) if line.superseded_at is None]
    assert (line.kind, line.amount) == (ChargeKind.USE, Money(7600))
    assert (line.used_starts_at, line.used_ends_at) == (at(DAY, "09:03"), at(DAY, "10:00"))


@pytest.mark.parametrize("way", ["cancel", "shorten"])
def test_once_the_grace_is_over_not_coming_costs_its_share_though_the_job_stands_still(
    world, park, member, room, session, way
):
    """Two hours at 160.00, half of it for not coming: at 9:40 neither way makes less than 80.00 of it."""
    world.tariff(park, no_show_permille=500)
    reservation = reserved(session, room, member, at(DAY, "09:00"), at(DAY, "11:00"), quote=16000)
    told = (session, reservation.id)
    facts = {"by": actor(member), "now": at(DAY, "09:40")}
    ways = {
        "cancel": lambda: cancel_with_fee(*told, **facts, shown=Money(0)),
        "shorten": lambda: change_end(*told, at(DAY, "10:00"), quote=Money(8000), **facts),
    }
    for _ in range(2):
        with pytest.raises(HasLapsed), session.begin_nested():
            ways[way]()
    assert release_no_show(session, reservation.id, park=park, charger=CHARGER, now=at(DAY, "09:41"))
    session.commit()
    assert [(one.kind, one.amount) for one in lines_of(session)] == [(ChargeKind.NO_SHOW, Money(8000))]


def test_who_came_in_time_is_told_late_though_the_job_stands_still(world, park, member, room, session):
    """A reader without network: told at 9:20 of 9:05, shortened at 9:40, out at 10:00, paid by use."""
    world.tariff(park, no_show_permille=500, minimum_minutes=1, increment_minutes=1)
    reservation = reserved(session, room, member, at(DAY, "09:00"), at(DAY, "11:00"), quote=16000)
    stay = told_late(session, park, reservation)
    told = {"by": actor(member), "now": at(DAY, "09:40")}
    change_end(session, reservation.id, at(DAY, "10:00"), quote=Money(8000), **told)
    check_out(session, stay.id, charger=CHARGER, by=actor(member), now=at(DAY, "10:00"))
    session.commit()
    assert not release_no_show(session, reservation.id, park=park, charger=CHARGER, now=at(DAY, "10:01"))
    (line,) = lines_of(session)
    assert (line.kind, line.used_starts_at, line.used_ends_at) == (
        ChargeKind.USE, at(DAY, "09:05"), at(DAY, "10:00")
    )  # fmt: skip

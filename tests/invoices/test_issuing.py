"""A month closes once: one invoice an enterprise, numbered without gaps, whatever goes wrong on the way."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from sqlalchemy import select

from booking.audit.models import AuditEntry
from booking.charges.models import Charge, ChargeKind, MonthClose, Outcome
from booking.charges.rules import MonthClosed
from booking.db import db, transaction
from booking.invoices.billable_lines import enterprises_to_invoice
from booking.invoices.close_month import close_month
from booking.invoices.issue_invoice import issue_invoice
from booking.invoices.models import Invoice, InvoiceState, IssueFailure
from booking.invoices.rules import EarlierMonthOpen, MonthNotClosed, MonthNotOver, ReviewRunning
from booking.jobs.invoices import issue_all
from booking.letters.billing import invoice_letter
from booking.mail.models import Letter
from booking.parks.models import Park
from booking.reservations.models import FAR_FUTURE
from booking.spaces.models import Kind
from booking.usage.correct_stay import correct_stay
from booking.usage.models import Stay
from booking.values import Money
from tests.harness import stays
from tests.harness.app import open_session
from tests.harness.months import (
    BAD_TEMPLATE,
    BY,
    CLOSING_DAY,
    DISK_FULL,
    NEXT_CLOSING_DAY,
    NOVEMBER,
    OCTOBER,
    Press,
    at,
    close,
    line,
    looking,
    question,
    use_ports,
)
from tests.harness.times import SHANGHAI
from tests.harness.world import World


def invoices(app):
    with looking(app) as session:
        return session.scalars(select(Invoice).order_by(Invoice.serial)).all()


def numbers(app):
    return [invoice.number for invoice in invoices(app)]


def letters(app):
    with looking(app) as session:
        return session.scalars(select(Letter).order_by(Letter.id)).all()


def lease(session, unit, tenant):
    """Let a storage unit from 28 October on, with no end."""
    session.add(
        Stay(
            park_id=unit.park_id, enterprise_id=tenant.enterprise_id, member_id=tenant.id, space_id=unit.id,
            space_kind=Kind.STORAGE, started_at=at("2026-10-28", "15:00"), held_until=FAR_FUTURE,
        )
    )  # fmt: skip
    session.commit()


def test_closing_makes_one_invoice_and_one_letter_an_enterprise(
    app, press, world, park, room, session, standing_clock
):
    one, two = world.enterprise(park), world.enterprise(park)
    line(session, room, one, 11200)
    line(session, room, one, 1680)
    line(session, room, two, 4000)
    made = close(app, standing_clock, park)
    assert made.numbers == ["QPW-2026-00001", "QPW-2026-00002"]
    assert made.finished
    first, second = invoices(app)
    assert (first.total, first.tax, first.due_on) == (Money(12880), Money(729), date(2026, 11, 20))
    assert first.tax_lines == [{"vat_permille": 60, "gross_fen": 12880, "tax_fen": 729}]
    assert second.total == Money(4000)
    assert [letter.key for letter in letters(app)] == [f"invoice:{first.id}", f"invoice:{second.id}"]


def test_closing_twice_issues_nothing_new_and_mails_nobody_twice(
    app, press, world, park, room, session, standing_clock
):
    line(session, room, world.enterprise(park), 4000)
    close(app, standing_clock, park)
    again = close(app, standing_clock, park)
    assert again.numbers == []
    assert again.finished
    assert len(invoices(app)) == len(letters(app)) == 1


def test_an_enterprise_without_use_gets_no_invoice(app, press, world, park, room, session, standing_clock):
    world.enterprise(park)
    assert close(app, standing_clock, park).numbers == []


def test_use_within_the_allowance_gives_an_invoice_of_nothing_that_is_paid(
    app, press, world, park, room, session, standing_clock
):
    line(session, room, world.enterprise(park), 0, free_minutes=60)
    close(app, standing_clock, park)
    [invoice] = invoices(app)
    assert (invoice.total, invoice.state) == (Money(0), InvoiceState.PAID)


def test_who_is_owed_more_than_it_owes_waits_for_the_next_month(
    app, press, world, park, room, session, standing_clock
):
    enterprise = world.enterprise(park)
    line(session, room, enterprise, -500, kind=ChargeKind.ADJUSTMENT)
    assert close(app, standing_clock, park).numbers == []
    line(session, room, enterprise, 4000, day=date(2026, 11, 10))
    close(app, standing_clock, park, NOVEMBER, NEXT_CLOSING_DAY)
    assert [invoice.total for invoice in invoices(app)] == [Money(3500)]


def test_a_month_that_is_not_over_is_not_closed(app, press, park, session):
    with pytest.raises(MonthNotOver) as refused:
        close_month(session, park, NOVEMBER, by=BY, now=at("2026-11-30", "23:59"), early="今天就要")
    assert refused.value.first_day == date(2026, 12, 1)


def test_the_review_lasts_three_working_days_and_names_the_day_on_which_it_is_over(app, park, session):
    with pytest.raises(ReviewRunning) as refused:
        close_month(session, park, OCTOBER, by=BY, now=at("2026-11-04", "23:59"))
    assert refused.value.closable_from == date(2026, 11, 5)
    session.rollback()
    assert close_month(session, park, OCTOBER, by=BY, now=at("2026-11-05")).month_key == 202610


def test_the_review_counts_the_parks_working_days_not_weekdays(app, park, session):
    # 1-7 October is the holiday, Thursday 8 and Friday 9 work, Saturday 10 is a make-up working day.
    september = OCTOBER.previous
    with pytest.raises(ReviewRunning) as refused:
        close_month(session, park, september, by=BY, now=at("2026-10-09"))
    assert refused.value.closable_from == date(2026, 10, 11)


def test_closing_early_needs_a_reason_which_is_kept(app, park, session):
    with pytest.raises(ReviewRunning):
        close_month(session, park, OCTOBER, by=BY, now=at("2026-11-02"), early="  ")
    session.rollback()
    close_month(session, park, OCTOBER, by=BY, now=at("2026-11-02"), early="租户都已确认")
    session.commit()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "month.closed")).one()
    assert entry.reason == "租户都已确认"


def test_months_are_closed_in_order(app, press, world, park, room, session):
    line(session, room, world.enterprise(park), 4000, day=date(2026, 9, 10))
    with pytest.raises(EarlierMonthOpen) as refused:
        close_month(session, park, OCTOBER, by=BY, now=CLOSING_DAY)
    assert refused.value.earlier == OCTOBER.previous


def test_no_invoice_is_made_of_a_month_that_is_open(app, world, park, room, session):
    enterprise = world.enterprise(park)
    line(session, room, enterprise, 4000)
    with pytest.raises(MonthNotClosed):
        issue_invoice(session, enterprise.id, OCTOBER, Press(), invoice_letter, by=BY, now=CLOSING_DAY)


@pytest.mark.parametrize("trouble", [DISK_FULL, BAD_TEMPLATE], ids=["disk full", "bad template"])
def test_one_enterprises_trouble_stops_nobody_and_leaves_no_gap(
    app, world, park, room, session, standing_clock, trouble
):
    for name in ("甲", "乙", "丙"):
        line(session, room, world.enterprise(park, name=name), 4000)
    use_ports(app, printer=Press(trouble, buyers=("乙",)))
    made = close(app, standing_clock, park)
    assert (len(made.failed), made.finished) == (1, False)
    assert numbers(app) == ["QPW-2026-00001", "QPW-2026-00002"]
    with looking(app) as reading:
        assert type(trouble).__name__ in reading.scalars(select(IssueFailure)).one().error
    use_ports(app, printer=Press())
    again = close(app, standing_clock, park)
    assert again.finished
    assert numbers(app) == ["QPW-2026-00001", "QPW-2026-00002", "QPW-2026-00003"]
    assert [invoice.buyer["name"] for invoice in invoices(app)] == ["甲", "丙", "乙"]
    assert len(letters(app)) == 3
    with looking(app) as reading:
        assert not reading.scalars(select(IssueFailure)).all()


def test_a_disk_that_is_full_for_all_loses_nothing(app, world, park, room, session, standing_clock):
    charge = line(session, room, world.enterprise(park), 4000)
    use_ports(app, printer=Press(DISK_FULL))
    close(app, standing_clock, park)
    assert not invoices(app)
    assert not letters(app)
    use_ports(app, printer=Press())
    assert close(app, standing_clock, park).numbers == ["QPW-2026-00001"]
    with looking(app) as reading:
        assert reading.get_one(Charge, charge.id).invoice_id == invoices(app)[0].id


def test_a_line_in_dispute_is_left_out_named_and_follows_when_answered(
    app, press, world, park, room, session, standing_clock
):
    enterprise = world.enterprise(park)
    line(session, room, enterprise, 4000)
    asked = line(session, room, enterprise, 8000)
    dispute = question(session, asked, world.member(enterprise))
    close(app, standing_clock, park)
    [october] = invoices(app)
    assert october.total == Money(4000)
    assert october.left_out[0]["charge_id"] == asked.id
    assert (october.left_out[0]["amount_fen"], october.left_out[0]["text"]) == (8000, "当日空调故障")
    dispute.answered_at, dispute.outcome, dispute.answer = CLOSING_DAY, Outcome.DECLINED, "空调正常"
    session.commit()
    close(app, standing_clock, park, NOVEMBER, NEXT_CLOSING_DAY)
    november = invoices(app)[1]
    assert (november.month_key, november.total) == (202611, Money(8000))


def test_a_line_in_dispute_is_left_out_as_long_as_nobody_answers(
    app, press, world, park, room, session, standing_clock
):
    enterprise = world.enterprise(park)
    question(session, line(session, room, enterprise, 8000), world.member(enterprise))
    assert close(app, standing_clock, park).finished
    line(session, room, enterprise, 100, day=date(2026, 11, 9))
    close(app, standing_clock, park, NOVEMBER, NEXT_CLOSING_DAY)
    [november] = invoices(app)
    assert (november.total, len(november.left_out)) == (Money(100), 1)


def test_what_ends_after_the_close_follows_with_the_next_invoice(
    app, press, world, park, room, session, standing_clock
):
    enterprise = world.enterprise(park)
    line(session, room, enterprise, 4000)
    close(app, standing_clock, park)
    line(
        session, room, enterprise, 700, day=date(2026, 10, 31)
    )  # ended after the close, its day is October's
    assert close(app, standing_clock, park).numbers == []
    close(app, standing_clock, park, NOVEMBER, NEXT_CLOSING_DAY)
    assert invoices(app)[1].total == Money(700)


def test_storage_is_charged_by_the_month_and_each_invoice_carries_its_own_days(
    app, press, world, park, session, standing_clock
):
    world.tariff(park, Kind.STORAGE, basis="day", rate=Money.yuan(8), bands=[])
    unit = world.space(world.area(park), Kind.STORAGE)
    tenant = world.member(world.enterprise(park))
    lease(session, unit, tenant)
    close(app, standing_clock, park)
    close(app, standing_clock, park, NOVEMBER, NEXT_CLOSING_DAY)
    assert [invoice.total for invoice in invoices(app)] == [Money.yuan(32), Money.yuan(240)]


def test_storage_without_a_tariff_fails_alone_and_is_made_up_for(
    app, press, world, park, room, session, standing_clock
):
    unit = world.space(world.area(park), Kind.STORAGE)
    tenant = world.member(world.enterprise(park))
    line(session, room, world.enterprise(park), 4000)
    lease(session, unit, tenant)
    made = close(app, standing_clock, park)
    assert list(made.failed) == [tenant.enterprise_id]
    assert "NoTariff" in made.failed[tenant.enterprise_id]
    world.tariff(park, Kind.STORAGE, basis="day", rate=Money.yuan(8), bands=[])
    assert close(app, standing_clock, park).finished
    assert numbers(app) == ["QPW-2026-00001", "QPW-2026-00002"]


def test_a_stay_of_a_closed_month_is_not_corrected_any_more(
    app, press, world, park, room, session, standing_clock
):
    world.rule(park)
    world.tariff(park)
    member = world.member(world.enterprise(park))
    admin = world.member(park)
    stay = stays.used(session, room, member, at("2026-10-12", "09:00"), at("2026-10-12", "10:00"))
    close(app, standing_clock, park)
    session.rollback()
    with pytest.raises(MonthClosed):
        correct_stay(
            session, stay.id, at("2026-10-12", "09:00"), at("2026-10-12", "09:30"), "早走了",
            charger=stays.CHARGER, by=stays.actor(admin), now=CLOSING_DAY,
        )  # fmt: skip


def test_each_park_counts_its_own_numbers(app, press, world, session, standing_clock):
    for code in ("A", "B"):
        park = world.park(code=code)
        line(session, world.space(world.area(park)), world.enterprise(park), 4000)
        assert close(app, standing_clock, park).numbers == [f"{code}-2026-00001"]


def test_numbers_begin_anew_with_the_year_of_issue(app, press, world, park, room, session, standing_clock):
    enterprise = world.enterprise(park)
    line(session, room, enterprise, 4000)
    close(app, standing_clock, park)
    line(session, room, enterprise, 4000, day=date(2026, 12, 9))
    close(app, standing_clock, park, NOVEMBER.next, datetime(2027, 1, 8, 9, tzinfo=SHANGHAI))
    assert numbers(app) == ["QPW-2026-00001", "QPW-2027-00001"]


def test_two_who_close_at_once_make_each_invoice_once(on_both_engines, app_on, standing_clock):
    app = app_on(on_both_engines)
    use_ports(app, printer=Press())
    standing_clock.set(CLOSING_DAY)
    with open_session(app) as session:
        world = World(session, CLOSING_DAY)
        park = world.park(code="QPW")
        room = world.space(world.area(park))
        for _ in range(12):
            line(session, room, world.enterprise(park), 4000)
        park_id = park.id
    together = threading.Barrier(4)

    def run():
        with app.app_context():
            together.wait()
            with transaction() as session:
                close_month(session, session.get_one(Park, park_id), OCTOBER, by=BY, now=CLOSING_DAY)
            due = enterprises_to_invoice(db.session(), park_id, OCTOBER)
            return issue_all(park_id, OCTOBER, due, by=BY)

    with ThreadPoolExecutor(4) as pool:
        results = [future.result() for future in [pool.submit(run) for _ in range(4)]]
    assert sum(len(made.numbers) for made in results) == 12
    assert not any(made.failed for made in results)
    assert numbers(app) == [f"QPW-2026-{serial:05d}" for serial in range(1, 13)]
    assert len(letters(app)) == 12
    with looking(app) as reading:
        assert reading.scalars(select(MonthClose)).one().finished_at is not None

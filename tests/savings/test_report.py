"""What the rows say of a month: each enterprise once, with its invoice, its credit notes, its baseline."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from booking.audit.actor import Actor
from booking.invoices.close_month import finish_month
from booking.mail.models import Letter
from booking.mail.outbox import LetterText
from booking.savings.declare_effect import declare_effect
from booking.savings.models import SavingsReport
from booking.savings.publish_report import publish_report
from booking.savings.report import read_report, recompute_report
from booking.savings.rules import BaselineInReport, MonthStillOpen, NobodyToReport, PublishedBefore
from booking.values.money import Money
from booking.values.paper import PrintFailed
from tests.harness.times import SHANGHAI
from tests.savings.books import BY, OCTOBER, SEED

NOVEMBER_5 = datetime(2026, 11, 5, 12, tzinfo=SHANGHAI)


class Press:
    """A report printer that says how often it was asked."""

    def __init__(self, *, jams=False):
        self.sheets = []
        self.jams = jams

    def report(self, sheet):
        self.sheets.append(sheet)
        if self.jams:
            raise PrintFailed("savings", "paper jam")
        return b"%PDF-" + str(len(self.sheets)).encode()


def letter(report):
    return LetterText(f"报告 {report.month}", str(report.total.saving))


def publish(session, park, month=OCTOBER, press=None, now=NOVEMBER_5):
    row = publish_report(
        session, park, month, printer=press or Press(), letter=letter, by=Actor("任务"), now=now
    )
    session.commit()
    return row


def seed_story(world, books, **facts):
    """Make the park's story: 200 → 105 m², an invoice of 1,440.00, in a 31-day month."""
    park = facts.pop("park", None) or world.park()
    enterprise = world.enterprise(park, **facts)
    books.baseline(enterprise)
    return park, enterprise


def test_a_closed_month_counts_the_invoice(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    invoice = books.invoice(enterprise, OCTOBER, 1_440_00)
    books.close(park.id, OCTOBER)
    (entry,) = read_report(session, park, OCTOBER).entries
    assert entry.saving.baseline_rent == Money(19_840_00)  # 200 m² × 3.20 × 31 days
    assert entry.saving.saving == Money(19_840_00 - 10_416_00 - 1_440_00)
    assert entry.spend.invoice.number == invoice.number
    assert not read_report(session, park, OCTOBER).provisional


def test_a_credit_note_takes_its_part_of_the_spend_back_and_is_shown(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    invoice = books.invoice(enterprise, OCTOBER, 1_440_00)
    books.credit(invoice, 100_00, NOVEMBER_5)
    books.credit(invoice, 40_00, NOVEMBER_5)
    books.close(park.id, OCTOBER)
    (entry,) = read_report(session, park, OCTOBER).entries
    assert entry.spend.invoice.total == Money(1_440_00)
    assert [credit.amount for credit in entry.spend.credits] == [Money(100_00), Money(40_00)]
    assert entry.saving.shared_spend == Money(1_300_00)


def test_a_report_published_as_the_last_invoice_is_made_is_not_provisional(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    books.invoice(enterprise, OCTOBER, 1_440_00)
    books.close(park.id, OCTOBER, finished=False)
    press = Press()
    assert finish_month(session, park, OCTOBER, by=BY, now=NOVEMBER_5)  # and the report in one transaction
    publish(session, park, press=press)
    assert press.sheets[0].provisional == ""


def test_a_closed_month_without_an_invoice_cost_nothing(both):
    session, world, books = both
    park, _ = seed_story(world, books)
    books.close(park.id, OCTOBER)
    (entry,) = read_report(session, park, OCTOBER).entries
    assert entry.saving.shared_spend == Money.zero()
    assert not entry.spend.provisional


def test_an_open_month_counts_the_statement_so_far_and_says_so(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    room = world.space(world.area(park))
    books.line(enterprise, room, date(2026, 10, 12), 80_00)
    report = read_report(session, park, OCTOBER)
    (entry,) = report.entries
    assert entry.spend.to_date == Money(80_00)
    assert entry.saving.shared_spend == Money(80_00)
    assert report.provisional
    books.close(park.id, OCTOBER, finished=False)
    assert read_report(session, park, OCTOBER).provisional


def test_lines_left_out_of_a_closed_month_follow_into_the_next(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    room = world.space(world.area(park))
    books.line(enterprise, room, date(2026, 10, 12), 80_00)
    books.close(park.id, OCTOBER)
    months = (OCTOBER, OCTOBER.next, OCTOBER.next.next)
    october, november, december = (read_report(session, park, month) for month in months)
    assert october.total.shared_spend == Money.zero()
    assert november.total.shared_spend == Money(80_00)
    assert december.total.shared_spend == Money.zero()


def test_another_parks_enterprises_do_not_count(both):
    session, world, books = both
    park, _ = seed_story(world, books)
    _other, stranger = seed_story(world, books)
    books.invoice(stranger, OCTOBER, 5_000_00)
    books.close(park.id, OCTOBER)
    assert len(read_report(session, park, OCTOBER).entries) == 1
    assert read_report(session, park, OCTOBER).total.shared_spend == Money.zero()


def test_who_left_before_the_month_or_came_after_it_is_not_in_it(both):
    session, world, books = both
    park, _ = seed_story(world, books)
    seed_story(world, books, park=park, left_on=date(2026, 9, 30))
    seed_story(world, books, park=park, joined_on=date(2026, 11, 1))
    seed_story(world, books, park=park, left_on=date(2026, 10, 1))
    world.enterprise(park)
    report = read_report(session, park, OCTOBER)
    assert len(report.entries) == 2
    assert report.without_baseline == 1


def test_totals_are_those_of_all_enterprises_named_or_not(both):
    session, world, books = both
    park, one = seed_story(world, books, may_be_named=True)
    _, two = seed_story(world, books, park=park)
    books.invoice(one, OCTOBER, 1_000_00)
    books.invoice(two, OCTOBER, 30_000_00)
    books.close(park.id, OCTOBER)
    report = read_report(session, park, OCTOBER)
    assert report.total.saving == Money(2 * (19_840_00 - 10_416_00) - 31_000_00)
    assert report.unnamed[0].saving.saving < Money.zero()
    assert not report.unnamed_shown
    assert report.unnamed[0].name == ""


def test_three_unnamed_are_a_group(both):
    session, world, books = both
    park, _ = seed_story(world, books)
    seed_story(world, books, park=park)
    assert not read_report(session, park, OCTOBER).unnamed_shown
    seed_story(world, books, park=park)
    assert read_report(session, park, OCTOBER).unnamed_shown


def test_an_open_month_is_not_published(both):
    session, world, books = both
    park, _ = seed_story(world, books)
    with pytest.raises(MonthStillOpen):
        publish(session, park)
    books.close(park.id, OCTOBER, finished=False)
    with pytest.raises(MonthStillOpen):
        publish(session, park)


def test_a_park_without_baselines_has_nothing_to_publish(both):
    session, world, books = both
    park = world.park()
    books.close(park.id, OCTOBER)
    with pytest.raises(NobodyToReport):
        publish(session, park)


def test_a_report_is_published_once_with_one_letter_and_both_files(both):
    session, world, books = both
    park, _ = seed_story(world, books, may_be_named=True)
    books.close(park.id, OCTOBER)
    press = Press()
    first = publish(session, park, press=press)
    with pytest.raises(PublishedBefore) as refused:
        publish(session, park, press=press, now=NOVEMBER_5 + timedelta(days=1))
    assert refused.value.published_at == first.published_at == NOVEMBER_5
    assert len(press.sheets) == 1
    (sent,) = session.query(Letter).all()
    assert sent.to == park.branch_email
    assert [enclosure.name for enclosure in sent.enclosures] == [
        "节省报告-2026-10.pdf", "节省报告-2026-10.xlsx",
    ]  # fmt: skip


def test_a_jammed_printer_publishes_nothing_and_the_next_try_does(both):
    session, world, books = both
    park, _ = seed_story(world, books)
    books.close(park.id, OCTOBER)
    with pytest.raises(PrintFailed):
        publish(session, park, press=Press(jams=True))
    session.rollback()
    assert session.query(SavingsReport).count() == session.query(Letter).count() == 0
    assert publish(session, park).id


def test_a_published_report_comes_out_the_same_after_later_credit_notes_and_names(both):
    session, world, books = both
    park, enterprise = seed_story(world, books, may_be_named=True)
    invoice = books.invoice(enterprise, OCTOBER, 1_440_00)
    books.close(park.id, OCTOBER)
    row = publish(session, park)
    books.credit(invoice, 440_00, NOVEMBER_5 + timedelta(days=3))
    late = world.enterprise(park)
    books.baseline(late, now=NOVEMBER_5 + timedelta(days=3))
    enterprise.may_be_named, enterprise.name = False, "改名公司"
    session.commit()
    proved = recompute_report(session, park, row)
    assert proved.same
    assert proved.computed.shared_spend == Money(1_440_00)
    assert read_report(session, park, OCTOBER).total.shared_spend == Money(1_000_00)


def test_figures_that_were_tampered_with_are_found_out(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    books.invoice(enterprise, OCTOBER, 1_440_00)
    books.close(park.id, OCTOBER)
    row = publish(session, park)
    session.expunge(row)
    row.stored_data["entries"][0]["invoice"]["total_fen"] = 1
    proved = recompute_report(session, park, row)
    assert proved.different == (enterprise.id,)
    assert not proved.same


def test_a_baseline_that_a_report_counts_on_is_changed_from_later_on_only(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    books.close(park.id, OCTOBER)
    publish(session, park)
    smaller = replace(SEED, own_area=90_00)
    for day in (date(2026, 1, 1), date(2026, 5, 1), date(2026, 10, 1)):
        with pytest.raises(BaselineInReport) as caught:
            books.baseline(enterprise, day, smaller)
        assert caught.value.reported == OCTOBER
    books.baseline(enterprise, date(2026, 11, 1), smaller)
    assert read_report(session, park, OCTOBER.next).total.area_now == 90_00


def test_only_named_enterprises_are_quoted(both):
    session, world, books = both
    park, named = seed_story(world, books, may_be_named=True)
    _, hidden = seed_story(world, books, park=park)
    for enterprise in (named, hidden):
        declare_effect(session, enterprise, date(2026, 10, 20), "订单", "增加 30%", by=BY, now=NOVEMBER_5)
    declare_effect(session, named, date(2025, 10, 31), "旧事", "很久以前", by=BY, now=NOVEMBER_5)
    session.commit()
    (effect,) = read_report(session, park, OCTOBER).effects
    assert (effect.enterprise_id, effect.title) == (named.id, "订单")

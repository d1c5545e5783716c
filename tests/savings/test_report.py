"""What the rows say of a month, what may be seen of it, and what is signed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from booking.audit.actions import Actor
from booking.invoices.close_month import finish_month
from booking.mail.models import Letter
from booking.mail.outbox import LetterText
from booking.people.enterprises import edit_enterprise
from booking.savings.declare_effect import declare_effect
from booking.savings.disclosure import Standing
from booking.savings.models import EnterpriseStanding, SavingsReport
from booking.savings.periods import PeriodKind, change_per_day, periods_of
from booking.savings.report import read_sources, recompute_report, visible_month, visible_months
from booking.savings.report_data import tells_its_groups
from booking.savings.rules import (
    BaselineInReport,
    MonthStillOpen,
    NobodyToReport,
    NothingCorrected,
    ReportMoved,
    SavingOfMonth,
    SignedBefore,
)
from booking.savings.sign_report import SigningPorts, mark_of_draft, sign_report
from booking.savings.standings import quarters_to_settle, settle_quarter, standings_of
from booking.savings.visible_month import ReportState, VisibleSaving, summed
from booking.values import Money, Month, PrintFailed, Share
from tests.harness.times import SHANGHAI
from tests.savings.books import BY, NOVEMBER_9, OCTOBER, SEED, report_of

NOVEMBER_5 = datetime(2026, 11, 5, 12, tzinfo=SHANGHAI)


class Press:
    """A report printer that says how often it was asked."""

    def __init__(self, *, jams=False):
        self.sheets = []
        self.jams = jams

    def report(self, sheet, signing):
        self.sheets.append(sheet)
        if self.jams:
            raise PrintFailed("savings", "paper jam")
        return b"%PDF-" + str(len(self.sheets)).encode()


def letter(shown):
    return LetterText(f"报告 {shown.month}", str(shown.total.figures.saving))


def mark(session, park, month=OCTOBER, now=NOVEMBER_5):
    return mark_of_draft(read_sources(session, park, month, month, now=now), month)


def sign(session, park, month=OCTOBER, press=None, now=NOVEMBER_5, drawn_from=None, reason=""):
    row = sign_report(
        session, park, month, drawn_from or mark(session, park, month, now),
        SigningPorts((press or Press()).report, letter, "http://park.example"),
        by=Actor("书记"), now=now, reason=reason,
    )  # fmt: skip
    session.commit()
    return row


def seed_story(world, books, **facts):
    """Make the park's story: 200 → 105 m², an invoice of 1,440.00, in a 31-day month."""
    park = facts.pop("park", None) or world.park()
    enterprise = world.enterprise(park, **({"may_be_named": True} | facts))
    books.baseline(enterprise)
    return park, enterprise


def test_a_closed_month_counts_the_invoice(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    invoice = books.invoice(enterprise, OCTOBER, 1_440_00)
    books.close(park.id, OCTOBER)
    (entry,) = report_of(session, park, OCTOBER).savings
    assert entry.saving.baseline_rent == Money(19_840_00)  # 200 m² × 3.20 × 31 days
    assert entry.saving.saving == Money(19_840_00 - 10_416_00 - 1_440_00)
    assert entry.spend.invoice.number == invoice.number
    assert not report_of(session, park, OCTOBER).provisional


def test_a_credit_note_takes_its_part_of_the_spend_back_and_is_shown(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    invoice = books.invoice(enterprise, OCTOBER, 1_440_00)
    books.credit(invoice, 100_00, NOVEMBER_5)
    books.credit(invoice, 40_00, NOVEMBER_5)
    books.close(park.id, OCTOBER)
    (entry,) = report_of(session, park, OCTOBER).savings
    assert entry.spend.invoice.total == Money(1_440_00)
    assert [credit.amount for credit in entry.spend.credits] == [Money(100_00), Money(40_00)]
    assert entry.saving.shared_spend == Money(1_300_00)


def test_a_report_signed_as_the_last_invoice_is_made_is_not_provisional(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    books.invoice(enterprise, OCTOBER, 1_440_00)
    books.close(park.id, OCTOBER, finished=False)
    press = Press()
    assert finish_month(session, park, OCTOBER, by=BY, now=NOVEMBER_5)  # and the report in one transaction
    sign(session, park, press=press)
    assert press.sheets[0].provisional == ""


def test_a_closed_month_without_an_invoice_cost_nothing(both):
    session, world, books = both
    park, _ = seed_story(world, books)
    books.close(park.id, OCTOBER)
    (entry,) = report_of(session, park, OCTOBER).savings
    assert entry.saving.shared_spend == Money.zero()
    assert not entry.spend.provisional


def test_an_open_month_counts_the_statement_so_far_and_says_so(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    room = world.space(world.area(park))
    books.line(enterprise, room, date(2026, 10, 12), 80_00)
    report = report_of(session, park, OCTOBER)
    (entry,) = report.savings
    assert entry.spend.to_date == Money(80_00)
    assert entry.saving.shared_spend == Money(80_00)
    assert report.provisional
    books.close(park.id, OCTOBER, finished=False)
    assert report_of(session, park, OCTOBER).provisional


def test_lines_left_out_of_a_closed_month_follow_into_the_next(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    room = world.space(world.area(park))
    books.line(enterprise, room, date(2026, 10, 12), 80_00)
    books.close(park.id, OCTOBER)
    months = (OCTOBER, OCTOBER.next, OCTOBER.next.next)
    october, november, december = (report_of(session, park, month) for month in months)
    assert october.total.shared_spend == Money.zero()
    assert november.total.shared_spend == Money(80_00)
    assert december.total.shared_spend == Money.zero()


def test_another_parks_enterprises_do_not_count(both):
    session, world, books = both
    park, _ = seed_story(world, books)
    _other, stranger = seed_story(world, books)
    books.invoice(stranger, OCTOBER, 5_000_00)
    books.close(park.id, OCTOBER)
    assert len(report_of(session, park, OCTOBER).savings) == 1
    assert report_of(session, park, OCTOBER).total.shared_spend == Money.zero()


def test_who_left_before_the_month_or_came_after_it_is_not_in_it(both):
    session, world, books = both
    park, _ = seed_story(world, books)
    seed_story(world, books, park=park, left_on=date(2026, 9, 30))
    seed_story(world, books, park=park, joined_on=date(2026, 11, 1))
    seed_story(world, books, park=park, left_on=date(2026, 10, 1))
    world.enterprise(park)
    report = report_of(session, park, OCTOBER)
    assert len(report.savings) == 2
    assert report.without_baseline == 1


def test_totals_are_those_of_all_enterprises_named_or_not(both):
    session, world, books = both
    park, one = seed_story(world, books)
    _, two = seed_story(world, books, park=park, may_be_named=False)
    books.invoice(one, OCTOBER, 1_000_00)
    books.invoice(two, OCTOBER, 30_000_00)
    books.close(park.id, OCTOBER)
    report = report_of(session, park, OCTOBER)
    assert report.total.saving == Money(2 * (19_840_00 - 10_416_00) - 31_000_00)
    (unnamed,) = [entry for entry in report.savings if not entry.named]
    assert unnamed.saving.saving < Money.zero()
    assert unnamed.name == unnamed.short_name == ""
    shown = see(session, park)
    assert (shown.count, shown.left_out, shown.total.exact) == (1, 1, True)
    assert shown.total.figures.saving == Money(19_840_00 - 10_416_00 - 1_000_00)


def see(session, park, month=OCTOBER, now=NOVEMBER_9):
    return visible_month(session, park, month, now=now)


def settle_until(session, park, now):
    for quarter in quarters_to_settle(session, park, now):
        settle_quarter(session, park, quarter, now=now)
    session.commit()


def group_of(world, books, park, count, **facts):
    """Add enterprises that did not agree to be named."""
    return [seed_story(world, books, park=park, may_be_named=False, **facts)[1] for _ in range(count)]


def test_three_unnamed_are_a_rounded_group_and_so_is_the_total(both):
    session, world, books = both
    park, one = seed_story(world, books)
    hidden = group_of(world, books, park, 3)
    for enterprise in (one, *hidden):
        books.invoice(enterprise, OCTOBER, 1_440_00)
    books.close(park.id, OCTOBER)
    assert see(session, park).group is None, "nothing was settled"
    settle_until(session, park, NOVEMBER_5)
    shown = see(session, park)
    assert shown.subtotal.figures.saving == Money(7_984_00)
    figures = shown.group.figures
    assert (shown.group.count, figures.area_before, figures.area_now) == (3, 600_00, 300_00)  # of 315
    assert figures.baseline_rent == Money(60_000_00)  # of 59,520.00
    assert (figures.kept_rent, figures.shared_spend) == (Money(31_000_00), Money(4_000_00))
    total = shown.total.figures
    assert total.baseline_rent == Money(80_000_00)  # 19,840 + 60,000, rounded again
    assert (total.kept_rent, total.shared_spend, total.saving) == (
        Money(41_000_00), Money(5_000_00), Money(34_000_00),
    )  # fmt: skip
    assert not shown.total.exact
    assert shown.subtotal.figures.share.exact
    assert total.share == Share(Fraction(34, 80), exact=False)
    assert {shown.group.figures.area_share.exact, shown.total.documented_share.exact} == {False}
    assert shown.small.figures == total, "all of them are small"


def test_a_group_changes_with_a_quarter_only_and_a_leaver_takes_it_away(both):
    session, world, books = both
    park, _ = seed_story(world, books)
    hidden = group_of(world, books, park, 4)
    november, december, january = OCTOBER.next, OCTOBER.next.next, OCTOBER.next.next.next
    settle_until(session, park, NOVEMBER_5)
    hidden[0].may_be_named = True  # agreed in the middle of the quarter
    group_of(world, books, park, 2)
    session.commit()
    for month in (OCTOBER, november, december):
        shown = see(session, park, month)
        assert (shown.group.count, shown.left_out, len(shown.named)) == (4, 2, 1)
    hidden[1].left_on = date(2026, 11, 15)
    session.commit()
    assert see(session, park, november).group.count == 4
    assert (see(session, park, december).group, see(session, park, december).left_out) == (None, 5)
    settle_until(session, park, datetime(2027, 1, 1, 1, tzinfo=SHANGHAI))
    shown = see(session, park, january, datetime(2027, 1, 31, 9, tzinfo=SHANGHAI))
    assert len(shown.named) == 2, "who agreed is named from the quarter on"
    assert shown.group.count == 4  # two stayed, two came
    assert see(session, park, OCTOBER).group.count == 4, "and October stays as it was"


def test_consent_withdrawn_takes_effect_at_once_for_what_is_not_signed(both):
    session, world, books = both
    park, _ = seed_story(world, books, name="甲")
    _, two = seed_story(world, books, park=park, name="乙")
    group_of(world, books, park, 3)
    books.close(park.id, OCTOBER.previous)
    sign(session, park, OCTOBER.previous)
    settle_until(session, park, NOVEMBER_5)
    edit_enterprise(session, two, {"may_be_named": False}, by=BY, now=NOVEMBER_5)
    session.commit()
    shown = see(session, park)
    assert [entry.name for entry in shown.named] == ["甲"]
    assert (shown.group.count, shown.left_out) == (3, 1)
    assert {entry.name for entry in see(session, park, OCTOBER.previous).named} == {"甲", "乙"}
    settle_until(session, park, datetime(2027, 1, 1, 1, tzinfo=SHANGHAI))
    assert standings_of(session, park.id).last[two.id] is Standing.WITHDRAWN


def test_a_quarter_is_settled_once_and_the_database_keeps_it(both):
    session, world, books = both
    park, _ = seed_story(world, books)
    (hidden, *_) = group_of(world, books, park, 3)
    quarters = quarters_to_settle(session, park, NOVEMBER_5)
    assert [quarter.key for quarter in quarters] == [202601, 202604, 202607, 202610]
    assert settle_quarter(session, park, quarters[0], now=NOVEMBER_5)
    assert not settle_quarter(session, park, quarters[0], now=NOVEMBER_5)
    session.commit()
    assert quarters_to_settle(session, park, NOVEMBER_5) == quarters[1:]
    with pytest.raises(IntegrityError):
        session.execute(update(EnterpriseStanding).values(standing=Standing.NAMED))
    session.rollback()
    assert standings_of(session, park.id).holds(hidden.id)


def test_a_baseline_of_long_ago_settles_no_quarter_before_those_that_are(both):
    """Who withdrew meanwhile would be kept with that old quarter, and count in a group of the next."""
    session, world, books = both
    park, one = seed_story(world, books)
    settle_until(session, park, NOVEMBER_5)
    settled = set(standings_of(session, park.id).quarters)
    edit_enterprise(session, one, {"may_be_named": False}, by=BY, now=NOVEMBER_9)
    old = world.enterprise(park, joined_on=date(2024, 1, 1))
    books.baseline(old, date(2024, 1, 1), now=NOVEMBER_9)
    january = datetime(2027, 1, 1, 1, tzinfo=SHANGHAI)
    settle_until(session, park, january)
    standings = standings_of(session, park.id)
    assert set(standings.quarters) == settled | {202701}
    assert standings.quarters[202701].standings[one.id] is Standing.WITHDRAWN


def test_months_are_read_in_a_fixed_number_of_queries(session, world, books, count_queries):
    park, _ = seed_story(world, books)

    def twelve():
        session.expire_all()
        return visible_months(session, park, Month(2025, 12, SHANGHAI), OCTOBER.next, now=NOVEMBER_9)

    before = count_queries(twelve)
    for enterprise in [*group_of(world, books, park, 4), seed_story(world, books, park=park)[1]]:
        books.credit(books.invoice(enterprise, OCTOBER, 1_440_00), 40_00, NOVEMBER_5)
    books.close(park.id, OCTOBER)
    settle_until(session, park, NOVEMBER_5)
    sign(session, park)
    assert count_queries(twelve) <= before


def test_an_open_month_is_not_signed(both):
    session, world, books = both
    park, _ = seed_story(world, books)
    with pytest.raises(MonthStillOpen):
        sign(session, park)
    books.close(park.id, OCTOBER, finished=False)
    with pytest.raises(MonthStillOpen):
        sign(session, park)


def test_a_park_without_baselines_has_nothing_to_sign(both):
    session, world, books = both
    park = world.park()
    books.close(park.id, OCTOBER)
    with pytest.raises(NobodyToReport):
        sign(session, park)


def test_a_report_is_signed_once_with_one_letter_and_both_files(both):
    session, world, books = both
    park, _ = seed_story(world, books, may_be_named=True)
    books.close(park.id, OCTOBER)
    press = Press()
    first = sign(session, park, press=press)
    with pytest.raises(SignedBefore) as refused:
        sign(session, park, press=press, now=NOVEMBER_5 + timedelta(days=1))
    assert refused.value.signed_at == first.signed_at == NOVEMBER_5
    assert (first.version, refused.value.version) == (1, 1)
    assert len(press.sheets) == 1
    (sent,) = session.query(Letter).all()
    assert sent.to == park.branch_email
    assert [enclosure.name for enclosure in sent.enclosures] == [
        "节省报告-2026-10.pdf", "节省报告-2026-10.xlsx",
    ]  # fmt: skip


def test_a_jammed_printer_signs_nothing_and_the_next_try_does(both):
    session, world, books = both
    park, _ = seed_story(world, books)
    books.close(park.id, OCTOBER)
    with pytest.raises(PrintFailed):
        sign(session, park, press=Press(jams=True))
    session.rollback()
    assert session.query(SavingsReport).count() == session.query(Letter).count() == 0
    assert sign(session, park).id


def test_a_signed_report_comes_out_the_same_after_later_credit_notes_and_names(both):
    session, world, books = both
    park, enterprise = seed_story(world, books, may_be_named=True)
    invoice = books.invoice(enterprise, OCTOBER, 1_440_00)
    books.close(park.id, OCTOBER)
    row = sign(session, park)
    books.credit(invoice, 440_00, NOVEMBER_5 + timedelta(days=3))
    late = world.enterprise(park)
    books.baseline(late, now=NOVEMBER_5 + timedelta(days=3))
    enterprise.may_be_named, enterprise.name = False, "改名公司"
    session.commit()
    proved = recompute_report(session, park, row)
    assert proved.same
    assert report_of(session, park, OCTOBER).total.shared_spend == Money(1_000_00)


def test_what_moved_between_drawing_the_page_and_signing_is_told_and_nothing_is_signed(both):
    session, world, books = both
    park, one = seed_story(world, books)
    _, two = seed_story(world, books, park=park)
    invoice = books.invoice(one, OCTOBER, 1_440_00)
    books.close(park.id, OCTOBER)
    drawn_from = mark(session, park)
    books.credit(invoice, 440_00, NOVEMBER_5)
    with pytest.raises(ReportMoved):
        sign(session, park, drawn_from=drawn_from)
    drawn_from = mark(session, park)
    two.may_be_named = False
    session.commit()
    with pytest.raises(ReportMoved):
        sign(session, park, drawn_from=drawn_from)
    assert session.query(SavingsReport).count() == 0
    assert sign(session, park).version == 1


def test_a_second_version_has_a_reason_and_the_first_stays(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    invoice = books.invoice(enterprise, OCTOBER, 1_440_00)
    books.close(park.id, OCTOBER)
    first = sign(session, park)
    with pytest.raises(NothingCorrected):
        sign(session, park, reason="看看")
    session.rollback()
    books.credit(invoice, 440_00, NOVEMBER_5)
    with pytest.raises(SignedBefore):
        sign(session, park)
    session.rollback()
    drawn_from = mark(session, park)
    second = sign(session, park, reason="十月的贷记单", drawn_from=drawn_from)
    assert (second.version, second.reason) == (2, "十月的贷记单")
    with pytest.raises(SignedBefore) as twice:
        sign(session, park, reason="十月的贷记单", drawn_from=drawn_from)
    assert twice.value.version == 2
    session.rollback()
    sources = read_sources(session, park, OCTOBER, OCTOBER, now=NOVEMBER_9)
    assert sources.shown_as_signed(first, OCTOBER).total.figures.saving == Money(7_984_00)
    assert sources.visible(OCTOBER).total.figures.saving == Money(8_424_00)


def test_two_versions_of_a_month_do_not_differ_by_what_a_single_unnamed_one_was_credited(both):
    session, world, books = both
    park, one = seed_story(world, books)
    hidden = group_of(world, books, park, 3)
    invoices = [books.invoice(enterprise, OCTOBER, 9_000_00) for enterprise in (one, hidden[0])]
    books.close(park.id, OCTOBER)
    settle_until(session, park, NOVEMBER_5)
    first = sign(session, park)
    group = see(session, park).group
    assert group.figures.shared_spend == Money(9_000_00)
    books.credit(invoices[1], 5_000_00, NOVEMBER_9)
    later = datetime(2026, 11, 10, 9, tzinfo=SHANGHAI)
    with pytest.raises(NothingCorrected):
        sign(session, park, now=later, reason="看看")
    session.rollback()
    books.credit(invoices[0], 440_00, NOVEMBER_9)
    second = sign(session, park, now=later, drawn_from=mark(session, park, now=later), reason="贷记单")
    shown = see(session, park)
    assert shown.named[0].spend.total == Money(8_560_00)
    assert shown.group == group
    for row in (first, second):
        assert recompute_report(session, park, row).same, row.version


def test_a_later_credit_note_is_listed_once_in_the_next_report_under_its_month(both):
    session, world, books = both
    park, one = seed_story(world, books, name="甲")
    (hidden,) = group_of(world, books, park, 1)
    invoices = [books.invoice(enterprise, OCTOBER, 1_440_00) for enterprise in (one, hidden)]
    november, december = OCTOBER.next, OCTOBER.next.next
    books.close(park.id, OCTOBER)
    sign(session, park)
    for invoice in invoices:
        books.credit(invoice, 440_00, NOVEMBER_9)
    later = datetime(2026, 12, 10, 9, tzinfo=SHANGHAI)
    assert see(session, park).total.figures.saving == Money(7_984_00)
    (listed,) = see(session, park, november, later).corrections  # the unnamed one's is not
    hidden.may_be_named = True  # agreed since: what was signed without its name is not told of now
    session.commit()
    assert see(session, park, november, later).corrections == (listed,)
    assert (listed.month, listed.name, listed.amount) == ("2026-10", "甲", Money(440_00))
    assert see(session, park, december, later).corrections == ()
    books.close(park.id, november)
    sign(session, park, november, now=later)
    assert see(session, park, november, later).corrections == (listed,)
    assert see(session, park, december, later).corrections == ()
    books.credit(invoices[0], 100_00, later)
    assert [one.amount for one in see(session, park, december, later).corrections] == [Money(100_00)]


def test_an_open_month_compares_the_days_so_far(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    room = world.space(world.area(park))
    books.line(enterprise, room, date(2026, 11, 12), 1_334_08)
    shown = see(session, park, OCTOBER.next, datetime(2026, 11, 26, 9, tzinfo=SHANGHAI))
    figures = shown.total.figures
    assert (shown.state, shown.days) == (ReportState.OPEN, 26)
    assert (figures.baseline_rent, figures.kept_rent) == (Money(16_640_00), Money(8_736_00))
    assert (figures.saving, f"{float(figures.share.of_one):.1%}") == (Money(6_569_92), "39.5%")
    ended = see(session, park, OCTOBER.next, datetime(2026, 12, 2, 9, tzinfo=SHANGHAI))
    assert (ended.state, ended.days) == (ReportState.OPEN, 30), "over, and not closed yet"


def test_sums_are_of_signed_months_with_corrections_and_name_the_missing(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    july, august, september = (Month(2026, number, SHANGHAI) for number in (7, 8, 9))
    for month in (july, august, september, OCTOBER):
        books.close(park.id, month)
    invoice = books.invoice(enterprise, september, 1_440_00)
    for month in (july, september):
        sign(session, park, month)
    books.credit(invoice, 440_00, NOVEMBER_5)
    sign(session, park, OCTOBER)
    months = visible_months(session, park, july, OCTOBER.next, now=NOVEMBER_9)
    fourth, third = periods_of(months, PeriodKind.QUARTER)
    assert third.missing == (august,)
    rents = (31 + 30) * (640_00 - 336_00)
    assert (third.saving, third.corrected) == (Money(rents - 1_440_00), Money.zero())
    assert fourth.missing == (), "the running month is not missing"
    assert (fourth.saving, fourth.corrected) == (Money(31 * 304_00 + 440_00), Money(440_00))
    (whole,) = periods_of(months, PeriodKind.OPENING)
    assert whole.saving == third.saving + fourth.saving
    assert whole.missing == (august,)
    sign(session, park, september, reason="更正九月")  # holds the credit note itself: it counts once
    months = visible_months(session, park, july, OCTOBER.next, now=NOVEMBER_9)
    (again,) = periods_of(months, PeriodKind.OPENING)
    assert (again.saving, again.corrected) == (whole.saving, Money.zero())


def test_a_change_is_told_per_day_so_that_february_does_not_fall_by_being_short(both):
    session, world, books = both
    park, _ = seed_story(world, books)
    for number in (1, 2):
        books.close(park.id, Month(2026, number, SHANGHAI))
    january, february = visible_months(
        session, park, Month(2026, 1, SHANGHAI), Month(2026, 2, SHANGHAI), now=NOVEMBER_9
    )
    assert february.total.figures.saving < january.total.figures.saving
    assert change_per_day(february, january) == Share(Fraction(0))
    nothing = see(session, park, Month(2025, 12, SHANGHAI))
    assert change_per_day(january, nothing) is None


def test_a_report_of_before_the_rule_is_shown_by_it(both):
    session, world, books = both
    park, _ = seed_story(world, books)
    group_of(world, books, park, 2)
    books.close(park.id, OCTOBER)
    row = sign(session, park)
    old = {key: row.stored_data[key] for key in FIRST_VERSION}
    old["entries"] = [{key: one[key] for key in FIRST_ENTRY} for one in old["entries"]]
    assert row.signed_by is None
    session.expunge(row)
    row.stored_data = {"version": 1} | old
    sources = read_sources(session, park, OCTOBER, OCTOBER, now=NOVEMBER_9)
    shown = sources.shown_as_signed(row, OCTOBER)
    assert (shown.count, shown.left_out, shown.small.count) == (1, 2, 1)
    assert not tells_its_groups(row)


FIRST_VERSION = ("month", "days", "entries", "without_baseline", "total", "effects")
FIRST_ENTRY = ("enterprise_id", "name", "named", "baseline", "invoice", "credit_notes", "saving")


def test_figures_that_were_tampered_with_are_found_out(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    books.invoice(enterprise, OCTOBER, 1_440_00)
    books.close(park.id, OCTOBER)
    row = sign(session, park)
    session.expunge(row)
    row.stored_data["entries"][0]["invoice"]["total_fen"] = 1
    proved = recompute_report(session, park, row)
    assert proved.different == (enterprise.id,)
    assert not proved.same


def test_a_baseline_that_a_report_counts_on_is_changed_from_later_on_only(both):
    session, world, books = both
    park, enterprise = seed_story(world, books)
    books.close(park.id, OCTOBER)
    sign(session, park)
    smaller = replace(SEED, own_area=90_00)
    for day in (date(2026, 1, 1), date(2026, 5, 1), date(2026, 10, 1)):
        with pytest.raises(BaselineInReport) as caught:
            books.baseline(enterprise, day, smaller)
        assert caught.value.reported == OCTOBER
    books.baseline(enterprise, date(2026, 11, 1), smaller)
    assert report_of(session, park, OCTOBER.next).total.area_now == 90_00


def test_only_named_enterprises_are_quoted(both):
    session, world, books = both
    park, named = seed_story(world, books)
    _, hidden = seed_story(world, books, park=park, may_be_named=False)
    for enterprise in (named, hidden):
        declare_effect(session, enterprise, date(2026, 10, 20), "订单", "增加 30%", by=BY, now=NOVEMBER_5)
    declare_effect(session, named, date(2025, 10, 31), "旧事", "很久以前", by=BY, now=NOVEMBER_5)
    session.commit()
    (effect,) = report_of(session, park, OCTOBER).effects
    assert (effect.enterprise_id, effect.title) == (named.id, "订单")


def test_no_part_is_declared_for_more_than_the_whole_is():
    """10,600 documented, 10,600 declared, a rounded group of 3,000 declared: 13,600 either way, so 14,000."""

    def saved(yuan, *, exact=True):
        return SavingOfMonth(0, 0, Money.yuan(yuan), Money.zero(), Money.zero(), exact)

    paper = VisibleSaving(1, saved(10_600), Money.yuan(10_600))
    word = VisibleSaving(1, saved(10_600), Money.zero(), Money.yuan(10_600))
    group = VisibleSaving(3, saved(3_000, exact=False), Money.zero(), Money.yuan(3_000))
    whole, small = summed([summed([paper, word]), group]), summed([word, group])
    assert whole.declared == small.declared == Money.yuan(14_000)
    assert whole.documented == Money.yuan(24_000 - 14_000), "what is documented is the rest"
    assert small.documented == Money.zero(), "nothing is, however the sum was rounded"

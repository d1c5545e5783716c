"""A baseline counts once it is checked: who decides what, once, and what the park's figures do meanwhile."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from booking.audit.models import AuditEntry
from booking.mail.models import Letter
from booking.people.models import Role
from booking.savings.jumps import Jump, JumpOf, JumpUnconfirmed
from booking.savings.models import BaselineState, Evidence
from booking.savings.preview import changes_if_checked
from booking.savings.queries import jumps_waiting, months_to_sign, pending_baselines, version_before
from booking.savings.report import recompute_report
from booking.savings.rules import BaselineDecision, BaselineInReport, DecidedBefore, PaperMissing
from booking.savings.set_baseline import check_baseline, read_evidence, withdraw_baseline
from booking.values import Money, ReasonMissing
from tests.harness.times import SHANGHAI
from tests.savings.books import BY, OCTOBER, PDF, SEED, decision_letter, jumps_seen, report_of
from tests.savings.test_report import sign

NOVEMBER = OCTOBER.next  # 30 days
NOVEMBER_5 = datetime(2026, 11, 5, 12, tzinfo=SHANGHAI)
SMALL = replace(SEED, area=50_00, own_area=0, own_price=Money.zero())
TYPED_IN = replace(SEED, area=2_000_00)
LEASE = read_evidence("租赁合同.pdf", PDF)
DOCUMENTED, DECLARED, SENT_BACK = BaselineDecision


@pytest.fixture
def story(both):
    """Give a park whose enterprise counts with 200 m² and has typed in 2,000 from November on."""
    session, world, books = both
    park = world.park()
    enterprise = world.enterprise(park, may_be_named=True)
    books.baseline(enterprise, paper=LEASE)
    stated = books.stated(enterprise, date(2026, 11, 1), TYPED_IN, now=NOVEMBER_5)
    return session, world, books, park, enterprise, stated


def decide(session, stated, decision=DECLARED, *, now=NOVEMBER_5, **facts):
    why = {} if decision is SENT_BACK else {"why": "搬进整层", "seen": jumps_seen(session, stated)}
    row = check_baseline(session, stated.id, decision, decision_letter, by=BY, now=now, **(why | facts))
    session.commit()
    return row


def rent(session, park):
    last_day = datetime(2026, 11, 30, 12, tzinfo=SHANGHAI)
    return report_of(session, park, NOVEMBER, last_day).total.baseline_rent


def test_the_park_keeps_its_figures_while_a_version_is_pending_and_moves_when_it_is_accepted(story):
    session, _, _, park, _, stated = story
    assert rent(session, park) == Money(19_200_00)
    decide(session, stated)
    assert rent(session, park) == Money(192_000_00)
    assert (stated.state, stated.evidence, stated.decided_at) == (
        BaselineState.CHECKED, Evidence.DECLARED, NOVEMBER_5,
    )  # fmt: skip


def test_figures_that_jump_are_accepted_with_a_second_yes_that_says_why(story):
    session, _, books, park, enterprise, _ = story
    slip = books.stated(enterprise, date(2026, 12, 1), replace(SEED, price=Money(320_00)), now=NOVEMBER_5)
    for why in ("", " "):
        with pytest.raises(JumpUnconfirmed) as no:
            decide(session, slip, why=why)
        assert no.value.jumps == (Jump(JumpOf.PRICE, 320, 320_00),)
        session.rollback()
    assert slip.state is BaselineState.PENDING
    assert jumps_waiting(session, [slip], park.zone) == {slip.id: no.value.jumps}
    for _ in range(2):
        assert decide(session, slip, why=" 单价按月填的 ").reason == "单价按月填的"
    entry = session.query(AuditEntry).filter_by(subject="baseline", subject_id=slip.id).all()[-1]
    assert (entry.action, entry.reason) == ("baseline.checked", "单价按月填的")
    calm = books.stated(enterprise, date(2027, 1, 1), replace(SEED, price=Money(300_00)), now=NOVEMBER_5)
    assert decide(session, calm, why="").reason == "", "held against the version before, not the first"
    another = books.stated(enterprise, date(2027, 2, 1), SMALL, now=NOVEMBER_5)
    assert decide(session, another, SENT_BACK, reason="填错了").state is BaselineState.SENT_BACK


def test_a_reason_is_given_for_the_jumps_that_were_seen_and_asked_anew_where_they_moved(story):
    session, _, books, _, enterprise, stated = story
    seen = jumps_seen(session, stated)
    assert seen == "area:20000:200000"
    decide(session, books.stated(enterprise, date(2026, 10, 1), SMALL, now=NOVEMBER_5), why="退租")
    for mark, moved in ((seen, True), ("", False)):
        with pytest.raises(JumpUnconfirmed) as no:
            decide(session, stated, seen=mark)
        assert (no.value.jumps, no.value.moved) == ((Jump(JumpOf.AREA, 50_00, 2_000_00),), moved)
        session.rollback()
    assert stated.state is BaselineState.PENDING
    assert decide(session, stated, seen="area:5000:200000").state is BaselineState.CHECKED


def test_what_is_sent_back_leaves_the_version_before_in_force_and_says_why(story):
    session, _, _, park, _, stated = story
    decide(session, stated, SENT_BACK, reason=" 面积与合同不符 ")
    assert rent(session, park) == Money(19_200_00)
    assert (stated.state, stated.reason) == (BaselineState.SENT_BACK, "面积与合同不符")
    entry = session.query(AuditEntry).filter_by(subject="baseline", subject_id=stated.id).all()[-1]
    assert (entry.action, entry.reason) == ("baseline.sent_back", "面积与合同不符")


def test_documented_takes_a_paper_and_sending_back_a_reason(story):
    session, _, books, _, enterprise, stated = story
    with pytest.raises(PaperMissing):
        decide(session, stated, DOCUMENTED)
    with pytest.raises(ReasonMissing):
        decide(session, stated, SENT_BACK, reason=" ")
    session.rollback()
    with_paper = books.stated(enterprise, date(2026, 12, 1), paper=LEASE, now=NOVEMBER_5)
    assert decide(session, with_paper, DOCUMENTED).evidence is Evidence.DOCUMENTED


def test_a_paper_that_proves_nothing_is_accepted_as_declared(story):
    session, _, books, _, enterprise, _ = story
    with_paper = books.stated(enterprise, date(2026, 12, 1), paper=LEASE, now=NOVEMBER_5)
    row = decide(session, with_paper, DECLARED)
    assert (row.evidence, row.document_id is None) == (Evidence.DECLARED, False)


def test_twice_is_once_and_another_decision_is_refused(story):
    session, world, _, _, enterprise, stated = story
    world.member(enterprise, Role.MANAGER, password_hash="x")
    decide(session, stated)
    later = NOVEMBER_5 + timedelta(hours=1)
    assert decide(session, stated, now=later).decided_at == NOVEMBER_5
    for decision, reason in ((SENT_BACK, "太大"), (DOCUMENTED, "")):
        with pytest.raises(DecidedBefore) as refused:
            decide(session, stated, decision, reason=reason, now=later)
        assert (refused.value.decided_at, refused.value.withdrawn) == (NOVEMBER_5, False)
        session.rollback()
    assert session.query(Letter).count() == 1
    assert session.query(AuditEntry).filter_by(action="baseline.checked", subject_id=stated.id).count() == 1


def test_each_manager_hears_of_it_once(story):
    session, world, _, _, enterprise, stated = story
    managers = [world.member(enterprise, Role.MANAGER, password_hash="x") for _ in range(2)]
    world.member(enterprise, password_hash="x")
    decide(session, stated, SENT_BACK, reason="请补合同")
    letters = session.query(Letter).order_by(Letter.id).all()
    assert [one.to for one in letters] == [one.email for one in managers]
    assert all("请补合同" in one.body for one in letters)


def test_a_version_of_the_same_month_waits_beside_the_checked_one_and_replaces_it_when_it_is_accepted(story):
    session, _, books, park, enterprise, _ = story
    first = books.baseline(enterprise, date(2026, 9, 1), now=NOVEMBER_5)
    second = books.stated(enterprise, date(2026, 9, 1), replace(SEED, own_area=90_00), now=NOVEMBER_5)
    assert second.id != first.id
    assert version_before(session, second, park.zone).id == first.id
    assert report_of(session, park, OCTOBER).total.area_now == 105_00
    decide(session, second, now=NOVEMBER_5 + timedelta(days=1))
    assert report_of(session, park, OCTOBER).total.area_now == 90_00
    session.refresh(first)
    assert (first.state, first.own_area_hundredths) == (BaselineState.CHECKED, 105_00)


def test_stating_it_again_withdraws_what_is_pending_and_the_same_again_changes_nothing(
    story,
):
    session, _, books, park, enterprise, stated = story
    later = NOVEMBER_5 + timedelta(hours=1)
    again = books.stated(enterprise, date(2026, 11, 1), TYPED_IN, now=later)
    assert again.id == stated.id
    right = books.stated(enterprise, date(2026, 11, 1), replace(SEED, own_area=95_00), now=later)
    session.refresh(stated)
    assert (stated.state, stated.area_hundredths) == (BaselineState.WITHDRAWN, 2_000_00)
    assert [one.id for one in pending_baselines(session, park.id)] == [right.id]
    with pytest.raises(DecidedBefore) as refused:
        decide(session, stated)
    assert refused.value.withdrawn
    session.rollback()
    assert books.stated(enterprise, paper=LEASE).checked_at, "the same as what is in force is no news"


def test_who_stated_it_withdraws_it_until_somebody_has_decided(story):
    session, _, books, park, enterprise, stated = story
    for _ in range(2):
        withdraw_baseline(session, stated.id, by=BY, now=NOVEMBER_5)
        session.commit()
    assert pending_baselines(session, park.id) == []
    assert session.query(AuditEntry).filter_by(action="baseline.withdrawn").count() == 1
    checked = books.baseline(enterprise, date(2026, 12, 1), now=NOVEMBER_5)
    with pytest.raises(DecidedBefore):
        withdraw_baseline(session, checked.id, by=BY, now=NOVEMBER_5)


def test_a_report_published_meanwhile_forbids_to_accept_and_not_to_send_back(story):
    session, _, books, park, enterprise, _ = story
    stated = books.stated(enterprise, date(2026, 10, 1), TYPED_IN)
    books.close(park.id, OCTOBER)
    row = sign(session, park)
    with pytest.raises(BaselineInReport) as refused:
        decide(session, stated, now=NOVEMBER_5 + timedelta(days=1))
    assert refused.value.reported == OCTOBER
    session.rollback()
    decide(session, stated, SENT_BACK, reason="报告已发布", now=NOVEMBER_5 + timedelta(days=1))
    assert recompute_report(session, park, row).same


def test_a_report_proves_itself_after_a_version_pending_then_was_accepted(story):
    session, _, books, park, _, stated = story
    books.close(park.id, OCTOBER)
    row = sign(session, park)
    decide(session, stated, now=NOVEMBER_5 + timedelta(days=1))
    assert recompute_report(session, park, row).same


def test_a_park_with_nothing_but_pending_baselines_has_nothing_to_sign(both):
    session, world, books = both
    park = world.park()
    stated = books.stated(world.enterprise(park))
    books.close(park.id, OCTOBER)
    assert months_to_sign(session, park) == []
    assert report_of(session, park, OCTOBER).without_baseline == 1
    decide(session, stated, now=NOVEMBER_5)  # after the close: the branch finds it on its page
    assert months_to_sign(session, park) == []


def test_what_it_would_change_is_told_month_by_month_before_anybody_decides(story):
    session, world, books, park, _, stated = story
    books.baseline(world.enterprise(park, may_be_named=True))
    (november,) = changes_if_checked(session, park, stated, now=NOVEMBER_5)
    assert november.month == NOVEMBER
    assert (november.before.figures.baseline_rent, november.after.figures.baseline_rent) == (
        Money(6_400_00), Money(35_200_00),
    )  # fmt: skip
    assert november.after.figures.area_saved - november.before.figures.area_saved == 1_800_00
    decide(session, stated)
    total = report_of(session, park, NOVEMBER, NOVEMBER_5).total
    assert total == november.after.figures


def test_signed_months_are_no_part_of_what_would_change(story):
    session, _, books, park, _, _ = story
    newcomer = books.stated(_neighbour(story), date(2026, 10, 1))
    changed = [one.month for one in changes_if_checked(session, park, newcomer, now=NOVEMBER_5)]
    assert changed == [NOVEMBER, OCTOBER]
    books.close(park.id, OCTOBER)
    sign(session, park)
    changed = [one.month for one in changes_if_checked(session, park, newcomer, now=NOVEMBER_5)]
    assert changed == [NOVEMBER]


def _neighbour(story):
    _, world, _, park, *_ = story
    return world.enterprise(park, may_be_named=True)


def test_the_queue_is_the_parks_own_oldest_first_and_told_by_who_may_be_named(story):
    session, world, books, park, _, stated = story
    older = books.stated(world.enterprise(park), now=NOVEMBER_5 - timedelta(days=1))
    books.stated(world.enterprise(world.park()))
    assert [one.id for one in pending_baselines(session, park.id)] == [older.id, stated.id]
    assert [one.id for one in pending_baselines(session, park.id, shown_only=True)] == [stated.id]


def test_the_database_refuses_to_change_what_was_stated_and_what_was_decided(story):
    session, _, _, _, _, stated = story
    decide(session, stated, SENT_BACK, reason="太大")
    for statement in (
        "UPDATE baseline SET area_hundredths = 1",
        "DELETE FROM baseline",
        f"UPDATE baseline SET state = 'checked' WHERE id = {stated.id}",
        f"UPDATE baseline SET reason = '' WHERE id = {stated.id}",
    ):
        with pytest.raises(IntegrityError, match="baseline_"):
            session.execute(text(statement))
        session.rollback()


def test_the_database_keeps_one_pending_version_a_month(story):
    session, _, _, _, _, stated = story
    columns = (
        "park_id, enterprise_id, valid_from, area_hundredths, price, own_area_hundredths, own_price, "
        "evidence, note, created_at, state, reason"
    )
    with pytest.raises(IntegrityError):
        session.execute(
            text(f"INSERT INTO baseline ({columns}) SELECT {columns} FROM baseline WHERE id = {stated.id}")
        )

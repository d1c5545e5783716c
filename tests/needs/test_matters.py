"""Matters of the committee: weighed by enterprises, decided, settled, carried on; and the month's numbers."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from booking.mail.models import Letter
from booking.needs.matters import Decided, join_needs, part_need
from booking.needs.models import Decision, EarlierFigure, NeedState
from booking.needs.queries import MatterStanding, earlier_figure, matters_of_month, needs_of_month, weights_of
from booking.needs.raise_need import NeedAsker
from booking.needs.rules import (
    DecidedAlready,
    DecidedOutOfTime,
    DecisionMissing,
    DueBeforeDecided,
    MatterOver,
    NeedElsewhere,
    NeedKind,
    NothingDecided,
    NothingToJoin,
)
from booking.needs.steps import check_asker, end_need
from booking.needs.utterances import Utterance, like_needs
from booking.needs.work_queries import need_for, needs_of_member
from booking.people.models import Role
from booking.values import Month
from tests.harness.times import SHANGHAI
from tests.needs.conftest import at, told

SEPTEMBER, OCTOBER, NOVEMBER = (Month(2026, number, SHANGHAI) for number in (9, 10, 11))


def standing(lines):
    return [(line.matter.title, line.standing, line.weight) for line in lines]


def test_a_matter_weighs_as_many_enterprises_as_share_it(house):
    """One enterprise under every name it goes by is one, and an invented one none until it is called."""
    ours, rival = house.enterprise, house.world.member(house.world.enterprise(house.park))
    named = [f" {ours.short_name}　", ours.name, f"{ours.id}", f"#{ours.id}", "路过公司", "路 过公司"]
    guests = [
        house.need("订不到", NeedKind.WISH, by=NeedAsker(None, "金一", company, f"021-5555 01{index}9"))
        for index, company in enumerate(named)
    ]
    assert [one.enterprise_id == ours.id for one in guests] == [True, True, *[False] * 4]
    needs = [
        house.need("订不到", NeedKind.WISH),
        house.need("下午满了", NeedKind.WISH, by=house.manager),
        house.need("订不到", NeedKind.WISH, by=rival),
        *guests,
    ]
    matter = house.matter(*needs)

    def weighs():
        (line,) = matters_of_month(house.session, house.park, OCTOBER, at(10, 20)).to_decide
        assert weights_of(house.session, [matter.id])[matter.id].enterprises == line.weight
        return line.weight, line.needs, line.unchecked

    assert weighs() == (2, 9, 6)
    firms = [ours, None, rival.enterprise, None, None, None]  # the second is of none, whatever they said
    checked = []
    for guest, firm in zip(guests, firms, strict=True):
        check_asker(house.session, guest.id, firm, by=house.by(house.admin), now=at(10, 12))
        checked.append(weighs())
    assert checked == [(2, 9, 5), (3, 9, 4), (3, 9, 3), (4, 9, 2), (5, 9, 1), (5, 9, 0)]


def test_what_is_said_in_an_enterprises_name_is_its_own_once_it_is_checked(house):
    """Who names a firm puts nothing into its list, and nothing into its letters."""
    firm = house.enterprise
    need = house.need(by=NeedAsker(None, "金一", firm.short_name, "021-5555 0199"))
    house.decide(house.matter(need), OCTOBER, now=at(11, 3))
    for seen, checks in ((False, False), (True, True)):
        if checks:
            check_asker(house.session, need.id, firm, by=house.by(house.admin), now=at(11, 4))
            house.settle(need.matter, "done", now=at(11, 5))
        assert (need_for(house.session, house.manager, need.id) is not None) is seen
        assert (need in needs_of_member(house.session, house.manager, 0)) is seen
        assert (house.session.query(Letter).count() > 0) is seen


def test_the_decision_answers_every_enterprise_in_it_once(on_each):
    house = on_each
    boss = house.world.member(house.world.enterprise(house.park), Role.MANAGER, password_hash="x")
    colleague = house.world.member(boss.enterprise, password_hash="x")
    needs = [house.need(by=house.member), house.need("又坏", by=house.member), house.need(by=colleague)]
    over = house.need("别的", by=house.manager)
    end_need(house.session, over.id, by=house.by(house.manager), now=at(10, 10))
    matter = house.matter(*needs, over)
    for _ in range(2):
        house.decide(matter, OCTOBER, now=at(11, 3))
    assert {(need.state, need.answer) for need in needs} == {(NeedState.ANSWERED, "周三全天开放合并间")}
    assert over.state is NeedState.DONE
    readers = {house.member.email, house.manager.email, boss.email, colleague.email}
    assert sorted(letter.to for letter in house.session.query(Letter)) == sorted(readers)
    assert {need.closes_at for need in needs} == {at(11, 28, 0)}, "five working days after the 20th"
    with pytest.raises(DecidedAlready):
        house.decide(matter, OCTOBER, "别的", now=at(11, 3))
    assert house.session.query(Decision).count() == 1


def test_done_is_told_once_and_the_needs_end_five_working_days_later(on_each):
    house = on_each
    need = house.need()
    matter = house.matter(need)
    with pytest.raises(NothingDecided):
        house.settle(matter, "done", now=at(11, 3))
    house.decide(matter, OCTOBER, now=at(11, 3))
    house.settle(matter, "done", now=at(11, 10), note="已开放")
    assert need.closes_at == at(11, 18, 0)
    assert sum("办结" in letter.subject for letter in house.session.query(Letter)) == 2
    for again in (
        lambda: house.settle(matter, "done", now=at(11, 11)),
        lambda: house.decide(matter, NOVEMBER, now=at(12, 1)),
    ):
        with pytest.raises(MatterOver):
            again()


def test_what_is_in_a_matter_waits_for_its_meeting(house):
    answered_before, after = house.need("一"), house.need("二")
    house.answer(answered_before)
    matter = house.matter(answered_before, after)
    house.answer(after, "列入例会")
    assert (answered_before.closes_at, after.closes_at) == (None, None)
    house.decide(matter, OCTOBER, now=at(11, 3))
    assert answered_before.closes_at == after.closes_at == at(11, 28, 0)


def test_what_is_carried_on_keeps_its_needs_open_and_is_decided_again(house):
    need = house.need()
    matter = house.matter(need)
    house.decide(matter, OCTOBER, now=at(11, 3))
    house.settle(matter, "carried_on", now=at(12, 1), note="家具未到")
    assert (need.state, need.closes_at) == (NeedState.ANSWERED, None)
    house.decide(matter, NOVEMBER, "改到一月", by_when=date(2027, 1, 15), now=at(12, 1))
    assert need.answer == "改到一月"


def test_a_decision_says_what_who_and_by_when(house):
    for part, terms in (
        ("what", Decided(" ", "安澜", date(2026, 11, 20))),
        ("who", Decided("开放", "", date(2026, 11, 20))),
        ("by_when", Decided("开放", "安澜", None)),
    ):
        with pytest.raises(DecisionMissing) as refused:
            terms.checked()
        assert refused.value.part == part


def test_the_meeting_of_this_month_or_the_last_decides_what_is_still_to_come(house):
    matter = house.matter(house.need())
    for month in (Month(2026, 12, SHANGHAI), Month(2026, 9, SHANGHAI), Month(2099, 1, SHANGHAI)):
        with pytest.raises(DecidedOutOfTime):
            house.decide(matter, month, now=at(11, 3))
    with pytest.raises(DueBeforeDecided) as refused:
        house.decide(matter, NOVEMBER, by_when=date(2026, 11, 2), now=at(11, 3))
    assert refused.value.today == date(2026, 11, 3)
    kept = house.decide(matter, OCTOBER, by_when=date(2026, 11, 3), now=at(11, 3))
    assert house.decide(matter, OCTOBER, by_when=date(2026, 11, 3), now=at(12, 30)) is kept, "twice is once"


def test_needs_are_in_one_matter_of_their_park(house):
    first, second, elsewhere = house.need("一"), house.need("二"), house.need("三")
    matter = house.matter(first)
    house.matter(elsewhere, title="快递无处放")
    by = house.by(house.branch)
    for _ in range(2):
        join_needs(house.session, matter.id, [first.id, second.id], told, by=by, now=at(10, 12))
    with pytest.raises(NeedElsewhere):
        join_needs(house.session, matter.id, [elsewhere.id], told, by=by, now=at(10, 12))
    part_need(house.session, elsewhere, by=by, now=at(10, 12))
    join_needs(house.session, matter.id, [elsewhere.id], told, by=by, now=at(10, 12))
    assert {need.matter_id for need in (first, second, elsewhere)} == {matter.id}
    with pytest.raises(NothingToJoin):
        join_needs(house.session, matter.id, [10**6], told, by=by, now=at(10, 12))


def test_last_months_decisions_come_first_with_what_became_of_them(house, count_queries):
    heavy, late, carried, settled = (
        house.matter(house.need(word, now=at(9, 2)), title=word, now=at(9, 3)) for word in "甲乙丙丁"
    )
    house.decide(late, SEPTEMBER, by_when=date(2026, 10, 20), now=at(10, 8))
    house.decide(carried, SEPTEMBER, by_when=date(2026, 10, 20), now=at(10, 8))
    house.decide(settled, SEPTEMBER, by_when=date(2026, 10, 30), now=at(10, 8))
    house.settle(carried, "carried_on", now=at(10, 26))
    house.settle(settled, "done", now=at(10, 26))
    house.matter(house.need("新", now=at(10, 20)), title="新", now=at(10, 20))
    house.decide(heavy, OCTOBER, now=at(11, 3))
    page = matters_of_month(house.session, house.park, OCTOBER, at(10, 26))
    assert standing(page.before) == [
        ("乙", MatterStanding.OVERDUE, 1),
        ("丙", MatterStanding.CARRIED_ON, 1),
        ("丁", MatterStanding.DONE, 1),
    ]
    assert page.before[0].days_late == 4, "working days, as for needs"
    assert standing(page.to_decide) == [
        ("丙", MatterStanding.TO_DECIDE, 1),
        ("新", MatterStanding.TO_DECIDE, 1),
    ]
    assert [line.carried for line in page.to_decide] == [True, False]
    assert standing(page.decided) == [("甲", MatterStanding.DECIDED, 1)]
    of_september = matters_of_month(house.session, house.park, SEPTEMBER, at(10, 26))
    assert of_september.to_decide == (), "what a later meeting decided waits for none"
    assert [line.matter.title for line in of_september.decided] == ["甲", "乙", "丙", "丁"]
    assert of_september.decided[0].decision.month_key == OCTOBER.key
    after = matters_of_month(house.session, house.park, NOVEMBER, at(11, 4))
    assert [line.matter.title for line in after.before] == ["乙", "甲"], "what stands is carried along"
    house.session.commit()  # and with it what was kept of the calendar
    few = count_queries(lambda: matters_of_month(house.session, house.park, OCTOBER, at(10, 26)))
    for number in range(5):
        house.matter(house.need(f"多{number}"), title=f"多{number}", now=at(10, 21))
    house.session.commit()
    assert count_queries(lambda: matters_of_month(house.session, house.park, OCTOBER, at(10, 26))) <= few + 1
    house.decide(carried, OCTOBER, "改到一月", by_when=date(2026, 11, 20), now=at(11, 4))
    again = matters_of_month(house.session, house.park, OCTOBER, at(11, 4))
    titles = [line.matter.title for line in (*again.before, *again.to_decide, *again.decided)]
    assert titles.count("丙") == 1, "what was carried on and decided again stands once, as decided"


def test_the_months_needs_in_numbers_beside_the_year_before(house):
    quick = house.need("一")
    house.answer(quick, now=at(10, 12))  # Friday to Monday, with the make-up Saturday: two working days
    slow = house.need("二")
    house.answer(slow, now=at(10, 15))  # five
    house.need("三", NeedKind.COMPLAINT)
    house.need("四", NeedKind.COMPLAINT, now=at(11, 1))
    month = needs_of_month(house.session, house.park, OCTOBER, at(10, 13))
    fault, complaint = month.of(NeedKind.FAULT), month.of(NeedKind.COMPLAINT)
    assert (fault.raised, fault.answered, fault.days, fault.overdue) == (2, 2, Fraction(7, 2), 2)
    assert (complaint.raised, complaint.answered, complaint.days, complaint.overdue) == (1, 0, None, 0)
    assert needs_of_month(house.session, house.park, OCTOBER, at(10, 14)).of(NeedKind.COMPLAINT).overdue == 1
    assert month.earlier is None
    for key, number in ((202500, 150), (202510, 15)):
        house.session.add(
            EarlierFigure(
                park_id=house.park.id, kind=NeedKind.COMPLAINT, month_key=key, number=number,
                source="物业登记簿", declared_at=at(10, 1),
            )
        )  # fmt: skip
    house.session.flush()
    assert needs_of_month(house.session, house.park, OCTOBER, at(10, 14)).earlier.number == 15
    assert earlier_figure(house.session, house.park.id, NeedKind.COMPLAINT, NOVEMBER).number == 150


def test_what_joins_a_decided_matter_is_answered_by_it(house):
    matter = house.matter(house.need("一"))
    house.decide(matter, OCTOBER, now=at(11, 3))
    late = house.need("二", now=at(11, 4))
    join_needs(house.session, matter.id, [late.id], told, by=house.by(house.branch), now=at(11, 5))
    assert (late.state, late.answer) == (NeedState.ANSWERED, "周三全天开放合并间")
    assert late.closes_at == at(11, 28, 0)


def said(number, words, kind=NeedKind.WISH, place=None, matter_id=None):
    return Utterance(number, kind, place, words, matter_id)


def test_like_needs_are_proposed_and_others_are_not():
    rooms = [
        said(1, "下午想开会总是订不到会议室"),
        said(2, "会议室下午老是满的，订不到", place=5),
        said(3, "会议室太少，周三下午根本订不上"),
    ]
    parcels = [said(4, "门口快递没地方放"), said(5, "快递都堆在大门口，希望有个快递柜", matter_id=9)]
    alone = [
        said(6, "走廊里有人抽烟"),
        said(7, "会议室下午老是满的，订不到", NeedKind.COMPLAINT),
        said(8, "食堂排队太久", place=5),
        said(9, "中午食堂排队要半小时", place=6),
    ]
    alone += [
        said(10, "The projector is broken and stays black"),
        said(11, "There is no coffee in the kitchen"),
        said(12, "<script>alert(1)</script> shut the window"),
        said(13, "A307的灯坏了", NeedKind.FAULT),
        said(14, "B221的灯坏了", NeedKind.FAULT),
    ]
    found = like_needs([*alone, *rooms, *parcels])
    assert [[one.need_id for one in group.utterances] for group in found] == [[1, 2, 3], [5, 4]]
    assert [group.matter_id for group in found] == [None, 9]
    lifts = like_needs(
        [said(1, "The lift is too slow in the morning"), said(2, "Lift very slow every morning")]
    )
    assert len(lifts) == 1
    assert like_needs([said(1, "快递柜", matter_id=9), said(2, "快递柜", matter_id=9)]) == []

"""What happens to a need, from the first minute to its end, on both engines."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from booking.mail.models import Letter
from booking.needs.models import ContactCard, Need, NeedLink, NeedOwner, NeedState, NeedStep
from booking.needs.raise_need import Called, NeedAsker
from booking.needs.rules import (
    AnswerMissing,
    NeedKind,
    NeedOver,
    NobodyAnswers,
    NothingAsked,
    NotOurPeople,
    PhoneUnreadable,
)
from booking.needs.steps import (
    change_kind,
    check_asker,
    end_need,
    end_uncontradicted,
    hand_over,
    reopen_need,
    uncontradicted_needs,
)
from booking.needs.work_queries import fault_of, faults_at, need_for, need_of_link
from booking.people.models import Role
from tests.needs.conftest import FRIDAY_AT_FOUR, Round, at

VISITOR = NeedAsker(None, "金一", "示例公司", "021-5555 0199")


def test_a_need_has_owner_and_day_from_the_first_minute(on_each):
    house = on_each
    need = house.need(space=house.space)
    assert (need.due_on, need.due_at) == (date(2026, 10, 10), at(10, 11, 0))
    assert need.owner_id == house.admin.id
    assert (need.area_id, need.provisional, need.state) == (house.area.id, False, NeedState.OPEN)
    assert [step.action for step in house.session.query(NeedStep)] == ["need.raised"]
    second = house.need("话筒没声音", space=house.space)
    assert fault_of(house.session, house.space) == second
    assert faults_at(house.session, house.space.id) == [need, second]


def test_the_same_five_times_is_one_and_after_its_end_another(on_each):
    house = on_each
    first, *others = [house.said("灯坏了") for _ in range(4)] + [house.said("灯 坏了。")]
    assert first.is_new
    assert {(one.need.id, one.is_new) for one in others} == {(first.need.id, False)}
    assert house.said("灯坏了", by=house.manager).is_new, "somebody else says it"
    assert house.said("灯坏了", space=house.space).is_new, "at another place"
    end_need(house.session, first.need.id, by=house.by(house.member), now=at(10, 12))
    assert house.said("灯坏了").is_new


def test_the_database_keeps_the_same_apart_by_itself(on_each):
    house = on_each
    need = house.need()
    copied = {
        column.name: getattr(need, column.name) for column in Need.__table__.columns if column.name != "id"
    }
    house.session.add(Need(**copied))
    with pytest.raises(IntegrityError):
        house.session.flush()


def test_what_was_said_never_changes_and_nothing_is_deleted(on_each):
    house = on_each
    need = house.need()
    house.session.commit()
    step = house.session.query(NeedStep).one()
    for change in (
        lambda: setattr(need, "words", "别的"),
        lambda: house.session.delete(need),
        lambda: setattr(step, "words", "别的"),
        lambda: house.session.delete(step),
    ):
        change()
        with pytest.raises(Exception, match="need"):
            house.session.flush()
        house.session.rollback()


def test_somebody_without_an_account_has_a_link_and_a_number(house):
    house.session.expire_all()
    need = house.need(by=VISITOR, token="secret-one")
    for token, own in (("secret-one", "secret-one"), ("secret-two", "")):
        again = house.said(by=NeedAsker(None, "金一", "示例公司", "02155550199"), token=token)
        assert (again.is_new, again.need.id, again.token) == (False, need.id, own)
    assert need_of_link(house.session, "secret-one").id == need.id
    assert need_of_link(house.session, "secret-two") is None
    assert "secret" not in "".join(row.token_hash for row in house.session.query(NeedLink))
    assert need.is_named
    check_asker(house.session, need.id, house.enterprise, by=house.by(house.admin), now=at(10, 12))
    check_asker(house.session, need.id, None, by=house.by(house.branch), now=at(10, 13))
    assert (need.asker_checked_at, need.enterprise_id) == (at(10, 12), house.enterprise.id)


def test_what_is_no_need_is_refused(house):
    with pytest.raises(NothingAsked):
        house.said("  ")
    with pytest.raises(PhoneUnreadable):
        house.said(by=NeedAsker(None, "金一", "示例公司", "没有"))
    house.admin.active = house.branch.active = False
    house.session.flush()
    with pytest.raises(NobodyAnswers):
        house.said()


def test_the_place_comes_before_the_kind_the_liaison_and_the_administrator(house):
    people = [house.world.member(house.park, Role.ADMIN) for _ in range(4)]
    of_place, of_kind, liaison, deputy = people
    facts = {"park_id": house.park.id}
    card = ContactCard(
        enterprise_id=house.enterprise.id, liaison_id=liaison.id, deputy_id=deputy.id, card_code="c"
    )
    house.session.add_all([
        NeedOwner(**facts, kind=NeedKind.FAULT, member_id=of_kind.id),
        NeedOwner(**facts, area_id=house.area.id, member_id=of_place.id),
        card,
    ])  # fmt: skip

    def owner(kind, words, **where):
        house.session.flush()
        return house.need(words, kind, **where).owner_id

    assert owner(NeedKind.FAULT, "一", space=house.space) == of_place.id
    assert owner(NeedKind.FAULT, "二") == of_kind.id
    assert owner(NeedKind.WISH, "三") == liaison.id
    liaison.active = False
    assert owner(NeedKind.WISH, "四") == deputy.id
    deputy.active = False
    assert owner(NeedKind.WISH, "五") == house.admin.id


def test_a_year_without_a_calendar_is_provisional(house):
    need = house.need(now=at(12, 31, year=2026))
    assert (need.due_on, need.provisional) == (date(2027, 1, 1), True)
    assert not house.need("近的", now=at(12, 28)).provisional


def test_handing_over_keeps_the_day_and_taking_over_is_told_apart(house):
    need = house.need()
    for _ in range(2):
        hand_over(house.session, need.id, house.branch.id, by=house.by(house.admin), now=at(10, 10))
    hand_over(house.session, need.id, house.admin.id, by=house.by(house.admin), now=at(10, 10, 10))
    told = [step.action for step in house.session.query(NeedStep).order_by(NeedStep.id)]
    assert told == ["need.raised", "need.handed_over", "need.taken"]
    assert need.due_on == date(2026, 10, 10)
    house.branch.active = False
    for stranger in (house.member, house.branch, house.world.member(house.world.park())):
        with pytest.raises(NotOurPeople):
            hand_over(house.session, need.id, stranger.id, by=house.by(house.admin), now=at(10, 10))


def test_another_kind_has_other_days(house):
    need = house.need()
    change_kind(house.session, need.id, NeedKind.WISH, by=house.by(house.member), now=at(10, 12))
    change_kind(house.session, need.id, NeedKind.WISH, by=house.by(house.member), now=at(10, 12))
    assert (need.kind, need.due_on) == (NeedKind.WISH, date(2026, 10, 15))
    assert house.session.query(NeedStep).count() == 2


def test_an_answer_is_told_and_ends_by_itself_after_five_working_days(on_each):
    house = on_each
    need = house.need()
    for _ in range(2):
        house.answer(need)
    letter = house.session.query(Letter).one()
    assert letter.to == house.member.email
    assert "明早来修" in letter.body
    assert need.closes_at == at(10, 16, 0), "10, 12, 13, 14 and 15 October"
    assert list(uncontradicted_needs(house.session, need.closes_at - timedelta(seconds=1))) == []
    assert list(uncontradicted_needs(house.session, need.closes_at)) == [need.id]
    assert end_uncontradicted(house.session, need.id, need.closes_at)
    assert not end_uncontradicted(house.session, need.id, at(10, 20))
    assert (need.state, need.done_at) == (NeedState.DONE, at(10, 16, 0))
    with pytest.raises(NeedOver):
        house.answer(need, "再说")


def test_an_answer_says_something(house):
    need = house.need()
    with pytest.raises(AnswerMissing):
        house.answer(need, " ")
    house.answer(need)
    house.answer(need, "改为后天", now=at(10, 12))
    assert house.session.query(Letter).count() == 2
    assert need.first_answered_at == FRIDAY_AT_FOUR


def test_who_asked_opens_it_again_and_its_days_begin_anew(house):
    need = house.need()
    house.answer(need)
    for _ in range(2):
        reopen_need(house.session, need.id, by=house.by(house.member), now=at(10, 13), words="还是坏的")
    assert (need.state, need.due_on, need.closes_at) == (NeedState.OPEN, date(2026, 10, 14), None)
    assert not end_uncontradicted(house.session, need.id, at(12, 1))
    for _ in range(2):
        end_need(house.session, need.id, by=house.by(house.member), now=at(10, 14))
    reopen_need(house.session, need.id, by=house.by(house.member), now=at(10, 20))
    assert (need.state, need.done_at, need.due_on) == (NeedState.OPEN, None, date(2026, 10, 21))
    assert house.session.query(NeedStep).count() == 5


def test_nobody_sees_anothers_need(house):
    need = house.need()
    colleague = house.world.member(house.enterprise)
    other = Round(house.session, house.world)
    for reader in (house.member, house.manager, house.admin, house.branch):
        assert need_for(house.session, reader, need.id) is need
    for stranger in (colleague, other.manager, other.admin, other.branch):
        assert need_for(house.session, stranger, need.id) is None


def test_visits_that_are_due_come_first_and_a_card_just_left_does_not():
    def called(state, opened, due, done=None):
        opened_at, due_at, done_at = (one and datetime.fromisoformat(one) for one in (opened, due, done))
        return Called(ContactCard(), Need(state=state, opened_at=opened_at, due_at=due_at, done_at=done_at))

    due = called(NeedState.OPEN, "2026-10-05", "2026-10-10")
    longer_due = called(NeedState.OPEN, "2026-10-02", "2026-10-09")
    card_left = called(NeedState.OPEN, "2026-10-12", "2026-10-16")
    met_lately = called(NeedState.DONE, "2026-09-01", "2026-09-04", "2026-10-11")
    met_long_ago = called(NeedState.DONE, "2026-09-20", "2026-09-23", "2026-09-22")
    never = Called(ContactCard(), None)
    mixed = [card_left, met_lately, due, never, met_long_ago, longer_due]
    turns = sorted(mixed, key=lambda one: one.turn(datetime.fromisoformat("2026-10-13")))
    assert turns == [longer_due, due, never, met_long_ago, met_lately, card_left]

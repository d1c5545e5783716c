"""The register of idle places: what is put on it, what becomes of it, and what it says to whom."""

from __future__ import annotations

import html
import re
from datetime import date, datetime
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from booking.audit.actions import Actor
from booking.audit.models import AuditEntry
from booking.charges.queries import earned_since
from booking.needs.models import Matter
from booking.people.models import Role
from booking.savings.disclosure import Standing
from booking.savings.models import Baseline, BaselineState, DisclosureQuarter, EnterpriseStanding, Evidence
from booking.savings.queries import given_back
from booking.spaces.idle import rules
from booking.spaces.idle.queries import idle_places_put_to_use
from booking.spaces.idle.register import (
    edit_idle_place,
    empty_again,
    propose_use,
    put_to_use,
    register_idle_place,
)
from booking.spaces.idle.rules import IdleFacts
from booking.spaces.models import IdlePlace, IdleState, Kind
from booking.tariffs.queries import bands_in_force
from booking.usage.measuring.measure_days import measure_days
from booking.values import Money, Month, ReasonMissing
from tests.harness.stays import used
from tests.harness.times import SHANGHAI
from tests.savings.books import Books

FACTS = IdleFacts("B 座 2 层东侧", 96_00, date(2026, 3, 1), location="电梯口", whose="园区")


@pytest.fixture
def place(session, park, acting):
    made = register_idle_place(session, park.id, FACTS, **acting)
    session.commit()
    return made


def actions(session):
    found = select(AuditEntry.action).where(AuditEntry.subject == "idle_place").order_by(AuditEntry.id)
    return list(session.scalars(found))


def test_from_empty_to_proposed_to_in_use_and_empty_again_each_once_in_the_trail(
    session, world, area, place, acting
):
    desk, room = world.space(area, code="D1"), world.space(area, code="R1")
    assert place.state is IdleState.IDLE
    for _ in range(2):
        propose_use(session, place, "改作工位", **acting)
        assert place.state is IdleState.PROPOSED
    for _ in range(2):
        put_to_use(session, place, [desk.id, room.id], date(2026, 5, 6), **acting)
    assert (place.state, [one.code for one in place.spaces]) == (IdleState.IN_USE, ["D1", "R1"])
    edit_idle_place(session, place, FACTS, **acting)
    assert place.state is IdleState.IN_USE
    with pytest.raises(rules.InUseAlready):
        propose_use(session, place, "别的", **acting)
    with pytest.raises(ReasonMissing):
        empty_again(session, place, date(2026, 11, 1), " ", **acting)
    for _ in range(2):
        empty_again(session, place, date(2026, 11, 1), "隔断拆了", **acting)
    assert (place.state, place.spaces, place.put_to_use_on) == (IdleState.IDLE, [], None)
    assert actions(session) == [
        "idle.registered", "idle.proposed", "idle.put_to_use", "idle.edited", "idle.emptied_again",
    ]  # fmt: skip


def test_what_cannot_be_is_refused(session, world, area, park, place, acting):
    desk = world.space(area, code="D1")
    stranger = world.space(world.area(world.park()))
    with pytest.raises(rules.EmptyInFuture):
        register_idle_place(session, park.id, IdleFacts("x", 1, date(2026, 11, 4)), **acting)
    with pytest.raises(rules.ProposalMissing):
        propose_use(session, place, "  ", **acting)
    with pytest.raises(rules.NoSpacesMade):
        put_to_use(session, place, [], date(2026, 5, 6), **acting)
    with pytest.raises(rules.NoSpacesMade):
        put_to_use(session, place, [desk.id, stranger.id], date(2026, 5, 6), **acting)
    with pytest.raises(rules.UsedBeforeEmpty):
        put_to_use(session, place, [desk.id], date(2026, 2, 28), **acting)
    with pytest.raises(rules.UsedInFuture):
        put_to_use(session, place, [desk.id], date(2026, 11, 4), **acting)
    put_to_use(session, place, [desk.id], date(2026, 5, 6), **acting)
    with pytest.raises(rules.UsedBeforeEmpty):
        edit_idle_place(session, place, IdleFacts("x", 1, date(2026, 6, 1)), **acting)
    other = register_idle_place(session, park.id, FACTS, **acting)
    with pytest.raises(rules.MadeOfAnother) as refused:
        put_to_use(session, other, [desk.id], date(2026, 5, 6), **acting)
    assert refused.value.codes == ("D1",)


def test_a_month_tells_what_was_put_to_use_in_it_and_how_far_the_register_had_come(
    session, world, area, park, place, acting
):
    other = register_idle_place(session, park.id, IdleFacts("门厅", 18_00, date(2026, 6, 15)), **acting)
    put_to_use(session, place, [world.space(area).id], date(2026, 5, 6), **acting)

    def told(month):
        found = idle_places_put_to_use(session, park, Month(2026, month, SHANGHAI))
        return (
            [one.name for one in found.put_to_use],
            found.in_use,
            found.in_use_area,
            found.idle,
            found.idle_area,
        )

    assert told(2) == ([], 0, 0, 0, 0)
    assert told(4) == ([], 0, 0, 1, 96_00)
    assert told(5) == ([place.name], 1, 96_00, 0, 0)
    assert told(6) == ([], 1, 96_00, 1, 18_00)
    assert other.state is IdleState.IDLE


def at(day, hour):
    return datetime(2026, 10, day, hour, tzinfo=SHANGHAI)


def test_area_given_back_is_proposed_until_the_register_has_it(session, world, park, acting, now):
    giver = world.enterprise(park)
    for area_before, own, state, day in (
        (200_00, 105_00, BaselineState.CHECKED, 1), (200_00, 90_00, BaselineState.PENDING, 1),
    ):  # fmt: skip
        session.add(
            Baseline(
                park_id=park.id, enterprise_id=giver.id, valid_from=date(2026, 10, day),
                area_hundredths=area_before, price=Money(320), own_area_hundredths=own, own_price=Money(320),
                evidence=Evidence.DECLARED, created_at=now, state=state,
                decided_at=now if state is BaselineState.CHECKED else None,
            )
        )  # fmt: skip
    session.commit()
    assert [(one.enterprise.id, one.hundredths) for one in given_back(session, park, now=now)] == [
        (giver.id, 95_00)
    ]
    facts = IdleFacts("退回的一间", 60_00, date(2026, 10, 1), given_back_by_id=giver.id)
    register_idle_place(session, park.id, facts, **acting)
    assert [one.hundredths for one in given_back(session, park, now=now)] == [35_00]


def test_the_page_says_what_a_place_came_to_and_names_nobody_who_did_not_agree(world, session, sign_in, park):
    giver = world.enterprise(park, short_name="退租企业", may_be_named=False)
    tenant = world.enterprise(park, may_be_named=True)
    world.rule(park)
    world.tariff(park)
    room = world.space(world.area(park), name="新做的会议室", code="N1")
    used(session, room, world.member(tenant), at(14, 9), at(14, 11))
    admin, branch = world.member(park), world.member(park, Role.BRANCH)
    by = {"by": Actor(admin.name, admin.id, park.id), "now": world.now}
    facts = IdleFacts("东侧", 60_00, date(2026, 3, 1), given_back_by_id=giver.id)
    place = register_idle_place(session, park.id, facts, **by)
    nobodys = register_idle_place(session, park.id, IdleFacts("西侧", 60_00, date(2026, 3, 1)), **by)
    put_to_use(session, place, [room.id], date(2026, 10, 1), **by)
    session.commit()
    while measure_days(session, park.id, bands_in_force, now=world.now):
        session.commit()
    session.commit()
    assert earned_since(session, [room.id], date(2026, 10, 1)) == {tenant.id: Money.yuan(160)}
    path = f"/idle-places/{place.id}"
    mine, theirs = (sign_in(one).get(path).get_data(as_text=True) for one in (admin, branch))
    assert "退租企业" in mine
    assert "¥160.00" in mine
    assert "2.0 / 280 小时" in mine
    assert "退租企业" not in theirs
    assert "园区收回" in theirs
    assert "¥160.00" in theirs, "the tenant is named, so its invoices are open to the branch"
    pages = [sign_in(branch).get(f"/idle-places/{one.id}").text for one in (place, nobodys)]
    origins = {page.partition("<dt>来历</dt>")[2].partition("</dd>")[0] for page in pages}
    assert len(origins) == 1, "a giver who is not told looks like none"
    assert "退租企业" not in sign_in(branch).get("/idle-places").get_data(as_text=True)
    agree_and_wait(session, giver, world.now)
    assert "退租企业" not in sign_in(branch).get(path).get_data(as_text=True)
    form = sign_in(branch).get(f"{path}/edit").get_data(as_text=True)
    assert "退租企业" not in form
    assert (
        f'value="{giver.id}"'
        not in re.search(r"<select[^>]*given_back_by_id.*?</select>", form, re.DOTALL)[0]
    )
    typed = {"name": "东侧房", "area_hundredths": "60", "empty_since": "2026-03-01", "given_back_by_id": ""}
    assert (
        sign_in(branch).post(f"{path}/edit", data=typed | {"drawn_from": drawn_from(form)}).status_code == 302
    )
    session.rollback()
    session.expire_all()
    kept = session.get(IdlePlace, place.id)
    assert (kept.name, kept.given_back_by_id) == ("东侧房", giver.id)


def test_a_use_is_proposed_on_the_page_of_an_empty_place_and_becomes_one_matter(
    session, place, sign_in, world, park, area, acting
):
    world.member(park)
    branch = sign_in(world.member(park, Role.BRANCH))
    session.commit()
    path = f"/idle-places/{place.id}"
    assert "提议用途" in branch.get("/idle-places").text
    for words in ("改作六个错时工位", "改作六个错时工位", "改作仓储"):
        assert branch.post(f"{path}/propose", data={"proposal": words}).status_code == 302
    matter = session.scalars(select(Matter)).one()
    assert (matter.title, matter.proposal) == (f"闲置点“{place.name}”怎么用起来", "改作六个错时工位")
    for page in (path, "/idle-places"):
        assert f'href="/matters/{matter.id}"' in branch.get(page).text
    session.expire_all()
    assert session.get(IdlePlace, place.id).proposal == "改作仓储"
    assert branch.post(f"{path}/propose", data={"proposal": " "}).status_code == 422
    matter.done_at = world.now
    put_to_use(session, session.get(IdlePlace, place.id), [world.space(area).id], date(2026, 6, 1), **acting)
    session.commit()
    taken = branch.post(f"{path}/propose", data={"proposal": "再改"})
    assert taken.status_code == 422
    assert len(session.scalars(select(Matter)).all()) == 1


def test_the_branch_chooses_spaces_and_day_and_reads_only_what_named_ones_paid(
    world, session, sign_in, park, acting
):
    """Whatever sums it takes from each other, rounded or not, no unnamed enterprise is in one."""
    books, branch, admin = Books(session), world.member(park, Role.BRANCH), world.member(park)
    secret, *others = [world.enterprise(park) for _ in range(4)]
    waits, named = (world.enterprise(park, may_be_named=True) for _ in range(2))
    area = world.area(park)
    rooms = {one.id: world.space(area, Kind.WORKSTATION) for one in (secret, *others, waits, named)}
    shared = world.space(area, Kind.WORKSTATION)
    agree_and_wait(session, waits, world.now)
    for number, one in enumerate((secret, *others, waits, named), 1):
        books.line(one, rooms[one.id], date(2026, 10, 5), number * 1_234_56)
        books.line(one, shared, date(2026, 10, 6), number * 7_000_00)
    place = register_idle_place(session, park.id, IdleFacts("东侧", 60_00, date(2026, 3, 1)), **acting)
    session.commit()

    def earned(who, spaces, since):
        chosen = {"spaces": [space.id for space in spaces], "since": since}
        page = sign_in(who).post(f"/idle-places/{place.id}/use", data=chosen, follow_redirects=True).text
        return re.search(r"<dt>收入</dt>\s*<dd[^>]*>(.*?)</dd>", page)[1], page

    unnamed = [rooms[one.id] for one in (secret, *others, waits)]
    for spaces in ([unnamed[0]], unnamed[1:], unnamed):
        told, page = earned(branch, spaces, "2026-10-01")
        assert told == "¥0.00"
        assert "未具名企业用的不在内" in page
    assert earned(branch, [*unnamed, shared], "2026-10-06")[0] == "¥42,000.00"
    assert earned(admin, [*unnamed, shared], "2026-10-06")[0] == "¥147,000.00"


@pytest.mark.parametrize(
    ("unnamed", "withdrawn", "said"),
    [
        (0, 0, None),
        (1, 0, "不足三家"),
        (2, 0, "不足三家"),
        (2, 1, "不足三家"),  # what the third used before is known
        (3, 0, "三家以上"),
    ],
)
def test_how_much_one_or_two_unnamed_ones_used_is_not_told(
    world, session, sign_in, park, acting, unnamed, withdrawn, said
):
    world.rule(park)
    world.tariff(park)
    room = world.space(world.area(park))
    users = [world.enterprise(park, may_be_named=True), *(world.enterprise(park) for _ in range(unnamed))]
    users += [world.enterprise(park, naming_withdrawn_at=world.now) for _ in range(withdrawn)]
    for hour, one in enumerate(users, 9):
        used(session, room, world.member(one), at(14, hour), at(14, hour + 1))
    place = register_idle_place(session, park.id, IdleFacts("东侧", 60_00, date(2026, 3, 1)), **acting)
    put_to_use(session, place, [room.id], date(2026, 10, 1), **acting)
    session.commit()
    while measure_days(session, park.id, bands_in_force, now=world.now):
        session.commit()
    session.commit()
    hours, path = f"{len(users)}.0 / ", f"/idle-places/{place.id}"
    theirs, mine = (sign_in(world.member(park, role)).get(path).text for role in (Role.BRANCH, Role.ADMIN))
    assert "具名 1 家" in theirs
    assert (hours in theirs) is (said is None), "of other spaces or days, one could be taken from another"
    assert ("只显示约数" in theirs) is (said == "三家以上")
    assert re.findall("另有未具名企业，(....)", theirs) == ([said] if said else [])
    assert f"{len(users)} 家" in mine
    assert hours in mine


def agree_and_wait(session, enterprise, now):
    """Let an enterprise agree to be named that a quarter's group still holds."""
    enterprise.may_be_named = True
    quarter = DisclosureQuarter(park_id=enterprise.park_id, quarter_key=202610, settled_at=now)
    session.add(quarter)
    session.flush()
    standing = {"enterprise_id": enterprise.id, "standing": Standing.GROUPED}
    session.add(EnterpriseStanding(quarter_id=quarter.id, **standing))
    session.commit()


def drawn_from(form):
    return html.unescape(re.search(r'name="drawn_from"[^>]*value="([^"]*)"', form)[1])


def test_a_photograph_is_hung_and_seen_by_the_branch_alone_and_what_is_none_is_refused(
    world, session, sign_in, park, place
):
    branch = sign_in(world.member(park, Role.BRANCH))
    picture = BytesIO()
    Image.new("RGB", (40, 30), "#888").save(picture, "PNG")
    path = f"/idle-places/{place.id}/photograph/after"
    sent = {"picture": (BytesIO(picture.getvalue()), "a.png")}
    assert branch.post(path, data=sent, content_type="multipart/form-data").status_code == 302
    session.rollback()
    session.expire_all()
    hung = session.get(IdlePlace, place.id).after_id
    assert branch.get(f"/pictures/{hung}").status_code == 200
    assert sign_in(world.member(world.enterprise(park))).get(f"/pictures/{hung}").status_code == 404
    none, large = "不是完整的图片", "图片太大"
    for content, said in ((b"no picture", none), (b"", none), (b"0" * 2**25, large)):
        sent = {"picture": (BytesIO(content), "a.png")}
        refused = branch.post(path, data=sent, content_type="multipart/form-data")
        assert refused.status_code == 422
        assert refused.text.count(said) == 2, "on top, and beside the one that was sent"
        assert all(one in refused.text for one in ('href="#picture-after"', 'for="picture-after"'))

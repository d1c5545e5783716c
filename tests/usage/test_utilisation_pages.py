"""The pages of utilisation: figures with what they are made of, for who may see them."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest

from booking.charges.models import MonthClose
from booking.reservations.closures import close_space
from booking.savings.disclosure import Standing
from booking.savings.models import DisclosureQuarter, EnterpriseStanding
from booking.spaces.models import Kind
from booking.tariffs.queries import bands_in_force
from booking.usage.measuring.day_minutes import UseBand
from booking.usage.measuring.measure_days import measure_days
from booking.usage.models import OpenStretch, Stay, TurnedAway, UsedStretch
from booking.values import Span
from tests.harness.stays import actor, used
from tests.harness.times import SHANGHAI


def at(day, hour, minute=0, month=10):
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def october(house):
    """Two rooms in October; one is used on Wednesdays from two to half past three."""
    for day in (14, 21, 28):
        used(house.session, house.room, house.member, at(day, 14), at(day, 15, 30))
    used(house.session, house.other_room, house.rival, at(15, 19), at(15, 20))
    measure_all(house)
    close(house, 202610)
    return house


def close(house, key):
    at = house.world.now
    house.session.add(
        MonthClose(park_id=house.park.id, month_key=key, closed_at=at, closed_by="测试", finished_at=at)
    )
    house.session.commit()


def measure_all(house):
    while measure_days(house.session, house.park.id, bands_in_force, now=house.world.now):
        house.session.commit()
    house.session.commit()


def page(house, member, path="/utilisation"):
    answer = house.browser(member).get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


ROOMS = "kind=meeting_room&from=2026-10&to=2026-10"


def test_what_was_used_is_shown_by_hour_and_never_by_whom(october):
    shown = page(october, october.admin, f"/utilisation?{ROOMS}")
    # 14 October is the first day with a stay: 18 days of 14 hours, two rooms, 5.5 hours used.
    assert "5.5 / 504 小时" in shown
    assert "1.1%" in shown
    wednesday = re.search(r'title="(星期三 14 时：[^"]*)"', shown)
    assert wednesday
    assert wednesday[1] == "星期三 14 时：50.0%，使用 3 小时 / 开放 6 小时"
    assert "星期三 15 时：25.0%" in shown
    for name in ("晨曦", "南溪", "林晓", "陈立"):
        assert name not in shown


def test_an_hour_is_made_of_days_and_a_kind_of_places(october):
    days = page(october, october.admin, f"/utilisation/hour?{ROOMS}&weekday=3&hour=14")
    assert days.count("1.0 / 2.0 小时") == 3
    assert "/calendar/day?" in days or "day=2026-10-14" in days
    places = page(october, october.admin, f"/utilisation/parts?{ROOMS}")
    assert "兰亭" in places
    assert "5.5 / 504 小时" in places
    one = page(october, october.admin, f"/utilisation?space={october.room.id}&from=2026-10&to=2026-10")
    assert "4.5 / 252 小时" in one


FEW = "能推出未具名企业的用量，不显示"


def figures(shown):
    """Give each figure of minutes used and each share of a page, those that are zero left out."""
    said = [re.sub(r"(?s)^.*?<h1|<[^>]*>", "", shown), *re.findall(r'title="([^"]*)"', shown)]
    found = re.findall(r"[\d,.]+ / [\d,.]+ 小时|使用 [^/]* / 开放|[\d.]+%", " ".join(said))
    return {one for one in found if not re.match(r"0(\.0)?( |%)", one)}


def test_the_branch_is_told_the_use_of_three_unnamed_together_and_never_of_one_or_two(october, world):
    """Two of them used rooms; with a third the sum is told, the places and days of each still are not."""
    where = [
        f"/utilisation?{ROOMS}",
        f"/utilisation?from=2026-10&to=2026-10&space={october.room.id}",
        f"/utilisation?{ROOMS}&area={october.room.area_id}",
        f"/utilisation/parts?{ROOMS}",
        f"/utilisation/hour?{ROOMS}&weekday=3&hour=14",
    ]
    steps = {"10%", "25%", "40%", "55%", "70%", "85%"}  # of the legend
    for path in where:
        shown = page(october, october.branch, path)
        assert FEW in shown, path
        assert figures(shown) <= steps, path
    # A third and a fourth at the other room: three there, and one who used the first hides with another.
    for number in range(2):
        used(october.session, october.other_room, world.member(world.enterprise(october.park)),
             at(21 + number, 9), at(21 + number, 12))  # fmt: skip
    measure_all(october)
    whole, room, area, parts, hour = (page(october, october.branch, path) for path in where)
    assert {"11.5 / 504 小时", "2.3%"} <= figures(whole)
    assert "4.5" not in "".join(figures(whole) | figures(room) | figures(parts))
    assert FEW in room
    assert "11.5 / 504 小时" in area
    assert "11.5 / 504 小时" in parts
    assert figures(hour) == set()
    assert "4.5 / 252 小时" in page(october, october.admin, where[1])
    assert "不显示" in whole[whole.index("heat-key") :]


def test_a_month_that_is_not_closed_is_told_the_branch_in_tens_however_many_used_it(october, world):
    """Four used the room by Tuesday; read on Tuesday and on Wednesday the difference is a single firm's."""
    session, room, park = october.session, october.room, october.park
    world.now = at(4, 8, month=11)
    world.space(room.area, kind=Kind.MEETING_ROOM, name="三号室")
    firms = [world.member(world.enterprise(park)) for _ in range(4)]
    for number, member in enumerate(firms):
        used(session, room, member, at(2, 9 + number, month=11), at(2, 10 + number, month=11))
    used(session, room, firms[0], at(3, 9, month=11), at(3, 16, month=11))
    measure_all(october)
    november = "kind=meeting_room&from=2026-11&to=2026-11"
    for path in (
        f"/utilisation?{november}",
        f"/utilisation?from=2026-11&to=2026-11&space={room.id}",
        f"/utilisation/parts?{november}",
        "/utilisation?kind=meeting_room&from=2026-10&to=2026-11",
    ):
        shown = page(october, october.branch, path)
        assert "11.0" not in "".join(figures(shown)), path
        assert FEW in shown, path
    assert "前后两天一减" in page(october, october.branch, f"/utilisation?{november}")
    parts = page(october, october.branch, f"/utilisation/parts?{november}")
    assert "约 10%" in parts
    assert "只显示约数" in parts
    assert "11.0 / " in page(october, october.admin, f"/utilisation/parts?{november}")
    close(october, 202611)
    assert "11.0 / " in page(october, october.branch, f"/utilisation/parts?{november}")


def test_what_was_told_of_a_month_stays_so_when_its_users_agree_to_be_named(october, world):
    """Four used the room together; were three of them known in it now, the fourth would be, too."""
    session, room, park = october.session, october.room, october.park
    for member in (october.member, october.rival):
        member.enterprise.may_be_named = True
    firms = [world.enterprise(park) for _ in range(4)]
    for number, firm in enumerate(firms):
        used(session, room, world.member(firm), at(19 + number, 9), at(19 + number, 10 + number))
    measure_all(october)
    settle(october, 202610, dict.fromkeys(firms, Standing.GROUPED))
    path = f"/utilisation/parts?{ROOMS}"
    before = figures(page(october, october.branch, path))
    assert "15.5 / 504 小时" in before
    settle(october, 202701, {**dict.fromkeys(firms[:3], Standing.NAMED), firms[3]: Standing.WAITING})
    for firm in firms[:3]:
        firm.may_be_named = True
    session.commit()
    assert figures(page(october, october.branch, path)) == before


def settle(house, key, standings):
    quarter = DisclosureQuarter(park_id=house.park.id, quarter_key=key, settled_at=house.world.now)
    house.session.add(quarter)
    house.session.flush()
    house.session.add_all(
        EnterpriseStanding(quarter_id=quarter.id, enterprise_id=firm.id, standing=standing)
        for firm, standing in standings.items()
    )
    house.session.commit()


def test_a_store_of_one_unnamed_holder_has_no_minutes_nor_days_for_the_branch(october, world):
    unit = world.space(october.room.area, kind=Kind.STORAGE, name="三号柜")
    stay = october.all(Stay)[0]
    whole = {"park_id": october.park.id, "space_id": unit.id, "first_minute": 0, "last_minute": 24 * 60}
    for day in (date(2026, 10, 20), date(2026, 10, 21)):
        by = {"band": UseBand.PEAK, "stay_id": stay.id, "enterprise_id": october.rival.enterprise_id}
        october.session.add(OpenStretch(**whole, day=day, beyond=False))
        october.session.add(UsedStretch(**whole, day=day, **by))
    october.session.commit()
    for path in (
        f"/utilisation?space={unit.id}&from=2026-10&to=2026-10",
        "/utilisation/parts?kind=storage&from=2026-10&to=2026-10",
    ):
        shown = page(october, october.branch, path)
        assert FEW in shown
        assert not re.search(r"[1-9][\d.,]* / [\d,.]+ 小时", shown)
    heat = page(october, october.branch, f"/utilisation?space={unit.id}&from=2026-10&to=2026-10")
    assert "分时段看能推出未具名企业的用量" in heat
    assert 'class="heat"' not in heat, "each hour would tell its day"
    assert "48.0 / 48.0 小时" in page(october, october.admin, path)


def test_the_branch_sees_of_days_that_are_over_only_what_is_closed(october, world):
    """Read day by day the calendar would tell whose minutes these are; the administrator sees it all."""
    month, today = "day=2026-10-14&kind=meeting_room", october.world.now.astimezone(SHANGHAI).date()
    for path in (f"/calendar?{month}", f"/calendar/spaces/{october.room.id}?day=2026-10-14"):
        theirs, all_of_it = page(october, october.branch, path), page(october, october.admin, path)
        assert "过去的日子不显示" in theirs
        assert "过去的日子不显示" not in all_of_it
        taken = re.compile("tl-block is-(busy|mine)")
        assert taken.search(all_of_it)
        assert not taken.search(theirs)
    assert "过去的日子不显示" not in page(october, october.branch, f"/calendar?day={today}&kind=meeting_room")


def test_what_is_asked_for_wrongly_is_the_last_month_or_not_found(october):
    browser = october.browser(october.branch)
    assert browser.get("/utilisation?from=x&to=2199-01&kind=y").status_code == 200
    assert browser.get("/utilisation?space=999999").status_code == 404
    assert browser.get("/utilisation/hour?weekday=9&hour=3").status_code == 404
    assert october.browser(october.member).get("/utilisation").status_code == 403


def test_a_year_of_it_takes_as_many_queries_as_a_month(october, count_queries):
    browser = october.browser(october.branch)
    browser.get("/utilisation")
    month = count_queries(lambda: browser.get("/utilisation?kind=meeting_room&from=2026-10&to=2026-10"))
    year = count_queries(lambda: browser.get("/utilisation?kind=meeting_room&from=2025-11&to=2026-10"))
    assert month == year <= 22


def test_who_finds_no_room_is_counted_once_a_person_and_hour(october):
    close_space(
        october.session, october.other_room, Span(at(4, 9, month=11), at(4, 18, month=11)), "检修",
        by=actor(october.admin), now=october.world.now,
    )  # fmt: skip
    october.session.commit()
    october.reserve(at(4, 14, month=11), at(4, 16, month=11), member=october.rival)
    browser = october.browser(october.member)
    form = {"space": october.room.id, "day": "2026-11-04", "starts": "14:00", "ends": "15:00", "people": 2}
    for _ in range(2):
        assert browser.post("/reservations/new", data=form).status_code in {409, 422}
    search = "/calendar/search?kind=meeting_room&day=2026-11-04&starts=15:00&ends=16:00&people=2"
    assert browser.get(search).status_code == 200
    assert browser.get(search.replace("15:00", "12:00").replace("16:00", "13:00")).status_code == 200  # free
    away = october.all(TurnedAway)
    assert [(one.member_id, one.kind, one.day.isoformat(), one.hour) for one in away] == [
        (october.member.id, Kind.MEETING_ROOM, "2026-11-04", 14),
        (october.member.id, Kind.MEETING_ROOM, "2026-11-04", 15),
    ]


CHANGED = "/utilisation/changes"


def test_before_and_after_a_price_changed_with_who_gained_what_and_nobody_by_subtraction(october, world):
    """Two evening hours at 0.6 of 80.00: 96.00 instead of 160.00, so 64.00 gained."""
    world.tariff(october.park, name="错时优惠", valid_from=date(2026, 10, 22))
    room, session = october.other_room, october.session
    used(session, room, october.rival, at(22, 18), at(22, 20))
    measure_all(october)
    shown = page(october, october.admin, CHANGED)
    assert "价目“错时优惠”开始" in shown
    assert "2 小时" in shown
    assert "南溪" in shown
    assert "¥64.00" in shown
    theirs = page(october, october.branch, CHANGED)
    assert "南溪" not in theirs
    assert "¥64.00" not in theirs
    assert "未具名的不足三家" in theirs
    grouped = [october.neighbour]
    for day in (23, 26):  # three unnamed ones in all, and one who agreed
        unnamed = world.member(world.enterprise(october.park))
        used(session, room, unnamed, at(day, 18), at(day, 20))
        grouped.append(unnamed.enterprise)
    named = world.enterprise(october.park, short_name="愿具名", may_be_named=True)
    used(session, room, world.member(named), at(28, 18), at(28, 20))
    waiting = page(october, october.branch, CHANGED)
    assert "愿具名" in waiting
    assert "另有 3 家未具名企业" in waiting, "no quarter has settled who is a group"
    quarter = DisclosureQuarter(park_id=october.park.id, quarter_key=202610, settled_at=world.now)
    session.add(quarter)
    session.flush()
    session.add_all(
        EnterpriseStanding(quarter_id=quarter.id, enterprise_id=one.id, standing=Standing.GROUPED)
        for one in grouped
    )
    session.commit()
    theirs = page(october, october.branch, CHANGED)
    assert "未具名的 3 家" in theirs
    assert "不足 1,000 元" in theirs, "192.00 are not said to be nothing"
    assert "南溪" not in theirs
    world.tariff(october.park, name="再优惠", valid_from=date(2026, 10, 25))
    assert "未具名的 3 家" not in page(october, october.branch, CHANGED)
    overlapping = page(october, october.branch, f"{CHANGED}?on=2026-10-22&kind=meeting_room")
    assert "错时优惠" in overlapping
    assert "未具名的 3 家" not in overlapping, "two spans could be taken from each other"
    grouped[0].may_be_named = True  # agreed, and waits for the next quarter
    session.commit()
    assert "南溪" not in page(october, october.branch, CHANGED)


def test_before_anything_changed_there_is_nothing_to_compare(october):
    assert "还没有可以比较的调整" in page(october, october.branch, CHANGED)

"""The plan of an area: what stands on it at a time, who may see whose, and how its spaces are laid."""

from __future__ import annotations

import re
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest

from booking.audit.actions import Actor
from booking.people.models import Role
from booking.reservations.closures import close_space
from booking.spaces.areas import arrange, latest_plan
from booking.spaces.floor_plan import Box, Layout, PlacedSpace, Shape, ShapeKind
from booking.spaces.models import Kind
from booking.values import Span
from tests.harness.stays import at, reserved

DAY = "2026-11-03"  # a Tuesday; it is nine


@pytest.fixture
def floor(world, park, area, now, sign_in):
    """Give a floor with a room and three desks on its plan, and a tenant and a neighbour."""
    mine, theirs = world.enterprise(park, short_name="甲公司"), world.enterprise(park, short_name="乙公司")
    for kind in (Kind.MEETING_ROOM, Kind.WORKSTATION):
        world.tariff(park, kind)
    made = SimpleNamespace(
        area=area,
        room=world.space(area, code="R1", name="星火"),
        desks=[world.space(area, Kind.WORKSTATION, code=f"D{one}", name=f"工位 D{one}") for one in (1, 2, 3)],
        me=world.member(mine, name="张小明"),
        colleague=world.member(mine, name="林一"),
        neighbour=world.member(theirs, name="李四方"),
        acting={"by": Actor.system("test", park.id), "now": now},
    )
    made.browser = sign_in(made.me)
    boxes = [Box(0, 0, 4, 4), *(Box(5 + 3 * one, 0, 2, 2) for one in range(3))]
    made.places = tuple(map(PlacedSpace, [made.room.id, *(one.id for one in made.desks)], boxes))
    shapes = (Shape(ShapeKind.PASSAGE, Box(0, 5, 14, 2), "走廊", "Corridor"),)
    arrange(world.session, area, Layout(16, 8, shapes, made.places), **made.acting)
    world.session.commit()
    return made


def looks(page):
    """Read how each space stands on the drawing, and on the list beside it."""
    drawn = dict(re.findall(r'class="plan-place is-(\w+)[^>]*data-space="(\d+)"', page))
    places = {
        int(space): look
        for look, space in re.findall(r'class="plan-place is-(\w+)[^>]*data-space="(\d+)"', page)
    }
    rows = re.findall(r'data-space="(\d+)"><span class="swatch is-(\w+)"></span>', page)
    assert {int(space): look for space, look in rows} | places == places, drawn
    return places


def of(page, space, tag="list-row"):
    """Give the address behind a space in the list."""
    return re.findall(rf'<a class="{tag}" href="([^"]+)" data-space="{space.id}"', page)[-1].replace(
        "&amp;", "&"
    )


def test_the_plan_and_the_list_say_of_each_space_how_it_stands_then(floor, session):
    first, second, third = floor.desks
    reserved(session, first, floor.me, at(DAY, "10:00"), at(DAY, "12:00"))
    reserved(session, second, floor.colleague, at(DAY, "10:00"), at(DAY, "11:30"))
    reserved(session, third, floor.neighbour, at(DAY, "10:45"), at(DAY, "12:00"))
    reserved(session, floor.room, floor.neighbour, at(DAY, "09:30"), at(DAY, "10:30"))
    session.commit()
    page = floor.browser.get(f"/plan?area={floor.area.id}&day={DAY}&at=10:00").text
    assert looks(page) == {first.id: "mine", second.id: "ours", third.id: "soon", floor.room.id: "busy"}
    for words in (
        "空闲，10:45 有人用",
        "已占用至 10:30",
        "我的预订至 12:00",
        "我们在用，至 11:30",
        "林一",
        "走廊",
    ):
        assert words in page
    assert "李四方" not in page
    assert "乙公司" not in page
    earlier = floor.browser.get(f"/plan?area={floor.area.id}&day={DAY}&at=09:15").text
    assert set(looks(earlier).values()) == {"free", "soon"}


def test_one_booking_is_counted_once_and_what_tidies_up_is_no_use(floor, world, session, park):
    """A part is used alone, and half an hour kept after it: the combined room is taken, and not ours."""
    world.rule(park, space_id=floor.room.id, buffer_minutes=30)
    other = world.space(floor.area, code="R2", name="燎原")
    whole = world.space(floor.area, code="R1+R2", name="星火燎原", parts=[floor.room, other], capacity=20)
    floor.browser.post(
        "/reservations/new",
        data={"space": floor.room.id, "day": DAY, "starts": "10:00", "ends": "11:00", "people": 2},
    )
    session.rollback()

    def page(clock):
        return floor.browser.get(f"/plan?area={floor.area.id}&day={DAY}&at={clock}").text

    there = page("10:00")
    ours = there.split('id="ours"')[1].split("</ul>")[0]
    assert ours.count("<li>") == 1
    assert "我的预订至 11:00" in ours
    assert "我的 1<" in there
    assert "已占用至 11:00 · 只用其中“星火”" in there
    assert of(there, whole).startswith("/waiting/new"), "nobody booked it: there is none to look at"
    assert "整理到 11:30" in page("11:15")
    assert "整理到 10:00" in page("09:45")
    assert "空闲至 09:30" in page("09:00")
    floor.browser.post(
        "/reservations/new",
        data={"space": whole.id, "day": DAY, "starts": "14:00", "ends": "15:00", "people": 2},
    )
    together = page("14:00")
    ours = together.split('id="ours"')[1].split("</ul>")[0]
    assert ours.count("<li>") == 1
    assert f'data-space="{whole.id}"' in ours, "it is where it was booked"
    assert "我的 1<" in together


def test_the_hours_begin_with_now_and_leave_out_what_is_over(floor):
    def hours(**query):
        page = floor.browser.get("/plan", query_string={"area": floor.area.id} | query).text
        return re.findall(r'<a href="[^"]*"( aria-current="true")?>(现在|\d\d:00)</a>', page)

    today = hours()
    assert today[:2] == [(' aria-current="true"', "现在"), ("", "10:00")], "it is nine"
    assert (' aria-current="true"', "14:00") in hours(day=DAY, at="14:30")
    assert hours(day="2026-11-04")[:2] == [("", "现在"), ("", "07:00")]
    part = floor.browser.get("/plan", headers={"HX-Request": "true"}).text
    assert 'id="plan"' in part
    assert "bottombar" not in part
    assert re.search(r'role="status">.*现在：空闲 4<', part), "what changed in place is heard"
    floor.browser.post("/preferences/language", data={"language": "en"})
    english = floor.browser.get("/plan", headers={"HX-Request": "true"}).text
    assert re.search(r'role="status">.*Now: Free 4<', english)


def test_a_tap_on_what_is_free_opens_the_form_filled_in_and_a_tap_on_mine_the_booking(floor, session):
    mine = reserved(session, floor.desks[0], floor.me, at(DAY, "14:00"), at(DAY, "16:00"))
    session.commit()
    page = floor.browser.get(f"/plan?area={floor.area.id}&day={DAY}&at=14:00").text
    assert of(page, floor.desks[0]) == f"/reservations/{mine.id}"
    tap = urlsplit(of(page, floor.room))
    asked = parse_qs(tap.query)
    assert (tap.path, asked["start"], asked["end"]) == (
        "/reservations/new",
        [f"{DAY}T14:00"],
        [f"{DAY}T15:00"],
    )
    assert floor.browser.get(of(page, floor.room)).status_code == 200
    over = floor.browser.get(f"/plan?area={floor.area.id}&day=2026-11-02&at=14:00").text
    assert of(over, floor.room).startswith(f"/calendar/spaces/{floor.room.id}")


def test_a_closed_space_says_why_and_a_rest_day_is_closed(floor, session, world, park):
    world.rule(park, Kind.WORKSTATION, open_on_rest_days=False)
    span = Span(at(DAY, "08:00"), at(DAY, "20:00"))
    close_space(session, floor.room, span, "换灯", **floor.acting)
    session.commit()
    page = floor.browser.get(f"/plan?day={DAY}&at=10:00").text
    assert looks(page)[floor.room.id] == "closed"
    assert "换灯" in page
    sunday = floor.browser.get("/plan?day=2026-11-08&at=10:00").text
    assert {looks(sunday)[desk.id] for desk in floor.desks} == {"closed"}


def test_a_combined_room_stands_in_the_list_and_is_taken_with_a_part(floor, session, world):
    whole = world.space(floor.area, code="R1+D1", name="合并", parts=[floor.room, floor.desks[0]])
    reserved(session, floor.room, floor.neighbour, at(DAY, "10:00"), at(DAY, "12:00"))
    session.commit()
    page = floor.browser.get(f"/plan?day={DAY}&at=10:30").text
    assert f'data-space="{whole.id}"><span class="swatch is-busy">' in page
    row = page.partition(f'data-space="{whole.id}"')[2].partition("</li>")[0]
    assert "在图上是 " in row
    for part in (floor.room, floor.desks[0]):
        assert part.code in row.partition("在图上是 ")[2], "its parts are on the plan"
    lone = world.space(floor.area, code="Z9", name="新的")
    row = floor.browser.get("/plan").text.partition(f'data-space="{lone.id}"')[2].partition("</li>")[0]
    assert "不在图上" in row


def test_what_another_has_leads_to_the_waiting_list_where_there_is_one(floor, session, world, park):
    reserved(session, floor.room, floor.neighbour, at(DAY, "10:00"), at(DAY, "12:00"))
    session.commit()

    path = f"/plan?day={DAY}&at=10:30"
    wait = f"/waiting/new?space={floor.room.id}&start={DAY}T10:30&end={DAY}T11:30"
    assert of(floor.browser.get(path).text, floor.room) == wait
    world.rule(park, needs_approval=True)
    assert "/calendar/spaces" in of(floor.browser.get(path).text, floor.room), (
        "there is no line for a request"
    )


def test_a_retired_space_and_one_that_moved_away_are_not_on_it_and_come_back(
    floor, session, world, park, now
):
    floor.room.retired_at, floor.desks[0].area_id = now, world.area(park).id
    session.commit()
    assert set(looks(floor.browser.get("/plan").text)) == {one.id for one in floor.desks[1:]}
    floor.room.retired_at = None
    session.commit()
    assert floor.room.id in looks(floor.browser.get("/plan").text)


def test_the_branch_is_told_nothing_of_days_that_are_over(floor, session, world, park, sign_in):
    reserved(session, floor.room, floor.neighbour, at("2026-11-02", "10:00"), at("2026-11-02", "12:00"))
    session.commit()
    address = f"/plan?area={floor.area.id}&day=2026-11-02&at=10:30"
    branch, admin = (
        sign_in(world.member(park, role)).get(address).text for role in (Role.BRANCH, Role.ADMIN)
    )
    assert looks(branch)[floor.room.id] == "free"
    assert "过去的日子不显示占用" in branch
    assert looks(admin)[floor.room.id] == "busy"
    assert "乙公司" in admin


def test_a_space_leads_to_its_floor_and_another_parks_to_none_of_it(floor, session, world, park, stranger):
    page = floor.browser.get(f"/plan?space={floor.room.id}").text
    assert f'is-found" href="/reservations/new?space={floor.room.id}' in page
    assert "A座" in page
    assert "星火" not in stranger.get(f"/plan?space={floor.room.id}&area={floor.area.id}").text
    for nonsense in ("area=99999999999999", "day=1&at=25:99", "space=x&area=-1", "at=24:00&day=0001-01-01"):
        assert floor.browser.get(f"/plan?{nonsense}").status_code == 200


def test_an_area_without_a_plan_says_so_beside_its_list(world, park, area, tenant, session):
    world.space(area, name="独间")
    session.commit()
    page = tenant.get("/plan").text
    assert "这个区域还没有平面图" in page
    assert "独间" in page


def test_the_plan_asks_as_often_for_many_spaces(floor, session, world, count_queries):
    address = f"/plan?area={floor.area.id}&day={DAY}&at=10:00"
    floor.browser.get(address)
    few = count_queries(lambda: floor.browser.get(address))
    for number in range(12):
        desk = world.space(floor.area, Kind.WORKSTATION, code=f"N{number}")
        reserved(session, desk, floor.neighbour, at(DAY, "09:00"), at(DAY, "12:00"))
    session.commit()
    floor.browser.get(address)  # what is kept in memory is read anew once
    assert count_queries(lambda: floor.browser.get(address)) == few


def sent(page):
    """Give what a browser would send of the form as it stands."""
    inputs = re.findall(r'<input[^>]*\bname="([^"]+)"[^>]*>', page)
    assert inputs
    found: dict[str, list[str]] = {}
    form = page[page.index("data-plan-edit") : page.rindex("</form>")]
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found.setdefault(name[1], []).append(value[1].replace("&#34;", '"') if value else "")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="(\w+)"', options)
        found[name] = [chosen[1] if chosen else "room"]
    return found


def test_an_administrator_lays_spaces_by_numbers_alone_undoes_and_fills_in_the_rest(
    floor, admin, session, again
):
    address = f"/plan/{floor.area.id}/edit"
    form = sent(admin.get(address).text)
    assert form[f"place_{floor.room.id}"] == ["0", "0", "4", "4"]
    moved = {**form, f"place_{floor.room.id}": ["11", "3", "4", "4"], f"place_{floor.desks[0].id}": [""] * 4}
    assert admin.post(address, data=moved).status_code == 302
    plan = Layout.read(latest_plan(session, floor.area.id).layout, of="it")
    assert plan.boxes()[floor.room.id] == Box(11, 3, 4, 4)
    assert floor.desks[0].id not in plan.boxes()
    filled_in = {**sent(admin.get(address).text), "fill": ["1"]}
    assert admin.post(address, data=filled_in).status_code == 302
    session.rollback()
    assert set(Layout.read(latest_plan(session, floor.area.id).layout, of="it").boxes()) >= {
        floor.desks[0].id
    }
    for version in (3, 4):
        assert (
            "已撤销"
            in admin.post(
                f"/plan/{floor.area.id}/undo", data={"version": version}, follow_redirects=True
            ).text
        )
    session.rollback()
    assert latest_plan(session, floor.area.id).layout["places"][0]["box"] == [0, 0, 4, 4]
    assert (
        "没有可以撤销的"
        in admin.post(f"/plan/{floor.area.id}/undo", data={"version": 4}, follow_redirects=True).text
    )


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (["14", "0", "4", "4"], "不在图内"),
        (["5", "0", "4", "4"], "叠在一起"),
        (["1", "", "4", "4"], "都要填整数"),
        (["1", "x", "4", "4"], "都要填整数"),
        (["99999999999", "1", "4", "4"], "都要填整数"),
        (["-1", "0", "1", "1"], "不在图内"),
    ],
)
def test_a_place_that_cannot_be_is_refused_in_words_and_stays_as_typed(floor, admin, session, numbers, words):
    address = f"/plan/{floor.area.id}/edit"
    form = sent(admin.get(address).text) | {f"place_{floor.room.id}": numbers}
    answer = admin.post(address, data=form)
    assert answer.status_code == 422
    assert words in answer.text
    assert sent(answer.text)[f"place_{floor.room.id}"] == numbers
    assert latest_plan(session, floor.area.id).version == 1


def test_what_is_wrong_with_one_of_the_drawn_names_which_one_and_leads_there(floor, admin):
    address = f"/plan/{floor.area.id}/edit"
    form = sent(admin.get(address).text)
    answer = admin.post(address, data=form | {"shapes-1-box": ["1", "1", "", "4"]})
    assert answer.status_code == 422
    said = answer.text.partition('role="alert"')[2].partition("</ul>")[0]
    assert '<a href="#shapes-1-box">矩形 2 · 位置</a>' in said
    assert said.count("<li>") == 1
    assert "{" not in said
    assert sent(answer.text)["shapes-1-box"] == ["1", "1", "", "4"]


def test_who_moves_a_space_elsewhere_reads_that_it_left_the_plan(floor, admin, world, park):
    there = world.area(park, name="四层")
    world.session.commit()
    page, said = f"/inventory/spaces/{floor.room.id}", "它不在“四层”的平面图上了"
    form = {"code": "R1", "name": "星火", "capacity": "6", "area_hundredths": "30"}
    for area, left in ((there, "三层"), (floor.area, None)):
        answer = admin.post(f"{page}/edit", data=form | {"area_id": area.id}, follow_redirects=True).text
        assert "已保存" in answer
        assert said not in answer, "it never had a place there"
        assert ("的平面图上了，请在新区域的图上放好。" in answer) == (left is not None)


def test_words_that_stand_nowhere_are_not_lost(floor, admin, session):
    address = f"/plan/{floor.area.id}/edit"
    form = sent(admin.get(address).text)
    answer = admin.post(address, data=form | {"shapes-1-label": ["茶水间"]})
    assert answer.status_code == 422
    assert "填了文字，还要填它在哪里、多大；不要它就把文字也清空。" in answer.text
    assert sent(answer.text)["shapes-1-label"] == ["茶水间"]
    assert admin.post(address, data=form | {"shapes-1-label": [""]}).status_code == 302


def test_in_english_it_has_the_english_names(floor, admin, world):
    floor.area.name_en, floor.room.name_en = "Third floor", "Spark"
    world.session.commit()
    page = admin.get(f"/plan/{floor.area.id}/edit", headers={"Accept-Language": "en"}).text
    assert "Floor plan of Third floor" in page
    assert '<span class="faint">Spark</span>' in page
    assert "Rectangle 1: Corridor" in page
    assert 'data-label="shapes-0-label_en"' in page


def test_two_who_lay_different_spaces_are_both_heard(floor, admin, session):
    address = f"/plan/{floor.area.id}/edit"
    form = sent(admin.get(address).text)
    room, desk = f"place_{floor.room.id}", f"place_{floor.desks[2].id}"
    admin.post(address, data=form | {room: ["0", "0", "5", "4"]})
    answer = admin.post(address, data=form | {desk: ["11", "2", "2", "2"]})
    assert answer.status_code == 422
    assert "改动过" in answer.text
    assert "距左 0，距上 0，5 × 4 格" in answer.text
    merged = sent(answer.text)
    assert (merged[room], merged[desk]) == (["0", "0", "5", "4"], ["11", "2", "2", "2"])
    assert admin.post(address, data=merged).status_code == 302


def test_what_belongs_to_another_park_is_not_laid_here(floor, admin, stranger, session, world):
    assert stranger.get(f"/plan/{floor.area.id}/edit").status_code == 404
    foreign = world.space(world.area(world.park()))
    session.commit()
    address = f"/plan/{floor.area.id}/edit"
    form = sent(admin.get(address).text) | {f"place_{foreign.id}": ["6", "4", "2", "2"]}
    assert admin.post(address, data=form).status_code == 302
    assert latest_plan(session, floor.area.id).version == 1

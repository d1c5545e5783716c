"""A tariff is a dated version: it is published once, never changed, and shows what it costs while typed."""

from datetime import date

import pytest

from booking.billing.models import Tariff
from booking.people.models import Role
from booking.spaces.models import Kind

TYPED = {
    "name": "会议室价目",
    "valid_from": "2026-12-01",
    "basis": "hour",
    "rate": "80",
    "increment_minutes": "15",
    "minimum_minutes": "30",
    "daily_cap": "",
    "bands-0-name": "错时",
    "bands-0-days": "all",
    "bands-0-starts": "18:00",
    "bands-0-ends": "24:00",
    "bands-0-factor": "0.6",
    "free_small": "90",
    "no_show": "50",
    "late_cancel": "12.5",
    "late_cancel_minutes": "120",
    "vat": "6",
    "vat_source": "测试税率",
    "act": "publish",
}
NEW = "/tariffs/new?kind=meeting_room"


@pytest.fixture
def park(world):
    return world.park()


@pytest.fixture
def admin(world, park, sign_in):
    return sign_in(world.member(park))


def tariffs(session):
    return session.query(Tariff).order_by(Tariff.id).execution_options(populate_existing=True).all()


def test_what_was_typed_is_what_is_kept(admin, session):
    answer = admin.post(NEW, data=TYPED, follow_redirects=True)
    assert "新价目已发布" in answer.text
    (tariff,) = tariffs(session)
    assert (tariff.rate.fen, tariff.no_show_permille, tariff.late_cancel_permille) == (8000, 500, 125)
    (band,) = tariff.bands
    assert (band.name, band.from_minute, band.to_minute, str(band.factor)) == ("错时", 1080, 1440, "0.6")
    assert [(free.size.value, free.minutes) for free in tariff.allowances] == [("small", 90)]


def test_the_first_version_may_begin_in_the_past_a_later_one_only_tomorrow(admin, session):
    first = admin.post(NEW, data=TYPED | {"valid_from": "2026-01-01"})
    today = admin.post(NEW, data=TYPED | {"valid_from": "2026-11-03"})
    tomorrow = admin.post(NEW, data=TYPED | {"valid_from": "2026-11-04"})
    assert [answer.status_code for answer in (first, today, tomorrow)] == [302, 422, 302]
    assert "最早自 2026年11月4日 起" in today.text
    assert [tariff.valid_from for tariff in tariffs(session)] == [date(2026, 1, 1), date(2026, 11, 4)]


def test_two_versions_never_begin_on_one_day(admin, session):
    admin.post(NEW, data=TYPED)
    again = admin.post(NEW, data=TYPED | {"rate": "90"})
    assert again.status_code == 422
    assert "2026年12月1日 已有一个版本" in again.text
    assert 'value="90"' in again.text
    assert len(tariffs(session)) == 1


def test_a_new_version_starts_from_the_figures_of_the_last(admin):
    admin.post(NEW, data=TYPED)
    page = admin.get(NEW).text
    assert 'value="2027-01-01"' not in page  # the first of next month is enough: 2 December
    assert 'value="2026-12-02"' in page
    assert 'value="18:00"' in page
    assert 'value="0.6"' in page


def test_overlapping_bands_are_refused_in_the_row_of_the_second(admin, session):
    second = {
        "bands-3-name": "夜间",
        "bands-3-days": "working",
        "bands-3-starts": "20:00",
        "bands-3-ends": "23:00",
        "bands-3-factor": "0.5",
    }
    answer = admin.post(NEW, data=TYPED | second)
    assert "时段“夜间”与“错时”在同类日子里重叠" in answer.text
    assert 'id="bands-1-starts-error"' in answer.text
    assert tariffs(session) == []


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("bands-0-ends", "18:00", "须晚于开始"),
        ("bands-0-ends", "25:00", "请填写时间"),
        ("bands-0-starts", "", "请填写"),
        ("bands-0-factor", "0.12345", "最多 4 位小数"),
        ("bands-0-factor", "-1", "须在 0 与 100 之间"),
        ("rate", "NaN", "请填写金额"),
        ("rate", "1.234", "最多两位小数"),
        ("rate", "八十", "请填写金额"),
        ("increment_minutes", "0", "须在 1 与 1440 之间"),
        ("no_show", "101", "须在 0 与 100 之间"),
        ("vat_source", "", "请填写"),
        ("valid_from", "2026-02-30", "YYYY"),
        ("basis", "day", ""),
    ],
)
def test_a_wrong_figure_is_told_beside_it_and_nothing_is_kept(admin, session, field, value, told):
    answer = admin.post(NEW, data=TYPED | {field: value})
    assert told in answer.text or told == "YYYY"
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert tariffs(session) == []


def test_bands_are_added_and_removed_without_scripts_and_nothing_typed_is_lost(admin, session):
    more = admin.post(NEW, data=TYPED | {"act": "add", "rate": "八十"}).text
    assert 'name="bands-1-name"' in more
    assert 'value="八十"' in more
    fewer = admin.post(NEW, data=TYPED | {"act": "remove-0"}).text
    assert 'name="bands-0-name"' not in fewer
    two = TYPED | {"bands-4-name": "夜间", "act": "remove-1"}  # the second of the page, whatever its number
    left = admin.post(NEW, data=two).text
    assert ("夜间" in left, "错时" in left) == (False, True)
    assert tariffs(session) == []


def test_the_example_shows_minimum_border_and_free_minutes_of_what_is_typed(admin):
    piece = admin.post("/tariffs/example?kind=meeting_room", data=TYPED).text
    assert "<html" not in piece
    for figure in ("¥40.00", "¥112.00", "¥16.80", "¥128.80"):
        assert figure in piece
    capped = admin.post("/tariffs/example?kind=workstation", data=TYPED | {"daily_cap": "60"}).text
    assert "¥60.00" in capped
    assert "封顶前" in capped


def test_the_example_goes_by_the_parks_own_holidays(admin, session):
    rest = {"bands-0-name": "假日", "bands-0-days": "rest", "bands-0-factor": "2"}
    typed = TYPED | rest | {"valid_from": "2026-10-01"}
    piece = admin.post("/tariffs/example?kind=meeting_room", data=typed).text
    assert "10月1日 周四（休息日）" in piece  # National Day, whatever its weekday says
    assert "10月13日 周二（工作日）" in piece  # the 6th is a Tuesday of the holiday
    assert "尚未公布" not in piece
    later = admin.post("/tariffs/example?kind=meeting_room", data=typed | {"valid_from": "2027-10-01"}).text
    assert "2027年的工作日历尚未公布" in later


def test_the_example_says_what_stands_in_its_way(admin):
    assert (
        "单价（含税）：请填写金额"
        in admin.post("/tariffs/example?kind=hall", data=TYPED | {"rate": "x"}).text
    )


def test_storage_is_priced_by_the_day_and_its_example_counts_days(admin, session):
    typed = {key: TYPED[key] for key in TYPED if not key.startswith(("bands", "free", "incr", "min", "no_"))}
    typed |= {"basis": "day", "rate": "8"}
    piece = admin.post("/tariffs/example?kind=storage", data=typed).text
    assert "¥32.00" in piece  # 28 to 31 December
    assert "¥24.00" in piece
    admin.post("/tariffs/new?kind=storage", data=typed)
    assert [(tariff.kind, tariff.basis.value) for tariff in tariffs(session)] == [(Kind.STORAGE, "day")]


def test_one_space_may_have_a_tariff_of_its_own_and_another_parks_space_may_not(admin, world, park, session):
    room = world.space(world.area(park))
    elsewhere = world.space(world.area(world.park()))
    assert admin.post(f"/tariffs/new?space={room.id}", data=TYPED).status_code == 302
    assert admin.get(f"/tariffs/new?space={elsewhere.id}").status_code == 404
    assert [tariff.space_id for tariff in tariffs(session)] == [room.id]


def test_the_list_tells_current_upcoming_past_and_what_changes(admin, world, park, count_queries):
    world.tariff(park, valid_from=date(2024, 1, 1), name="旧价目")
    world.tariff(park, valid_from=date(2025, 1, 1), name="今价目")
    world.tariff(park, valid_from=date(2027, 1, 1), name="新价目甲", bands=[])
    page = admin.get("/tariffs").text
    assert page.index("现行") < page.index("今价目") < page.index("将生效") < page.index("新价目甲")
    assert "以前的 1 个版本" in page
    assert "全天同价" in page
    few = count_queries(lambda: admin.get("/tariffs"))
    for day in range(1, 20):
        world.tariff(park, valid_from=date(2023, 1, day))
    assert count_queries(lambda: admin.get("/tariffs")) == few


def test_another_parks_version_is_not_found(admin, world):
    other = world.tariff(world.park())
    assert admin.get(f"/tariffs/{other.id}").status_code == 404


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MANAGER])
def test_tenants_do_not_enter(world, park, sign_in, role):
    browser = sign_in(world.member(world.enterprise(park), role))
    assert browser.get("/tariffs").status_code == 403
    assert browser.post(NEW, data=TYPED).status_code == 403

"""A tariff is a dated version: it is published once, never changed, and shows what it costs while typed."""

import re
from datetime import date, datetime

import pytest

from booking.audit.models import AuditEntry
from booking.people.models import Role, Size
from booking.spaces.models import Kind, Space
from booking.tariffs.in_force import tariff_in_force
from booking.tariffs.models import Tariff
from booking.tariffs.queries import kind_allowances
from tests.harness.times import SHANGHAI

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
        ("bands-0-factor", "abc", "请填写数字"),
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


CLOCKS = re.compile(r"(\d\d):(\d\d) 进、(\d\d):(\d\d) 出")


def uses_shown(piece):
    """Read the uses of the examples, in minutes of the day."""
    return [tuple(int(h) * 60 + int(m) for h, m in ((a, b), (c, d))) for a, b, c, d in CLOCKS.findall(piece)]


@pytest.mark.parametrize(
    ("opens", "closes"), [("10:00", "16:00"), ("13:30", "14:00"), ("08:00", "22:00"), ("00:00", "24:00")]
)
def test_the_examples_lie_inside_opening_hours(admin, world, park, opens, closes):
    first, last = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (opens, closes))
    world.rule(park, Kind.WORKSTATION, opens_minute=first, closes_minute=last)
    typed = TYPED | {"daily_cap": "600", "bands-0-starts": "15:00", "bands-0-ends": "22:00"}
    shown = uses_shown(admin.post("/tariffs/example?kind=workstation", data=typed).text)
    assert len(shown) == 4  # the minimum, the border or a plain use, the cap, the free minutes
    for start, end in shown:
        assert first <= start < end <= last, (start, end)


def test_a_cap_that_an_open_day_cannot_reach_is_shown_as_such(admin, world, park):
    world.rule(park, Kind.WORKSTATION, opens_minute=10 * 60, closes_minute=12 * 60)
    piece = admin.post("/tariffs/example?kind=workstation", data=TYPED | {"daily_cap": "500"}).text
    assert "到不了封顶" in piece
    assert "10:00 进、12:00 出" in piece


def test_the_example_of_a_space_goes_by_its_own_hours(admin, world, park):
    room = world.space(world.area(park))
    world.rule(park, opens_minute=8 * 60, closes_minute=22 * 60)
    world.rule(park, space_id=room.id, opens_minute=11 * 60, closes_minute=12 * 60)
    shown = uses_shown(admin.post(f"/tariffs/example?space={room.id}", data=TYPED).text)
    assert shown
    assert all(11 * 60 <= start < end <= 12 * 60 for start, end in shown)


def test_a_band_for_rest_days_has_no_example_where_the_space_is_closed_on_them(admin, world, park):
    world.rule(park, open_on_rest_days=False)
    rest = TYPED | {"bands-0-name": "假日", "bands-0-days": "rest", "bands-0-factor": "2"}
    piece = admin.post("/tariffs/example?kind=meeting_room", data=rest).text
    assert "（休息日）" not in piece
    assert "一次普通的使用" in piece


FUTURE = TYPED | {"valid_from": "2026-12-01", "rate": "90"}


@pytest.fixture
def future(admin, world, park, session):
    """Give a version that holds, 80 yuan, and one that begins on 1 December."""
    world.space(world.area(park))
    world.tariff(park, valid_from=date(2026, 1, 1), name="今价目")
    admin.post(NEW, data=FUTURE | {"name": "明价目"})
    return tariffs(session)[-1].id


def withdraw(admin, tariff_id, reason="市场价有变"):
    return admin.post(f"/tariffs/{tariff_id}/withdrawal", data={"reason": reason})


def figures_on(world, park, day):
    world.session.rollback()  # see what was written meanwhile
    space = world.session.query(Space).filter_by(park_id=park.id).one()
    return tariff_in_force(world.session, space, day)


def test_a_published_version_is_withdrawn_before_it_begins_and_the_one_before_goes_on(
    admin, world, park, session, future
):
    assert figures_on(world, park, date(2026, 12, 1)).name == "明价目"
    assert withdraw(admin, future).status_code == 302
    session.rollback()
    assert figures_on(world, park, date(2026, 12, 1)).name == "今价目"
    page = admin.get("/tariffs").text
    assert "将生效" not in page
    assert "原定 2026年12月1日 起，2026年11月3日 撤回，从未生效" in page
    assert "已撤回" in admin.get(f"/tariffs/{future}").text
    entry = session.query(AuditEntry).filter_by(action="tariff.withdrawn").one()
    assert (entry.subject, entry.subject_id, entry.reason) == ("tariff", future, "市场价有变")


def test_a_version_is_withdrawn_with_a_reason_once_and_never_after_it_begins(admin, future, standing_clock):
    for reason in ("", " "):
        answer = withdraw(admin, future, reason)
        assert answer.status_code == 422
        assert "请写明原因" in answer.text
    standing_clock.set(datetime(2026, 12, 1, tzinfo=SHANGHAI))
    late = withdraw(admin, future)
    assert late.status_code == 409
    assert "2026年12月1日 起已经生效" in late.text
    standing_clock.set(datetime(2026, 11, 30, 23, 59, tzinfo=SHANGHAI))
    assert withdraw(admin, future).status_code == 302
    again = withdraw(admin, future)
    assert again.status_code == 409
    assert "2026年11月30日 已经撤回" in again.text


def test_a_version_is_corrected_before_it_begins_from_a_form_that_holds_its_figures(
    admin, world, park, session, future
):
    page = admin.get(f"/tariffs/new?corrects={future}").text
    assert 'value="90"' in page
    assert 'value="2026-12-01"' in page
    assert "改正价目" in page
    answer = admin.post(f"/tariffs/new?corrects={future}", data=FUTURE | {"rate": "85", "name": "改过的"})
    assert answer.status_code == 302
    assert figures_on(world, park, date(2026, 12, 1)).rate.fen == 8500
    kept = {tariff.name: tariff.withdrawn_on for tariff in tariffs(session)}
    assert kept == {"今价目": None, "明价目": date(2026, 11, 3), "改过的": None}
    told = [
        entry.action
        for entry in session.query(AuditEntry).filter_by(subject="tariff").order_by(AuditEntry.id)
    ]
    assert told[-2:] == ["tariff.withdrawn", "tariff.published"]
    twice = admin.post(f"/tariffs/new?corrects={future}", data=FUTURE)
    assert twice.status_code == 422
    assert "已经撤回" in twice.text
    assert len(tariffs(session)) == 3


def test_a_correction_that_is_refused_withdraws_nothing(admin, session, future):
    answer = admin.post(f"/tariffs/new?corrects={future}", data=FUTURE | {"valid_from": "2026-11-03"})
    assert answer.status_code == 422
    assert [tariff.withdrawn_on for tariff in tariffs(session)] == [None, None]


def test_free_minutes_are_those_of_the_versions_that_were_not_withdrawn(admin, world, park, session, future):
    withdraw(admin, future)
    session.rollback()
    found = kind_allowances(session, park.id, Size.SMALL, date(2026, 12, 1))
    assert found.get(Kind.MEETING_ROOM) != 90


def test_anothers_version_is_neither_withdrawn_nor_corrected(admin, world, sign_in, future):
    stranger = sign_in(world.member(world.park(code="B")))
    assert withdraw(stranger, future).status_code == 404
    assert stranger.get(f"/tariffs/new?corrects={future}").status_code == 404


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

"""The statement explains every line, shows what is running, and belongs to whoever pays."""

import re

import pytest
from sqlalchemy import select

from booking.blueprints.kit.labels.invoices import line_views
from booking.charges.charge_fee import cancel_with_fee
from booking.charges.models import ChargeKind, Dispute, MonthClose
from booking.charges.queries import month_to_date
from booking.charges.statement import statement
from booking.invoices.billable_lines import billable_lines
from booking.mail.models import Letter
from booking.people.models import Role, Size
from booking.reservations.models import FAR_FUTURE
from booking.spaces.models import Kind
from booking.tariffs.models import Basis
from booking.usage.check_in import begin_lease, check_in, release_no_show, walk_in
from booking.usage.check_out import end_forgotten
from booking.usage.correct_stay import correct_stay
from booking.values import Money, Month
from tests.harness.stays import CHARGER, actor, at, lines_of, reserved, used, used_as_reserved
from tests.harness.times import SHANGHAI

DAY = "2026-11-02"
NOVEMBER = Month(2026, 11, SHANGHAI)


@pytest.fixture
def park(world):
    return world.park()


@pytest.fixture
def enterprise(world, park):
    return world.enterprise(park, monthly_budget=Money.yuan(100))


@pytest.fixture
def manager(world, enterprise):
    return world.member(enterprise, Role.MANAGER, password_hash="set")


@pytest.fixture
def member(world, enterprise):
    return world.member(enterprise)


@pytest.fixture
def room(world, park):
    return world.space(world.area(park))


def stayed(session, room, member, start="16:36", end="18:17"):
    reservation = reserved(session, room, member, at(DAY, "16:30"), at(DAY, "18:30"), 12800)
    return used_as_reserved(session, reservation, member, at(DAY, start), at(DAY, end))


def only_question(session) -> Dispute:
    question: Dispute = session.query(Dispute).one()
    session.commit()
    return question


def test_a_line_shows_reserved_used_billed_its_bands_and_the_sum_so_far(
    world, park, manager, member, room, session, sign_in
):
    world.tariff(park)
    stayed(session, room, member)
    used(session, room, member, at(DAY, "20:00"), at(DAY, "20:30"))
    page = sign_in(manager).get("/statement").text
    for said in ("16:30–18:30", "16:36–18:17", "16:36–18:21", "标准 1 小时 24 分", "错时 21 分", "× 0.6"):
        assert said in page
    for money in ("¥112.00", "¥16.80", "¥128.80", "累计 ¥152.80"):
        assert money in page
    assert "按实际使用计：末尾补足到 15 分的整数倍，最短 30 分" in page
    assert "已超出预算 ¥52.80" in page
    assert member.name in page


def test_a_member_sees_the_lines_of_their_own_use_and_a_manager_all(
    world, park, manager, member, room, session, sign_in
):
    world.tariff(park)
    colleague = world.member(member.enterprise)
    stayed(session, room, member)
    used(session, room, colleague, at(DAY, "19:00"), at(DAY, "19:30"))
    mine, theirs = lines_of(session)[0], lines_of(session)[-1]
    browser = sign_in(member)
    page = browser.get("/statement").text
    assert "¥128.80" in page
    assert "¥24.00" not in page
    assert browser.get(f"/statement/lines/{mine.id}/question").status_code == 200
    assert browser.get(f"/statement/lines/{theirs.id}/question").status_code == 404
    assert "¥24.00" in sign_in(manager).get("/statement").text


def test_nobody_sees_another_enterprises_lines(world, park, member, room, session, sign_in):
    world.tariff(park)
    stayed(session, room, member)
    stranger = sign_in(world.member(world.enterprise(park), Role.MANAGER))
    (line, *_) = lines_of(session)
    assert "¥128.80" not in stranger.get("/statement").text
    assert stranger.get(f"/statement/lines/{line.id}/question").status_code == 404
    assert stranger.post(f"/statement/lines/{line.id}/question", data={"words": "？"}).status_code == 404
    assert stranger.get(f"/today/stays/{line.stay_id}").status_code == 404
    assert session.query(Dispute).count() == 0


def test_the_free_minutes_left_stand_there(world, park, manager, member, room, session, sign_in):
    world.tariff(park, allowances={Size.SMALL: 90})
    used(session, room, member, at(DAY, "10:00"), at(DAY, "11:00"))
    assert "还剩 30 分，共 1 小时 30 分" in sign_in(manager).get("/statement").text


def test_what_is_still_going_on_shows_what_it_has_cost_until_now(
    world, park, manager, member, room, session, sign_in, standing_clock
):
    world.tariff(park)
    start, until = at("2026-11-03", "09:00"), at("2026-11-03", "12:00")
    walk_in(session, room, member, until, charger=CHARGER, by=actor(member), now=start)
    session.commit()
    standing_clock.set(at("2026-11-03", "10:40"))
    page = sign_in(manager).get("/statement").text
    assert "还在使用" in page
    assert "¥140.00" in page  # 9:00 to 10:45


def test_an_open_lease_shows_the_days_of_the_month_alone(world, park, manager, session, sign_in):
    world.tariff(park, Kind.STORAGE, basis=Basis.DAY, rate=Money.yuan(8), bands=[])
    unit = world.space(world.area(park), Kind.STORAGE)
    lease = reserved(session, unit, manager, at("2026-09-29"), FAR_FUTURE)
    begin_lease(session, lease.id, now=at("2026-09-29"))
    session.commit()
    browser = sign_in(manager)
    assert "¥24.00" in browser.get("/statement").text  # 1 to 3 November
    assert "¥248.00" in browser.get("/statement?month=2026-10").text  # 31 days, until October closes


def test_a_no_show_tells_the_share_of_the_quote(world, park, manager, member, room, session, sign_in):
    world.tariff(park, no_show_permille=500)
    reservation = reserved(session, room, member, at(DAY, "09:00"), at(DAY, "11:00"), 16000)
    release_no_show(session, reservation.id, park=park, charger=CHARGER, now=at(DAY, "09:15"))
    session.commit()
    page = sign_in(manager).get("/statement").text
    assert "报价 ¥160.00 的 50%" in page
    assert "没有使用" in page


def test_a_corrected_line_is_kept_in_a_fold_with_the_reason(
    world, park, manager, member, room, session, sign_in
):
    world.tariff(park)
    stay = stayed(session, room, member)
    by = actor(world.member(park))
    new_end = at(DAY, "17:36")
    correct_stay(
        session, stay.id, stay.started_at, new_end, "前台看见", charger=CHARGER, by=by, now=at(DAY, "20:00")
    )
    session.commit()
    page = sign_in(manager).get("/statement").text
    assert page.index("¥80.00") < page.index("更正前的记录") < page.index("前台看见") < page.index("¥112.00")
    assert "累计 ¥80.00" in page


def test_the_queries_do_not_grow_with_the_lines(
    world, park, manager, member, room, session, sign_in, count_queries
):
    world.tariff(park, no_show_permille=500, allowances={Size.SMALL: 90}, daily_cap=Money.yuan(500))
    browser = sign_in(manager)

    def use(hours):
        for hour in hours:
            used(session, room, member, at(DAY, f"{hour:02}:00"), at(DAY, f"{hour:02}:30"))
            gone = reserved(session, room, member, at(DAY, f"{hour:02}:35"), at(DAY, f"{hour:02}:55"), 800)
            release_no_show(session, gone.id, park=park, charger=CHARGER, now=at(DAY, f"{hour:02}:59"))
            session.commit()

    use(range(8, 10))
    few = count_queries(lambda: browser.get("/statement"))
    use(range(10, 20))
    assert count_queries(lambda: browser.get("/statement")) == few
    assert browser.get("/statement").text.count("未到") >= 12


def test_what_is_cancelled_late_of_a_month_to_come_can_be_read_at_once(
    session, room, park, member, manager, world, sign_in
):
    """Two days before 1 December; 30 % of 128.00 are due, which that month's bill will hold."""
    world.tariff(park, late_cancel_permille=300, late_cancel_minutes=3 * 24 * 60)
    reservation = reserved(session, room, member, at("2026-12-01", "10:00"), at("2026-12-01", "11:00"), 12800)
    for whose in (manager, member):
        assert sign_in(whose).get("/statement?month=2026-12").status_code == 404
    cancel_with_fee(session, reservation.id, by=actor(member), now=at("2026-11-29", "10:00"))
    session.commit()
    for whose in (manager, member):
        assert "¥38.40" in sign_in(whose).get("/statement?month=2026-12").text
    for stranger in (world.member(manager.enterprise), world.member(world.enterprise(park), Role.MANAGER)):
        assert sign_in(stranger).get("/statement?month=2026-12").status_code == 404


def test_a_month_to_come_or_not_a_month_is_not_found(manager, sign_in):
    browser = sign_in(manager)
    assert browser.get("/statement?month=2026-12").status_code == 404
    assert browser.get("/statement?month=october").status_code == 404
    assert "这个月还没有费用" in browser.get("/statement?month=2020-01").text


def test_a_question_is_kept_once_in_the_tenants_words(world, park, manager, member, room, session, sign_in):
    world.tariff(park)
    stayed(session, room, member)
    line = lines_of(session)[0]
    browser = sign_in(member)
    address = f"/statement/lines/{line.id}/question"
    empty = browser.post(address, data={"words": "   "})
    assert empty.status_code == 422
    done = browser.post(address, data={"words": "我们没有用"}, follow_redirects=True)
    assert "异议待答复" in done.text
    again = browser.post(address, data={"words": "再问一次"})
    assert again.status_code == 422
    assert "每行只能提一次" in again.text
    assert only_question(session).words == "我们没有用"


def test_a_closed_month_takes_no_questions(world, park, member, room, session, sign_in):
    world.tariff(park)
    stayed(session, room, member)
    session.add(MonthClose(park_id=park.id, month_key=202611, closed_at=at("2026-12-03"), closed_by="测试"))
    session.commit()
    browser = sign_in(member)
    page = browser.get("/statement").text
    assert "有疑问" not in page
    line = lines_of(session)[0]
    late = browser.post(f"/statement/lines/{line.id}/question", data={"words": "晚了"})
    assert "已结账" in late.text
    assert session.query(Dispute).count() == 0


def test_the_tenant_states_the_true_end_of_a_forgotten_check_out(
    world, park, member, room, session, sign_in, standing_clock
):
    world.tariff(park)
    reservation = reserved(session, room, member, at(DAY, "09:00"), at(DAY, "12:00"), 24000)
    stay = check_in(
        session, reservation.id, park=park, charger=CHARGER, by=actor(member), now=at(DAY, "09:00")
    )
    end_forgotten(session, stay.id, charger=CHARGER, now=at(DAY, "13:05"))
    session.commit()
    browser = sign_in(member)
    shown = browser.get("/statement").text
    assert "忘了签退" in shown
    address = f"/today/stays/{stay.id}"
    assert address in shown
    assert "2026-11-02T12:00" in browser.get(address).text
    field = f"left{stay.id}-ended_at"
    future = browser.post(f"{address}/left", data={field: "2026-11-09T10:00"})
    assert (future.status_code, "只能填写已经过去的时间" in future.text) == (422, True)
    browser.post(f"{address}/left", data={field: "2026-11-02T10:00"})
    old, new = lines_of(session)
    assert (old.amount.fen, old.superseded_at is not None) == (24000, True)
    assert (new.amount.fen, new.superseded_at) == (8000, None)
    assert "忘了签退" not in browser.get("/statement").text


@pytest.mark.parametrize(
    ("typed", "fen"), [({}, -11200), ({"amount": "12.34"}, -1234), ({"outcome": "declined"}, None)]
)
def test_the_park_answers_with_a_reason_and_granting_gives_back(
    world, park, member, room, session, sign_in, typed, fen
):
    world.tariff(park)
    stayed(session, room, member)
    line = lines_of(session)[0]
    sign_in(member).post(f"/statement/lines/{line.id}/question", data={"words": "空调坏了"})
    admin = sign_in(world.member(park))
    question = only_question(session)
    assert "空调坏了" in admin.get("/disputes").text
    silent = admin.post(f"/disputes/{question.id}", data={"outcome": "granted", "words": ""})
    assert silent.status_code == 422
    admin.post(f"/disputes/{question.id}", data={"outcome": "granted", "words": "已核实"} | typed)
    given_back = [one.amount.fen for one in lines_of(session, kind=ChargeKind.ADJUSTMENT)]
    assert given_back == ([] if fen is None else [fen])
    page = sign_in(member).get("/statement").text
    assert "已核实" in page
    if fen == -1234:
        assert "¥116.46" in page  # 128.80 less 12.34
    again = admin.post(f"/disputes/{question.id}", data={"outcome": "granted", "words": "再来"})
    assert "已经答复过了" in again.text


@pytest.mark.parametrize("amount", ["0", "112.01", "-1", "1.234", "many"])
def test_no_more_is_given_back_than_the_line(world, park, member, room, session, sign_in, amount):
    world.tariff(park)
    stayed(session, room, member)
    line = lines_of(session)[0]
    sign_in(member).post(f"/statement/lines/{line.id}/question", data={"words": "空调坏了"})
    question = only_question(session)
    typed = {"outcome": "granted", "words": "已核实", "amount": amount}
    answer = sign_in(world.member(park)).post(f"/disputes/{question.id}", data=typed)
    assert answer.status_code == 422
    assert 'id="amount-error"' in answer.text
    assert len(lines_of(session)) == 2


def corrected_to_six_past_five(session, stay, admin):
    until, by = at(DAY, "17:06"), actor(admin)
    facts = {"charger": CHARGER, "by": by, "now": at(DAY, "20:00")}
    correct_stay(session, stay.id, stay.started_at, until, "更正", **facts)
    session.commit()


def test_a_correction_takes_what_was_given_back_with_it(world, park, member, room, session, sign_in):
    world.tariff(park)
    stay = stayed(session, room, member)
    line = lines_of(session)[0]
    admin = world.member(park)
    sign_in(member).post(f"/statement/lines/{line.id}/question", data={"words": "早走了"})
    question = only_question(session)
    sign_in(admin).post(f"/disputes/{question.id}", data={"outcome": "granted", "words": "已核实"})
    session.expire_all()
    corrected_to_six_past_five(session, stay, admin)
    assert "累计 ¥40.00" in sign_in(member).get("/statement").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "异议成立，退还 ¥112.00"),
        ({"amount": "12.34"}, "异议成立，退还 ¥12.34"),
        ({"outcome": "declined"}, "异议不成立，照原样计费"),
    ],
)
def test_the_managers_get_the_answer_by_mail_once(
    world, park, manager, member, room, session, sign_in, typed, said
):
    world.tariff(park)
    world.member(member.enterprise, Role.MANAGER, active=False)
    world.member(world.enterprise(park), Role.MANAGER)
    second = world.member(member.enterprise, Role.MANAGER, password_hash="set", language="en")
    stayed(session, room, member)
    line = lines_of(session)[0]
    sign_in(member).post(f"/statement/lines/{line.id}/question", data={"words": "空调坏了"})
    admin, question = sign_in(world.member(park)), only_question(session)
    answer = {"outcome": "granted", "words": "已核实"} | typed
    for _ in range(2):
        admin.post(f"/disputes/{question.id}", data=answer)
    letters = session.scalars(select(Letter).order_by(Letter.id)).all()
    assert [letter.to for letter in letters] == [manager.email, second.email]
    chinese, english = (letter.body for letter in letters)
    for words in (manager.name, room.name, "16:36–18:17", "¥112.00", "空调坏了", said, "理由：已核实"):
        assert words in chinese
    assert "/statement?month=2026-11" in chinese
    assert letters[0].subject == f"计费异议已答复：{room.name}"
    assert "Reason: 已核实" in english


def test_the_answer_about_a_corrected_line_says_that_nothing_more_is_given_back(
    world, park, manager, member, room, session, sign_in
):
    world.tariff(park)
    stay = stayed(session, room, member)
    line = lines_of(session)[0]
    admin = world.member(park)
    sign_in(member).post(f"/statement/lines/{line.id}/question", data={"words": "早走了"})
    question = only_question(session)
    corrected_to_six_past_five(session, stay, admin)
    sign_in(admin).post(f"/disputes/{question.id}", data={"outcome": "granted", "words": "已核实"})
    assert "不另外退款" in session.scalars(select(Letter)).one().body


def test_another_parks_question_is_not_found(world, park, member, room, session, sign_in):
    world.tariff(park)
    stayed(session, room, member)
    line = lines_of(session)[0]
    sign_in(member).post(f"/statement/lines/{line.id}/question", data={"words": "？"})
    question = only_question(session)
    elsewhere = sign_in(world.member(world.park()))
    assert elsewhere.get(f"/disputes/{question.id}").status_code == 404
    typed = {"outcome": "declined", "words": "不行"}
    assert elsewhere.post(f"/disputes/{question.id}", data=typed).status_code == 404
    assert "？" not in elsewhere.get("/disputes").text


def test_a_disputed_line_is_in_no_sum_so_far_until_it_is_answered(
    world, park, enterprise, manager, member, room, session, sign_in
):
    world.tariff(park)
    stayed(session, room, member)  # 112.00 and 16.80
    used(session, room, member, at(DAY, "20:00"), at(DAY, "20:30"))  # 24.00
    line = lines_of(session)[0]
    browser = sign_in(manager)
    assert "¥152.80 / ¥100.00" in browser.get("/statement").text
    browser.post(f"/statement/lines/{line.id}/question", data={"words": "没有用这么久"})
    shown, today = browser.get("/statement").text, browser.get("/today").text
    assert "¥40.80 / ¥100.00" in shown
    assert "累计 ¥40.80" in shown
    assert "异议中 ¥112.00 未计入" in shown
    assert "合计，不含异议中的" in shown
    assert "¥40.80 / ¥100.00" in today
    found = statement(session, park, enterprise, NOVEMBER, now=at(DAY, "21:00"))
    assert found.total == month_to_date(session, enterprise.id, NOVEMBER) == Money(4080)
    assert found.in_question == Money(11200)
    mine = month_to_date(session, enterprise.id, NOVEMBER, member_id=member.id)
    assert mine == Money(4080)
    session.rollback()
    question = only_question(session)
    sign_in(world.member(park)).post(
        f"/disputes/{question.id}", data={"outcome": "declined", "words": "门禁为准"}
    )
    assert "¥152.80 / ¥100.00" in browser.get("/statement").text


def test_the_lines_of_a_day_stand_in_order_of_time_whatever_they_are(
    world, park, enterprise, manager, member, session, sign_in, app
):
    """Three rooms: the one charged last began first, and the fee stands where its reservation began."""
    world.tariff(park, no_show_permille=500, allowances={Size.SMALL: 60})
    area = world.area(park)
    early, middle, late = (world.space(area, name=name) for name in ("竹韵", "兰亭", "安亭"))
    missed = reserved(session, middle, member, at(DAY, "10:00"), at(DAY, "11:00"), 8000)
    release_no_show(session, missed.id, park=park, charger=CHARGER, now=at(DAY, "10:15"))
    used(session, late, member, at(DAY, "17:30"), at(DAY, "18:30"))
    first = used(session, early, member, at(DAY, "09:00"), at(DAY, "19:00"))
    facts = {"charger": CHARGER, "by": actor(world.member(park)), "now": at(DAY, "20:00")}
    correct_stay(session, first.id, at(DAY, "09:00"), at(DAY, "18:00"), "门禁", **facts)
    session.commit()
    page = sign_in(manager).get("/statement").text
    titles = re.findall(r"<h3>.*?</svg>\s*(\S+?)</h3>", page, re.DOTALL)
    assert titles == ["竹韵", "兰亭", "安亭"]
    last = page.split('id="stay-')[-1]
    assert last.index("标准 30 分") < last.index("错时 30 分")
    with app.test_request_context():
        on_the_bill = line_views(billable_lines(session, enterprise.id, NOVEMBER), NOVEMBER)
    assert [line.space for line in on_the_bill] == ["竹韵", "兰亭", "安亭", "安亭"]


def test_what_moved_is_told_where_it_stands(world, park, manager, member, room, session, sign_in):
    world.tariff(park, bands=[], allowances={Size.SMALL: 60})
    first = used(session, room, member, at(DAY, "09:00"), at(DAY, "10:00"))
    used(session, room, member, at(DAY, "10:00"), at(DAY, "11:00"))
    facts = {"charger": CHARGER, "by": actor(world.member(park)), "now": at(DAY, "20:00")}
    correct_stay(session, first.id, at(DAY, "09:00"), at(DAY, "09:30"), "门禁", **facts)
    session.commit()
    page = sign_in(manager).get("/statement").text
    assert f"11月2日 周一“{room.name}”的使用更正了" in page
    assert "免费 0 分 变为 30 分，¥80.00 变为 ¥40.00。" in page


def test_an_english_manager_reads_of_an_answer_in_english(world, park, enterprise, session, sign_in):
    world.tariff(park)
    reader = world.member(enterprise, Role.MANAGER, password_hash="set", language="en")
    room = world.space(world.area(park), name="兰亭", name_en="Orchid")
    stayed(session, room, reader)
    line = lines_of(session)[0]
    sign_in(reader).post(f"/statement/lines/{line.id}/question", data={"words": "Too long"})
    administrator = sign_in(world.member(park, language="en"))
    assert "Orchid" in administrator.get("/disputes").text
    answer = {"outcome": "declined", "words": "By the door's record"}
    administrator.post(f"/disputes/{only_question(session).id}", data=answer)
    letter = session.scalars(select(Letter)).one()
    assert "Orchid" in letter.subject + letter.body
    assert "兰亭" not in letter.subject + letter.body


def test_an_english_reader_finds_english_names_in_the_lines(world, park, enterprise, session, sign_in):
    world.tariff(park)
    reader = world.member(enterprise, Role.MANAGER, password_hash="set", language="en")
    room = world.space(world.area(park, name_en="Building 2"), name="兰亭", name_en="Orchid")
    stayed(session, room, reader)
    page = sign_in(reader).get("/statement").text.split("<main")[1].split("</main>")[0]
    assert "Orchid" in page
    assert "Off-peak" in page
    assert not re.search("[\\u4e00-\\u9fff]", page.replace(reader.name, "")), "all is English"

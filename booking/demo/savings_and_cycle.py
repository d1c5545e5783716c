"""What the demo's branch lives on: savings with their baselines, and the 11530.

Which offices the enterprises gave up, with invented leases on file, and what they say of themselves; lists that go
out and are mostly opened, needs that are chased, and some who were silent and are visited.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

import pylopdf_fonts_zh_cn
from flask import current_app
from PIL import Image, ImageDraw, ImageFont

from booking.blueprints.kit.month_sheet.board import signed_pdf
from booking.demo.diary import Diary
from booking.demo.tenants import QUIET, Household
from booking.letters import branch
from booking.needs.raise_need import visit
from booking.parks.queries import park_calendar
from booking.people.models import Member
from booking.ports import Ports
from booking.rhythm import send_letters
from booking.rhythm.cycle_days import MAIL_FROM, CycleStep, StepDays, days_of_month
from booking.rhythm.cycle_letters import ids_to_write, open_list
from booking.savings.declare_effect import declare_effect
from booking.savings.models import Baseline
from booking.savings.report import read_sources
from booking.savings.rules import BaselineDecision, BaselineTerms
from booking.savings.set_baseline import check_baseline, read_evidence, set_baseline
from booking.savings.sign_report import SigningPorts, announce_draft, mark_of_draft, sign_report
from booking.savings.standings import quarters_to_settle, settle_quarter
from booking.values import Money, Month, next_working_day

LATELY = 3  # months, the running one among them: before, fewer were silent, and one was visited
SOON = timedelta(minutes=1)  # a job looks
SILENT = ("葭苇", "松针", "沙洲", "青梧")
VISITED, CARD_LEFT = ("沙洲", "松针"), ("青梧",)
SILENT_BEFORE, VISITED_BEFORE = ("青梧", "沙洲"), ("沙洲",)
OPENS_WITHIN = 4  # days


def plan_cycle(diary: Diary, month: Month, households: Sequence[Household], age: int, now: datetime) -> None:
    """Plan the cycle of a month; `age` is how many months ago it was."""
    late = age < LATELY
    silent, visited = (SILENT, VISITED) if late else (SILENT_BEFORE, VISITED_BEFORE)
    calendar = park_calendar(diary.session, diary.park.id)
    acts: dict[CycleStep, Callable[[Diary, datetime], None]] = {
        CycleStep.LIST: _send_lists,
        CycleStep.FOLLOW_UP: _follow_up,
    }
    steps = list(days_of_month(month, calendar))
    for days in steps:
        if days.step in acts:
            diary.at(_at(days, days.mail_day, MAIL_FROM) + SOON, partial(acts[days.step], diary))
    lists = steps[0]
    there = [one for one in households if lists.had(one.since)]
    for number, one in enumerate(there):
        opened = _at(lists, lists.mail_day + timedelta(days=number % OPENS_WITHIN), time(10, number))
        if one.tenant.word not in silent and opened < now:
            diary.at(opened, partial(_open, diary, one, month))
    called = next_working_day(calendar, lists.mail_day + timedelta(days=7))
    called_on = {*visited, *(CARD_LEFT if late else ())} - ({*QUIET} if age == 0 else set())
    for number, one in enumerate(one for one in there if one.tenant.word in called_on):
        met = one.tenant.word in visited
        diary.at(_at(lists, called, time(15, 10 * number)), partial(_call, diary, one, met=met))
        if not met:
            again = next_working_day(calendar, called + timedelta(days=3))
            diary.at(_at(lists, again, time(11, 10 * number)), partial(_call, diary, one, met=True))


def _at(days: StepDays, day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=days.month.zone)


def _open(diary: Diary, household: Household, month: Month, now: datetime) -> None:
    open_list(diary.session, household.enterprise.id, month, now=now)


def _call(diary: Diary, household: Household, now: datetime, *, met: bool) -> None:
    by = diary.admin
    visitor = diary.session.get_one(Member, by.member_id)
    words = "送上本月清单，讲了怎样更省" if met else "公司没人，清单和连心卡放在前台"
    visit(diary.session, household.enterprise, words, met=met, visitor=visitor, by=by, now=now)


def _send_lists(diary: Diary, now: datetime) -> None:
    for enterprise_id in ids_to_write(diary.session, [diary.park], CycleStep.LIST, now):
        send_letters.send_list(diary.session, enterprise_id, branch.monthly_list, now=now)


def _follow_up(diary: Diary, now: datetime) -> None:
    for enterprise_id in send_letters.follow_ups_due(diary.session, [diary.park], now):
        send_letters.send_follow_up(diary.session, enterprise_id, branch.follow_up, now=now)
    for owner_id in send_letters.owners_to_chase(diary.session, [diary.park], now):
        send_letters.chase_needs(diary.session, owner_id, branch.needs_chased, now=now)


INK, PAPER, STAMP = 30, 255, 120
EFFECTS = (
    # who, days before now, what, how much
    ("栎芽", 64, "省下的租金投入研发", "约 9.2 万元/年"),
    ("栎芽", 40, "订单同比", "+30%"),
    ("栀夏", 90, "新增设计师", "2 人"),
    ("渡鸦", 51, "通过等级测评的项目", "4 个"),
    ("霁蓝", 33, "新增专利申请", "3 件"),
)


def plan_baselines(diary: Diary, households: Sequence[Household], now: datetime) -> None:
    """State a baseline for each household that has one, on its second day; the papers come with some.

    The administrator checks each the same afternoon, all but the two that were stated lately.
    """
    for household in households:
        if household.tenant.area is not None:
            start = household.since + timedelta(days=1)
            when = datetime.combine(start, time(14), tzinfo=diary.park.zone)
            diary.at(when, partial(_set, diary, household))
    for word, days, area, own_area in UNCHECKED:
        household = _of(households, word)
        tenant = household.tenant._replace(area=area, own_area=own_area)
        restated = replace(household, tenant=tenant, since=now.date().replace(day=1))
        day = max(household.since + timedelta(days=2), (now - timedelta(days=days)).date())
        when = datetime.combine(day, time(10, 20), tzinfo=diary.park.zone)
        diary.at(when, partial(_state, diary, restated, note="按本月实际情况更正"))
    for word, days, title, figure in EFFECTS:
        household = _of(households, word)
        when = (now - timedelta(days=days)).replace(hour=15, minute=0, second=0, microsecond=0)
        diary.at(when, partial(_say, diary, household, title, figure))


UNCHECKED = (
    # who, days before now, area before and kept as they say now
    ("桐隐", 6, 4500, 0),  # two noughts too many, and no paper
    ("栀夏", 2, 60, 12),
)


def _of(households: Sequence[Household], word: str) -> Household:
    return next(one for one in households if one.tenant.word == word)


def _set(diary: Diary, household: Household, now: datetime) -> None:
    note = "入驻共享空间前的办公室" if household.tenant.documented else "企业自述，合同待补"
    baseline = _state(diary, household, now, note=note)
    decision = BaselineDecision(baseline.evidence.value)

    def check(now: datetime) -> None:
        check_baseline(diary.session, baseline.id, decision, branch.baseline_checked, by=diary.admin, now=now)

    diary.at(now + timedelta(hours=2), check)


def _state(diary: Diary, household: Household, now: datetime, *, note: str) -> Baseline:
    tenant = household.tenant
    price = Money(tenant.price)
    own = price if tenant.own_area else Money.zero()
    terms = BaselineTerms((tenant.area or 0) * 100, price, tenant.own_area * 100, own)
    paper = None
    if tenant.documented:
        paper = read_evidence(f"租赁合同-{household.enterprise.short_name}.pdf", lease_paper(household))
    diary.done["baselines"] += 1
    return set_baseline(
        diary.session,
        household.enterprise,
        household.since,
        terms,
        by=diary.manager(household),
        now=now,
        paper=paper,
        note=note,
    )


def _say(diary: Diary, household: Household, title: str, figure: str, now: datetime) -> None:
    by = diary.manager(household)
    declare_effect(diary.session, household.enterprise, now.date(), title, figure, by=by, now=now)


def settle_quarters(diary: Diary, now: datetime) -> None:
    """Settle who may be shown how in a quarter that has begun, as the job does."""
    for quarter in quarters_to_settle(diary.session, diary.park, now):
        settle_quarter(diary.session, diary.park, quarter, now=now)
        diary.done["quarters"] += 1


SIGNED_AFTER = timedelta(hours=5, minutes=10)


def report_month(diary: Diary, month: Month, ports: Ports, *, is_signed: bool, now: datetime) -> None:
    """Tell the branch that the draft of a closed month is there; it signs the same day what is to be signed."""
    announce_draft(diary.session, diary.park, month, branch.draft_ready, now=now)
    if is_signed:
        diary.at(now + SIGNED_AFTER, partial(_sign, diary, month, ports))


def _sign(diary: Diary, month: Month, ports: Ports, now: datetime) -> None:
    session, park = diary.session, diary.park
    sources = read_sources(session, park, month, month, now=now)
    printed, told = (
        signed_pdf(session, park, ports.report_printer, now=now),
        partial(branch.report_signed, park=park),
    )
    signing = SigningPorts(printed, told, current_app.config["BASE_URL"])
    with current_app.test_request_context():  # for the addresses of the month page
        sign_report(session, park, month, mark_of_draft(sources, month), signing, by=diary.branch, now=now)
    diary.done["reported"] += 1


FONT = Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSerifSC-Regular.otf"
PAGE = (1240, 1754)  # A4 at 150 dots an inch


def lease_paper(household: Household) -> bytes:
    """Draw the first page of an invented lease, as a scan that somebody handed in: a PDF."""
    tenant, enterprise = household.tenant, household.enterprise
    page = Image.new("L", PAGE, PAPER)
    draw = ImageDraw.Draw(page)
    title, text = (ImageFont.truetype(str(FONT), size) for size in (52, 30))
    draw.text((PAGE[0] // 2, 200), "办公用房租赁合同（演示件）", font=title, fill=INK, anchor="mm")
    lines = (
        "出租方：星野渡园区运营（星野）有限公司",
        f"承租方：{enterprise.name}",
        f"统一社会信用代码：{enterprise.uscc}",
        f"房屋坐落：{enterprise.address}",
        f"建筑面积：{tenant.area} 平方米",
        f"租金标准：每平方米每日人民币 {Money(tenant.price)} 元",
        f"租赁期限：至 {household.since:%Y 年 %m 月 %d 日} 前一日止",
        f"变更后保留面积：{tenant.own_area} 平方米",
        "本件为演示数据，所载企业、地址与金额均为虚构。",
    )
    for number, line in enumerate(lines):
        draw.text((160, 360 + number * 92), line, font=text, fill=INK)
    draw.ellipse((820, 1250, 1080, 1510), outline=STAMP, width=8)
    draw.text((950, 1380), "演示专用", font=text, fill=STAMP, anchor="mm")
    bytes_ = BytesIO()
    page.save(bytes_, format="PDF", resolution=150)
    return bytes_.getvalue()

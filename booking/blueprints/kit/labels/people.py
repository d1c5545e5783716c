"""People and enterprises in words: roles, sizes, who did something and why.

And what somebody may book: what takes whose consent.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import object_session

from booking import clock
from booking.audit.actions import DEVICE
from booking.blueprints.kit.filters import comma_list, moment, money
from booking.blueprints.kit.labels.consent import ParkThen, park_then
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.session import me, my_park
from booking.charges.move_out import LEFT
from booking.charges.quote_each import list_price, price_of_day
from booking.db import db
from booking.language import gettext, ngettext
from booking.needs.steps import ANONYMOUS
from booking.people.models import Member, Restricted, Role, Size
from booking.people.passwords import BEARER
from booking.reservations.approval.agree import ToJudge, as_judged
from booking.reservations.approval.requests import promise
from booking.reservations.approval.rules import (
    Answerer,
    Booking,
    WaitNeedsManager,
    WhyAsk,
    check_alone,
    check_wait,
    who_answers,
    why_ask,
)
from booking.reservations.approval.wait_again import PROPOSAL_UNANSWERED
from booking.reservations.models import ProposedPlace, Reservation
from booking.spaces.models import AnySpace, Kind
from booking.tariffs.rules import NoTariff
from booking.usage.check_in import CAME_BEFORE
from booking.usage.correct_stay import STATED_LATER
from booking.usage.stay_longer import CHECK_OUT_UNDONE
from booking.values import Money, Span


def role_name(role: Role) -> str:
    """Name a role."""
    names = {
        Role.MEMBER: gettext("企业员工"),
        Role.MANAGER: gettext("企业负责人"),
        Role.ADMIN: gettext("园区管理员"),
        Role.BRANCH: gettext("园区党支部"),
    }
    return names[role]


def role_rights(role: Role) -> str:
    """Say what somebody may do from the moment they have a role; "" where it gives nothing more."""
    rights = {
        Role.MANAGER: gettext(
            "看到全企业的预订、对账单和账单并付款，邀请和停用同事、更改角色，修改账单信息、预算和是否具名，填报原租赁基线。"
        ),
        Role.ADMIN: gettext(
            "管理空间、价目、企业和所有人的账号，更改预订和使用记录，开出账单、登记付款、开具贷记单，查看变更记录。"
        ),
        Role.BRANCH: gettext("查看全园区的节省报告和使用情况，审阅和发布报告；不再能管理空间、价目和账单。"),
    }
    return rights.get(role, "")


def rights_label(whose: Restricted) -> str:
    """Say what somebody, or whoever comes new, books alone."""
    rights = whose.allowed
    alone = [kind_name(one) for one in Kind if one not in rights.asks_for]
    if not alone:
        return str(gettext("每次都由负责人批准"))
    what = comma_list(alone) if rights.asks_for else gettext("全部类型")
    if rights.up_to is None:
        return str(gettext("自行预订%(what)s，不限金额", what=what))
    return str(gettext("自行预订%(what)s，每单最多 %(most)s", what=what, most=money(rights.up_to)))


def approval_label(asked: Answerer | None) -> str:
    """Say on a badge who has to say yes first; "" for nobody."""
    words = {Answerer.MANAGER: gettext("需负责人批准"), Answerer.PARK: gettext("需园区确认")}
    return str(words[asked]) if asked else ""


def judged_for_me(asked: Sequence[ToJudge], *, in_turn: bool = False) -> list[Booking]:
    """Give what the reader would book as their rights judge it (`as_judged`)."""
    return as_judged(db.session(), me().rights, me().enterprise_id, asked, in_turn=in_turn)


def wait_refused(space: AnySpace, span: Span) -> WaitNeedsManager | None:
    """Tell why the reader may not wait for what they may not book alone; None where they may."""
    [wish] = judged_for_me([ToJudge(space, span)])
    try:
        check_wait(me().rights, wish)
    except WaitNeedsManager as refusal:
        return refusal
    return None


def asks_first(wish: Booking, *, park_approves: bool, starts_at: datetime | None = None) -> str:
    """Say who would have to say yes to a booking of the reader's (`judged_for_me`); "" for nobody.

    Of the park also by when it would answer, where the start is known.
    """
    if to_manager := asks_manager(wish, park_approves=park_approves):
        return to_manager
    asked = who_answers(me().rights, wish, park_approves=park_approves)
    if asked is Answerer.PARK and starts_at is not None:
        when = promise(db.session(), me().park_id, Kind(wish.kind), starts_at, clock.now())
        return gettext("需园区确认，%(when)s 前答复", when=moment(when))
    return approval_label(asked)


def asks_manager(wish: Booking, *, park_approves: bool) -> str:
    """Say on a badge that the reader's manager is asked, and who then; "" where nobody has to."""
    if why_ask(me().rights, wish) is None:
        return ""
    if not park_approves:
        return approval_label(Answerer.MANAGER)
    return ngettext(
        "先由负责人批准，再由园区在 %(num)s 个工作小时内确认",
        "先由负责人批准，再由园区在 %(num)s 个工作小时内确认",
        my_park().answer_hours,
    )


def asks_sentence(wish: Booking, *, park_approves: bool, booked: Booking | None = None) -> str:
    """Say in the form that a booking of the reader's takes their manager's consent; "" where it does not.

    It tells the price that decides, where that is more than the quote. Raises NeedsManager for what is
    `booked` already and would become more than they may book.
    """
    if booked is not None:
        check_alone(me().rights, wish, agreed=booked)
        return ""
    if who_answers(me().rights, wish, park_approves=park_approves) is not Answerer.MANAGER:
        return ""
    said = gettext("超出你可自行预订的范围，要企业负责人批准；批准之前不保留时间。")
    if park_approves:
        said = ngettext(
            "超出你可自行预订的范围，要企业负责人批准，再由园区确认：交到园区后 %(num)s 个工作小时内答复，"
            "最迟 %(when)s；在那之前不保留时间。",
            "超出你可自行预订的范围，要企业负责人批准，再由园区确认：交到园区后 %(num)s 个工作小时内答复，"
            "最迟 %(when)s；在那之前不保留时间。",
            **_park_then(wish),
        )
    if not wish.shared or why_ask(me().rights, wish) is not WhyAsk.SUM:
        return said
    why = gettext("免费额度可能轮不到，按 %(full)s 算：", full=money(wish.quote))
    return why + said


def _park_then(wish: Booking) -> ParkThen:
    return park_then(my_park(), Kind(wish.kind), wish.starts_at or clock.now())


def asked_because(reservation: Reservation) -> str:
    """Say why its manager is asked, on page and in letter; "" where who asks might book it alone by now."""
    wish = Booking(reservation.space.kind, reservation.quote, reservation.open_ended)
    match why_ask(reservation.member.rights, wish):
        case WhyAsk.KIND:
            return gettext("%(kind)s每次都要批准", kind=kind_name(reservation.space.kind))
        case WhyAsk.OPEN_ENDED:
            return gettext("没有退租日")
        case why:
            return _because_of_sum(reservation, above=why is WhyAsk.SUM)


def _because_of_sum(reservation: Reservation, *, above: bool) -> str:
    """Name the sum that was judged where it is more than the quote, which may be `above` the limit itself."""
    rights, waits = reservation.member.rights, reservation.answerer is Answerer.MANAGER
    most = None if rights is None else rights.up_to
    if most is None:
        return ""
    full = full_price(reservation) if waits else None
    if full is not None and full > max(most, reservation.quote):
        return gettext(
            "免费额度轮不到时是 %(full)s，超过自行预订的 %(most)s", full=money(full), most=money(most)
        )
    return gettext("超过自行预订的 %(most)s", most=money(most)) if above else ""


def full_price(reservation: Reservation) -> Money | None:
    """Price what is had by the hour without free minutes, by the tariff in force; None where none is."""
    session, space = object_session(reservation), reservation.space
    if session is None or space.kind is Kind.STORAGE:
        return None
    try:
        return list_price(session, space.park, space, Span(reservation.starts_at, reservation.ends_at))
    except NoTariff:
        return None


def day_price(of: Reservation | ProposedPlace) -> Money | None:
    """Price a day of a store that is had without an end, by the tariff in force; None where none is."""
    session = object_session(of)
    try:
        return None if session is None else price_of_day(session, of.space.park, of.space, of.starts_at)
    except NoTariff:
        return None


def size_name(size: Size) -> str:
    """Name a size of enterprise."""
    names = {
        Size.MICRO: gettext("微型"),
        Size.SMALL: gettext("小型"),
        Size.MEDIUM: gettext("中型"),
        Size.LARGE: gettext("大型"),
    }
    return names[size]


def account_state(member: Member) -> str:
    """Write what a page shows of an account; each button carries it along."""
    return f"{member.role.value}.{int(member.active)}"


class Signed(Protocol):
    """A step of some history: who took it, and under which name."""

    @property
    def actor_id(self) -> int | None: ...  # noqa: D102
    @property
    def actor_name(self) -> str: ...  # noqa: D102


def who_did(step: Signed) -> str:
    """Name who took a step, or which device told of it; a job and a command are the system."""
    if step.actor_id is not None or step.actor_name.startswith(DEVICE):
        return step.actor_name.removeprefix(DEVICE)
    known = {BEARER: gettext("邮件链接的持有人"), ANONYMOUS: gettext("没有账号的来访者")}
    return str(known.get(step.actor_name, gettext("系统")))


def because(reason: str | None) -> str:
    """Say why: what a person wrote as they wrote it, the system's reason in the reader's language."""
    own = {
        LEFT: gettext("企业离开园区"),
        STATED_LATER: gettext("企业补报离开时间"),
        CHECK_OUT_UNDONE: gettext("撤销签退"),
        CAME_BEFORE: gettext("门口得知更早就来了"),
        PROPOSAL_UNANSWERED: gettext("没有答复园区的提议"),
    }
    return str(own.get(reason or "", reason or ""))

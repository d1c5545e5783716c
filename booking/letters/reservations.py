"""Letters about bookings, with entries for the calendar: what others did to one's own, and reminders."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session, object_session

from booking.audit.actions import Action
from booking.charges.charge_stay import live_lines
from booking.charges.queries import CameAfterAll, billed_by_reservation, came_after_all
from booking.language import gettext, local_name, ngettext
from booking.letters import told_prices
from booking.letters.calendar_entry import along_of
from booking.letters.invitations import files_for_host
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.notifications.remind import ReminderFacts
from booking.notifications.rules import Occasion
from booking.people.models import Member
from booking.reservations.approval.remind_answers import DueAnswers, LateAnswer
from booking.reservations.history import ToldChange
from booking.reservations.models import OPEN_STATES, Reservation, ReservationChange, ReservationState
from booking.usage.models import Stay
from booking.values import FAR_FUTURE, Money
from booking.values.reading import one_line


def changed(reader: Member, told: Sequence[ToldChange]) -> LetterText:
    """Tell of one act: who did what to which bookings, as they were and as they are."""
    newest, proposals = {one.id: (one, change.at) for change, one in told}, told_prices.proposed(told)
    named = {one.id: one for change, one in told if change.action is Action.RESERVATION_GUESTS_NAMED}
    return render(
        reader.park,
        reader.language,
        "reservations_changed",
        lambda: subject_of(told),
        files=lambda: files_for_host(reader, list(newest.values())),
        told=_steps_told(told),
        proposed=proposals,
        proposed_fulls=told_prices.proposed_fulls(proposals),
        is_priced=lambda change: change.action in told_prices.PRICED,
        named=named,
        released=all(change.action in RELEASES for change, _ in told),
        fees=_fees(told),
        came=_came(told),
        priced_before=told_prices.priced_before(told),
        dearer=told_prices.dearer(told),
        is_new={one.id for _, one in told} == {one.id for step, one in told if step.action is MADE},
        along=along_of([one for change, one in told if one.id in named or change.action in RELEASES]),
        happened=happened,
        is_moved=lambda change: change.action in told_prices.MOVES,
        beyond=told_prices.beyond_alone(reader, proposals),
        is_asked=lambda change: change.action is Action.RESERVATION_ASKED,
        is_proposed=lambda change: change.action is Action.RESERVATION_PROPOSED,
        waits=lambda one: one.state is ReservationState.REQUESTED and one.answer_by is not None,
        stands=lambda one: one.state in OPEN_STATES and one.ends_at < FAR_FUTURE,
        answered=all(change.action in ANSWERS for change, _ in told),
        of_requests=all(one.state in ONLY_ASKED for _, one in told),
        by=told[0][0],
        by_park=told[0][0].actor is not None and told[0][0].actor.enterprise_id is None,
        reader=reader,
    )


ONLY_ASKED = (ReservationState.REQUESTED, ReservationState.DECLINED)
"""What nobody has booked."""
RELEASES = (Action.RESERVATION_RELEASED,)
MADE = Action.RESERVATION_MADE
ENDS = (*RELEASES, Action.RESERVATION_CANCELLED)
"""What may cost a fee, and what it came to is said."""


def _fees(told: Sequence[ToldChange]) -> Mapping[int, Money]:
    return fees_of([one for change, one in told if change.action in ENDS])


def _came(told: Sequence[ToldChange]) -> Mapping[int, CameAfterAll]:
    """Give what became of those whose people were told late to have come; asks nothing for none."""
    session = object_session(told[0][1])
    ids = [one.id for change, one in told if change.action is Action.RESERVATION_REINSTATED]
    return came_after_all(session, ids) if session else {}


def fees_of(ended: Sequence[Reservation]) -> Mapping[int, Money]:
    """Give what not coming to them or cancelling late cost, by the reservation; asks nothing for none."""
    session = object_session(ended[0]) if ended else None
    if session is None:
        return {}
    billed = billed_by_reservation(session, [one.id for one in ended])
    return {key: one.amount for key, one in billed.items()}


ANSWERS = (
    Action.RESERVATION_PROPOSED,
    Action.RESERVATION_APPROVED,
    Action.RESERVATION_HANDED_ON,
    Action.RESERVATION_DECLINED,
)
"""What answers a request, and changes nothing of it."""
WORDS: dict[Action | None, Callable[[], str]] = {
    Action.RESERVATION_MADE: lambda: gettext("已预订"),
    Action.RESERVATION_GUESTS_NAMED: lambda: gettext("同行的人有变动"),
    Action.RESERVATION_MOVED: lambda: gettext("预订已改期或换空间"),
    Action.RESERVATION_EXTENDED: lambda: gettext("预订已延长"),
    Action.RESERVATION_SHORTENED: lambda: gettext("预订已提前结束"),
    Action.RESERVATION_REINSTATED: lambda: gettext("门口得知你按时来了，未到已撤回"),
    Action.RESERVATION_CANCELLED: lambda: gettext("预订已取消"),
    Action.RESERVATION_PROPOSED: lambda: gettext("园区提议换个时间或空间"),
    Action.RESERVATION_AGREED: lambda: gettext("接受了园区的提议，预订生效"),
    Action.RESERVATION_ASKED: lambda: gettext("请负责人批准园区的提议"),
    Action.RESERVATION_NOT_AGREED: lambda: gettext("没有接受园区的提议，申请继续等待答复"),
    Action.RESERVATION_APPROVED: lambda: gettext("申请已通过"),
    Action.RESERVATION_HANDED_ON: lambda: gettext("负责人已批准，等园区确认"),
    Action.RESERVATION_DECLINED: lambda: gettext("申请未通过"),
    Action.RESERVATION_EXPIRED: lambda: gettext("申请没有等到答复，已失效"),
    Action.RESERVATION_RELEASED: lambda: gettext("没有签到，预订已释放"),
    Action.STAY_CHECKED_IN: lambda: gettext("前台已代你签到"),
    Action.STAY_CHECKED_OUT: lambda: gettext("前台已代你签退"),
}


def asked_of_manager(reader: Member, asked: Sequence[Reservation]) -> LetterText:
    """Ask a manager for what colleagues may not book alone; the answer is given on a page."""
    return render(
        reader.park,
        reader.language,
        "requests_asked",
        lambda: ngettext("%(num)s 个预订申请等你批准", "%(num)s 个预订申请等你批准", len(asked)),
        asked=asked,
        fulls=told_prices.asked_fulls(asked),
        reader=reader,
    )


def happened(change: ReservationChange, reservation: Reservation) -> str:
    """Say what a step did; what was asked for is not booked by that."""
    action = change.action
    if action is Action.RESERVATION_MADE and reservation.was_asked:
        return gettext("申请已提交")
    return WORDS[action]() if action in WORDS else change.what


def _steps_told(told: Sequence[ToldChange]) -> Sequence[ToldChange]:
    """Leave out that guests were named by the act that made a booking: that is one thing."""
    made = {one.id for change, one in told if change.action is Action.RESERVATION_MADE}
    guests = Action.RESERVATION_GUESTS_NAMED
    return [(step, one) for step, one in told if step.action is not guests or one.id not in made]


def subject_of(told: Sequence[ToldChange]) -> str:
    """Say an act in a line: what it did to which booking and when that is, and to how many more."""
    last = {one.id: (change, one) for change, one in _steps_told(told)}
    (_, reservation), *others = last.values()
    name = one_line(local_name(reservation.space.name, reservation.space.name_en))
    span = (reservation.starts_at, reservation.ends_at, reservation.space.kind)
    facts = {"name": name, "when": current_app.jinja_env.filters["times"](*span)}
    what = {happened(*one) for one in last.values()}
    facts["happened"] = what.pop() if len(what) == 1 else gettext("预订有变动")
    if not others:
        return gettext("%(happened)s：%(name)s %(when)s", **facts)
    several = "%(happened)s：%(name)s %(when)s 等 %(num)s 个"
    return ngettext(several, several, len(last), **facts)


def reminder(facts: ReminderFacts) -> LetterText:
    """Word a reminder; its subject alone says what and when, since a telephone shows no more."""
    return render(
        facts.reader.park,
        facts.reader.language,
        f"reminder_{facts.occasion.value}",
        lambda: _line_of(facts),
        facts=facts,
        reader=facts.reader,
    )


def _line_of(facts: ReminderFacts) -> str:
    name = one_line(local_name(facts.space.name, facts.space.name_en))
    match facts.occasion:
        case Occasion.START:
            return gettext("%(when)s 开始：%(name)s", when=_when(facts.span.start, facts), name=name)
        case Occasion.END:
            return gettext(
                "%(when)s 结束，留下还是离开？%(name)s", when=_when(facts.span.end, facts), name=name
            )
        case Occasion.MISSED:
            return gettext("还来吗？%(name)s 还没有签到", name=name)


def _when(instant: datetime, facts: ReminderFacts) -> str:
    """Say the time alone where it is today's; nobody is reminded more than a day ahead."""
    there = instant.astimezone(facts.reader.park.zone)
    today = there.date() == facts.now.astimezone(facts.reader.park.zone).date()
    said = f"{there:%H:%M}"
    return said if today else gettext("明天 %(clock)s", clock=said)


def stay_ended(session: Session, stay: Stay) -> LetterText:
    """Ask who was there when they left, since their stay ended by itself; it is charged till then."""
    name = one_line(local_name(stay.space.name, stay.space.name_en))
    return render(
        stay.space.park,
        stay.member.language,
        "stay_ended",
        lambda: gettext("忘记签退？请补报离开时间：%(name)s", name=name),
        stay=stay,
        amount=Money.total(line.amount for line in live_lines(session, stay)),
    )


def first_push(member: Member) -> LetterText:
    """Tell who opened pushes in a browser that they arrive."""
    return render(member.park, member.language, "first_push", lambda: gettext("推送已打开"), reader=member)


def answers_due(reader: Member, told: DueAnswers) -> LetterText:
    """Tell an administrator of the requests that wait for an answer as long as was promised, or soon will."""

    def subject() -> str:
        if told.late:
            num = len(told.late)
            return ngettext("%(num)s 个预订申请逾期未答复", "%(num)s 个预订申请逾期未答复", num)
        return ngettext("%(num)s 个预订申请等你答复", "%(num)s 个预订申请等你答复", len(told.soon))

    return render(reader.park, reader.language, "answers_due", subject, told=told, reader=reader)


def answer_late(reader: Member, waited: Sequence[LateAnswer]) -> LetterText:
    """Tell who asked that the park is late with its answer, and what they could have at once."""
    return render(
        reader.park,
        reader.language,
        "answer_late",
        lambda: gettext("你的申请，园区答复晚了"),
        waited=waited,
        reader=reader,
    )

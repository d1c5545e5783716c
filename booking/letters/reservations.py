"""Letters about bookings, with entries for the calendar: what others did to one's own, and reminders.

About a series that was begun, changed, cancelled: one for one act. To who waits: what is held for them, until
when and where; and that it can be had no more.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.charges.quote_each import quote_each
from booking.language import gettext, local_name, ngettext
from booking.letters.calendar_entry import along_of, reservations_file
from booking.letters.invitations import invitation_file
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.notifications.remind import ReminderFacts
from booking.notifications.rules import Occasion
from booking.people.models import Member
from booking.reservations.approval.remind_answers import DueAnswers, LateAnswer
from booking.reservations.history import ToldChange
from booking.reservations.models import OPEN_STATES, Reservation, ReservationChange, ReservationState
from booking.reservations.series.models import Series
from booking.reservations.waiting.end_wait import LostWait
from booking.reservations.waiting.models import Wait, WaitState
from booking.values import FAR_FUTURE, Money
from booking.values.reading import one_line


def changed(reader: Member, told: Sequence[ToldChange]) -> LetterText:
    """Tell of one act: who did what to which bookings, as they were and as they are."""
    newest = {reservation.id: (reservation, change) for change, reservation in told}
    return render(
        reader.park,
        reader.language,
        "reservations_changed",
        lambda: subject_of(told),
        files=lambda: tuple(invitation_file(one, change.at) for one, change in newest.values()),
        told=told,
        happened=happened,
        is_moved=lambda change: change.action in MOVES,
        is_proposed=lambda change: change.action is Action.RESERVATION_PROPOSED,
        waits=lambda one: one.state is ReservationState.REQUESTED and one.answer_by is not None,
        stands=lambda one: one.state in OPEN_STATES and one.ends_at < FAR_FUTURE,
        answered=all(change.action in ANSWERS for change, _ in told),
        by=told[0][0],
        by_park=told[0][0].actor is not None and told[0][0].actor.enterprise_id is None,
        reader=reader,
    )


ANSWERS = (
    Action.RESERVATION_PROPOSED,
    Action.RESERVATION_APPROVED,
    Action.RESERVATION_HANDED_ON,
    Action.RESERVATION_DECLINED,
)
"""What answers a request, and changes nothing of it."""
MOVES = (
    Action.RESERVATION_MOVED,
    Action.RESERVATION_AGREED,
    Action.RESERVATION_EXTENDED,
    Action.RESERVATION_SHORTENED,
)
WORDS: dict[Action | None, Callable[[], str]] = {
    Action.RESERVATION_MADE: lambda: gettext("已预订"),
    Action.RESERVATION_GUESTS_NAMED: lambda: gettext("同行的人有变动"),
    Action.RESERVATION_MOVED: lambda: gettext("预订已改期或换空间"),
    Action.RESERVATION_EXTENDED: lambda: gettext("预订已延长"),
    Action.RESERVATION_SHORTENED: lambda: gettext("预订已提前结束"),
    Action.RESERVATION_CANCELLED: lambda: gettext("预订已取消"),
    Action.RESERVATION_PROPOSED: lambda: gettext("园区提议换个时间或空间"),
    Action.RESERVATION_AGREED: lambda: gettext("接受了园区的提议，预订生效"),
    Action.RESERVATION_NOT_AGREED: lambda: gettext("没有接受园区的提议，申请继续等待答复"),
    Action.RESERVATION_APPROVED: lambda: gettext("申请已通过"),
    Action.RESERVATION_HANDED_ON: lambda: gettext("负责人已批准，等园区确认"),
    Action.RESERVATION_DECLINED: lambda: gettext("申请未通过"),
    Action.RESERVATION_EXPIRED: lambda: gettext("申请没有等到答复，已失效"),
    Action.RESERVATION_RELEASED: lambda: gettext("没有签到，预订已释放"),
}


def asked_of_manager(reader: Member, asked: Sequence[Reservation]) -> LetterText:
    """Ask a manager for what colleagues may not book alone; the answer is given on a page."""
    return render(
        reader.park,
        reader.language,
        "requests_asked",
        lambda: ngettext("%(num)s 个预订申请等你批准", "%(num)s 个预订申请等你批准", len(asked)),
        asked=asked,
        reader=reader,
    )


def happened(change: ReservationChange) -> str:
    """Say what a step did."""
    action = change.action
    return WORDS[action]() if action in WORDS else change.what


def subject_of(told: Sequence[ToldChange]) -> str:
    """Say an act in a line: of one booking also for when it is."""
    (change, reservation), *others = told
    name = one_line(local_name(reservation.space.name, reservation.space.name_en))
    if not others:
        span = (reservation.starts_at, reservation.ends_at, reservation.space.kind)
        when = current_app.jinja_env.filters["times"](*span)
        return gettext("%(happened)s：%(name)s %(when)s", happened=happened(change), name=name, when=when)
    return ngettext("%(num)s 个预订有变动", "%(num)s 个预订有变动", len({one.id for _, one in told}))


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


def _on_series(
    series: Series, reservations: Sequence[Reservation], wished: int, subject: Callable[[str], str]
) -> LetterText:
    """Write to who made it what there is of it now."""
    return render(
        series.space.park,
        series.member.language,
        "series",
        lambda: subject(one_line(local_name(series.space.name, series.space.name_en))),
        files=lambda: (
            reservations_file(f"series-{series.id}.ics", reservations, along=along_of(reservations)),
        ),
        series=series,
        coming=[one for one in reservations if one.state in OPEN_STATES],
        wished=wished,
        reader=series.member,
    )


def series_begun(series: Series, reservations: Sequence[Reservation], wished: int) -> LetterText:
    """Tell what was booked of it, and how many are only wished for."""
    return _on_series(series, reservations, wished, lambda name: gettext("重复预订：%(name)s", name=name))


def series_changed(series: Series, reservations: Sequence[Reservation], wished: int) -> LetterText:
    """Tell what it is now."""
    return _on_series(
        series, reservations, wished, lambda name: gettext("重复预订已更改：%(name)s", name=name)
    )


def series_cancelled(series: Series, reservations: Sequence[Reservation], wished: int) -> LetterText:
    """Tell that a series was cancelled, and which of its bookings are left."""
    return _on_series(
        series, reservations, wished, lambda name: gettext("重复预订已取消：%(name)s", name=name)
    )


def place_held(session: Session, member: Member, waits: Sequence[Wait]) -> LetterText:
    """Tell of all that came free for them and what it costs, the one that runs out first before others."""
    return render(
        member.park,
        member.language,
        "waiting",
        lambda: _held_line(waits),
        waits=waits,
        prices=_held_prices(session, member, waits),
        reader=member,
    )


def _held_line(waits: Sequence[Wait]) -> str:
    """Say it in a line; what is held longer than the first only by how many."""
    first, *others = waits
    place = first.offered_space or first.space
    name = one_line(local_name(place.name, place.name_en)) if place is not None else ""
    when = current_app.jinja_env.filters["span_text"](first.span)
    if others:
        return ngettext(
            "候到了 %(name)s %(when)s 等 %(num)s 处，请尽快接受",
            "候到了 %(name)s %(when)s 等 %(num)s 处，请尽快接受",
            len(waits),
            name=name,
            when=when,
        )
    return gettext("候到了 %(name)s %(when)s，请尽快接受", name=name, when=when)


def _held_prices(session: Session, member: Member, waits: Sequence[Wait]) -> dict[int, Money]:
    """Price what is held as it would be booked now, by the wait; what has no tariff is left out."""
    asked = {f"{one.id}": (one.offered_space, one.span) for one in waits if one.offered_space is not None}
    if member.enterprise is None:
        return {}
    found = quote_each(session, member.park, member.enterprise, asked)
    return {int(key): quoted.total for key, quoted in found.items()}


def wait_put_back(member: Member, lost: Sequence[LostWait]) -> LetterText:
    """Tell what is not held for them or cannot come free any more, and whether they still stand in line."""
    place_held = any(one.was_held for one in lost)
    return render(
        member.park,
        member.language,
        "wait_put_back",
        lambda: gettext("为你保留的时间收回了") if place_held else gettext("你候补的地方停用了"),
        lost=lost,
        reader=member,
    )


def wait_settled(wait: Wait, by: Actor) -> LetterText:
    """Tell who waited that a colleague took what was held for them, gave it up, or left the line for them."""
    words = {
        (True, True): lambda: gettext("%(by)s接受了为你保留的时间", by=by.name),
        (False, True): lambda: gettext("%(by)s放弃了为你保留的时间", by=by.name),
        (False, False): lambda: gettext("%(by)s替你退出了候补", by=by.name),
    }
    return render(
        wait.member.park,
        wait.member.language,
        "wait_settled",
        words[wait.state is WaitState.TAKEN, wait.offered_at is not None],
        wait=wait,
        by=by,
    )

"""What robots say in an enterprise's chat group, and the letter that one was switched off."""

from collections.abc import Callable, Sequence
from datetime import date

from babel.dates import format_date

from booking.language import get_locale, gettext, local_name, ngettext
from booking.letters.render import render
from booking.letters.reservations import happened, subject_of
from booking.letters.told_prices import MOVES
from booking.mail.outbox import LetterText
from booking.notifications.models import GroupRobot
from booking.people.models import Member
from booking.reservations.history import ToldChange
from booking.reservations.models import Reservation

MOST_LINES = 20


def bookings_of_day(robot: GroupRobot, day: date, rows: Sequence[Reservation]) -> LetterText:
    """Tell a day's bookings, of many the first twenty."""

    def subject() -> str:
        said = format_date(day, "M月d日" if robot.added_by.language != "en" else "d MMM", locale=get_locale())
        return ngettext(
            "【共享空间】%(day)s，%(num)s 个预订", "【共享空间】%(day)s，%(num)s 个预订", len(rows), day=said
        )

    return _said(robot, "robot_day", subject, rows=rows[:MOST_LINES], more=len(rows[MOST_LINES:]))


def act_of_others(robot: GroupRobot, member: Member, told: Sequence[ToldChange]) -> LetterText:
    """Tell what the park did to a colleague's bookings."""
    return _said(
        robot,
        "robot_changes",
        lambda: gettext("【共享空间】%(what)s", what=subject_of(told)),
        told=told,
        happened=happened,
        is_moved=lambda change: change.action in MOVES,
        member=member,
    )


def tried(robot: GroupRobot) -> LetterText:
    """Say that it works."""
    return _said(robot, "robot_tried", lambda: gettext("【共享空间】试发一条"))


def _said(robot: GroupRobot, template: str, subject: Callable[[], str], **facts: object) -> LetterText:
    park, language = robot.added_by.park, robot.added_by.language
    made = render(park, language, template, subject, **facts)  # type: ignore[arg-type]  # none is called files
    return LetterText(made.subject, made.text)


def answer_of_robot(reason: str) -> str:
    """Say why a robot took nothing: what was met on the way, or its maker's own words."""
    if reason.startswith("not reached"):
        return gettext("连不上机器人的服务器")
    if reason.startswith("answered nothing") or not reason:
        return gettext("机器人的服务器没有正常回答")
    if (code := reason.removeprefix("answered ")) != reason:
        return gettext("机器人的服务器出错（%(code)s）", code=code)
    return gettext("机器人回答 %(words)s", words=reason)


def switched_off(robot: GroupRobot, manager: Member) -> LetterText:
    """Tell a manager that their robot failed so often that it is off."""
    return render(
        manager.park,
        manager.language,
        "robot_off",
        lambda: gettext("群机器人已停用：%(name)s", name=local_name(robot.name, "")),
        robot=robot,
        reader=manager,
        answer_of_robot=answer_of_robot,
    )

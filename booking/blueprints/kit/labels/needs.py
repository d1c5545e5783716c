"""Needs and activities in words.

Needs: kinds, states, steps, places. Activities: whom they are for, what was said afterwards, their facts in
the trail, whose list the reader sees, and which of them this browser signed up for.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import session

from booking.activities.models import ActivityKind, Audience, SignUp, Useful
from booking.activities.queries import ActivityReader
from booking.audit.actions import Action
from booking.blueprints.kit.filters import day, moment
from booking.blueprints.kit.labels.people import who_did
from booking.blueprints.kit.labels.reservations import place_name
from booking.blueprints.kit.session import me, reads_as_staff
from booking.language import gettext, lazy_gettext as _, local_name, ngettext
from booking.needs.models import Decision, DecisionOutcome, EarlierFigure, Matter, Need, NeedState, NeedStep
from booking.needs.queries import days_late
from booking.needs.rules import NeedKind
from booking.values import Calendar


def need_kind(kind: NeedKind) -> str:
    """Name a kind."""
    names = {
        NeedKind.WISH: gettext("想要"),
        NeedKind.FAULT: gettext("报修"),
        NeedKind.COMPLAINT: gettext("投诉"),
        NeedKind.VISIT: gettext("走访"),
    }
    return str(names[kind])


def need_glyph(kind: NeedKind) -> str:
    """Choose the icon of a kind."""
    glyphs = {
        NeedKind.WISH: "plus",
        NeedKind.FAULT: "settings",
        NeedKind.COMPLAINT: "talk",
        NeedKind.VISIT: "people",
    }
    return glyphs[kind]


def need_state(state: NeedState) -> str:
    """Name where it stands."""
    names = {
        NeedState.OPEN: gettext("办理中"),
        NeedState.ANSWERED: gettext("已答复"),
        NeedState.DONE: gettext("已办结"),
    }
    return str(names[state])


def need_tone(state: NeedState) -> str:
    """Choose the badge's tone of a state."""
    return {NeedState.OPEN: "accent"}.get(state, "")


def need_place(need: Need) -> str:
    """Name where it is, or ""."""
    if need.space is not None:
        return place_name(need.space)
    return local_name(need.area.name, need.area.name_en) if need.area else ""


def need_asker(need: Need) -> str:
    """Name who asked, with the enterprise."""
    company = need.enterprise.short_name if need.enterprise else need.asker_company
    name = need.member.name if need.member else need.asker_name
    return f"{company} {name}".strip()


def need_history(steps: Iterable[NeedStep], need: Need) -> list[tuple[str, str, str]]:
    """Give of each step what was done, who did it when, and what they said, as far as the reader may know."""
    return [(_step(step), f"{_who(step, need)} · {moment(step.at)}", _step_text(step)) for step in steps]


OF_STAFF = {Action.NEED_JOINED, Action.NEED_PARTED}
"""Steps whose words are a matter's title: how the park's own people call it among themselves."""


def _step_text(step: NeedStep) -> str:
    hidden = Action.read(step.action) in OF_STAFF and not reads_as_staff()
    return "" if hidden else step.words


def _step(step: NeedStep) -> str:
    names = {
        Action.NEED_RAISED: gettext("提出"),
        Action.NEED_TAKEN: gettext("接手办理"),
        Action.NEED_HANDED_OVER: gettext("已转交"),
        Action.NEED_KIND_CHANGED: gettext("更正类型"),
        Action.NEED_ASKER_CHECKED: gettext("核实联系人"),
        Action.NEED_ANSWERED: gettext("已答复"),
        Action.NEED_ENDED: gettext("确认解决，办结"),
        Action.NEED_LAPSED: gettext("五个工作日没有异议，自动办结"),
        Action.NEED_REOPENED: gettext("重新打开"),
        Action.NEED_JOINED: gettext("并入议题"),
        Action.NEED_PARTED: gettext("移出议题"),
        Action.NEED_CARD_LEFT: gettext("没见到人，留下连心卡"),
        Action.NEED_CHASED: gettext("已催办"),
        Action.NEED_VISITED: gettext("走访见到"),
    }
    action = Action.read(step.action)
    return str(names[action]) if action in names else step.action


def _who(step: NeedStep, need: Need) -> str:
    """Name who took a step; somebody without an account by the name they gave."""
    if step.actor_id is None and need.is_named and step.actor_name == need.asker_name:
        return step.actor_name
    return who_did(step)


def matter_history(matter: Matter) -> list[tuple[str, str, str]]:
    """Tell when a matter was opened, what was decided each time, and what became of that."""
    items = [(gettext("列为议题"), day(matter.opened_at), "")]
    for one in matter.decisions:
        terms = gettext("%(what)s（%(who)s，%(day)s前）", what=one.what, who=one.who, day=day(one.by_when))
        items.append((gettext("议定"), day(one.decided_at), terms))
        if one.settled_at is not None:
            done = one.outcome is DecisionOutcome.DONE
            ended = gettext("办结") if done else gettext("延续到下月")
            items.append((ended, day(one.settled_at), one.note))
    return items


def late_label(decision: Decision, today: date, calendar: Calendar) -> str:
    """Say by how much what was decided is late; "" where it is not."""
    return late_text(days_late(decision, today, calendar)) if decision.is_late(today) else ""


def late_text(working_days: int) -> str:
    """Say by how many working days something is late; on the rest days after its day by none yet."""
    if not working_days:
        return gettext("已过期限")
    return ngettext("逾期 %(num)s 个工作日", "逾期 %(num)s 个工作日", working_days)


def figure_time(figure: EarlierFigure) -> str:
    """Write the year, or the month, that a declared figure is of."""
    year, month = divmod(figure.month_key, 100)
    if not month:
        return gettext("%(year)s年全年", year=year)
    return gettext("%(year)s年%(month)s月", year=year, month=month)


def fault_line(need: Need) -> str:
    """Say in a line that a space has a fault; what was said of it only to the park's own people."""
    facts = {"day": day(need.raised_at), "due": day(need.due_on)}
    if me().enterprise_id is not None:
        return fault_known_line(need)
    return gettext("报修 %(day)s：%(words)s（%(due)s前答复）", words=need.words[:40], **facts)


def fault_known_line(need: Need) -> str:
    """Say to anybody that a space has a fault, and since when that is known."""
    return gettext("%(day)s已有人报修，正在处理。", day=day(need.raised_at))


KINDS = {
    ActivityKind.STUDY: _("学习"),
    ActivityKind.TRAINING: _("培训"),
    ActivityKind.SALON: _("沙龙"),
    ActivityKind.CULTURE: _("文体"),
}
AUDIENCES = {Audience.ALL: _("全部企业"), Audience.SIZES: _("按规模"), Audience.CHOSEN: _("指定企业")}
ANSWERS = {Useful.YES: _("有用"), Useful.PARTLY: _("一般"), Useful.NO: _("没用")}


def activity_kind(kind: ActivityKind) -> str:
    """Name a kind of activity."""
    return str(KINDS[kind])


def useful_label(useful: Useful) -> str:
    """Name an answer to the question afterwards."""
    return str(ANSWERS[useful])


def activity_facts() -> dict[str, str]:
    """Name the facts that the trail keeps of activities."""
    return {
        "audience": gettext("请谁来"),
        "places": gettext("名额"),
        "publish_at": gettext("公布时间"),
        "urgent_reason": gettext("紧急原因"),
        "words": gettext("介绍"),
    }


def activity_fact(name: str, value: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    """Write a fact of an activity that only activities have; None for any other."""
    if name == "kind":
        return activity_kind(ActivityKind(value))
    return str(AUDIENCES[Audience(value)]) if name == "audience" else None


def activity_reader() -> ActivityReader:
    """Tell who reads: a tenant sees what is for their enterprise, the park's people see all."""
    member = me()
    return ActivityReader(member.park_id, member.id, member.enterprise)


KNOWN = "signed_up"


MOST_KNOWN = 20


def remember_sign_up(made: SignUp) -> None:
    """Let this browser find its own sign-up again by the code of the poster or the door."""
    known = dict(list(session.get(KNOWN, {}).items())[-MOST_KNOWN:])
    session[KNOWN] = known | {str(made.activity_id): made.token}


def remembered_sign_ups(activity_id: int) -> str | None:
    """Give the token of what this browser signed up for."""
    token: str | None = session.get(KNOWN, {}).get(str(activity_id))
    return token


def forget_sign_up(activity_id: int) -> None:
    """Do so no longer."""
    session.get(KNOWN, {}).pop(str(activity_id), None)
    session.modified = True

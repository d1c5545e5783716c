"""The trail of needs, matters and liaisons in words."""

from collections.abc import Callable

from booking.audit.actions import Action
from booking.blueprints.kit.labels.needs import need_kind, need_state
from booking.language import gettext
from booking.needs.models import NeedState
from booking.needs.rules import NeedKind


def names() -> dict[str, str]:
    """Name the facts of needs and matters."""
    return {
        "by_when": gettext("期限"),
        "deputy": gettext("代理人"),
        "due_on": gettext("期限"),
        "liaison": gettext("联络员"),
        "proposal": gettext("建议"),
        "what": gettext("议定"),
        "who": gettext("负责"),
    }


WORDED: dict[str, Callable[[str], str]] = {
    "kind": lambda value: need_kind(NeedKind(value)),
    "state": lambda value: need_state(NeedState(value)),
}


def fact(subject: str, name: str, value: str) -> str | None:
    """Write a fact of a need as people read it; None where it is another's, or as any other."""
    say = WORDED.get(name) if subject == "need" else None
    return say(value) if say else None


def actions() -> dict[Action, str]:
    """Name what was done to needs, matters and liaisons."""
    return {
        Action.EARLIER_FIGURE_DECLARED: gettext("申报"),
        Action.LIAISON_EDITED: gettext("修改"),
        Action.LIAISON_SET: gettext("指定"),
        Action.MATTER_CARRIED_ON: gettext("延续到下月"),
        Action.MATTER_DECIDED: gettext("议定"),
        Action.MATTER_FINISHED: gettext("办结"),
        Action.MATTER_EDITED: gettext("修改"),
        Action.MATTER_OPENED: gettext("新建"),
        Action.NEED_ANSWERED: gettext("作出答复"),
        Action.NEED_ASKER_CHECKED: gettext("核实联系人"),
        Action.NEED_CARD_LEFT: gettext("没见到人，留下连心卡"),
        Action.NEED_CHASED: gettext("催办诉求"),
        Action.NEED_ENDED: gettext("确认解决，办结"),
        Action.NEED_HANDED_OVER: gettext("已转交"),
        Action.NEED_JOINED: gettext("并入议题"),
        Action.NEED_KIND_CHANGED: gettext("更正类型"),
        Action.NEED_LAPSED: gettext("五个工作日没有异议，自动办结"),
        Action.NEED_VISITED: gettext("走访见到"),
        Action.NEED_OWNER_SET: gettext("指定负责人"),
        Action.NEED_PARTED: gettext("移出议题"),
        Action.NEED_RAISED: gettext("提出"),
        Action.NEED_REOPENED: gettext("重新打开"),
        Action.NEED_TAKEN: gettext("接手办理"),
    }


def of_activities() -> dict[Action, str]:
    """Name what is done to activities."""
    return {
        Action.ACTIVITY_CALLED_OFF: gettext("取消"),
        Action.ACTIVITY_CHANGED: gettext("修改"),
        Action.ACTIVITY_PLANNED: gettext("拟定"),
        Action.ACTIVITY_PUBLISHED: gettext("公布"),
        Action.ACTIVITY_SCHEDULED: gettext("定时公布"),
    }

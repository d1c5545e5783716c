"""Activities in words: kinds, whom they are for, what was said afterwards, and their facts in the trail."""

from typing import Any

from booking.activities.models import ActivityKind, Audience, Useful
from booking.language import gettext
from booking.language import lazy_gettext as _

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

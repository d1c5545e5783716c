"""Where the counts of the month page come from: each activity, each need, by itself."""

from collections.abc import Iterator

from flask import abort, url_for

from booking.activities.queries import ActivityFigures, activities_of_month
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.filters import day, month_text
from booking.blueprints.kit.labels.activities import activity_kind
from booking.blueprints.kit.labels.needs import need_asker, need_kind, need_state
from booking.blueprints.kit.session import my_park
from booking.blueprints.kit.why import Explanation, FigurePart, explain_figure
from booking.blueprints.month.show import blueprint
from booking.blueprints.report.months import month_or_404
from booking.db import db
from booking.language import gettext
from booking.needs.models import Need
from booking.needs.queries import earlier_figure, needs_said_in
from booking.needs.rules import NeedKind
from booking.people.models import Role
from booking.values.month import Month


def _way(month: Month) -> list[tuple[str, str]]:
    return [(month_text(month), url_for("month.show", month=month))]


@blueprint.get("/<month>/why/activities")
@allow(Role.BRANCH, Role.ADMIN)
def activities(month: str) -> str:
    """Name each activity of the month, with who came and whether notice was kept."""
    chosen = month_or_404(month)
    held = activities_of_month(db.session(), my_park(), chosen)
    facts = {"count": len(held.activities), "people": held.came, "firms": held.enterprises}
    return explain_figure(
        Explanation(
            title=gettext("%(month)s的活动从哪来", month=month_text(chosen)),
            value=gettext("%(count)s 场，%(people)s 人次，%(firms)s 家企业", **facts),
            rule=gettext("当月开始、没有取消的活动；到场的人每场各算一次，企业全月只算一次。"),
            parts=[_activity(one) for one in held.activities],
            way=_way(chosen),
            notes=list(_notes_on_activities(held.called_off)),
        )
    )


def _activity(one: ActivityFigures) -> FigurePart:
    told = gettext("提前 %(days)s 天公布", days=one.notice_minutes // (24 * 60))
    if not one.notice_kept:
        told = gettext("紧急：%(reason)s", reason=one.urgent_reason)
    return FigurePart(
        label=f"{activity_kind(one.kind)} · {one.title}",
        value=gettext("%(people)s 人，%(firms)s 家", people=one.came, firms=one.enterprises),
        how=f"{day(one.starts_at)} · {told}",
        url=url_for("activities.show", activity_id=one.activity_id),
        paper=gettext("活动"),
    )


def _notes_on_activities(called_off: int) -> Iterator[str]:
    if called_off:
        yield gettext("另有 %(count)s 场公布后取消，不在数内。", count=called_off)


@blueprint.get("/<month>/why/needs/<kind>")
@allow(Role.BRANCH, Role.ADMIN)
def needs(month: str, kind: str) -> str:
    """Name each need of a kind that was said in the month, with when it was answered."""
    chosen = month_or_404(month)
    if kind not in set(NeedKind):
        abort(404)
    which = NeedKind(kind)
    said = needs_said_in(db.session(), my_park(), chosen, which)
    return explain_figure(
        Explanation(
            title=gettext("%(month)s的%(kind)s从哪来", month=month_text(chosen), kind=need_kind(which)),
            value=gettext("%(count)s 件", count=len(said)),
            rule=gettext("当月说出来的，一件一件数，不论后来怎样。"),
            parts=[_need(one) for one in said],
            way=_way(chosen),
            notes=list(_notes_on_needs(chosen, which)),
        )
    )


def _need(one: Need) -> FigurePart:
    answered = one.first_answered_at or one.done_at
    when = gettext("%(day)s 提出", day=day(one.raised_at))
    if answered:
        when = gettext("%(said)s，%(day)s 答复", said=when, day=day(answered))
    return FigurePart(
        label=one.words,
        value=need_state(one.state),
        how=f"{need_asker(one)} · {when}",
        url=url_for("needs.show", need_id=one.id),
        paper=gettext("诉求"),
    )


def _notes_on_needs(month: Month, kind: NeedKind) -> Iterator[str]:
    earlier = earlier_figure(db.session(), my_park().id, kind, month) if kind is NeedKind.COMPLAINT else None
    if earlier is not None:
        facts = {"count": earlier.number, "source": earlier.source}
        yield gettext("从前的 %(count)s 件由支部申报，来自%(source)s，不是本系统数出来的。", **facts)
    yield gettext("说出来更容易了，件数起初会上升；多少不代表由本系统带来。")

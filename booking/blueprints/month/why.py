"""Where the counts of the month page come from: each activity, each need, each matter and who shares it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from flask import abort, url_for

from booking import clock
from booking.activities.queries import ActivityFigures, activities_of_month
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.filters import day, full_day, month_text
from booking.blueprints.kit.labels.needs import activity_kind, need_asker, need_kind, need_state
from booking.blueprints.kit.month_sheet.agenda import agenda_item
from booking.blueprints.kit.session import month_or_404, my_park
from booking.blueprints.kit.why import Explanation, FigurePart, Paper, back_to_month, explain_figure
from booking.blueprints.month.show import blueprint
from booking.db import db
from booking.language import gettext
from booking.needs import queries
from booking.needs.models import Decision, EarlierFigure, Need
from booking.needs.rules import NeedKind
from booking.needs.work_queries import matter_in
from booking.values import Month


@blueprint.get("/<month>/why/activities")
@allow(*STAFF)
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
            way=back_to_month(chosen),
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
@allow(*STAFF)
def needs(month: str, kind: str) -> str:
    """Name each need of a kind that was said in the month, with when it was answered."""
    chosen = month_or_404(month)
    if kind not in set(NeedKind):
        abort(404)
    which = NeedKind(kind)
    session, park, now = db.session(), my_park(), clock.now()
    said = queries.needs_said_in(session, park, chosen, which)
    counted = queries.needs_of_month(session, park, chosen, now)
    earlier = counted.earlier if which is NeedKind.COMPLAINT else None
    return explain_figure(
        Explanation(
            title=gettext("%(month)s的%(kind)s从哪来", month=month_text(chosen), kind=need_kind(which)),
            value=gettext("%(count)s 件", count=len(said)),
            rule=gettext("当月说出来的，一件一件数，不论后来怎样。"),
            parts=[*(_need(one, now) for one in said), *_counted(counted.of(which)), *_before(earlier)],
            way=back_to_month(chosen),
            notes=[gettext("说出来更容易了，件数起初会上升；多少不代表由本系统带来。")],
        )
    )


def _need(one: Need, now: datetime) -> FigurePart:
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
        doubt=gettext("超期") if (answered or now) >= one.due_at else "",
    )


def _counted(counted: queries.KindOfMonth) -> Iterator[FigurePart]:
    """Say how many there are, how long they waited and how many too long."""
    yield FigurePart(gettext("合计"), gettext("%(count)s 件", count=counted.raised), sign="=")
    if counted.days is not None:
        days = gettext("%(days)s 个工作日", days=f"{float(counted.days):g}")
        how = gettext("已答复的 %(count)s 件，从提出到答复", count=counted.answered)
        yield FigurePart(gettext("答复用时的中位数"), days, how)
    late = gettext("%(count)s 件", count=counted.overdue)
    yield FigurePart(gettext("超期"), late, gettext("答复晚于期限，或过了期限还没有答复"))


def _before(earlier: EarlierFigure | None) -> Iterator[FigurePart]:
    """Give what the branch declared of the year before, with where it has it from."""
    if earlier is not None:
        paper = url_for("needs.figure_paper", figure_id=earlier.id)
        yield FigurePart(
            gettext("去年同月") if earlier.month_key % 100 else gettext("去年全年"),
            gettext("%(count)s 件", count=earlier.number),
            gettext("由支部申报，来自%(source)s，不是本系统数出来的", source=earlier.source),
            url=url_for("needs.trend", kind=earlier.kind.value),
            paper=gettext("申报的数字"),
            doubt=gettext("自报"),
            also=[Paper(gettext("来源的扫描件"), paper)] if earlier.document_id else [],
        )


@blueprint.get("/<month>/why/agenda")
@allow(*STAFF)
def agenda(month: str) -> str:
    """Name every matter of the month's meeting: decided before, to decide, decided now."""
    chosen = month_or_404(month)
    found = queries.matters_of_month(db.session(), my_park(), chosen, clock.now())
    groups = [
        (gettext("以前定的，办得怎样"), found.before),
        (gettext("待定"), found.to_decide),
        (gettext("这次定的"), found.decided),
    ]
    return explain_figure(
        Explanation(
            title=gettext("%(month)s的议题从哪来", month=month_text(chosen)),
            value=gettext("%(count)s 件", count=sum(len(lines) for _, lines in groups)),
            rule=gettext("上月定的、还没办完或本月刚办完的排在最前；再是待定的；最后是这次已经定了的。"),
            parts=[_group(chosen, label, lines) for label, lines in groups if lines],
            way=back_to_month(chosen),
        )
    )


def _group(month: Month, label: str, lines: Sequence[queries.MatterLine]) -> FigurePart:
    count = gettext("%(count)s 件", count=len(lines))
    return FigurePart(label, count, sign="+", parts=[_line(month, line) for line in lines])


def _line(month: Month, line: queries.MatterLine) -> FigurePart:
    item = agenda_item(line, month)
    return FigurePart(
        label=item.title,
        value=item.state,
        how=gettext(" · ").join(filter(None, [item.weight, item.detail])),
        url=item.url,
        paper=gettext("议题"),
        also=[Paper(gettext("哪几家"), item.weight_url)],
    )


@blueprint.get("/<month>/why/matters/<int:matter_id>")
@allow(*STAFF)
def matter(month: str, matter_id: int) -> str:
    """Name who shares a matter, with what each said, and what the meetings decided."""
    chosen, session = month_or_404(month), db.session()
    found = matter_in(session, my_park().id, matter_id) or abort(404)
    weight = queries.weigh(found.needs)
    return explain_figure(
        Explanation(
            title=found.title,
            value=gettext("%(firms)s 家企业，%(count)s 件诉求", firms=weight.enterprises, count=weight.needs),
            rule=gettext("合进这个议题的诉求，一家企业说几次都只算一家；没有账号的，打电话核实后才算。"),
            parts=[*_firms(found.needs), *(_decision(found.id, one) for one in found.decisions)],
            way=[*back_to_month(chosen), (gettext("议题"), url_for("month.agenda", month=chosen))],
        )
    )


def _firm(need: Need) -> str:
    said = need.enterprise.short_name if need.enterprise else need.asker_company
    return said or gettext("没有说是哪家")


def _firms(needs: Sequence[Need]) -> Iterator[FigurePart]:
    """Name each enterprise that weighs once, then what does not weigh yet."""
    shared = sorted((one for one in needs if not one.is_unchecked), key=_key)
    for _, group in groupby(shared, key=_key):
        theirs = list(group)
        yield _part(_firm(theirs[0]), theirs)
    if unchecked := [one for one in needs if one.is_unchecked]:
        yield _part(gettext("待核实"), unchecked)


def _key(need: Need) -> str:
    return queries.sharer_of(need) or ""


def _part(name: str, needs: Sequence[Need]) -> FigurePart:
    count = gettext("%(count)s 件", count=len(needs))
    return FigurePart(name, count, sign="+", parts=[_shared_need(one) for one in needs])


def _shared_need(one: Need) -> FigurePart:
    how = gettext(
        "%(kind)s · %(who)s · %(day)s 提出",
        kind=need_kind(one.kind), who=need_asker(one), day=day(one.raised_at),
    )  # fmt: skip
    url = url_for("needs.show", need_id=one.id)
    return FigurePart(one.words, need_state(one.state), how, url=url, paper=gettext("诉求"))


def _decision(matter_id: int, one: Decision) -> FigurePart:
    return FigurePart(
        gettext("定：%(what)s", what=one.what),
        gettext("%(day)s前", day=day(one.by_when)),
        gettext("%(who)s，%(day)s 议定", who=one.who, day=full_day(one.decided_at)),
        url=url_for("needs.matter", matter_id=matter_id),
        paper=gettext("议题"),
    )

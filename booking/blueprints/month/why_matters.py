"""Where the counts of the agenda come from: each matter of the meeting, and who shares it."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from flask import abort, url_for

from booking import clock
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.filters import day, full_day, month_text
from booking.blueprints.kit.labels.needs import need_asker, need_kind, need_state
from booking.blueprints.kit.session import month_or_404, my_park
from booking.blueprints.kit.why import Explanation, FigurePart, Paper, explain_figure
from booking.blueprints.month.agenda import agenda_item
from booking.blueprints.month.links import back_to_month
from booking.blueprints.month.show import blueprint
from booking.db import db
from booking.language import gettext
from booking.needs.models import Decision, Need
from booking.needs.queries import MatterLine, matters_of_month, sharer_of, weigh
from booking.needs.work_queries import matter_in
from booking.values.month import Month


@blueprint.get("/<month>/why/agenda")
@allow(*STAFF)
def agenda(month: str) -> str:
    """Name every matter of the month's meeting: decided before, to decide, decided now."""
    chosen = month_or_404(month)
    found = matters_of_month(db.session(), my_park(), chosen, clock.now())
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


def _group(month: Month, label: str, lines: Sequence[MatterLine]) -> FigurePart:
    count = gettext("%(count)s 件", count=len(lines))
    return FigurePart(label, count, sign="+", parts=[_line(month, line) for line in lines])


def _line(month: Month, line: MatterLine) -> FigurePart:
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
    weight = weigh(found.needs)
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
    return sharer_of(need) or ""


def _part(name: str, needs: Sequence[Need]) -> FigurePart:
    count = gettext("%(count)s 件", count=len(needs))
    return FigurePart(name, count, sign="+", parts=[_need(one) for one in needs])


def _need(one: Need) -> FigurePart:
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

"""Where the figures of 11530 come from: each list that went out, each need chased, each space evaluated."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import abort, url_for

from booking import clock
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.filters import day, moment, month_text, percent
from booking.blueprints.kit.labels import utilisation
from booking.blueprints.kit.labels.needs import need_asker, need_kind, need_state
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.session import month_or_404, my_park
from booking.blueprints.kit.why import (
    Explanation,
    FigurePart,
    Paper,
    back_to_month,
    explain_figure,
    named_together,
    use_url,
)
from booking.blueprints.month.show import blueprint
from booking.db import db
from booking.language import gettext, ngettext
from booking.mail.models import Letter
from booking.needs.models import Need, NeedState
from booking.people.queries import enterprise_of
from booking.rhythm.cycle_days import CycleStep
from booking.rhythm.cycle_letters import letters_written
from booking.rhythm.cycle_of_month import ListedFirm, chased_needs, listed_firms
from booking.rhythm.evaluate import Evaluation, evaluate
from booking.rhythm.what_to_do import SpaceOfMonth, measure_for
from booking.spaces.models import Kind
from booking.values import Month


@blueprint.get("/<month>/why/lists")
@allow(*STAFF)
def lists(month: str) -> str:
    """Name each enterprise that its list went out to: who opened it, who was visited, who is left."""
    chosen = month_or_404(month)
    firms = listed_firms(db.session(), my_park(), chosen)
    return explain_figure(
        Explanation(
            title=gettext("%(month)s的清单从哪来", month=month_text(chosen)),
            value=gettext("%(count)s 家", count=len(firms)),
            rule=gettext("收到 1 日的清单的企业，一家算一次；打开、走访、留卡都只数当月的。"),
            parts=[*_groups(chosen, firms), _sum(gettext("收到清单"), len(firms))],
            way=back_to_month(chosen),
            notes=[gettext("这里只说信发给了谁、什么时候打开；清单里的账单和用量只有企业自己看得到。")],
        )
    )


def _groups(month: Month, firms: Sequence[ListedFirm]) -> Iterator[FigurePart]:
    """Give who opened the list, and of the others who was met, who was left a card, who nobody called on."""
    closed = [one for one in firms if one.opened_at is None]
    for label, those in (
        (gettext("打开了"), [one for one in firms if one.opened_at is not None]),
        (gettext("没打开，走访见到了"), [one for one in closed if one.call and one.call.met]),
        (gettext("没打开，没见到人、留了连心卡"), [one for one in closed if one.call and not one.call.met]),
        (gettext("没打开，还没走访"), [one for one in closed if one.call is None]),
    ):
        if those:
            count = gettext("%(count)s 家", count=len(those))
            yield FigurePart(label, count, sign="+", parts=[_listed(month, one) for one in those])


def _listed(month: Month, one: ListedFirm) -> FigurePart:
    opened = gettext("%(when)s 打开", when=moment(one.opened_at)) if one.opened_at else ""
    call = Paper(gettext("走访记录"), url_for("needs.show", need_id=one.call.need_id)) if one.call else None
    return FigurePart(
        label=one.name,
        value=opened,
        how=gettext("%(when)s 写好", when=moment(one.written_at)),
        url=url_for("month.list_letter", month=month, enterprise_id=one.enterprise_id),
        paper=gettext("发出的信"),
        also=[call] if call else [],
    )


def _sum(label: str, count: int) -> FigurePart:
    return FigurePart(label, gettext("%(count)s 家", count=count), sign="=")


@blueprint.get("/<month>/why/lists/<int:enterprise_id>")
@allow(*STAFF)
def list_letter(month: str, enterprise_id: int) -> str:
    """Show that an enterprise's list was sent: each letter's envelope, never what it says."""
    chosen = month_or_404(month)
    firm = enterprise_of(db.session(), my_park().id, enterprise_id) or abort(404)
    letters = letters_written(db.session(), CycleStep.LIST, chosen, firm.id) or abort(404)
    title = gettext("%(month)s的清单从哪来", month=month_text(chosen))
    return explain_figure(
        Explanation(
            title=firm.short_name,
            value=ngettext("%(num)s 封", "%(num)s 封", len(letters)),
            rule=gettext("%(month)s的清单寄给企业的每位负责人，一人一封。", month=month_text(chosen)),
            parts=[_letter(one, number) for number, one in enumerate(letters, start=1)],
            way=[*back_to_month(chosen), (title, url_for("month.lists", month=chosen))],
            notes=[
                gettext("信里有企业自己的账单和用量，只有它自己看得到；这里是信封：写好、寄出的时间和编号。")
            ],
        )
    )


def _letter(one: Letter, number: int) -> FigurePart:
    sent = gettext("还在待寄")
    if one.sent_at:
        sent = gettext("%(when)s 寄出", when=moment(one.sent_at))
    elif one.failed_at:
        sent = gettext("%(when)s 退回", when=moment(one.failed_at))
    how = gettext("%(when)s 写好，编号 %(id)s", when=moment(one.created_at), id=one.message_id)
    return FigurePart(gettext("第 %(number)s 封", number=number), sent, how)


@blueprint.get("/<month>/why/chased")
@allow(*STAFF)
def chased(month: str) -> str:
    """Name each need that was chased on the 15th, with what became of it."""
    chosen = month_or_404(month)
    found = chased_needs(db.session(), my_park(), chosen)
    over = sum(need.state is not NeedState.OPEN for need, _ in found)
    return explain_figure(
        Explanation(
            title=gettext("%(month)s催办的诉求从哪来", month=month_text(chosen)),
            value=gettext("%(count)s 件，%(done)s 件已有答复", count=len(found), done=over),
            rule=gettext("15 日还没答复、已经到期或两天内到期的诉求，写信给办理的人催一次。"),
            parts=[_chased(need, at) for need, at in found],
            way=back_to_month(chosen),
        )
    )


def _chased(need: Need, at: datetime) -> FigurePart:
    facts = {"kind": need_kind(need.kind), "who": need_asker(need), "day": day(at), "owner": need.owner.name}
    return FigurePart(
        label=need.words,
        value=need_state(need.state),
        how=gettext("%(kind)s · %(who)s · %(day)s 催办，%(owner)s办理", **facts),
        url=url_for("needs.show", need_id=need.id),
        paper=gettext("诉求"),
    )


@blueprint.get("/<month>/why/evaluated")
@allow(*STAFF)
def evaluated(month: str) -> str:
    """Name each space that was evaluated, with its use and what is suggested."""
    chosen = month_or_404(month)
    found = evaluate(db.session(), my_park(), chosen, now=clock.now(), knowing=utilisation.knowing())
    return explain_figure(
        Explanation(
            title=gettext("%(month)s的资源评估从哪来", month=month_text(chosen)),
            value=gettext("%(count)s 处空间", count=len(found.judged)),
            rule=gettext(
                "每处看实际使用 ÷ 开放时间，用得少的按规则提出建议。"
                "仓储和会客厅不评，当月开放不到 20 小时的也不评。"
            ),
            parts=[*_places(chosen, found.judged), *_suggested(found)],
            way=back_to_month(chosen),
            notes=[gettext("暂定：结账之前使用记录仍可能更正。")] if found.provisional else [],
        )
    )


def _places(month: Month, spaces: Sequence[SpaceOfMonth]) -> Iterator[FigurePart]:
    """Group the spaces by where they are."""
    for place in dict.fromkeys(one.place for one in spaces):
        those = [one for one in spaces if one.place == place]
        count = gettext("%(count)s 处", count=len(those))
        parts = ((_space(month, one), _says_something(one)) for one in those)
        yield FigurePart(place, count, sign="+", parts=[*named_together(parts, utilisation.not_told_label())])


def _says_something(one: SpaceOfMonth) -> bool:
    return not one.hidden.month or measure_for(one) is not None


def _space(month: Month, one: SpaceOfMonth) -> FigurePart:
    measure = measure_for(one)
    return FigurePart(
        label=one.name if one.code in one.name else f"{one.code} {one.name}",
        value=utilisation.share_of_month(one),
        how=f"{kind_name(Kind(one.kind))} · {utilisation.used_of_open(one)}",
        url=use_url("utilisation.show", month, Kind(one.kind), space=one.space_id),
        paper=gettext("按日、按时段看"),
        doubt=utilisation.measure_name(measure) if measure else "",
    )


def _suggested(found: Evaluation) -> Iterator[FigurePart]:
    url = url_for("cycle.evaluation", month=found.month)
    for one in found.suggestions:
        said = utilisation.matter_title(one)
        share = "–" if one.is_hidden else percent(one.share)
        yield FigurePart(said, share, utilisation.suggestion_basis(one), url=url, paper=gettext("资源评估"))

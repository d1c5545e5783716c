"""The committee's matters on the month page: what was decided before comes first, then what is to decide."""

from collections.abc import Iterator, Sequence

from flask import url_for

from booking.blueprints.kit.filters import day
from booking.language import gettext
from booking.needs.queries import MatterLine, MattersOfMonth, MatterStanding
from booking.rhythm.board import AgendaItem

MOST = 4  # stand on the page; the others behind a link


def agenda(matters: MattersOfMonth) -> tuple[AgendaItem, ...]:
    """Give the matters that stand on the page."""
    return tuple(_item(line) for line in _in_order(matters)[:MOST])


def agenda_more(matters: MattersOfMonth) -> str:
    """Say how many do not."""
    more = len(_in_order(matters)) - MOST
    return gettext("另有 %(count)s 件", count=more) if more > 0 else ""


def _in_order(matters: MattersOfMonth) -> Sequence[MatterLine]:
    return [*matters.before, *matters.to_decide, *matters.decided]


def _item(line: MatterLine) -> AgendaItem:
    return AgendaItem(
        matter_id=line.matter.id,
        weight=gettext("%(count)s 家", count=line.weight),
        title=line.matter.title,
        state=_state(line),
        detail=gettext(" · ").join(_details(line)),
        url=url_for("needs.matter", matter_id=line.matter.id),
        late=line.standing is MatterStanding.OVERDUE,
        open=line.standing is MatterStanding.TO_DECIDE,
        stands=line.decision is not None and line.decision.outcome is None,
        proposal=line.matter.proposal,
    )


def _state(line: MatterLine) -> str:
    match line.standing:
        case MatterStanding.TO_DECIDE:
            return gettext("待定")
        case MatterStanding.OVERDUE:
            return gettext("逾期 %(count)s 天", count=line.days_late)
        case MatterStanding.DONE:
            return gettext("已办")
        case MatterStanding.CARRIED_ON:
            return gettext("结转")
    return gettext("%(day)s前", day=day(line.decision.by_when)) if line.decision else ""


def _details(line: MatterLine) -> Iterator[str]:
    if line.decision is not None:
        yield gettext("定：%(what)s", what=line.decision.what)
        yield line.decision.who
        return
    if line.matter.proposal:
        yield gettext("建议：%(what)s", what=line.matter.proposal)
    if line.carried:
        yield gettext("从上月带来")

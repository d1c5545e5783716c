"""The committee's matters on the month page: what was decided before comes first, then what is to decide."""

from collections.abc import Iterator, Sequence

from flask import url_for

from booking.blueprints.kit.filters import day
from booking.blueprints.kit.labels.invoices import month_of_key
from booking.blueprints.kit.labels.needs import late_text
from booking.language import gettext, ngettext
from booking.needs.queries import MatterLine, MattersOfMonth, MatterStanding
from booking.rhythm.board import AgendaItem, Phrase
from booking.values.month import Month

MOST = 4  # stand on the page; the others behind a link


def agenda(matters: MattersOfMonth, month: Month) -> tuple[AgendaItem, ...]:
    """Give the matters that stand on the page."""
    return tuple(item_of(line, month) for line in _in_order(matters)[:MOST])


def agenda_more(matters: MattersOfMonth, month: Month) -> Phrase:
    """Say how many do not, or how many there are; all stand behind it."""
    count = len(_in_order(matters))
    if not count:
        return Phrase("")
    said = gettext("%(count)s 件", count=count)
    if count > MOST:
        said = gettext("共 %(count)s 件，先列 %(most)s 件", count=count, most=MOST)
    return Phrase(said, url_for("month.agenda", month=month))


def _in_order(matters: MattersOfMonth) -> Sequence[MatterLine]:
    return [*matters.before, *matters.to_decide, *matters.decided]


def item_of(line: MatterLine, month: Month) -> AgendaItem:
    """Word a matter as it stands on the page of a month."""
    return AgendaItem(
        matter_id=line.matter.id,
        weight=ngettext("%(num)s 家", "%(num)s 家", line.weight) if line.weight else gettext("园区"),
        title=line.matter.title,
        state=_state(line),
        detail=gettext(" · ").join(_details(line, month)),
        url=url_for("needs.matter", matter_id=line.matter.id),
        late=line.standing is MatterStanding.OVERDUE,
        open=line.standing is MatterStanding.TO_DECIDE,
        stands=line.decision is not None and line.decision.outcome is None,
        proposal=line.matter.proposal,
        weight_url=url_for("month.matter", month=month, matter_id=line.matter.id),
    )


def _state(line: MatterLine) -> str:
    match line.standing:
        case MatterStanding.TO_DECIDE:
            return gettext("待定")
        case MatterStanding.OVERDUE:
            return late_text(line.days_late)
        case MatterStanding.DONE:
            return gettext("已办结")
        case MatterStanding.CARRIED_ON:
            return gettext("延续")
    return gettext("%(day)s前", day=day(line.decision.by_when)) if line.decision else ""


def _details(line: MatterLine, month: Month) -> Iterator[str]:
    if line.unchecked:
        yield gettext("另有 %(count)s 件待核实", count=line.unchecked)
    if line.decision is not None:
        key, what = line.decision.month_key, line.decision.what
        later = key > month.key
        yield (
            gettext("%(month)s例会定：%(what)s", month=month_of_key(key), what=what)
            if later
            else gettext("定：%(what)s", what=what)
        )
        yield line.decision.who
        return
    if line.matter.proposal:
        yield gettext("建议：%(what)s", what=line.matter.proposal)
    if line.carried:
        yield gettext("从上月带来")

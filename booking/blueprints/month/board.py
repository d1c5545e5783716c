"""Words the facts of a month as its board: one for the screen, the picture and the paper."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from flask import url_for

from booking.blueprints.kit.filters import full_day, large_figure, moment, month_short, month_text
from booking.blueprints.kit.why import Figure
from booking.blueprints.month.agenda import agenda, agenda_more
from booking.blueprints.month.cycle import cycle_facts
from booking.blueprints.month.hall import hall_facts
from booking.blueprints.month.headline import basis, headline, linked
from booking.blueprints.month.links import why_url
from booking.blueprints.month.used import meters, use_notes
from booking.language import gettext, language_tag, local_name, ngettext
from booking.rhythm.board import BoardTexts, MonthBoard, MonthColumn, Phrase
from booking.rhythm.month_facts import MonthFacts
from booking.savings.visible_month import ReportState, VisibleMonth
from booking.values.month import local_day


def board_of(facts: MonthFacts, server: str) -> MonthBoard:
    """Word everything; `server` is the address of the installation, without a slash at its end."""
    seen, park = facts.chosen, facts.park
    return MonthBoard(
        park=local_name(park.name, park.name_en),
        title=gettext("%(month)s例会", month=month_text(seen.month)),
        state=_state(seen) if facts.has_begun else gettext("园区那时还没有开始"),
        made_on=local_day(facts.now, park.zone),
        headline=headline(facts),
        basis=basis(facts),
        columns=tuple(_columns(facts.months)),
        columns_note=_columns_note(facts.months),
        agenda=agenda(facts.matters, seen.month),
        agenda_more=agenda_more(facts.matters, seen.month),
        uses=meters(facts),
        uses_notes=use_notes(facts),
        cycle=cycle_facts(facts.cycle),
        hall=hall_facts(facts),
        foot=_foot(facts),
        server=server,
        address=url_for("month.show", month=seen.month),
        words=_board_texts(),
    )


def _board_texts() -> BoardTexts:
    return BoardTexts(
        language=language_tag()[:2],
        saved=gettext("每月净节省"),
        agenda=gettext("这个月要定的事"),
        no_agenda=gettext("没有待定的事。"),
        uses=gettext("闲置用起来了吗"),
        uses_of=gettext("实际使用 ÷ 开放时间"),
        hall=gettext("会客厅与投诉"),
        code=gettext("这一页的地址"),
    )


def _state(seen: VisibleMonth) -> str:
    signing = seen.signing
    if signing is None:
        if seen.state is ReportState.OPEN:
            return gettext("本月未关账：租金按已过的天数，与到现在的使用相比")
        return gettext("草稿：数字随时更新，由支部签发后冻结")
    if signing.version > 1:
        return gettext(
            "第 %(version)s 版，%(day)s签发：%(reason)s",
            version=signing.version, day=full_day(signing.at), reason=signing.reason,
        )  # fmt: skip
    return gettext("%(day)s签发，节省数字已冻结", day=full_day(signing.at))


NONE, ALL = Fraction(0), Fraction(1)


def _columns(months: Sequence[VisibleMonth]) -> Iterator[MonthColumn]:
    most = max((abs(month.total.figures.saving.fen) for month in months), default=0)
    for number, month in enumerate(months):
        saving = month.total.figures.saving
        whole = abs(saving.fen) * 1000 // most if most else 0
        share = month.total.documented_share
        documented = whole if share is None else round(whole * min(max(share.of_one, NONE), ALL))
        yield MonthColumn(
            label=month_short(month.month),
            figure=large_figure(saving) if month.count else "",
            documented=documented,
            declared=whole - documented,
            url=why_url(month.month, Figure.SAVING) if month.count else "",
            month_url=url_for("month.show", month=month.month),
            open=month.state is ReportState.OPEN,
            chosen=number == len(months) - 1,
            negative=saving.fen < 0,
        )


def _columns_note(months: Sequence[VisibleMonth]) -> tuple[Phrase, ...]:
    counted = [month for month in months if month.count]
    if not counted:
        return (Phrase(gettext("万元")),)
    first, last = (_how_many(month) for month in (counted[0], counted[-1]))
    note = gettext("万元；企业从 {first} 家到 {last} 家")
    if first.text == last.text:
        note = ngettext("万元；{last} 家企业", "万元；{last} 家企业", counted[-1].count)
    if months[-1].state is ReportState.OPEN:
        note = gettext("%(note)s；未关账的只画轮廓", note=note)
    return linked(note, first=first, last=last)


def _how_many(month: VisibleMonth) -> Phrase:
    return Phrase(str(month.count), why_url(month.month, Figure.COUNT))


def _foot(facts: MonthFacts) -> Phrase:
    seen = facts.chosen
    invoices = sum(entry.spend.invoice is not None for entry in seen.named)
    papers = sum(entry.baseline.document_id is not None for entry in seen.named)
    said = gettext(
        "数据截至 %(moment)s；具名企业 %(named)s 家：%(invoices)s 张账单、%(papers)s 份租赁凭证",
        moment=moment(seen.signing.at if seen.signing else facts.now),
        named=len(seen.named), invoices=invoices, papers=papers,
    )  # fmt: skip
    return Phrase(said, why_url(seen.month, Figure.COUNT) if seen.count else "")

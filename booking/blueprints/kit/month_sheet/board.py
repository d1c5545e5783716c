"""Words the facts of a month as its board, the cycle and the hall among them: screen, picture and paper.

It is the first sheet of the branch's report too, the same for whoever prints it.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from fractions import Fraction

from flask import current_app, url_for
from sqlalchemy.orm import Session

from booking.activities.queries import ActivitiesOfMonth
from booking.blueprints.kit.filters import comma_list, full_day, large_figure, moment, month_short, month_text
from booking.blueprints.kit.labels.needs import activity_kind
from booking.blueprints.kit.labels.utilisation import known_to_the_branch, matter_title, went_later
from booking.blueprints.kit.month_sheet.agenda import agenda, agenda_more
from booking.blueprints.kit.month_sheet.headline import basis, headline, linked, meters, use_notes
from booking.blueprints.kit.why import Figure, why_url
from booking.language import CHINESE, force_locale, gettext, language_tag, local_name, ngettext
from booking.needs.models import EarlierFigure
from booking.needs.queries import KindOfMonth
from booking.needs.rules import NeedKind
from booking.parks.models import Park
from booking.rhythm.board import BoardTexts, KeyFigure, MonthBoard, MonthColumn, Phrase, ReportPrinter
from booking.rhythm.cycle_of_month import CycleOfMonth
from booking.rhythm.month_facts import MonthFacts, read_month
from booking.savings.papers.report_paper import ReportPaper
from booking.savings.visible_month import ReportState, Signing, VisibleMonth
from booking.values import Month, local_day


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


def cycle_facts(cycle: CycleOfMonth) -> tuple[KeyFigure, ...]:
    """Give the 1st, the 15th and the 30th, each as a number with what it counts."""
    return tuple(_facts(cycle))


def _facts(cycle: CycleOfMonth) -> Iterator[KeyFigure]:
    yield KeyFigure(
        str(cycle.lists_sent),
        _listed(cycle),
        gettext("；").join(_read(cycle)),
        url_for("month.lists", month=cycle.month),
    )
    yield KeyFigure(
        str(cycle.needs_chased),
        ngettext("件诉求 15 日催办", "件诉求 15 日催办", cycle.needs_chased),
        gettext("%(count)s 件已有答复", count=cycle.needs_answered) if cycle.needs_chased else "",
        url_for("month.chased", month=cycle.month),
    )
    if cycle.evaluation is not None:
        evaluated = len(cycle.evaluation.judged)
        yield KeyFigure(
            str(evaluated),
            ngettext("处空间 30 日评估", "处空间 30 日评估", evaluated),
            _evaluated(cycle),
            url_for("month.evaluated", month=cycle.month),
        )


def _listed(cycle: CycleOfMonth) -> str:
    """Count the lists of the 1st, and say when they went where that was later."""
    said = ngettext("家收到 1 日的清单", "家收到 1 日的清单", cycle.lists_sent)
    later = went_later(cycle.list_days, cycle.list_went) if cycle.list_went else ""
    return gettext("%(said)s，%(later)s", said=said, later=later) if later else said


def _read(cycle: CycleOfMonth) -> Iterator[str]:
    if not cycle.lists_sent:
        return
    yield gettext("%(count)s 家打开", count=cycle.opened)
    if cycle.not_opened:
        facts = {"count": cycle.not_opened, "met": cycle.visited, "left": cycle.cards_left}
        if cycle.cards_left:
            yield gettext("没打开的 %(count)s 家中走访 %(met)s 家，留连心卡 %(left)s 家", **facts)
        else:
            yield gettext("没打开的 %(count)s 家中走访 %(met)s 家", count=cycle.not_opened, met=cycle.visited)


def _evaluated(cycle: CycleOfMonth) -> str:
    found = cycle.evaluation
    if found is None or found.strongest is None:
        return gettext("暂无调整建议")
    said = matter_title(found.strongest)
    return gettext("暂定：%(said)s", said=said) if found.provisional else gettext("建议：%(said)s", said=said)


def hall_facts(facts: MonthFacts) -> tuple[KeyFigure, ...]:
    """Give the activities, and the complaints beside what was declared of the year before."""
    return (_held(facts), *_complaints(facts))


def _held(facts: MonthFacts) -> KeyFigure:
    held = facts.activities
    if not held.activities:
        return KeyFigure("0", gettext("场活动"), url=url_for("month.activities", month=facts.month))
    return KeyFigure(
        str(len(held.activities)),
        ngettext(
            "场活动，%(people)s 人次到场，%(firms)s 家企业",
            "场活动，%(people)s 人次到场，%(firms)s 家企业",
            len(held.activities),
            people=held.came,
            firms=held.enterprises,
        ),
        gettext("；").join(_about(held)),
        url_for("month.activities", month=facts.month),
    )


def _about(held: ActivitiesOfMonth) -> Iterator[str]:
    count = len(held.activities)
    if held.notice_kept == count:
        yield gettext("全部提前 3 天通知")
    else:
        yield gettext(
            "%(kept)s 场提前 3 天通知，%(urgent)s 场紧急",
            kept=held.notice_kept,
            urgent=count - held.notice_kept,
        )
    kinds = (f"{activity_kind(kind)} {number}" for kind, number in held.by_kind.items())
    yield comma_list(kinds)


def _complaints(facts: MonthFacts) -> Iterator[KeyFigure]:
    complaints, earlier = facts.needs.of(NeedKind.COMPLAINT), facts.needs.earlier
    yield KeyFigure(
        str(complaints.raised),
        ngettext(
            "件投诉%(before)s",
            "件投诉%(before)s",
            complaints.raised,
            before=_before(earlier) if earlier else "",
        ),
        gettext("；").join(_followed(complaints, earlier)),
        url_for("month.needs", month=facts.month, kind=NeedKind.COMPLAINT.value),
        late=bool(complaints.overdue),
    )


def _before(earlier: EarlierFigure) -> str:
    if earlier.month_key % 100:
        return gettext("，去年同月 %(count)s 件", count=earlier.number)
    return gettext("，去年全年 %(count)s 件", count=earlier.number)


def _followed(complaints: KindOfMonth, earlier: EarlierFigure | None) -> Iterator[str]:
    if complaints.days == 0:
        yield gettext("中位当天答复")
    elif complaints.days is not None:
        yield gettext("中位 %(days)s 个工作日答复", days=f"{float(complaints.days):g}")
    if complaints.overdue:
        yield gettext("超期 %(count)s 件", count=complaints.overdue)
    if earlier is not None:
        yield gettext("去年数字来自%(source)s", source=earlier.source)


def first_sheet(
    session: Session, park: Park, month: Month, *, now: datetime, signing: Signing | None = None
) -> MonthBoard:
    """Draw a month in Chinese, as the branch may know it: the paper goes from hand to hand."""
    knowing = known_to_the_branch(session, park)
    with force_locale(CHINESE):
        facts = read_month(session, park, month, now=now, knowing=knowing, signing=signing)
        return board_of(facts, current_app.config["BASE_URL"])


def signed_pdf(
    session: Session, park: Park, printer: ReportPrinter, *, now: datetime
) -> Callable[[ReportPaper, Signing], bytes]:
    """Give what sets the PDF of a version that is about to be signed; it raises PrintFailed."""

    def print_pdf(paper: ReportPaper, signing: Signing) -> bytes:
        board = first_sheet(session, park, paper.month, now=now, signing=signing)
        return printer.report(paper, board)

    return print_pdf

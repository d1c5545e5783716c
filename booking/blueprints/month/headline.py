"""The month in one sentence whose figures lead to where they come from, and how much of it is documented."""

import re
from collections.abc import Iterator

from booking.blueprints.kit.filters import large_money, month_name, percent
from booking.blueprints.kit.why import Figure
from booking.blueprints.month.links import opening_url, why_url
from booking.language import gettext, ngettext
from booking.rhythm.board import Phrase
from booking.rhythm.month_facts import MonthFacts
from booking.savings.visible_month import ReportState, VisibleMonth, VisibleSaving
from booking.values.money import Money

PLACE = re.compile(r"\{(\w+)\}")


def linked(sentence: str, **figures: Phrase | tuple[Phrase, ...]) -> tuple[Phrase, ...]:
    """Put figures where a worded sentence says `{name}`, so that each language orders them as it likes."""
    put: list[Phrase] = []
    for number, piece in enumerate(PLACE.split(sentence)):
        figure = figures[piece] if number % 2 else Phrase(piece)
        put += [figure] if isinstance(figure, Phrase) else figure
    return tuple(phrase for phrase in put if phrase.text)


def headline(facts: MonthFacts) -> tuple[Phrase, ...]:
    """Say what the month saved, what of it small and micro firms, and what all signed months did."""
    return tuple(_sentences(facts))


def _sentences(facts: MonthFacts) -> Iterator[Phrase]:
    seen = facts.chosen
    month = month_name(seen.month)
    if not seen.count:
        yield Phrase(gettext("%(month)s还没有可以报告的节省。", month=month))
        return
    when = gettext("%(month)s到现在", month=month) if seen.state is ReportState.OPEN else month
    yield from linked(
        ngettext(
            "%(when)s，{count} 家企业合计{saving}（{share}）",
            "%(when)s，{count} 家企业合计{saving}（{share}）",
            seen.count,
            when=when,
        ),
        count=Phrase(str(seen.count), why_url(seen.month, Figure.COUNT)),
        saving=paid_less(seen.total.figures.saving, why_url(seen.month, Figure.SAVING)),
        share=Phrase(_change(seen.total), why_url(seen.month, Figure.SHARE)),
    )
    if seen.small.count and seen.small.count < seen.count and seen.small_is_whole:
        yield from linked(
            ngettext(
                "，其中小微 {count} 家{saving}（{share}）",
                "，其中小微 {count} 家{saving}（{share}）",
                seen.small.count,
            ),
            count=Phrase(str(seen.small.count), why_url(seen.month, Figure.SMALL)),
            saving=paid_less(seen.small.figures.saving, why_url(seen.month, Figure.SMALL)),
            share=Phrase(_change(seen.small), why_url(seen.month, Figure.SMALL_SHARE)),
        )
    yield Phrase(gettext("。"))
    yield from _since_the_opening(facts)


def paid_less(saving: Money, url: str) -> tuple[Phrase, ...]:
    """Word a net saving: rent paid less, or more."""
    sentence = gettext("多付 {amount}") if saving < Money.zero() else gettext("少付租金 {amount}")
    return linked(sentence, amount=Phrase(large_money(Money(abs(saving.fen))), url))


def _change(saved: VisibleSaving) -> str:
    share = saved.figures.share
    return "–" if share is None else percent(-share, plus=True)


def _since_the_opening(facts: MonthFacts) -> Iterator[Phrase]:
    period = facts.since_opening
    if period is None:
        return
    months = len(period.months)
    said = ngettext("已签发的 {count} 个月累计{saving}。", "已签发的 {count} 个月累计{saving}。", months)
    if period.missing:
        said = ngettext(
            "已签发的 {count} 个月累计{saving}，{missing} 个月尚未签发。",
            "已签发的 {count} 个月累计{saving}，{missing} 个月尚未签发。",
            months,
        )
    yield from linked(
        said,
        count=Phrase(str(months), opening_url()),
        saving=paid_less(period.saving, opening_url()),
        missing=Phrase(str(len(period.missing)), opening_url()),
    )


def basis(facts: MonthFacts) -> tuple[Phrase, ...]:
    """Say how much of the saving stands on papers, what is rounded, and who is in no figure."""
    return (*_basis(facts.chosen), *_without_baseline(facts))


def _without_baseline(facts: MonthFacts) -> Iterator[Phrase]:
    """Tell who stated no baseline from those whose baseline waits to be checked."""
    seen, waiting = facts.chosen, facts.baselines_waiting
    none = seen.without_baseline - waiting
    if not seen.without_baseline:
        return
    if not waiting:
        said = gettext("%(none)s 家没有基线，不在数内。", none=none)
    elif not none:
        said = gettext("%(waiting)s 家的基线待核，不在数内。", waiting=waiting)
    else:
        said = gettext(
            "%(none)s 家没有基线、%(waiting)s 家的基线待核，不在数内。", none=none, waiting=waiting
        )
    yield Phrase(said, why_url(seen.month, Figure.COUNT) if seen.count else "")


def _basis(seen: VisibleMonth) -> Iterator[Phrase]:
    who = why_url(seen.month, Figure.COUNT) if seen.count else ""
    share = seen.total.documented_share
    if share is not None and not share.of_one:
        yield Phrase(
            gettext("都是企业自报（虚线），还没有租赁合同为凭。"), why_url(seen.month, Figure.DOCUMENTED)
        )
    elif share is not None:
        part = Phrase(
            gettext("%(share)s 有租赁合同为凭", share=percent(share)), why_url(seen.month, Figure.DOCUMENTED)
        )
        rest = gettext("{part}，其余为企业自报（虚线）。") if share.of_one < 1 else gettext("{part}。")
        if share.of_one < 1 and seen.state is ReportState.OPEN:
            rest = gettext("{part}，其余为企业自报。")
        yield from linked(rest, part=part)
    if seen.group is not None:
        yield Phrase(
            gettext("%(count)s 家未具名企业合为一组，含它们的金额约到千元。", count=seen.group.count), who
        )
    if seen.left_out:
        left_out = gettext("另有 %(count)s 家未具名企业不足以合为一组，不在数内。", count=seen.left_out)
        yield Phrase(left_out, who)

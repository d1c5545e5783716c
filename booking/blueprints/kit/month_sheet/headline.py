"""The month in one sentence whose figures lead to where they come from, and how much of it is documented.

And how much of the park was used, in words and bars.
"""

import re
from collections.abc import Iterator

from flask import url_for

from booking.blueprints.kit.filters import area, close_up, large_money, month_name, percent
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.labels.utilisation import not_told_label, part_of, share_told
from booking.blueprints.kit.why import Figure, opening_url, use_url, why_url
from booking.language import gettext, ngettext
from booking.rhythm.board import Meter, Phrase
from booking.rhythm.month_facts import MonthFacts
from booking.savings.visible_month import ReportState, VisibleMonth, VisibleSaving
from booking.spaces.idle.queries import IdleSummary
from booking.spaces.models import Kind
from booking.usage.utilisation import MonthUse, Told, Utilisation
from booking.values import Money, Share

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


METERED = (Kind.WORKSTATION, Kind.MEETING_ROOM, Kind.HALL)


def meters(facts: MonthFacts) -> tuple[Meter, ...]:
    """Give a bar for each kind that was open; those that may not be told are named in a note."""
    return tuple(_meters(facts))


def _meters(facts: MonthFacts) -> Iterator[Meter]:
    for kind in Kind:
        use = facts.use.kinds[kind]
        share = use.rounded_share if use.told else use.share
        if share is not None and use.told is not Told.HIDDEN:
            yield Meter(
                label=gettext("%(kind)s %(count)s 个", kind=kind_name(kind), count=use.spaces),
                figure=share_told(use),
                share=round(share * 1000),
                url=use_url("utilisation.parts", facts.month, kind),
            )


def use_notes(facts: MonthFacts) -> tuple[Phrase, ...]:
    """Say how much of the use was off-peak or extended, and what is missing."""
    return tuple(_notes(facts))


def _notes(facts: MonthFacts) -> Iterator[Phrase]:
    shifted, before = shifted_share(facts.use.total), shifted_share(facts.use_before.total)
    if shifted is not None:
        words = gettext("错时、延时占使用的 %(share)s", share=percent(shifted))
        if before is not None:
            words = gettext("%(now)s，上月 %(share)s", now=words, share=percent(before))
        yield Phrase(close_up(words), url_for("month.shifted", month=facts.month))
    yield from _untold(facts)
    if held := _held_by_activities(facts):
        yield Phrase(held, url_for("month.activities", month=facts.month))
    if facts.idle.in_use or facts.idle.idle:
        yield Phrase(_idle(facts.idle), url_for("month.idle", month=facts.month))
    if facts.use.total.refused:
        said = gettext("想订没有订到 %(count)s 次", count=facts.use.total.refused)
        yield Phrase(said, url_for("month.refused", month=facts.month))
    if missing := _missing(facts.use):
        yield Phrase(missing, use_url("utilisation.show", facts.month, Kind.WORKSTATION))


def _untold(facts: MonthFacts) -> Iterator[Phrase]:
    """Name the kinds that hardly anybody unnamed used, and say that they are not told therefore."""
    for kind in Kind:
        if facts.use.kinds[kind].told is Told.HIDDEN:
            words = gettext("%(kind)s：%(why)s", kind=kind_name(kind), why=not_told_label())
            yield Phrase(words, use_url("utilisation.parts", facts.month, kind))


def _held_by_activities(facts: MonthFacts) -> str:
    """Say how long activities held the halls: they are neither used nor open then."""
    minutes = sum(one.minutes for one in facts.activities.activities if one.starts_at <= facts.now)
    return gettext("会客厅另有活动占用 %(hours)s 小时", hours=f"{minutes / 60:g}") if minutes else ""


def _idle(idle: IdleSummary) -> str:
    areas = {"used": area(idle.in_use_area), "count": idle.in_use, "all": idle.in_use + idle.idle}
    words = gettext("闲置点 %(all)s 处，用起来 %(count)s 处 %(used)s", **areas)
    if not idle.put_to_use:
        return words
    return gettext("%(words)s，本月 %(new)s 处", words=words, new=len(idle.put_to_use))


def shifted_share(use: Utilisation) -> Share | None:
    """Give the share of off-peak and extended minutes of all that was used, as it may be told."""
    return part_of(use, use.off_peak + use.extended, use.bands_told.shifted)


def _missing(use: MonthUse) -> str:
    if use.complete:
        return ""
    return gettext("还有 %(days)s 天没有统计完", days=max(use.days_over - use.days, 1))

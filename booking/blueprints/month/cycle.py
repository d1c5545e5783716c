"""What the cycle 11530 did in a month: what went out and was read, what was chased, how the places did."""

from collections.abc import Iterator

from flask import url_for

from booking.blueprints.kit.labels.cycle import matter_title, went_later
from booking.language import gettext, ngettext
from booking.rhythm.board import KeyFigure
from booking.rhythm.cycle_of_month import CycleOfMonth


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

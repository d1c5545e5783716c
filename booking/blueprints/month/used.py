"""How much of the park was used, in words and bars."""

from collections.abc import Iterator

from flask import url_for

from booking.blueprints.kit.filters import area, close_up, percent
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.labels.utilisation import not_told_label, part_of, share_told
from booking.blueprints.month.links import use_url
from booking.language import gettext
from booking.rhythm.board import Meter, Phrase
from booking.rhythm.month_facts import MonthFacts
from booking.spaces.idle.queries import IdleSummary
from booking.spaces.models import Kind
from booking.usage.utilisation import MonthUse, Told, Utilisation
from booking.values.share import Share

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

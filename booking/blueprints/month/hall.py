"""What happened in the hall, and what people complained of, as numbers with a line that says more."""

from collections.abc import Iterator

from flask import url_for

from booking.activities.queries import ActivitiesOfMonth
from booking.blueprints.kit.filters import comma_list
from booking.blueprints.kit.labels.activities import activity_kind
from booking.language import gettext, ngettext
from booking.needs.models import EarlierFigure
from booking.needs.queries import KindOfMonth
from booking.needs.rules import NeedKind
from booking.rhythm.board import KeyFigure
from booking.rhythm.month_facts import MonthFacts


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

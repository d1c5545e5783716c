"""Words for what opening a day for longer, and taking that back, refuse."""

from booking.blueprints.kit.filters import comma_list, full_day
from booking.blueprints.kit.labels.spaces import longer_hours
from booking.language import gettext
from booking.spaces.extended import rules
from booking.values.refusal import Refusal
from booking.values.writing import minute_clock


def wording(refusal: Refusal) -> str | None:
    """Say a refusal about extended hours; None where it is another room's."""
    text: str | None
    match refusal:
        case rules.NoHourNamed():
            text = gettext("请填写开到几点，或提前到几点开。")
        case rules.ClosesTooEarly():
            text = gettext("要晚于开门时间，最晚 24:00；过了午夜的，另加在第二天。")
        case rules.ExtendedInPast(today=today):
            text = gettext("这一天或这个钟点已经过去了，今天是 %(day)s。", day=full_day(today))
        case rules.NothingLonger(opens=opens, closes=closes):
            hours = {"opens": minute_clock(opens), "closes": minute_clock(closes)}
            text = gettext("那天本来就开放 %(opens)s–%(closes)s，这样并没有延长。", **hours)
        case rules.ExtendedBefore(opens=opens, closes=closes):
            text = gettext(
                "那天已有延时开放（%(hours)s）；要改，先收回那一条。", hours=longer_hours(opens, closes)
            )
        case rules.HoursBooked():
            text = _booked(refusal)
        case rules.HoursOver(day=day):
            text = gettext("%(day)s的延时已经开始或过去了，收不回来。", day=full_day(day))
        case _:
            text = None
    return text


def _booked(no: rules.HoursBooked) -> str:
    if not no.activities:
        return str(
            gettext("这段延时里已有 %(count)s 个预订或使用，不能收回；先请他们改期或取消。", count=no.count)
        )
    titles = comma_list(gettext("“%(title)s”", title=one) for one in no.activities)
    if not no.count:
        return str(gettext("活动%(titles)s要用这段延时，不能收回；先取消活动，换个时间再办。", titles=titles))
    words = gettext(
        "活动%(titles)s和 %(count)s 个预订或使用要用这段延时，不能收回；先取消或请他们改期。",
        titles=titles, count=no.count,
    )  # fmt: skip
    return str(words)

"""The cycle in words: free minutes; what to do with which spaces, and why; a matter's title."""

from datetime import date

from booking.blueprints.kit.filters import day_of_month, duration, percent
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.labels.utilisation import not_told_label
from booking.charges.statement import FreeMinutes
from booking.language import gettext
from booking.rhythm.cycle_days import StepDays
from booking.rhythm.what_to_do import Measure, SpaceOfMonth, Suggestion
from booking.values.money import round_half_up

MOST_NAMED = 4
A_WEEKEND = 2  # days; mail that waits longer waits for a holiday's end


def went_later(days: StepDays, went: date) -> str:
    """Say why and when mail goes out after its step's day; "" where it does not."""
    if went <= days.day:
        return ""
    if went != days.mail_day:
        return gettext("%(day)s补发", day=day_of_month(went))
    if (went - days.day).days > A_WEEKEND:
        return gettext("节后 %(day)s发出", day=day_of_month(went))
    return gettext("休息日后 %(day)s发出", day=day_of_month(went))


def measure_name(measure: Measure) -> str:
    """Name what is to be done."""
    names = {
        Measure.CLOSE_EVENINGS: gettext("晚间不开放"),
        Measure.LOWER_PRICE: gettext("降低错时价格"),
        Measure.TO_STORAGE: gettext("改作仓储"),
    }
    return str(names[measure])


def spaces_named(found: Suggestion) -> str:
    """Name its spaces by their codes, the first few."""
    codes = [one.code for one in found.spaces]
    if len(codes) <= MOST_NAMED:
        return "、".join(codes)
    return gettext("%(codes)s 等 %(count)s 个", codes="、".join(codes[:MOST_NAMED]), count=len(codes))


def hours(minutes: int) -> str:
    """Write 252 小时 of minutes: a month of them is not told in days."""
    return gettext("%(count)s 小时", count=round_half_up(minutes, 60))


def suggestion_basis(found: Suggestion) -> str:
    """Say the figures that a suggestion rests on, or where they may not be told the rule alone."""
    if found.is_hidden:
        return _rule_alone(found.measure)
    facts = {"open": hours(found.open), "used": hours(found.used), "share": percent(found.share)}
    match found.measure:
        case Measure.CLOSE_EVENINGS:
            return gettext("18:00 以后开放 %(open)s，用了 %(used)s（%(share)s）", **facts)
        case Measure.LOWER_PRICE:
            return gettext("开放 %(open)s，用了 %(used)s（%(share)s），不到百分之十五", **facts)
        case Measure.TO_STORAGE:
            return gettext("这个月和上个月都几乎没人用：开放 %(open)s，用了 %(used)s（%(share)s）", **facts)


def _rule_alone(measure: Measure) -> str:
    rules = {
        Measure.CLOSE_EVENINGS: gettext("18:00 以后用的不到百分之三"),
        Measure.LOWER_PRICE: gettext("用的不到开放的百分之十五"),
        Measure.TO_STORAGE: gettext("这个月和上个月都几乎没人用，不到百分之二"),
    }
    return str(rules[measure])


def matter_title(found: Suggestion) -> str:
    """Title the matter that a suggestion becomes."""
    return f"{found.place} {spaces_named(found)}：{measure_name(found.measure)}"


def share_of_month(one: SpaceOfMonth) -> str:
    """Write how much of a space was used, as it may be told."""
    return "–" if one.hidden.month or one.share is None else percent(one.share)


def used_of_open(one: SpaceOfMonth) -> str:
    """Write both figures, or why they are not told."""
    return not_told_label() if one.hidden.month else f"{hours(one.used)} / {hours(one.open)}"


def free_row(one: FreeMinutes) -> dict[str, object]:
    """Draw the free minutes of a kind: what is left of how much."""
    return {
        "kind": kind_name(one.kind),
        "text": gettext("还剩 %(left)s，共 %(all)s", left=duration(one.left), all=duration(one.minutes)),
        "left": duration(one.left),
        "all": duration(one.minutes),
        "value": one.minutes - one.left,
        "most": one.minutes,
    }

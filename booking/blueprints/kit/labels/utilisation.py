"""Use in words, as it may be told to its reader, and the cycle that goes by it.

Whose used minutes the reader may know: an administrator everybody's, the branch those of named enterprises.
The cycle: free minutes, what to do with which spaces and why, a matter's title, whom to call on.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple

from babel.dates import get_day_names
from flask import url_for
from sqlalchemy.orm import Session

from booking import clock
from booking.blueprints.kit.charts import percentage
from booking.blueprints.kit.filters import day, day_of_month, duration, percent
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.session import me, my_park
from booking.charges.queries import open_since
from booking.charges.statement import FreeMinutes
from booking.db import db
from booking.language import get_locale, gettext
from booking.parks.models import Park
from booking.people.models import Role
from booking.rhythm.cycle_days import StepDays
from booking.rhythm.visits import ToCall, call_list
from booking.rhythm.what_to_do import Measure, SpaceOfMonth, Suggestion
from booking.savings.standings import known_to_branch
from booking.usage.telling import Knowing
from booking.usage.utilisation import Told, Utilisation, roughly
from booking.values import Month, Share, round_half_up


def weekday_names(width: Literal["abbreviated", "wide"]) -> Sequence[str]:
    """Name Monday to Sunday in the reader's language."""
    names = get_day_names(width, locale=get_locale() or "zh")
    return [names[number] for number in range(7)]


class Shares(NamedTuple):
    """A utilisation in words: each share with its two figures."""

    share: str
    of: str  # used of open
    booked: str
    off_peak: str
    extended: str
    refused: int
    bar: str  # how long its bar is


def shares(use: Utilisation) -> Shares:
    """Put it into words; what was never open has a dash, what may not be told says why."""
    if use.told is not Told.EXACT:
        hidden = use.told is Told.HIDDEN
        bar = percentage(*(0 if hidden else use.rounded_share or 0).as_integer_ratio())
        why = not_told_label() if hidden else rounded_label()
        return Shares(share_told(use), why, "–", "–", "–", use.refused, bar)
    return Shares(
        share=or_dash(use.share),
        of=gettext("%(used)s / %(open)s 小时", used=hours_text(use.used), open=hours_text(use.open)),
        booked=or_dash(use.booked_share),
        off_peak=part_told(use, use.off_peak, use.bands_told.off_peak),
        extended=part_told(use, use.extended, use.bands_told.extended),
        refused=use.refused,
        bar=percentage(use.used, use.open),
    )


def share_told(use: Utilisation) -> str:
    """Write 40.0%, 约 40% or a dash, as it may be told."""
    if use.told is Told.HIDDEN:
        return "–"
    if use.told is Told.EXACT:
        return or_dash(use.share)
    return "–" if use.rounded_share is None else percent(Share(use.rounded_share, exact=False))


def part_told(use: Utilisation, minutes: int, told: Told) -> str:
    """Write how much of the used minutes some of them are, as it may be told."""
    share = part_of(use, minutes, told)
    return "–" if share is None else percent(share)


def part_of(use: Utilisation, minutes: int, told: Told) -> Share | None:
    """Give it; None where nothing was used, or it may not be told."""
    if told is Told.EXACT:
        return Share.of(minutes, use.used, exact=True)
    share = roughly(minutes, use.used) if told is Told.ROUNDED else None
    return None if share is None else Share(share, exact=False)


def not_told_label() -> str:
    """Say why no minutes are told."""
    return gettext("能推出未具名企业的用量，不显示")


def rounded_label() -> str:
    """Say why a share is told roughly."""
    return gettext("有未具名企业用过，只显示约数")


def few_told(*, moves: bool = False) -> str:
    """Say it of a page, and what to do; `moves` is one of a month that is not closed."""
    if moves:
        return gettext(
            "还没有关账的月份，数字每天在变：前后两天一减，就是某一家的用量。所以有未具名企业用过的只显示整十的百分数，"
            "关账以后再显示准确的。管理员能看到全部。"
        )
    return gettext(
        "有的空间只有一两家未具名企业用过，写出来就能推出它们的用量，所以只显示三家以上合起来的数。"
        "想看每一处，可以请企业同意具名；管理员能看到全部。"
    )


def or_dash(share: float | Fraction | None) -> str:
    """Write 40.0%, or a dash for a share of nothing."""
    return "–" if share is None else percent(share)


def hours_text(minutes: int) -> str:
    """Write minutes as hours with one decimal, or whole ones from a hundred on."""
    hours = minutes / 60
    return f"{hours:,.0f}" if minutes >= 100 * 60 else f"{hours:.1f}"


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


def sees_use() -> bool:
    """Tell whether the reader may see who used something; what the branch sees comes from nobody's use."""
    return me().role is Role.ADMIN


def whom_to_call(month: Month | None = None) -> list[dict[str, str]]:
    """Word whom to call on, in the running month unless said."""
    session, park, now = db.session(), my_park(), clock.now()
    asked = month or Month.of(now, park.zone)
    return [_to_call(one) for one in call_list(session, park, asked, by_use=sees_use(), now=now)]


def _to_call(one: ToCall) -> dict[str, str]:
    said = [gettext("清单没有打开")] if one.listed else []
    if one.liaison is not None:
        said.append(gettext("联络员 %(name)s", name=one.liaison))
    if sees_use():
        last = one.last_use
        said.append(gettext("上次使用 %(day)s", day=day(last)) if last else gettext("从没用过"))
    return {
        "name": one.enterprise.short_name,
        "detail": " · ".join(said),
        "before": url_for("needs.show", need_id=one.visit_id) if one.visit_id else "",
        "visit": _where_to_visit(one),
    }


def _where_to_visit(one: ToCall) -> str:
    """Lead to its own line among the visits; without a liaison it has none."""
    if one.liaison is None:
        return ""
    return url_for("needs.visits", all=1, _anchor=f"firm-{one.enterprise.id}")


def knowing() -> Knowing | None:
    """Give whose use the reader may know; None for an administrator, who sees everything exactly."""
    if me().role is Role.ADMIN:
        return None
    return known_to_the_branch(db.session(), my_park())


def known_to_the_branch(session: Session, park: Park) -> Knowing:
    """Give whose use the branch may know, and what it has been shown before."""
    since = open_since(session, park)
    moves_since = Month.of(since, park.zone).key if since else 0  # none is closed
    known = known_to_branch(session, park.id)
    return Knowing(park.id, known.shown, known.before, known.unnamed_then, moves_since)

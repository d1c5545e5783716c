"""An opening rule in plain words, with an example of what it allows and what it does not."""

from booking.blueprints.kit.filters import duration
from booking.blueprints.kit.labels.spaces import minute_clock
from booking.language import gettext
from booking.spaces.models import Kind
from booking.spaces.rules import DAY_MINUTES, Opening


def rule_lines(rule: Opening, kind: Kind) -> list[str]:
    """Say a rule in sentences, the last of them an example."""
    first = [_days(rule)] if kind is Kind.STORAGE else [_hours(rule), _length(rule)]
    last = [] if kind is Kind.STORAGE else [example(rule)]
    return [*first, _ahead(rule), *_afterwards(rule), *last]


def _hours(rule: Opening) -> str:
    hours = {"opens": minute_clock(rule.opens_minute), "closes": minute_clock(rule.closes_minute)}
    if rule.open_on_rest_days:
        return str(gettext("每天 %(opens)s–%(closes)s 开放，休息日也开放。", **hours))
    return str(gettext("工作日 %(opens)s–%(closes)s 开放，休息日不开放。", **hours))


def _days(rule: Opening) -> str:
    days = rule.maximum_minutes // DAY_MINUTES
    return str(gettext("按天租用，全天可进出；一次最多 %(days)s 天，也可以不定期限。", days=days))


def _length(rule: Opening) -> str:
    return str(
        gettext(
            "开始和结束落在 %(step)s的刻度上，一次最短 %(shortest)s，最长 %(longest)s。",
            step=duration(rule.step_minutes),
            shortest=duration(rule.minimum_minutes),
            longest=duration(rule.maximum_minutes),
        )
    )


def _ahead(rule: Opening) -> str:
    if not rule.lead_minutes:
        return str(gettext("最多提前 %(days)s 天预订，空着就可以马上订。", days=rule.horizon_days))
    lead = duration(rule.lead_minutes)
    return str(gettext("最多提前 %(days)s 天、至少提前 %(lead)s预订。", days=rule.horizon_days, lead=lead))


def _afterwards(rule: Opening) -> list[str]:
    said = []
    if rule.buffer_minutes:
        said.append(gettext("每次用完后留空 %(buffer)s，不收费。", buffer=duration(rule.buffer_minutes)))
    if rule.needs_approval:
        said.append(gettext("预订须管理员批准后才生效。"))
    return said


def example(rule: Opening) -> str:
    """Give the earliest and shortest use of a day that is allowed, and a start that is not."""
    start = -(-rule.opens_minute // rule.step_minutes) * rule.step_minutes
    end = start + rule.minimum_minutes
    if end > rule.closes_minute:
        return str(gettext("注意：按这条规则，一天里没有一段能订。"))
    times = {"start": minute_clock(start), "end": minute_clock(end), "off": minute_clock(start + 1)}
    if rule.step_minutes == 1:
        return str(gettext("例如：一天里最早、最短的一段是 %(start)s–%(end)s。", **times))
    return str(
        gettext(
            "例如：一天里最早、最短的一段是 %(start)s–%(end)s；%(off)s 不在刻度上，不能从那时开始。", **times
        )
    )

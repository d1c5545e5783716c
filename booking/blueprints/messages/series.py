"""Words for why a rule of repetition is refused."""

from booking.blueprints.kit.filters import comma_list, day
from booking.language import gettext
from booking.reservations.series import refusals as no
from booking.values import Refusal


def wording(refusal: Refusal) -> str | None:
    """Say a refusal of series; None for anybody else's."""
    sentence = _of_the_rule(refusal) or _of_the_end(refusal) or _of_an_occurrence(refusal)
    return str(sentence) if sentence else None


def _of_the_rule(refusal: Refusal) -> object:
    match refusal:
        case no.RuleNotOffered():
            return gettext("这样的重复规则不支持；可以每天、每周选几天，或每月按日期、按第几个星期几。")
        case no.NoWeekdayChosen():
            return gettext("请至少勾选一天。")
        case no.BadInterval(most=most):
            return gettext("间隔请填 1 到 %(most)s。", most=most)
        case no.NoSuchMonthDay():
            return gettext("没有一个月有这一天，请选 1 到 31 日或最后一天。")
        case no.NeverHappens():
            return gettext("在这段时间里，日历上没有一天符合这条规则，请检查日期。")
    return None


def _of_the_end(refusal: Refusal) -> object:
    match refusal:
        case no.NeverEnds():
            return gettext("请填写次数，或者最后一天。")
        case no.EndsTwice():
            return gettext("次数和最后一天只能填一个。")
        case no.CountTooSmall():
            return gettext("次数至少为 1。")
        case no.UntilBeforeFirst(first=first):
            return gettext("最后一天不能早于第一天 %(first)s。", first=day(first))
        case no.GoesOnElsewhere(days=days):
            words = comma_list(day(one) for one in days)
            return gettext("到那天为止的，它后来改成的系列里都有了：%(days)s。请选更晚的一天。", days=words)
        case no.EndsNoLater(last_day=last):
            return gettext("已经到 %(last)s 了，请选更晚的一天。", last=day(last))
        case no.TooManyOccurrences(most=most):
            return gettext("一次最多重复 %(most)s 次，请减少次数或缩短时间。", most=most)
        case no.LastsTooLong(last_day=last):
            return gettext("最远到 %(last)s（一年半），请缩短一些。", last=day(last))
    return None


def _of_an_occurrence(refusal: Refusal) -> object:
    match refusal:
        case no.NothingOfSeriesFree(occurrences=count):
            return gettext("%(count)s 次都订不上，请换个时间或空间。", count=count)
        case no.SeriesNotOpenYet(first=first, opens_on=opens, last_day=last):
            return gettext(
                "第一次在 %(first)s，%(opens)s 起才能订；今天就订的话，第一次最晚在 %(last)s。",
                first=day(first),
                opens=day(opens),
                last=day(last),
            )
        case no.NothingLeftOfSeries(day=on):
            return gettext("%(day)s 起没有可以改的了；要接着订，请用“延长系列”。", day=day(on))
        case no.NotOfSeries():
            return gettext("这一次已经处理过了，页面已更新。")
    return None

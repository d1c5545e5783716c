"""Words for why a space cannot be had, or a reservation cannot be changed, and what to do about it."""

from booking.blueprints.kit.filters import day, duration, moment
from booking.blueprints.kit.whose import taken_words
from booking.language import gettext
from booking.reservations import refusals as no
from booking.values.refusal import Refusal


def wording(refusal: Refusal) -> str | None:
    """Say the refusals of reservations; None for anybody else's."""
    sentence = (
        _of_the_time(refusal) or _of_the_day(refusal) or _of_the_space(refusal) or _of_a_change(refusal)
    )
    return str(sentence) if sentence else None


def _of_the_time(refusal: Refusal) -> object:
    match refusal:
        case no.EndsBeforeItStarts():
            return gettext("结束时间要晚于开始时间。")
        case no.InThePast(field="ends"):
            return gettext("结束时间已经过去，请选择现在以后的时间。")
        case no.InThePast(field="day", instant=when):
            return gettext("%(day)s 已经过去，请选择今天或以后的日期。", day=day(when))
        case no.InThePast():
            return gettext("开始时间已经过去，请选择现在以后的时间；想马上使用，可到现场扫码签到。")
        case no.TooSoon(lead_minutes=minutes):
            return gettext("需要至少提前 %(lead)s预订。", lead=duration(minutes))
        case no.OffTheStep(step_minutes=step):
            return gettext("时间请按 %(step)s 分钟为一档选择。", step=step)
        case no.TooShort(minimum_minutes=minutes):
            return gettext("最短 %(length)s，请延长一些。", length=duration(minutes))
        case no.TooLong(maximum_minutes=minutes):
            return gettext("最长 %(length)s，请缩短一些或分次预订。", length=duration(minutes))
        case no.NotLonger(ends_at=ends):
            return gettext("延长后的结束时间要晚于现在的 %(ends)s。", ends=moment(ends))
        case no.NotShorter():
            return gettext("缩短后的结束时间要早于原来的结束时间，且晚于开始时间。")
    return None


def _of_the_day(refusal: Refusal) -> object:
    match refusal:
        case no.BeyondHorizon(horizon_days=days, last_day=last):
            return gettext("最多提前 %(days)s 天预订，目前可订到 %(last)s。", days=days, last=day(last))
        case no.CrossesMidnight():
            return gettext("一次预订不能跨过午夜，请分两天预订。")
        case no.ClosedThatDay(day=when):
            return gettext("%(day)s 是休息日，该空间不开放，请另选一天。", day=day(when))
        case no.OutsideOpeningHours(opens=opens, closes=closes):
            return gettext("开放时间是 %(opens)s–%(closes)s。", opens=wall(opens), closes=wall(closes))
    return None


def _of_the_space(refusal: Refusal) -> object:
    match refusal:
        case no.Taken():
            return taken_words(refusal)
        case no.NothingFree():
            return gettext("这段时间没有空闲的空间，请另选时间。")
        case no.NobodyComes():
            return gettext("人数至少为 1。")
        case no.TooManyPeople(people=people, capacity=capacity):
            return gettext(
                "这里最多坐 %(capacity)s 人，你填了 %(people)s 人。", capacity=capacity, people=people
            )
        case no.NoSuchSpace():
            return gettext("没有一个空间同时符合这些条件，请放宽一些。")
        case no.AskForOne():
            return gettext("这类空间要园区确认，不能由系统任选；请用“查找空闲”选好一个再申请。")
        case no.Retired(code=code):
            return gettext("%(code)s 已停止使用，请另选空间。", code=code)
        case no.AnotherKind():
            return gettext("只能改到同一类空间；换类型请取消后重新预订。")
        case no.LiftedBefore(lifted_at=lifted_at):
            return gettext("这次停用已在 %(when)s 取消过，没有再改动。", when=moment(lifted_at))
        case no.ClosureTooLong(longest_days=days):
            return gettext("一次停用最长 %(days)s 天；更久或说不准时，请选“直到另行通知”。", days=days)
        case no.ClosureConflicts(conflicts=conflicts):
            return gettext("这段时间已有 %(count)s 个占用，请先改期或取消。", count=len(conflicts))
    return None


def _of_a_change(refusal: Refusal) -> object:
    match refusal:
        case no.OutOfDate():
            return gettext("这条预订刚被修改过，页面已更新，请核对后再操作。")
        case no.AskedTooLate(starts_at=starts):
            return gettext(
                "开始时间 %(starts)s 已过，不能再批准；这个申请会自动关闭。", starts=moment(starts)
            )
        case no.CannotChange(state="in_use"):
            return gettext("已经签到使用，不能这样修改；可以延长、缩短或签退。")
        case no.CannotChange():
            return gettext("这条预订已经结束，不能再修改。")
        case no.AsksForApproval(name=name):
            return gettext(
                "“%(name)s”要园区批准，不能直接改过去；原来的预订还在。请为它另提申请，批准后再取消这一个。",
                name=name,
            )
    return None


def wall(minute: int) -> str:
    """Write a minute after midnight as 08:00; 1440 is 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"

"""Words for why a space cannot be had, waited for or used, or a reservation or stay cannot be changed."""

from booking.blueprints.kit.filters import clock, day, duration, hours_text, last_day, moment, span_text
from booking.blueprints.kit.holders import taken_label
from booking.blueprints.kit.labels.quotas import quota_name
from booking.language import gettext, local_name
from booking.reservations import refusals as no
from booking.reservations.guests import rules as guests
from booking.reservations.models import ReservationState
from booking.reservations.quotas import rules as quotas
from booking.reservations.waiting import rules as no_wait
from booking.usage import rules
from booking.values import FAR_FUTURE, Refusal, Span
from booking.values.writing import minute_clock


def wording(refusal: Refusal) -> str | None:
    """Say a refusal of reservations and use; None for anybody else's."""
    return _of_reservations(refusal) or _of_usage(refusal)


def _of_reservations(refusal: Refusal) -> str | None:
    sentence = (
        _of_the_last_day(refusal)
        or _of_the_time(refusal)
        or _of_the_day(refusal)
        or _of_the_space(refusal)
        or _of_guests(refusal)
        or _of_quotas(refusal)
        or _of_a_change(refusal)
    )
    return str(sentence) if sentence else None


def _of_the_last_day(refusal: Refusal) -> object:
    match refusal:
        case no.EndsBeforeItStarts(part=no.RequestPart.UNTIL, starts=start):
            return gettext("最后一天不能早于第一天 %(day)s。", day=day(start))
        case no.InThePast(part=no.RequestPart.UNTIL):
            return gettext("这一天已经过去，最后一天请选今天或以后。")
        case no.NotLonger(ends_at=ends, part=no.RequestPart.UNTIL):
            if ends >= FAR_FUTURE:
                return gettext("没有改动：现在就是一直用到退租。")
            return gettext("没有改动：最后一天就是 %(day)s。", day=last_day(ends))
    return None


def _of_the_time(refusal: Refusal) -> object:
    match refusal:
        case no.EndsBeforeItStarts():
            return gettext("结束时间要晚于开始时间。")
        case no.NoSuchClock(day=on, minute=minute):
            return gettext(
                "%(day)s 因时钟调整没有 %(clock)s 这个时间。", day=day(on), clock=minute_clock(minute)
            )
        case no.HasBegun(starts_at=start):
            return gettext(
                "预订 %(time)s 已经开始，不能再改期；可以签到、缩短、取消，或换到别的空间。",
                time=clock(start),
            )
        case no.HasLapsed(kept_until=until):
            return gettext(
                "预订保留到 %(time)s，没有人签到：按未到处理，按价目收取未到费用；不能再取消、改期或改时长。",
                time=clock(until),
            )
        case no.InThePast(part=no.RequestPart.END):
            return gettext("结束时间已经过去，请选择现在以后的时间。")
        case no.InThePast(part=no.RequestPart.DAY, instant=when):
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
            return gettext("%(day)s 是休息日，不开放，请另选一天。", day=day(when))
        case no.OutsideOpeningHours(opens=opens, closes=closes):
            return gettext(
                "开放时间是 %(opens)s–%(closes)s。", opens=minute_clock(opens), closes=minute_clock(closes)
            )
    return None


def _of_the_space(refusal: Refusal) -> object:
    match refusal:
        case no.Taken():
            return taken_label(refusal)
        case no.AskedAlready():
            return gettext("这个空间的这段时间你已经申请了，还没批准，不用再申请一次。")
        case no.NothingFree():
            return gettext("这段时间没有空闲的空间，请另选时间。")
        case no.NobodyComes():
            return gettext("人数至少为 1。")
        case no.TooManyNamed(people=people, capacity=capacity):
            return gettext(
                "这里最多坐 %(capacity)s 人：名单上 %(named)s 人，加上预订人是 %(people)s 人。",
                capacity=capacity,
                named=people - 1,
                people=people,
            )
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


def _of_guests(refusal: Refusal) -> object:
    match refusal:
        case guests.TooManyAddresses(most=most):
            return gettext("一天内最多给 %(most)d 个邮箱发邀请，请明天再加，或不填邮箱。", most=most)
        case guests.TooManyGuests(count=count, most=most):
            return gettext(
                "一次预订最多写 %(most)s 位同事和访客，你写了 %(count)s 位；人再多，请园区办成活动。",
                most=most,
                count=count,
            )
        case guests.NotExpectedYet(expected_from=opens):
            return gettext("还没到时候：访客到了从 %(when)s 起记。", when=moment(opens))
        case guests.GuestUnnamed(line=line):
            return gettext(
                "第 %(line)s 行没有看懂：请先写姓名（最多 60 个字），再写邮箱和单位，用逗号隔开。", line=line
            )
        case guests.GuestMailUnread(line=line, text=text):
            return gettext(
                "第 %(line)s 行的邮箱“%(text)s”不能用，例如 name@example.com。", line=line, text=text[:60]
            )
        case guests.NotAColleague():
            return gettext("选中的人里有一位已经不在本企业，请重新勾选。")
    return None


def _of_quotas(refusal: Refusal) -> object:
    match refusal:
        case quotas.OverQuota():
            facts = {
                "quota": quota_name(refusal.per, refusal.period, refusal.from_minute, refusal.until_minute),
                "most": hours_text(refusal.minutes),
                "left": hours_text(refusal.left),
                "wanted": hours_text(refusal.wanted),
            }
            if refusal.left <= 0:
                return gettext(
                    "超出额度：%(quota)s最多 %(most)s，还剩 %(left)s，这次要 %(wanted)s。"
                    "请换个时间，需要更多请找园区。",
                    **facts,
                )
            return gettext(
                "超出额度：%(quota)s最多 %(most)s，还剩 %(left)s，这次要 %(wanted)s。"
                "请缩短或换个时间，需要更多请找园区。",
                **facts,
            )
        case quotas.QuotaBeyondTime(minutes):
            most = hours_text(minutes)
            return gettext("这样合计最多也就 %(most)s，再多等于不限制；不想限制，就不设这条额度。", most=most)
        case quotas.QuotaHoursBackwards():
            return gettext("结束时间要晚于开始时间。")
    return None


def _of_a_change(refusal: Refusal) -> object:
    match refusal:
        case no.OutOfDate():
            return gettext("这条预订刚被修改过，页面已更新，请核对后再操作。")
        case no.AskedTooLate(starts_at=starts):
            return gettext(
                "开始时间 %(starts)s 已过，不能再批准；这个申请会自动关闭。", starts=moment(starts)
            )
        case no.ProposesTheSame():
            return gettext("这就是对方申请的时间和空间；同意的话，请直接批准。")
        case no.ProposalOver():
            return gettext("园区的提议已经不在了：过了时间，或者申请有了变动。请看页面上现在的情况。")
        case no.CannotChange(state="in_use"):
            return gettext("已经签到使用，不能这样修改；可以延长、缩短或签退。")
        case no.CannotChange(state="booked"):
            return gettext("这个申请已经有了答复，已订下；不需要的话可以取消。")
        case no.CannotChange():
            return gettext("这条预订已经结束，不能再修改。")
        case no.AsksForApproval(name=name):
            return gettext(
                "“%(name)s”要园区批准，不能直接改过去；原来的预订还在。请为它另提申请，批准后再取消这一个。",
                name=name,
            )
    return None


def _of_usage(refusal: Refusal) -> str | None:
    match refusal:
        case rules.TooEarly(opens_at=opens_at):
            return gettext("还没到签到时间，%(when)s 起可以签到。", when=moment(opens_at))
        case rules.TooLate(ended_at=ended_at):
            return gettext("预订的时间已在 %(when)s 结束，请重新预订。", when=moment(ended_at))
        case rules.NotToCheckIn(state=state):
            return _not_to_check_in(state)
        case rules.StillInUse(space_name=name, space_name_en=en):
            return gettext("“%(name)s”还有人在用，请稍等，或改用其他空间。", name=local_name(name, en))
        case rules.AlreadyOut(ended_at=ended_at):
            return gettext("已在 %(when)s 签退，不用再点一次。", when=moment(ended_at))
        case rules.EventMeansAnother(key=key):
            return gettext("事件编号 %(key)s 已经用过，说的是另一件事；请给每个事件一个新编号。", key=key)
        case rules.NothingToUndo():
            return gettext("这次使用没有可以撤销的签退。")
        case rules.NotYourCheckOut():
            return gettext("只有点签退的人能撤销；也可以请前台撤销。")
        case rules.UndoOver(until=until):
            return gettext("签退满两分钟，%(when)s 起不能撤销了。还要用，请重新预订。", when=clock(until))
        case rules.FreedTimeGone(space_name=name, space_name_en=en):
            return gettext("“%(name)s”空出来的时间已经给了别人，签退不能撤销了。", name=local_name(name, en))
        case rules.NotByWalkingIn(space_name=name, space_name_en=en):
            return gettext("“%(name)s”不能随到随用，请先预订。", name=local_name(name, en))
        case rules.EndBeforeStart(started_at=started_at):
            return gettext("离开时间不能早于到达时间 %(when)s。", when=moment(started_at))
        case rules.NotYet():
            return gettext("只能填写已经过去的时间。")
        case rules.OverlapsAnotherStay(starts_at=starts_at, ends_at=ends_at):
            start, end = moment(starts_at), clock(ends_at)
            return gettext("这段时间里 %(start)s 到 %(end)s 已有别的使用记录。", start=start, end=end)
        case rules.NothingToReview():
            return gettext("这条使用记录不需要补报时间。")
        case rules.NothingToCorrect(started_at=started_at, ended_at=ended_at):
            whole = started_at < ended_at
            times = span_text(Span(started_at, ended_at)) if whole else moment(started_at)
            return gettext("没有改动，这条使用记录的时间就是 %(times)s。", times=times)
        case rules.StalePage():
            return gettext("这条记录刚被别人更改过，请核对新的内容后再提交。")
    return None


def _not_to_check_in(state: ReservationState) -> str:
    sentences = {
        ReservationState.REQUESTED: gettext("这个预订还在等园区审批，批准后才能签到。"),
        ReservationState.BOOKED: gettext("这个预订不能签到。"),
        ReservationState.IN_USE: gettext("已经签到了，不用再点一次。"),
        ReservationState.DONE: gettext("这个预订已经用完并签退。"),
        ReservationState.NO_SHOW: gettext("超过保留时间没有签到，空间已放出；仍空闲的话可以直接使用。"),
        ReservationState.CANCELLED: gettext("这个预订已经取消。"),
        ReservationState.DECLINED: gettext("这个预订没有获批。"),
    }
    return sentences[state]


def wording_of_waits(refusal: Refusal) -> str | None:
    """Say a refusal of the waiting list; None for anybody else's."""
    match refusal:
        case no_wait.FreeNow():
            return gettext("这段时间现在就空着，不用候补，直接预订就好。")
        case no_wait.NoLine():
            return gettext("按天租的仓储和需要园区确认的空间没有候补。")
        case no_wait.TooManyWaits(most=most):
            return gettext("最多同时候补 %(most)s 个时间，请先退出不需要的。", most=most)
        case no_wait.HoldOver():
            return gettext("保留的时间已经过了，或者已经放弃；可以重新候补。")
        case no_wait.ParkIsAsked():
            return gettext("这个空间现在要园区确认，保留的时间不能直接接受；放弃保留后，可以提交申请。")
        case no_wait.HeldAlready(name=name, until=until):
            return gettext(
                "这个时间已经为你保留了%(name)s，到 %(until)s；请先接受或放弃，再按新的要求候补。",
                name=name,
                until=moment(until),
            )
        case no_wait.WaitTaken():
            return gettext("这次候补已经订成预订了，要取消请到预订里取消。")
    return None

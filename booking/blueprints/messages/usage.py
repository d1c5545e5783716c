"""Words for why somebody cannot check in or out, or a stay cannot be corrected."""

from booking.blueprints.kit.filters import clock, moment, span_text
from booking.language import gettext
from booking.reservations.models import ReservationState
from booking.usage import rules
from booking.values.refusal import Refusal
from booking.values.span import Span


def wording(refusal: Refusal) -> str | None:
    """Say the refusals of usage; None for anybody else's."""
    match refusal:
        case rules.TooEarly(opens_at=opens_at):
            return gettext("还没到签到时间，%(when)s 起可以签到。", when=moment(opens_at))
        case rules.TooLate(ended_at=ended_at):
            return gettext("预订的时间已在 %(when)s 结束，请重新预订。", when=moment(ended_at))
        case rules.NotToCheckIn(state=state):
            return _not_to_check_in(state)
        case rules.StillInUse(space_name=name):
            return gettext("“%(name)s”还有人在用，请稍等，或改用其他空间。", name=name)
        case rules.AlreadyOut(ended_at=ended_at):
            return gettext("已在 %(when)s 签退，不用再点一次。", when=moment(ended_at))
        case rules.NotByWalkingIn(space_name=name):
            return gettext("“%(name)s”不能随到随用，请先预订。", name=name)
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

"""Words for what activities refuse."""

from datetime import date

from booking.activities import rules
from booking.blueprints.kit.filters import day as day_text
from booking.blueprints.kit.filters import moment
from booking.language import gettext
from booking.spaces.rules import Hours
from booking.values.refusal import Refusal
from booking.values.writing import minute_clock


def wording(refusal: Refusal) -> str | None:
    """Say a refusal of the room `activities`; None where it is another room's."""
    return _of_planning(refusal) or _of_publishing(refusal) or _of_taking_part(refusal)


def _of_planning(refusal: Refusal) -> str | None:
    match refusal:
        case rules.HallTaken():
            return gettext("这段时间会客厅已有安排，请改选下面空着的，或换一个时间。")
        case rules.HallClosedThen(day=day, hours=hours):
            return _closed_then(day, hours)
        case rules.HeldByActivity(title=title):
            return gettext(
                "这是活动“%(title)s”的会客厅，没有改动；要放出它，请到活动页取消活动。", title=title
            )
        case rules.BegunBefore():
            return gettext("开始时间已经过去，请选以后的时间。")
        case rules.MorePlacesThanSeats(capacity=capacity):
            return gettext("这个厅坐 %(capacity)s 人，名额不能更多。", capacity=capacity)
        case rules.FewerPlacesThanPeople(people=people):
            return gettext("已有 %(people)s 人有位子，名额不能更少。", people=people)
        case rules.NobodyInvited():
            return gettext("请至少选一项，不然谁也没有受邀。")
        case rules.AlreadyPublished():
            return gettext("已经公布，时间、地点和受邀企业不能再改；要改就取消它，再复制一个。")
        case rules.CalledOffBefore(called_off_at=when):
            return gettext("这个活动已在 %(when)s取消；要再办，就复制一个。", when=moment(when))
    return None


def _closed_then(day: date, hours: Hours | None) -> str:
    if hours is None:
        return gettext("%(day)s会客厅不开放；要用，请先由管理员批准延时开放。", day=day_text(day))
    return gettext(
        "会客厅%(day)s开放 %(opens)s–%(closes)s；要更早或更晚，请先由管理员批准延时开放。",
        day=day_text(day),
        opens=minute_clock(hours.opens),
        closes=minute_clock(hours.closes),
    )


def _of_publishing(refusal: Refusal) -> str | None:
    match refusal:
        case rules.NoticeTooShort(latest=latest):
            return gettext(
                "公布时离开始不足 72 小时（最晚 %(latest)s）。请写明紧急原因，或把活动往后移。",
                latest=moment(latest),
            )
        case rules.PublishDayPast(publish_at=when):
            return gettext("%(when)s已经过去，请选以后的日子，或马上公布。", when=moment(when))
    return None


def _of_taking_part(refusal: Refusal) -> str | None:
    match refusal:
        case rules.ActivityOver(ended=True):
            return gettext("活动已经结束。")
        case rules.ActivityOver():
            return gettext("活动已经开始，名单不再变动；到了现场请签到。")
        case rules.NotOpenYet(opens_at=opens):
            return gettext("还没到时间，%(when)s起可以。", when=moment(opens))
        case rules.NotInvited():
            return gettext("这次活动没有邀请这家企业。")
        case rules.AlreadySignedUp(name=name):
            return gettext("%(name)s 已经报过名，一人一个位子，不用再报。", name=name)
        case rules.AddressFull(most=most):
            return gettext("这个邮箱已为 %(most)s 人报过这个活动，请换一个，或不填。", most=most)
        case rules.SignInToArrive():
            return gettext("这个名字是用账号报的名，请登录后签到，或请主办方在名单上签。")
        case rules.NotAtTheDoor():
            return gettext("到会客厅扫门口的码签到。")
        case rules.NotThere():
            return gettext("到场的人才能评价。")
        case rules.SaidBefore():
            return gettext("你已经评价过了，谢谢。")
    return None

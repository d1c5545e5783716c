"""Words for what activities, needs and matters refuse."""

from datetime import date

from booking.activities import rules
from booking.blueprints.kit.filters import day as day_text, full_day, moment, month_text
from booking.language import gettext
from booking.needs import rules as need_rules
from booking.spaces.rules import Hours
from booking.values import Refusal
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


def wording_of_needs(refusal: Refusal) -> str | None:
    """Say a refusal of the room `needs`; None where it is another room's."""
    match refusal:
        case need_rules.NothingAsked():
            return gettext("请写一句你需要什么。")
        case need_rules.PhoneUnreadable():
            return gettext("这不像一个电话号码，请写手机或带区号的座机。")
        case need_rules.NobodyAnswers():
            return gettext("这个园区还没有人能办理诉求，请到服务台说。")
        case need_rules.NotOurPeople():
            return gettext("请选择园区管理员或党支部的同事，账号要在用。")
        case need_rules.NeedOver(done_at=done_at):
            when = full_day(done_at) if done_at else ""
            return gettext("这件诉求在 %(day)s已经办结；还没解决的话请先重新打开。", day=when)
        case need_rules.VisitStays():
            return gettext("走访是园区自己的记录，不能和诉求互换类型。")
        case need_rules.AnswerMissing():
            return gettext("请写下答复。")
        case need_rules.SourceMissing():
            return gettext("请写明数字的来源，例如“物业投诉登记簿”。")
        case need_rules.SameDeputy():
            return gettext("代理人要换一位同事，不能和联络员是同一个人。")
    return _of_matters(refusal)


def _of_matters(refusal: Refusal) -> str | None:
    match refusal:
        case need_rules.DecisionMissing(part=part):
            missing = {
                need_rules.DecisionPart.WHAT: gettext("做什么"),
                need_rules.DecisionPart.WHO: gettext("谁负责"),
                need_rules.DecisionPart.BY_WHEN: gettext("什么时候前完成"),
            }
            return gettext("请写明%(part)s。", part=missing[part])
        case need_rules.DecidedOutOfTime(running=running):
            return gettext("只能记本月（%(month)s）或上个月例会的决定。", month=month_text(running))
        case need_rules.DueBeforeDecided(today=today):
            return gettext("完成的日期不能早于议定的那天，最早 %(day)s。", day=full_day(today))
        case need_rules.DecidedAlready(what=what):
            return gettext("这个议题已经议定“%(what)s”，先说明办结还是延续，再定新的。", what=what)
        case need_rules.MatterOver(done_at=done_at):
            return gettext("这个议题在 %(day)s已经办结。", day=full_day(done_at))
        case need_rules.NothingDecided():
            return gettext("这个议题还没有议定，没有可以办结的事。")
        case need_rules.NeedElsewhere(title=title):
            return gettext("其中有诉求已经并入议题“%(title)s”。", title=title)
        case need_rules.NothingToJoin():
            return gettext("请至少选择一件诉求。")
    return None

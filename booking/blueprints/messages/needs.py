"""Words for what needs and matters refuse."""

from booking.blueprints.kit.filters import full_day, month_text
from booking.language import gettext
from booking.needs import rules
from booking.values.refusal import Refusal


def wording(refusal: Refusal) -> str | None:
    """Say a refusal of the room `needs`; None where it is another room's."""
    match refusal:
        case rules.NothingAsked():
            return gettext("请写一句你需要什么。")
        case rules.PhoneUnreadable():
            return gettext("这不像一个电话号码，请写手机或带区号的座机。")
        case rules.NobodyAnswers():
            return gettext("这个园区还没有人能办理诉求，请到服务台说。")
        case rules.NotOurPeople():
            return gettext("请选择园区管理员或党支部的同事，账号要在用。")
        case rules.NeedOver(done_at=done_at):
            when = full_day(done_at) if done_at else ""
            return gettext("这件诉求在 %(day)s已经办结；还没解决的话请先重新打开。", day=when)
        case rules.VisitStays():
            return gettext("走访是园区自己的记录，不能和诉求互换类型。")
        case rules.AnswerMissing():
            return gettext("请写下答复。")
        case rules.SourceMissing():
            return gettext("请写明数字的来源，例如“物业投诉登记簿”。")
        case rules.SameDeputy():
            return gettext("代理人要换一位同事，不能和联络员是同一个人。")
    return _of_matters(refusal)


def _of_matters(refusal: Refusal) -> str | None:
    match refusal:
        case rules.DecisionMissing(part=part):
            missing = {
                rules.DecisionPart.WHAT: gettext("做什么"),
                rules.DecisionPart.WHO: gettext("谁负责"),
                rules.DecisionPart.BY_WHEN: gettext("什么时候前完成"),
            }
            return gettext("请写明%(part)s。", part=missing[part])
        case rules.DecidedOutOfTime(running=running):
            return gettext("只能记本月（%(month)s）或上个月例会的决定。", month=month_text(running))
        case rules.DueBeforeDecided(today=today):
            return gettext("完成的日期不能早于议定的那天，最早 %(day)s。", day=full_day(today))
        case rules.DecidedAlready(what=what):
            return gettext("这个议题已经议定“%(what)s”，先说明办结还是延续，再定新的。", what=what)
        case rules.MatterOver(done_at=done_at):
            return gettext("这个议题在 %(day)s已经办结。", day=full_day(done_at))
        case rules.NothingDecided():
            return gettext("这个议题还没有议定，没有可以办结的事。")
        case rules.NeedElsewhere(title=title):
            return gettext("其中有诉求已经并入议题“%(title)s”。", title=title)
        case rules.NothingToJoin():
            return gettext("请至少选择一件诉求。")
    return None

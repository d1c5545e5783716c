"""Words for the refusals of parks, enterprises and people, of signing in, and of every room alike."""

from booking.audit.trail import EditConflict
from booking.blueprints.kit.filters import full_day, moment
from booking.language import gettext, ngettext
from booking.mail import transport as mail_rules
from booking.notifications import rules as notification_rules
from booking.parks import rules as park_rules
from booking.people import rules
from booking.values import ReasonMissing, Refusal
from booking.values.names import NameHoldsAddress


def wording(refusal: Refusal) -> str | None:
    """Say a refusal of parks, people and mail; None for anybody else's."""
    return (
        _of_notifications(refusal)
        or _of_people(refusal)
        or _of_accounts(refusal)
        or _of_parks(refusal)
        or _of_mail(refusal)
    )


def _of_notifications(refusal: Refusal) -> str | None:
    match refusal:
        case notification_rules.NoPushService():
            return gettext("浏览器给的推送地址不能用，没有打开。")
        case notification_rules.NotARobot():
            return gettext(
                "这不是企业微信、钉钉或飞书群机器人的地址。请整段复制机器人设置里的 Webhook 地址。"
            )
        case notification_rules.RobotIsThere(name):
            return gettext("这个机器人已经添加过了，在下面叫“%(name)s”。", name=name)
        case notification_rules.TooManyRobots(most):
            return gettext("一家企业最多 %(most)d 个群机器人，请先移除不用的。", most=most)
        case notification_rules.TriedJustNow(seconds):
            return ngettext(
                "每 10 秒只能试发一个机器人，请等 %(num)d 秒再试。",
                "每 10 秒只能试发一个机器人，请等 %(num)d 秒再试。",
                seconds,
            )
        case notification_rules.RobotSaysNo(answer):
            return gettext("没有发到群里：%(answer)s。", answer=answer)
    return None


def _of_people(refusal: Refusal) -> str | None:
    match refusal:
        case rules.EmailTaken(email):
            return gettext("%(email)s 已有账号，请换一个邮箱。", email=email)
        case NameHoldsAddress():
            return gettext(
                "名字里不能有网址或邮箱：它会写进园区寄出的邮件。只是间隔的点，请写成“·”，或在点后加一个空格。"
            )
        case rules.TooManyInvitations(most):
            return gettext("一家企业一天最多发 %(most)d 封邀请，请明天再发，或请园区管理员帮忙。", most=most)
        case rules.BadUscc():
            return gettext("统一社会信用代码不对：应为 18 位，请对照营业执照检查每一位。")
        case rules.UsccTaken():
            return gettext("本园区已有企业使用这个统一社会信用代码。")
        case rules.AccountChanged(name, who, at) if at is not None:
            said = {"name": name, "who": who, "when": moment(at)}
            return gettext(
                "没有改动：%(who)s 于 %(when)s 刚改过 %(name)s 的账号。请看过现在的情况再按。", **said
            )
        case rules.AccountChanged(name):
            return gettext("没有改动：%(name)s 的账号刚被改过。请看过现在的情况再按。", name=name)
        case rules.LastManager(name):
            return gettext("%(name)s 是企业唯一的负责人。请先请另一位同事担任负责人。", name=name)
        case rules.WrongKindOfRole():
            return gettext("企业的角色只给企业的人，园区的角色只给园区的人。")
        case rules.OwnAccount():
            return gettext("不能更改自己的角色或停用自己的账号。")
        case rules.MemberAlreadyIn(name):
            return gettext("%(name)s 已经设置过密码，不需要再邀请。", name=name)
        case rules.EnterpriseHasLeft(name):
            return gettext("%(name)s 已离开园区，不能再添加同事或预订空间。", name=name)
        case rules.EndsAfterLeaving(last_day):
            return gettext("你的企业 %(day)s 离开园区，最晚用到这一天。", day=full_day(last_day))
        case rules.LeavesBeforeItJoined():
            return gettext("离开日期不能早于入驻日期。")
    return None


def _of_accounts(refusal: Refusal) -> str | None:
    match refusal:
        case rules.AskedTooOften(seconds):
            minutes = -(-seconds // 60)
            return ngettext(
                "短时间里提交得太多了，请等 %(num)d 分钟再提交；填好的内容还在。",
                "短时间里提交得太多了，请等 %(num)d 分钟再提交；填好的内容还在。",
                minutes,
            )
        case rules.TooManyTries(seconds):
            minutes = -(-seconds // 60)
            return ngettext(
                "尝试次数太多，请等 %(num)d 分钟后再试。", "尝试次数太多，请等 %(num)d 分钟后再试。", minutes
            )
        case rules.WrongSignIn():
            return gettext("邮箱或密码不对。请检查后再试，或点“忘记密码”重新设置。")
        case rules.PasswordTooShort(shortest):
            return gettext("密码至少 %(shortest)d 个字符。", shortest=shortest)
        case rules.PasswordTooLong(longest):
            return gettext("密码最多 %(longest)d 个字符。", longest=longest)
        case rules.PasswordTooPlain():
            return gettext("这个密码太容易猜到。请不要用邮箱、姓名或同一个字符。")
        case rules.WrongPassword():
            return gettext("现在的密码不对。")
        case rules.TicketSpent():
            return gettext("这个链接已经用过或已过期。请重新申请一封邮件。")
        case rules.LinkNotNeeded():
            return gettext("这个链接不再需要：账号已停用，或密码已经设置。")
        case rules.LinkNotForOthers():
            return gettext("这封邮件里有进入账号的链接，只寄到账号自己的邮箱。请用“寄一个新链接”。")
        case rules.EnoughLetters(name):
            return gettext("一小时内已经给 %(name)s 寄过几封，请用最后一封里的链接。", name=name)
        case rules.AccountClosed(name):
            return gettext("%(name)s 的账号已停用，请先恢复账号。", name=name)
    return None


def _of_parks(refusal: Refusal) -> str | None:
    match refusal:
        case park_rules.ParkClosesBeforeItOpens():
            return gettext("关闭时间要晚于开放时间。")
        case park_rules.NoSuchZone(name):
            return gettext("没有名为 %(name)s 的时区，例如 Asia/Shanghai。", name=name)
        case park_rules.BadSellerUscc():
            return gettext("统一社会信用代码不对：应为 18 位，请对照营业执照检查每一位。")
        case park_rules.ParkCodeTaken(code):
            return gettext("园区代码 %(code)s 已被使用。", code=code)
        case park_rules.YearNotKnown(year):
            return gettext("还没有 %(year)s 年的放假安排，请逐日填写。", year=year)
    return None


def _of_mail(refusal: Refusal) -> str | None:
    match refusal:
        case mail_rules.LetterNotFailed(to):
            return gettext("寄给 %(to)s 的邮件没有失败，不需要重发。", to=to)
    return None


def wording_of_reasons(refusal: Refusal) -> str | None:
    """Say what more than one room refuses; None for anybody else's."""
    return _of_reasons(refusal) or _of_meanwhile(refusal)


def _of_reasons(refusal: Refusal) -> str | None:
    return gettext("请写明原因。") if isinstance(refusal, ReasonMissing) else None


def _of_meanwhile(refusal: Refusal) -> str | None:
    """Say that the thing is not what the form was drawn from; None for another refusal."""
    match refusal:
        case EditConflict(known=False):
            return gettext(
                "看不出这张表单是从哪一版打开的，所以还没有保存。请核对下面的不同，再按一次就保存成表单里现在的样子。"
            )
        case EditConflict():
            return gettext(
                "你填写的时候，这里被改动过，所以还没有保存。请核对下面的不同，再按一次就保存成表单里现在的样子。"
            )
    return None

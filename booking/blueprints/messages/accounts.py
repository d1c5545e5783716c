"""Words for the refusals of signing in: wrong tries, passwords and mailed links."""

from booking.language import gettext, ngettext
from booking.people import rules
from booking.values.refusal import Refusal


def wording(refusal: Refusal) -> str | None:
    """Say a refusal of the door; None for another one."""
    match refusal:
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

"""Words for the refusals of enterprises and their people; those of signing in are in `accounts`."""

from booking.blueprints.kit.filters import full_day, moment
from booking.language import gettext
from booking.people import rules
from booking.values.plain_name import NameHoldsAddress
from booking.values.refusal import Refusal


def wording(refusal: Refusal) -> str | None:
    """Say a refusal of this room; None for another room's."""
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

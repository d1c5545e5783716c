"""Actions and subjects of the trail in words; what is not known is shown as it is kept."""

from __future__ import annotations

from booking.language import gettext


def subject_name(subject: str) -> str:
    """Name the kind of thing that changed."""
    names = {
        "area": gettext("区域"),
        "baseline": gettext("原租赁基线"),
        "calendar": gettext("工作日历"),
        "charge": gettext("计费明细"),
        "closure": gettext("停用"),
        "credit_note": gettext("贷记单"),
        "dispute": gettext("异议"),
        "enterprise": gettext("企业"),
        "invoice": gettext("账单"),
        "letter": gettext("邮件"),
        "member": gettext("成员"),
        "month": gettext("月份"),
        "opening_rule": gettext("预订规则"),
        "park": gettext("园区"),
        "payment": gettext("付款"),
        "reservation": gettext("预订"),
        "space": gettext("空间"),
        "stay": gettext("使用记录"),
        "tariff": gettext("价目"),
    }
    return names.get(subject, subject)


def action_name(action: str) -> str:
    """Name what was done, by the last word of the action."""
    names = {
        "added": gettext("新增"),
        "answered": gettext("答复"),
        "approved": gettext("批准"),
        "brought_back": gettext("恢复使用"),
        "cancelled": gettext("取消"),
        "closed": gettext("关闭"),
        "closed_account": gettext("停用账号"),
        "corrected": gettext("更正"),
        "created": gettext("新建"),
        "credited": gettext("开具贷记单"),
        "day_set": gettext("更改某一天"),
        "declined": gettext("拒绝"),
        "disputed": gettext("提出异议"),
        "dropped": gettext("取消规则"),
        "edited": gettext("修改"),
        "invited": gettext("邀请"),
        "invited_again": gettext("再次邀请"),
        "issued": gettext("开出"),
        "left": gettext("离开园区"),
        "lifted": gettext("解除"),
        "marked": gettext("标记"),
        "moved": gettext("移动"),
        "opened_account": gettext("恢复账号"),
        "password_changed": gettext("更改密码"),
        "password_set": gettext("设置密码"),
        "recorded": gettext("登记"),
        "removed": gettext("删除"),
        "retired": gettext("停用空间"),
        "returned": gettext("重新入驻"),
        "role_changed": gettext("更改角色"),
        "scan_code_renewed": gettext("更换二维码"),
        "seeded": gettext("填入放假安排"),
        "sent_again": gettext("重发"),
        "set": gettext("设定"),
        "signed_out_everywhere": gettext("在所有设备上退出"),
    }
    return names.get(action.rpartition(".")[2], action)

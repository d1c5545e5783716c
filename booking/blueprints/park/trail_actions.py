"""The actions of the trail in words, and the kinds of things they were done to."""

from booking.audit.actions import Action
from booking.language import gettext


def subject_name(subject: str) -> str:
    """Name the kind of thing that changed."""
    names = {
        "activity": gettext("活动"),
        "area": gettext("区域"),
        "baseline": gettext("原租赁基线"),
        "calendar": gettext("工作日历"),
        "charge": gettext("计费明细"),
        "closure": gettext("停用"),
        "credit_note": gettext("贷记单"),
        "declared_effect": gettext("填报的成效"),
        "dispute": gettext("异议"),
        "enterprise": gettext("企业"),
        "extended_hours": gettext("延时开放"),
        "idle_place": gettext("闲置点"),
        "invoice": gettext("账单"),
        "letter": gettext("邮件"),
        "member": gettext("成员"),
        "month_close": gettext("月份"),
        "earlier_figure": gettext("以往数字"),
        "liaison": gettext("联络员"),
        "matter": gettext("议题"),
        "need": gettext("诉求"),
        "need_owner": gettext("诉求负责人"),
        "opening_rule": gettext("预订规则"),
        "park": gettext("园区"),
        "payment": gettext("付款"),
        "quota": gettext("预订额度"),
        "reservation": gettext("预订单"),
        "robot": gettext("群机器人"),
        "savings_report": gettext("节省报告"),
        "series": gettext("重复预订"),
        "wait": gettext("候补"),
        "space": gettext("空间"),
        "stay": gettext("使用记录"),
        "tariff": gettext("价目"),
    }
    return names.get(subject, subject)


def action_name(kept: str) -> str:
    """Name what was done; `kept` may be in the words of an earlier version."""
    action = Action.read(kept)
    return kept if action is None else action_labels()[action]


def action_labels() -> dict[Action, str]:
    """Give the words of every action."""
    return (
        _of_people_and_parks()
        | _of_spaces()
        | _of_use()
        | _of_idle_places()
        | of_activities()
        | _of_guests_and_quotas()
        | _of_series()
        | _of_waiting()
        | _of_money()
        | of_needs()
    )


def _of_people_and_parks() -> dict[Action, str]:
    return {
        Action.CALENDAR_DAY_SET: gettext("更改某一天"),
        Action.CALENDAR_MARKED: gettext("标记"),
        Action.CALENDAR_SEEDED: gettext("填入放假安排"),
        Action.ENTERPRISE_ADDED: gettext("新增"),
        Action.ENTERPRISE_EDITED: gettext("修改"),
        Action.ENTERPRISE_LEFT: gettext("离开园区"),
        Action.ENTERPRISE_RIGHTS_SET: gettext("为全体员工设定预订权限"),
        Action.ENTERPRISE_RETURNED: gettext("又入驻"),
        Action.LETTER_SENT_AGAIN: gettext("重发"),
        Action.MEMBER_ACCOUNT_CLOSED: gettext("停用账号"),
        Action.MEMBER_ACCOUNT_OPENED: gettext("恢复账号"),
        Action.MEMBER_ADDED: gettext("新增"),
        Action.MEMBER_INVITED: gettext("邀请"),
        Action.MEMBER_INVITED_AGAIN: gettext("再次邀请"),
        Action.MEMBER_LINK_SENT: gettext("寄出设置密码的链接"),
        Action.MEMBER_PASSWORD_CHANGED: gettext("更改密码"),
        Action.MEMBER_PASSWORD_SET: gettext("设置密码"),
        Action.MEMBER_RIGHTS_SET: gettext("设定预订权限"),
        Action.MEMBER_ROLE_CHANGED: gettext("更改角色"),
        Action.MEMBER_SIGNED_OUT_EVERYWHERE: gettext("在所有设备上退出"),
        Action.ROBOT_ADDED: gettext("新增"),
        Action.ROBOT_CHANGED: gettext("修改"),
        Action.ROBOT_REMOVED: gettext("移除"),
        Action.ROBOT_SWITCHED_OFF: gettext("连续失败，自动停用"),
        Action.PARK_CREATED: gettext("新建"),
        Action.PARK_EDITED: gettext("修改"),
    }


def _of_idle_places() -> dict[Action, str]:
    return {
        Action.IDLE_EDITED: gettext("修改"),
        Action.IDLE_EMPTIED_AGAIN: gettext("重新闲置"),
        Action.IDLE_PICTURE_SET: gettext("更换图片"),
        Action.IDLE_PROPOSED: gettext("提出用途"),
        Action.IDLE_PUT_TO_USE: gettext("投入使用"),
        Action.IDLE_REGISTERED: gettext("登记"),
    }


def _of_series() -> dict[Action, str]:
    return {
        Action.SERIES_BEGUN: gettext("开始重复预订"),
        Action.SERIES_CANCELLED: gettext("取消重复预订"),
        Action.SERIES_CHANGED: gettext("更改重复预订"),
        Action.SERIES_WISH_DROPPED: gettext("不再候着一次"),
        Action.SERIES_WISH_TAKEN: gettext("补订一次"),
    }


def _of_waiting() -> dict[Action, str]:
    return {
        Action.WAIT_ENDED: gettext("候补结束：空间停用，或本人已订下"),
        Action.WAIT_JOINED: gettext("排上候补"),
        Action.WAIT_LAPSED: gettext("候补过期"),
        Action.WAIT_OFFERED: gettext("为候补保留"),
        Action.WAIT_PUT_BACK: gettext("收回候补保留"),
        Action.WAIT_TAKEN: gettext("接受候补"),
        Action.WAIT_WITHDRAWN: gettext("退出候补"),
    }


def _of_spaces() -> dict[Action, str]:
    return {
        Action.AREA_ADDED: gettext("新增"),
        Action.AREA_EDITED: gettext("修改"),
        Action.AREA_MOVED: gettext("移动"),
        Action.AREA_PICTURE_SET: gettext("更换图片"),
        Action.AREA_PLAN_DRAWN: gettext("改平面图"),
        Action.AREA_PLAN_UNDONE: gettext("撤销平面图的改动"),
        Action.AREA_REMOVED: gettext("删除"),
        Action.CLOSURE_ADDED: gettext("停用"),
        Action.HOURS_EXTENDED: gettext("延时开放"),
        Action.HOURS_TAKEN_BACK: gettext("收回延时"),
        Action.CLOSURE_LIFTED: gettext("解除"),
        Action.INVENTORY_IMPORTED: gettext("导入"),
        Action.LEASE_BEGUN: gettext("租期开始"),
        Action.RESERVATION_AGREED: gettext("接受园区的提议"),
        Action.RESERVATION_APPROVED: gettext("批准"),
        Action.RESERVATION_ASKED: gettext("请负责人批准园区的提议"),
        Action.RESERVATION_REINSTATED: gettext("来过，未到已撤回"),
        Action.RESERVATION_CANCELLED: gettext("取消"),
        Action.RESERVATION_DECLINED: gettext("拒绝"),
        Action.RESERVATION_EXPIRED: gettext("开始前没有答复，自动关闭"),
        Action.RESERVATION_EXTENDED: gettext("延长"),
        Action.RESERVATION_GUESTS_NAMED: gettext("改了同行的人"),
        Action.RESERVATION_HANDED_ON: gettext("负责人批准，交园区确认"),
        Action.RESERVATION_MADE: gettext("订下了"),
        Action.RESERVATION_MOVED: gettext("移动"),
        Action.RESERVATION_NOT_AGREED: gettext("没有接受园区的提议"),
        Action.RESERVATION_PROPOSED: gettext("提议别的时间或空间"),
        Action.RESERVATION_RELEASED: gettext("未签到，已释放"),
        Action.RESERVATION_SHORTENED: gettext("缩短"),
        Action.RULE_DROPPED: gettext("取消规则"),
        Action.RULE_SET: gettext("设定"),
        Action.SPACE_ADDED: gettext("新增"),
        Action.SPACE_BROUGHT_BACK: gettext("恢复使用"),
        Action.SPACE_EDITED: gettext("修改"),
        Action.SPACE_PICTURE_SET: gettext("更换图片"),
        Action.SPACE_RETIRED: gettext("停用空间"),
        Action.SPACE_SCAN_CODE_RENEWED: gettext("更换二维码"),
    }


def _of_use() -> dict[Action, str]:
    return {
        Action.DOOR_DEVICE_ADDED: gettext("添加门口平板"),
        Action.DOOR_DEVICE_REVOKED: gettext("停用门口平板"),
        Action.STAY_CHECK_OUT_UNDONE: gettext("撤销签退"),
        Action.STAY_CHECKED_IN: gettext("签到"),
        Action.STAY_CHECKED_OUT: gettext("签退"),
        Action.STAY_CORRECTED: gettext("作了更正"),
        Action.STAY_ENDED_BY_SYSTEM: gettext("到时由系统结束"),
        Action.STAY_EXTENDED: gettext("延长使用"),
        Action.STAY_WALKED_IN: gettext("直接使用"),
    }


def _of_guests_and_quotas() -> dict[Action, str]:
    return {
        Action.GUEST_ARRIVED: gettext("访客到了"),
        Action.GUEST_NOT_ARRIVED: gettext("访客还没到"),
        Action.QUOTA_DROPPED: gettext("移除额度"),
        Action.QUOTA_SET: gettext("设定额度"),
    }


def _of_money() -> dict[Action, str]:
    return {
        Action.BASELINE_CHECKED: gettext("核对并采信"),
        Action.BASELINE_SENT_BACK: gettext("退回"),
        Action.BASELINE_SET: gettext("设定"),
        Action.BASELINE_WITHDRAWN: gettext("撤回"),
        Action.CHARGE_CORRECTED: gettext("重新计费"),
        Action.CHARGE_DISPUTED: gettext("提出异议"),
        Action.CHARGE_OMITTED: gettext("没有价目，未计费"),
        Action.CREDIT_NOTE_ISSUED: gettext("开具贷记单"),
        Action.DISPUTE_ANSWERED: gettext("作出答复"),
        Action.EFFECT_DECLARED: gettext("填报"),
        Action.EFFECT_WITHDRAWN: gettext("撤回"),
        Action.INVOICE_ISSUED: gettext("开出账单"),
        Action.INVOICE_PAID_ONLINE: gettext("在线付款"),
        Action.INVOICE_PUBLISHED: gettext("开通在线付款"),
        Action.INVOICE_RECHECK_REQUESTED: gettext("再次查询在线付款"),
        Action.MONTH_CLOSED: gettext("关账"),
        Action.MONTH_INVOICED: gettext("开出全部账单"),
        Action.PAYMENT_RECORDED: gettext("登记付款"),
        Action.PAYMENT_REVERSED: gettext("冲销付款"),
        Action.REPORT_SIGNED: gettext("签发"),
        Action.TARIFF_PUBLISHED: gettext("发布"),
        Action.TARIFF_WITHDRAWN: gettext("撤回"),
    }


def of_needs() -> dict[Action, str]:
    """Name what was done to needs, matters and liaisons."""
    return {
        Action.EARLIER_FIGURE_DECLARED: gettext("申报"),
        Action.LIAISON_EDITED: gettext("修改"),
        Action.LIAISON_SET: gettext("指定"),
        Action.MATTER_CARRIED_ON: gettext("延续到下月"),
        Action.MATTER_DECIDED: gettext("议定"),
        Action.MATTER_FINISHED: gettext("办结"),
        Action.MATTER_EDITED: gettext("修改"),
        Action.MATTER_OPENED: gettext("新建"),
        Action.NEED_ANSWERED: gettext("作出答复"),
        Action.NEED_ASKER_CHECKED: gettext("核实联系人"),
        Action.NEED_CARD_LEFT: gettext("没见到人，留下连心卡"),
        Action.NEED_CHASED: gettext("催办诉求"),
        Action.NEED_ENDED: gettext("确认解决，办结"),
        Action.NEED_HANDED_OVER: gettext("已转交"),
        Action.NEED_JOINED: gettext("并入议题"),
        Action.NEED_KIND_CHANGED: gettext("更正类型"),
        Action.NEED_LAPSED: gettext("五个工作日没有异议，自动办结"),
        Action.NEED_VISITED: gettext("走访见到"),
        Action.NEED_OWNER_SET: gettext("指定负责人"),
        Action.NEED_PARTED: gettext("移出议题"),
        Action.NEED_RAISED: gettext("提出"),
        Action.NEED_REOPENED: gettext("重新打开"),
        Action.NEED_TAKEN: gettext("接手办理"),
    }


def of_activities() -> dict[Action, str]:
    """Name what is done to activities."""
    return {
        Action.ACTIVITY_CALLED_OFF: gettext("取消"),
        Action.ACTIVITY_CHANGED: gettext("修改"),
        Action.ACTIVITY_PLANNED: gettext("拟定"),
        Action.ACTIVITY_PUBLISHED: gettext("公布"),
        Action.ACTIVITY_SCHEDULED: gettext("定时公布"),
    }

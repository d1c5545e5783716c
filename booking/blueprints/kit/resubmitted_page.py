"""The page on which something was typed, by its name: what its reader knows it by."""

from collections.abc import Mapping
from contextlib import suppress

from booking.blueprints.kit.converters import whole
from booking.db import db
from booking.language import lazy_gettext as _
from booking.language import local_name
from booking.people.models import Member
from booking.reservations.queries import reservation_in
from booking.spaces.models import Space
from booking.spaces.queries import space_in_park
from booking.usage.queries import stay_in_park

PAGES = {
    "closing.close": _("关账"),
    "closing.credit": _("开贷记单"),
    "closing.pay": _("登记对公转账"),
    "closing.reverse": _("冲销这笔付款"),
    "company.particulars": _("企业资料"),
    "company.people": _("邀请同事"),
    "disputes.answer": _("给企业的答复"),
    "enterprises.edit": _("修改企业资料"),
    "enterprises.invite": _("邀请"),
    "enterprises.left": _("登记离开"),
    "enterprises.new": _("添加企业"),
    "exchange.upload": _("导入导出"),
    "front_desk.cancel_for": _("代为取消"),
    "front_desk.correct": _("更正时间"),
    "front_desk.decline_request": _("拒绝申请"),
    "front_desk.move_for": _("代为改期或换空间"),
    "inventory.area": _("区域"),
    "inventory.change_space": _("修改"),
    "inventory.kind_rule": _("开放规则"),
    "inventory.new_area": _("添加区域"),
    "inventory.new_closure": _("安排停用"),
    "inventory.new_space": _("添加空间"),
    "inventory.picture": _("空间图片"),
    "inventory.plan": _("平面图"),
    "inventory.space_rule": _("开放规则"),
    "park.again": _("再寄一次"),
    "park.day": _("工作日历"),
    "park.mark": _("工作日历"),
    "park.particulars": _("园区资料"),
    "park.people": _("园区人员"),
    "reservations.changed_end": _("延长或缩短"),
    "reservations.create": _("预订"),
    "reservations.moved": _("改期或换空间"),
    "reservations.take_any": _("任选一个就行"),
    "savings.baseline": _("原租赁基线"),
    "savings.effect": _("登记一项变化"),
    "sign_in.password": _("更改密码"),
    "statement.question": _("对这一行提出异议"),
    "tariffs.publish": _("新价目"),
    "tariffs.withdraw": _("撤回价目"),
    "today.left": _("离开的时间"),
}
"""By endpoint, for each in `form_names.FORMS`."""


def page_name(endpoint: str, args: Mapping[str, int], fields: Mapping[str, str], owner: int) -> str:
    """Name the page, and the space that it is about; "" where a press is all it takes."""
    page = str(PAGES.get(endpoint, ""))
    space = _space(args, fields, owner) if page else None
    return f"{page} {local_name(space.name, space.name_en)}" if space else page


def _space(args: Mapping[str, int], fields: Mapping[str, str], owner: int) -> Space | None:
    """Find it among what the owner of the form may see, whoever reads this now."""
    session = db.session()
    member = session.get(Member, owner)
    if member is None or not member.active:
        return None
    if (of := args.get("reservation_id")) is not None:
        reservation = reservation_in(session, member.park_id, of)
        return reservation.space if reservation and _is_of(member, reservation.enterprise_id) else None
    if (of := args.get("stay_id")) is not None:
        stay = stay_in_park(session, member.park_id, of)
        return stay.space if stay and _is_of(member, stay.enterprise_id) else None
    with suppress(ValueError):
        named = whole(str(args.get("space_id") or fields.get("space", "")))
        return space_in_park(session, member.park_id, named)
    return None


def _is_of(member: Member, enterprise_id: int) -> bool:
    return member.enterprise_id in {None, enterprise_id}

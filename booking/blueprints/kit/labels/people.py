"""Roles, sizes and kinds of letters in words."""

from flask.sansio.app import App

from booking.language import gettext
from booking.people.models import Member, Role, Size


def role_name(role: Role) -> str:
    """Name a role."""
    names = {
        Role.MEMBER: gettext("企业员工"),
        Role.MANAGER: gettext("企业负责人"),
        Role.ADMIN: gettext("园区管理员"),
        Role.BRANCH: gettext("园区党支部"),
    }
    return names[role]


def role_rights(role: Role) -> str:
    """Say what somebody may do from the moment they have a role; "" where it gives nothing more."""
    rights = {
        Role.MANAGER: gettext(
            "看到全企业的预订、对账单和账单并付款，邀请和停用同事、更改角色，修改账单信息、预算和是否具名，填报原租赁基线。"
        ),
        Role.ADMIN: gettext(
            "管理空间、价目、企业和所有人的账号，更改预订和使用记录，开出账单、登记付款、开具贷记单，查看变更记录。"
        ),
        Role.BRANCH: gettext("查看全园区的节省报告和使用情况，审阅和发布报告；不再能管理空间、价目和账单。"),
    }
    return rights.get(role, "")


def size_name(size: Size) -> str:
    """Name a size of enterprise."""
    names = {
        Size.MICRO: gettext("微型"),
        Size.SMALL: gettext("小型"),
        Size.MEDIUM: gettext("中型"),
        Size.LARGE: gettext("大型"),
    }
    return names[size]


def account_state(member: Member) -> str:
    """Write what a page shows of an account; each button carries it along."""
    return f"{member.role.value}.{int(member.active)}"


def init_words(app: App) -> None:
    """Give templates `account_state`, `role_name`, `role_rights` and `size_name`."""
    words = {"role_name": role_name, "role_rights": role_rights, "size_name": size_name}
    app.jinja_env.filters.update(words, account_state=account_state)

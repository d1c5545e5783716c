"""Roles, sizes and kinds of letters in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booking.language import gettext
from booking.people.models import Role, Size

if TYPE_CHECKING:
    from flask.sansio.app import App


def role_name(role: Role) -> str:
    """Name a role."""
    names = {
        Role.MEMBER: gettext("企业员工"),
        Role.MANAGER: gettext("企业负责人"),
        Role.ADMIN: gettext("园区管理员"),
        Role.BRANCH: gettext("园区党支部"),
    }
    return names[role]


def size_name(size: Size) -> str:
    """Name a size of enterprise."""
    names = {
        Size.MICRO: gettext("微型"),
        Size.SMALL: gettext("小型"),
        Size.MEDIUM: gettext("中型"),
        Size.LARGE: gettext("大型"),
    }
    return names[size]


def init_words(app: App) -> None:
    """Give templates `role_name` and `size_name`."""
    app.jinja_env.filters.update(role_name=role_name, size_name=size_name)

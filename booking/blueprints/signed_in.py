"""The person at the counter: how Flask-Login knows a member, and how views ask who it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import g
from flask_login import LoginManager, current_user
from sqlalchemy import bindparam, select

from booking.audit.actor import Actor
from booking.db import db
from booking.people.models import Member

if TYPE_CHECKING:
    from flask import Flask

    from booking.parks.models import Park
    from booking.people.models import Enterprise

MEMBER = select(Member).where(Member.id == bindparam("id"))  # asked with every request


class SignedIn:
    """A member as Flask-Login wants one. Raising `session_version` signs the member out everywhere."""

    is_authenticated = True
    is_anonymous = False

    def __init__(self, member: Member) -> None:
        """Wrap the row; whoever needs more asks `me()`."""
        self.member = member
        self.role = member.role
        self.language = member.language
        self.is_active = member.active

    def get_id(self) -> str:
        """Give what the session keeps."""
        return f"{self.member.id}.{self.member.session_version}"


def load(key: str) -> SignedIn | None:
    """Find the member a session speaks of; None where it is out of date or was left."""
    member_id, _, version = key.partition(".")
    if not (member_id.isdecimal() and version.isdecimal()):
        return None
    member = db.session.scalar(MEMBER, {"id": int(member_id)})
    if member is None or not member.active or member.session_version != int(version):
        return None
    return SignedIn(member)


def me() -> Member:
    """Give the signed-in member; only where the route lets nobody else in."""
    return cast("SignedIn", current_user).member


def my_park() -> Park:
    """Give the park the signed-in member belongs to."""
    return me().park


def my_enterprise_id() -> int:
    """Give the tenant's enterprise; only where the route lets nobody but tenants in."""
    enterprise_id = me().enterprise_id
    if enterprise_id is None:
        raise TypeError("a member of the park itself has no enterprise")
    return enterprise_id


def my_enterprise() -> Enterprise:
    """Give the tenant's enterprise itself; only where the route lets nobody but tenants in."""
    enterprise = me().enterprise
    if enterprise is None:
        raise TypeError("a member of the park itself has no enterprise")
    return enterprise


def actor() -> Actor:
    """Give the signed-in member as the doer of a verb."""
    member = me()
    return Actor(
        name=member.name,
        member_id=member.id,
        park_id=member.park_id,
        enterprise_id=member.enterprise_id,
        request_id=g.get("request_id"),
    )


def init_signed_in(app: Flask) -> None:
    """Tell Flask-Login how to find members, and where strangers sign in."""
    manager = LoginManager(app)
    manager.login_view = "sign_in.show"
    manager.login_message = None
    manager.session_protection = None  # a phone changes its address between two meetings
    manager.user_loader(load)

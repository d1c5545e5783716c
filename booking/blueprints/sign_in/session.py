"""How somebody comes in: a session of their own, and the page their work begins with."""

import secrets
from ipaddress import IPv4Address, ip_address, ip_network

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user

from booking.blueprints.kit import resubmission
from booking.blueprints.kit.http import lead_on
from booking.blueprints.kit.labels import resubmitted
from booking.blueprints.kit.session import SignedIn
from booking.blueprints.sign_in import known_device
from booking.language import gettext
from booking.people.models import Member, Role

HOMES = {
    Role.MEMBER: "today.index",
    Role.MANAGER: "today.index",
    Role.ADMIN: "front_desk.index",
    Role.BRANCH: "report.index",
}


def home_of(role: Role) -> str:
    """Give the address where a role's work begins."""
    return url_for(HOMES[role])


KEY_BYTES = 24


def enter(member: Member, *, remember: bool) -> None:
    """Begin a new session: nothing of the stranger's is kept but their language, so none can be planted.

    The device is known from now on.
    """
    language = session.get("language")
    session.clear()
    if language is not None:
        session["language"] = language
    session.permanent = remember
    known_device.remember(member)
    login_user(SignedIn(member, secrets.token_urlsafe(KEY_BYTES)))
    resubmission.name_forms(member.id)


def onward(member: Member, *, kept: str = "", target: str = "") -> ResponseReturnValue:
    """Go on where somebody was: what they typed, the page they asked for, or their own first page."""
    interrupted = resubmission.kept(kept)
    if interrupted is None:
        return lead_on(target, home_of(member.role), 302)
    if interrupted.owner != member.id:
        flash(gettext("刚才没有提交的内容是用另一个账号填写的，没有带过来。"), "warning")
        return redirect(home_of(member.role))
    return render_template("sign_in/send_on.html", typed=interrupted, **resubmitted.told(interrupted))


IPV6_NETWORK_BITS = 64  # what one household or company is given


def address() -> str:
    """Tell where the request comes from, as far as guessers are counted: IPv6 by its network."""
    remote = request.remote_addr or ""
    try:
        found = ip_address(remote.strip("[]"))
    except ValueError:
        return remote
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, IPV6_NETWORK_BITS), strict=False))

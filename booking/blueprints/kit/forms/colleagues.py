"""Inviting people and looking after their accounts; the same for companies and the park."""

from __future__ import annotations

import sys

from flask import abort, flash, request
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import EmailField, RadioField, StringField

from booking import clock
from booking.audit.actions import Actor
from booking.audit.trail import entries_since
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.validators import an_email, at_most, must, tidy, tidy_email
from booking.blueprints.kit.labels.people import account_state, role_name, who_did
from booking.blueprints.kit.session import actor, invitation_by, me, my_park
from booking.blueprints.messages import put_beside, wording
from booking.db import lock_row, transaction
from booking.language import gettext, lazy_gettext as _
from booking.parks.models import Park
from booking.people.accounts import change_role, close_account, invite_again, invite_colleague, open_account
from booking.people.models import Enterprise, Member, Role
from booking.people.queries import colleague
from booking.people.rules import AccountChanged
from booking.values import Refusal


class InviteForm(FlaskForm):
    """Who is invited, and as what."""

    name = StringField(_("姓名"), [must(), at_most(60)], [tidy])
    email = EmailField(_("邮箱"), [must(), an_email(), at_most(254)], [tidy_email])
    role = RadioField(_("角色"))

    @classmethod
    def offering(cls, *roles: Role) -> InviteForm:
        """Make the form with these roles, the first of them chosen."""
        form = cls()
        form.role.choices = options((role.value, role_name(role)) for role in roles)
        form.role.data = form.role.data or roles[0].value
        return form


def invited(form: InviteForm, enterprise_id: int | None) -> bool:
    """Invite into an enterprise of the park, or (None) to the park itself; a no stands beside its field."""
    by, inviter, park_id = actor(), me(), my_park().id
    try:
        with transaction() as session:
            to = session.get(Enterprise, enterprise_id) if enterprise_id else session.get(Park, park_id)
            if to is None:
                abort(404)
            invite_colleague(
                session,
                to,
                email=form.email.data or "",
                name=form.name.data or "",
                role=Role(form.role.data),
                ticket=invitation_by(inviter),
                by=by,
                now=clock.now(),
            )
    except Refusal as refusal:
        put_beside(form, refusal)
        return False
    flash(gettext("已向 %(email)s 发出邀请，7 天内有效。", email=form.email.data), "success")
    return True


ACTS = ("again", "close", "open", *Role)


def act_on(enterprise_id: int | None, member_id: int, act: str) -> None:
    """Invite again, close, open or change the role of a colleague; a no is flashed, a stranger is a 404."""
    if act not in ACTS:
        abort(404)
    by, inviter, park_id = actor(), me(), my_park().id
    try:
        with transaction() as session:
            member = colleague(session, park_id, enterprise_id, member_id) or abort(404)
            _refuse_what_was_not_shown(session, member)
            _do(session, member, act, inviter, by)
    except Refusal as refusal:
        flash(wording(refusal), "warning")
    else:
        flash(_done(act, member), "success")


def _refuse_what_was_not_shown(session: Session, member: Member) -> None:
    """Lock the account; raise AccountChanged where it is not what the page of the button showed."""
    lock_row(session, Member, member.id)
    if request.form.get("shown", account_state(member)) == account_state(member):
        return
    changes = entries_since(session, member.park_id, "member", member.id, sys.maxsize)
    last = changes[-1] if changes else None
    raise AccountChanged(member.name, who_did(last) if last else "", last.at if last else None)


def _do(session: Session, member: Member, act: str, inviter: Member, by: Actor) -> None:
    now = clock.now()
    match act:
        case "again":
            invite_again(session, member, invitation_by(inviter), by=by, now=now)
        case "close":
            close_account(session, member, by=by, now=now)
        case "open":
            open_account(session, member, by=by, now=now)
        case role:
            change_role(session, member, Role(role), by=by, now=now)


def _done(act: str, member: Member) -> str:
    match act:
        case "again":
            return gettext("已再次向 %(email)s 发出邀请，之前的链接作废。", email=member.mailbox)
        case "close":
            return gettext("%(name)s 的账号已停用。", name=member.name)
        case "open":
            return gettext("%(name)s 的账号已恢复。", name=member.name)
    return gettext("%(name)s 现在是%(role)s。", name=member.name, role=role_name(member.role))

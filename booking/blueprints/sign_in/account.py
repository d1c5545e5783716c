"""One's own account: another password, and out on every device."""

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.session import actor
from booking.blueprints.messages import put_beside
from booking.blueprints.sign_in import blueprint
from booking.blueprints.sign_in.forms import ChangePasswordForm
from booking.blueprints.sign_in.refused import answer
from booking.blueprints.sign_in.session import enter
from booking.db import transaction
from booking.language import gettext
from booking.people.models import Member, Role
from booking.people.passwords import change_password
from booking.people.sessions import sign_out_everywhere
from booking.people.throttle import Trier, throttle
from booking.values.refusal import Refusal


@blueprint.route("/account/password", methods=["GET", "POST"])
@allow(*Role)
def password() -> ResponseReturnValue:
    """Change the password; other devices are signed out."""
    form = ChangePasswordForm()
    refused: Refusal | None = None
    if form.validate_on_submit():
        try:
            member = _changed(form)
        except Refusal as refusal:
            put_beside(form, refused := refusal)
        else:
            enter(member, remember=session.permanent)
            flash(gettext("密码已更改，其他设备已退出登录。"), "success")
            return redirect(url_for("more.index"))
    return answer(render_template("sign_in/password.html", form=form), form, refused)


def _changed(form: ChangePasswordForm) -> Member:
    by = actor()
    member_id = by.member_id or 0
    with transaction() as writing:
        # Whoever found an open session guesses no faster here than at the door.
        try_id = throttle(writing, Trier.present_password_of(member_id), now=clock.now())
    with transaction() as writing:
        present, new = form.present.data or "", form.password.data or ""
        return change_password(writing, member_id, present, new, try_id, by=by, now=clock.now())


@blueprint.post("/account/sign-out-everywhere")
@allow(*Role)
def out_everywhere() -> ResponseReturnValue:
    """End the account's sessions on all devices, this one too."""
    by = actor()
    with transaction() as writing:
        sign_out_everywhere(writing, by.member_id or 0, by=by, now=clock.now())
    session.clear()
    flash(gettext("所有设备都已退出登录。"), "success")
    return redirect(url_for("sign_in.show"))

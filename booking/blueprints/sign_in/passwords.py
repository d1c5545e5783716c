"""Passwords: another one, a forgotten one, a mailed link; and out on every device."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import allow, anyone
from booking.blueprints.kit.forms.responses import form_page
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, caller_address, reset_link
from booking.blueprints.messages import put_beside
from booking.blueprints.sign_in.forms import ChangePasswordForm, ForgottenForm, NewPasswordForm, respond
from booking.blueprints.sign_in.sessions import address, begin_session, blueprint, device_for, home_of
from booking.db import db, transaction
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.people.models import Member, Role
from booking.people.password_resets import ask_for_reset, use_ticket
from booking.people.passwords import change_password
from booking.people.sessions import sign_out_everywhere
from booking.people.throttle import Trier, throttle
from booking.people.tickets import member_of_ticket
from booking.values.refusal import Refusal


@blueprint.route("/forgotten", methods=["GET", "POST"])
@anyone  # who cannot sign in asks here
def forgotten() -> ResponseReturnValue:
    """Ask for a link; the answer is the same whether or not the account exists."""
    form = ForgottenForm()
    refused: Refusal | None = None
    if form.validate_on_submit():
        try:
            with transaction() as session:
                email = form.email.data or ""
                known = device_for(email) is not None
                ask_for_reset(session, email, address(), reset_link(), known=known, now=clock.now())
        except Refusal as refusal:
            put_beside(form, refused := refusal)
        else:
            return redirect(url_for("sign_in.asked"))
    return respond(render_template("sign_in/forgotten.html", form=form), form, refused)


@blueprint.get("/forgotten/asked")
@anyone  # says the same to everybody
def asked() -> str:
    """Tell what happens now."""
    return render_template("sign_in/asked.html")


GONE = 410
# The address of such a page is a secret: it goes to no other site, and into no cache.
SECRET_PAGE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


@blueprint.route("/password/<token>", methods=["GET", "POST"])
@anyone  # the link in the mail is the key
def set_password(token: str) -> ResponseReturnValue:
    """Set a password with a mailed link, and come in."""
    member = member_of_ticket(db.session(), token, clock.now())
    if member is None:
        return render_template("sign_in/spent.html"), GONE, SECRET_PAGE
    form = NewPasswordForm()
    if request.method == "POST" and form.validate():
        try:
            with transaction() as session:
                member = use_ticket(
                    session, token, form.password.data or "", caller_address(), now=clock.now()
                )
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            begin_session(member, remember=False)
            flash(gettext("密码已设置，你已登录。"), "success")
            return redirect(home_of(member.role))
    page, status = form_page("sign_in/set_password.html", form, member=member)
    return page, status, SECRET_PAGE


@blueprint.route("/account/password", methods=["GET", "POST"])
@allow(*Role)
@takes(_("更改密码"), ChangePasswordForm)
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
            begin_session(member, remember=session.permanent)
            flash(gettext("密码已更改，其他设备已退出登录。"), "success")
            return redirect(url_for("more.index"))
    return respond(render_template("sign_in/password.html", form=form), form, refused)


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

"""Sign in, sign out, and where each role begins; what who is not signed in meets at a page for members.

Passwords: another one, a forgotten one, a mailed link; and out on every device.
"""

from enum import StrEnum

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user
from flask_wtf.csrf import CSRFError

from booking import clock
from booking.blueprints.kit import access, resubmission
from booking.blueprints.kit.access import allow, anyone
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.errors import stale
from booking.blueprints.kit.forms.validators import form_page
from booking.blueprints.kit.http import PUSH_COOKIE, end_pushes_here
from booking.blueprints.kit.labels import resubmitted
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, caller_address, reset_link, session_key
from booking.blueprints.messages import put_beside
from booking.blueprints.sign_in import sessions
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.people import passwords
from booking.people.models import Member, Role
from booking.people.queries import demo_accounts
from booking.people.rules import TooManyTries, WrongSignIn, normal_email
from booking.people.throttle import Trier, throttle
from booking.people.tickets import member_of_ticket
from booking.values import Refusal


@sessions.blueprint.get("/")
@anyone  # strangers are sent on to the sign-in page, without a word about a page they never asked for
def home() -> ResponseReturnValue:
    """Go to where the reader's work begins."""
    if not current_user.is_authenticated:
        return redirect(url_for("sign_in.show"))
    return redirect(sessions.home_of(current_user.role))


@sessions.blueprint.route("/sign-in", methods=["GET", "POST"])
@anyone  # this is the door
def show() -> ResponseReturnValue:
    """Sign in with e-mail and password."""
    form = sessions.SignInForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
        return sign_in_page(form)
    if not form.validate():
        return sessions.respond(sign_in_page(form, kept=form.kept.data or ""), form)
    try:
        member = _member_behind(form)
    except Refusal as refusal:
        put_beside(form, refusal)
        helps = _what_helps(form) if isinstance(refusal, TooManyTries) else None
        return sessions.respond(sign_in_page(form, kept=form.kept.data or "", helps=helps), form, refusal)
    sessions.keep_language(member)
    sessions.begin_session(member, remember=form.remember.data)
    return sessions.onward(member, kept=form.kept.data or "", target=form.next.data or "")


BAD_REQUEST = 400


@sessions.blueprint.errorhandler(CSRFError)
def again(error: CSRFError) -> ResponseReturnValue:
    """Offer the door once more where its page was too old: what was typed before goes on with it."""
    if request.endpoint != "sign_in.show":
        return stale(error)
    form = sessions.SignInForm()
    form.form_errors.append(gettext("页面放得太久了，请再登录一次。"))
    return sign_in_page(form, kept=form.kept.data or ""), BAD_REQUEST


def _member_behind(form: sessions.SignInForm) -> Member:
    email, password = normal_email(form.email.data or ""), form.password.data or ""
    trier = Trier(email, sessions.address(), sessions.device_for(email))
    with transaction() as session:
        try_id = throttle(session, trier, now=clock.now())
    found = passwords.authenticate(db.session(), email, password)
    if found is None:
        raise WrongSignIn
    with transaction() as session:
        return passwords.sign_in(session, found.id, password, try_id)


class WhatHelps(StrEnum):
    """What lets somebody in at once who would have to wait."""

    LINK = "link"
    LINK_OR_DEVICE = "link or device"


def _what_helps(form: sessions.SignInForm) -> WhatHelps:
    known = sessions.device_for(normal_email(form.email.data or "")) is not None
    return WhatHelps.LINK if known else WhatHelps.LINK_OR_DEVICE


@sessions.blueprint.post("/sign-out")
@allow(*Role)
def out() -> ResponseReturnValue:
    """Leave: the session ends here and for every copy of its cookie; nothing of it stays but the language."""
    by, key = actor(), session_key()
    with transaction() as writing:
        passwords.sign_out(writing, by.member_id or 0, key, now=clock.now())
        end_pushes_here(writing)
    language = session.get("language")
    logout_user()
    session.clear()
    if language is not None:
        session["language"] = language
    flash(gettext("你已退出登录。"), "success")
    answer = redirect(url_for("sign_in.show"))
    answer.delete_cookie(PUSH_COOKIE)
    return answer


@sessions.blueprint.post("/demo")
@anyone  # only in the demo; elsewhere there is no such page
def demo() -> ResponseReturnValue:
    """Come in as one of the demo's people, with one press."""
    if not current_app.config["DEMO"]:
        abort(404)
    chosen = request.form.get("member", type=whole)
    member = next((member for member in demo_accounts(db.session()) if member.id == chosen), None)
    if member is None:
        abort(404)
    sessions.keep_language(member)
    sessions.begin_session(member, remember=False)
    return sessions.onward(member, kept=request.form.get("kept", ""), target=request.form.get("next", ""))


UNAUTHORIZED = 401


def ask_to_sign_in() -> ResponseReturnValue:
    """Ask to sign in first: a question is asked again afterwards, a filled form is kept in the page."""
    if access.is_fetched():
        return "", UNAUTHORIZED
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")))
    kept = resubmission.keep()
    return sign_in_page(sessions.SignInForm(formdata=None), kept=kept, interrupted=True), UNAUTHORIZED


def sign_in_page(
    form: sessions.SignInForm, *, kept: str = "", interrupted: bool = False, helps: WhatHelps | None = None
) -> str:
    """Draw the sign-in page; in the demo it offers one account of each role."""
    accounts = demo_accounts(db.session()) if current_app.config["DEMO"] else []
    form.kept.data = kept
    facts = {"accounts": accounts, "interrupted": interrupted, "helps": helps}
    return render_template(
        "sign_in/show.html", form=form, **facts, **resubmitted.resent_facts(resubmission.kept_form(kept))
    )


@sessions.blueprint.route("/forgotten", methods=["GET", "POST"])
@anyone  # who cannot sign in asks here
def forgotten() -> ResponseReturnValue:
    """Ask for a link; the answer is the same whether or not the account exists."""
    form = sessions.ForgottenForm()
    refused: Refusal | None = None
    if form.validate_on_submit():
        try:
            with transaction() as session:
                email = form.email.data or ""
                known = sessions.device_for(email) is not None
                passwords.ask_for_reset(
                    session, email, sessions.address(), reset_link(), known=known, now=clock.now()
                )
        except Refusal as refusal:
            put_beside(form, refused := refusal)
        else:
            return redirect(url_for("sign_in.asked"))
    return sessions.respond(render_template("sign_in/forgotten.html", form=form), form, refused)


@sessions.blueprint.get("/forgotten/asked")
@anyone  # says the same to everybody
def asked() -> str:
    """Tell what happens now."""
    return render_template("sign_in/asked.html")


GONE = 410
# The address of such a page is a secret: it goes to no other site, and into no cache.
SECRET_PAGE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


@sessions.blueprint.route("/password/<token>", methods=["GET", "POST"])
@anyone  # the link in the mail is the key
def set_password(token: str) -> ResponseReturnValue:
    """Set a password with a mailed link, and come in."""
    member = member_of_ticket(db.session(), token, clock.now())
    if member is None:
        return render_template("sign_in/spent.html"), GONE, SECRET_PAGE
    form = sessions.NewPasswordForm()
    if request.method == "POST" and form.validate():
        try:
            with transaction() as session:
                member = passwords.use_ticket(
                    session, token, form.password.data or "", caller_address(), now=clock.now()
                )
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            sessions.keep_language(member)
            sessions.begin_session(member, remember=False)
            flash(gettext("密码已设置，你已登录。"), "success")
            return redirect(sessions.home_of(member.role))
    page, status = form_page("sign_in/set_password.html", form, member=member)
    return page, status, SECRET_PAGE


@sessions.blueprint.route("/account/password", methods=["GET", "POST"])
@allow(*Role)
@takes(_("更改密码"), sessions.ChangePasswordForm)
def password() -> ResponseReturnValue:
    """Change the password; other devices are signed out."""
    form = sessions.ChangePasswordForm()
    refused: Refusal | None = None
    if form.validate_on_submit():
        try:
            member = _changed(form)
        except Refusal as refusal:
            put_beside(form, refused := refusal)
        else:
            sessions.begin_session(member, remember=session.permanent)
            flash(gettext("密码已更改，其他设备已退出登录。"), "success")
            return redirect(url_for("more.index"))
    return sessions.respond(render_template("sign_in/password.html", form=form), form, refused)


def _changed(form: sessions.ChangePasswordForm) -> Member:
    by = actor()
    member_id = by.member_id or 0
    with transaction() as writing:
        # Whoever found an open session guesses no faster here than at the door.
        try_id = throttle(writing, Trier.present_password_of(member_id), now=clock.now())
    with transaction() as writing:
        present, new = form.present.data or "", form.password.data or ""
        return passwords.change_password(writing, member_id, present, new, try_id, by=by, now=clock.now())


@sessions.blueprint.post("/account/sign-out-everywhere")
@allow(*Role)
def out_everywhere() -> ResponseReturnValue:
    """End the account's sessions on all devices, this one too."""
    by = actor()
    with transaction() as writing:
        passwords.sign_out_everywhere(writing, by.member_id or 0, by=by, now=clock.now())
    session.clear()
    flash(gettext("所有设备都已退出登录。"), "success")
    return redirect(url_for("sign_in.show"))

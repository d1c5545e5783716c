"""Sign in, sign out, and where each role begins; what who is not signed in meets at a page for members."""

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
from booking.blueprints.kit.labels import resubmitted
from booking.blueprints.kit.session import PUSH_COOKIE, actor, end_pushes_here, session_key
from booking.blueprints.messages import put_beside
from booking.blueprints.sign_in.forms import SignInForm, respond
from booking.blueprints.sign_in.sessions import address, begin_session, blueprint, device_for, home_of, onward
from booking.db import db, transaction
from booking.language import gettext
from booking.people.models import Member, Role
from booking.people.queries import demo_accounts
from booking.people.rules import TooManyTries, WrongSignIn, normal_email
from booking.people.sessions import authenticate, sign_in, sign_out
from booking.people.throttle import Trier, throttle
from booking.values.refusal import Refusal


@blueprint.get("/")
@anyone  # strangers are sent on to the sign-in page, without a word about a page they never asked for
def home() -> ResponseReturnValue:
    """Go to where the reader's work begins."""
    if not current_user.is_authenticated:
        return redirect(url_for("sign_in.show"))
    return redirect(home_of(current_user.role))


@blueprint.route("/sign-in", methods=["GET", "POST"])
@anyone  # this is the door
def show() -> ResponseReturnValue:
    """Sign in with e-mail and password."""
    form = SignInForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
        return sign_in_page(form)
    if not form.validate():
        return respond(sign_in_page(form, kept=form.kept.data or ""), form)
    try:
        member = _member_behind(form)
    except Refusal as refusal:
        put_beside(form, refusal)
        helps = _what_helps(form) if isinstance(refusal, TooManyTries) else None
        return respond(sign_in_page(form, kept=form.kept.data or "", helps=helps), form, refusal)
    begin_session(member, remember=form.remember.data)
    return onward(member, kept=form.kept.data or "", target=form.next.data or "")


BAD_REQUEST = 400


@blueprint.errorhandler(CSRFError)
def again(error: CSRFError) -> ResponseReturnValue:
    """Offer the door once more where its page was too old: what was typed before goes on with it."""
    if request.endpoint != "sign_in.show":
        return stale(error)
    form = SignInForm()
    form.form_errors.append(gettext("页面放得太久了，请再登录一次。"))
    return sign_in_page(form, kept=form.kept.data or ""), BAD_REQUEST


def _member_behind(form: SignInForm) -> Member:
    email, password = normal_email(form.email.data or ""), form.password.data or ""
    trier = Trier(email, address(), device_for(email))
    with transaction() as session:
        try_id = throttle(session, trier, now=clock.now())
    found = authenticate(db.session(), email, password)
    if found is None:
        raise WrongSignIn
    with transaction() as session:
        return sign_in(session, found.id, password, try_id)


class WhatHelps(StrEnum):
    """What lets somebody in at once who would have to wait."""

    LINK = "link"
    LINK_OR_DEVICE = "link or device"


def _what_helps(form: SignInForm) -> WhatHelps:
    known = device_for(normal_email(form.email.data or "")) is not None
    return WhatHelps.LINK if known else WhatHelps.LINK_OR_DEVICE


@blueprint.post("/sign-out")
@allow(*Role)
def out() -> ResponseReturnValue:
    """Leave: the session ends here and for every copy of its cookie; nothing of it stays but the language."""
    by, key = actor(), session_key()
    with transaction() as writing:
        sign_out(writing, by.member_id or 0, key, now=clock.now())
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


@blueprint.post("/demo")
@anyone  # only in the demo; elsewhere there is no such page
def demo() -> ResponseReturnValue:
    """Come in as one of the demo's people, with one press."""
    if not current_app.config["DEMO"]:
        abort(404)
    chosen = request.form.get("member", type=whole)
    member = next((member for member in demo_accounts(db.session()) if member.id == chosen), None)
    if member is None:
        abort(404)
    begin_session(member, remember=False)
    return onward(member, kept=request.form.get("kept", ""), target=request.form.get("next", ""))


UNAUTHORIZED = 401


def ask_to_sign_in() -> ResponseReturnValue:
    """Send a stranger to sign in: a question is asked again afterwards, a filled form is kept in the page."""
    if access.is_fetched():
        return "", UNAUTHORIZED
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")))
    kept = resubmission.keep()
    return sign_in_page(SignInForm(formdata=None), kept=kept, interrupted=True), UNAUTHORIZED


def sign_in_page(
    form: SignInForm, *, kept: str = "", interrupted: bool = False, helps: WhatHelps | None = None
) -> str:
    """Draw the sign-in page; in the demo it offers one account of each role."""
    accounts = demo_accounts(db.session()) if current_app.config["DEMO"] else []
    form.kept.data = kept
    facts = {"accounts": accounts, "interrupted": interrupted, "helps": helps}
    return render_template(
        "sign_in/show.html", form=form, **facts, **resubmitted.resent_facts(resubmission.kept_form(kept))
    )

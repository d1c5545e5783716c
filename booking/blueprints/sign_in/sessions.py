"""How somebody comes in: a session of their own, a device known from before, and the forms at the door."""

import secrets
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from typing import NamedTuple

from flask import (
    Blueprint,
    Response,
    after_this_request,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import login_user
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, URLSafeSerializer
from wtforms import BooleanField, EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from booking import clock
from booking.blueprints.kit import resubmission
from booking.blueprints.kit.forms.validators import status_of
from booking.blueprints.kit.http import PUSH_COOKIE, end_pushes_here, safe_redirect
from booking.blueprints.kit.labels import resubmitted
from booking.blueprints.kit.session import SignedIn
from booking.db import db, transaction
from booking.language import ENGLISH, LANGUAGES, gettext, language_tag, lazy_gettext as _
from booking.people.accounts import choose_language
from booking.people.models import Member, Role
from booking.people.passwords import account_version
from booking.people.rules import TooManyTries
from booking.values import Refusal

blueprint = Blueprint("sign_in", __name__)

HOMES = {
    Role.MEMBER: "today.index",
    Role.MANAGER: "today.index",
    Role.ADMIN: "front_desk.index",
    Role.BRANCH: "month.index",
}


def home_of(role: Role) -> str:
    """Give the address where a role's work begins."""
    return url_for(HOMES[role])


KEY_BYTES = 24


def begin_session(member: Member, *, remember: bool) -> None:
    """Begin a new session: nothing of the anonymous one's is kept but their language, so none can be planted.

    The device is known from now on.
    """
    language = session.get("language")
    session.clear()
    if language is not None:
        session["language"] = language
    session.permanent = remember
    remember_device(member)
    login_user(SignedIn(member, secrets.token_urlsafe(KEY_BYTES)))
    resubmission.name_forms(member.id)
    if PUSH_COOKIE in request.cookies:
        with transaction() as writing:
            end_pushes_here(writing, but=member.id)


def keep_language(member: Member) -> None:
    """Keep with an account that chose none the English its owner reads the door in: letters speak it, too.

    Chinese is kept only where it was chosen: letters are in it anyway, and a browser may ask for English yet.
    """
    spoken = session.get("language") or (ENGLISH if language_tag() == ENGLISH else None)
    if member.language is None and spoken in LANGUAGES:
        with transaction() as writing:
            choose_language(writing, member.id, spoken)


def onward(member: Member, *, kept: str = "", target: str = "") -> ResponseReturnValue:
    """Go on where somebody was: what they typed, the page they asked for, or their own first page."""
    interrupted = resubmission.kept_form(kept)
    if interrupted is None:
        return safe_redirect(target, home_of(member.role), 302)
    if interrupted.owner != member.id:
        flash(gettext("刚才没有提交的内容是用另一个账号填写的，没有带过来。"), "warning")
        return redirect(home_of(member.role))
    return render_template("sign_in/send_on.html", kept=interrupted, **resubmitted.resent_facts(interrupted))


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


class KnownDevice(NamedTuple):
    """An account that signed in on this device: its `session_version` then, the key to count by, and when."""

    version: int
    key: str
    at: int


def device_for(email: str) -> str | None:
    """Give the key of this device if the account signed in on it and was not signed out everywhere since."""
    door = account_version(db.session(), email)
    if door is None:
        return None
    known = _read(clock.now()).get(str(door.id))
    return known.key if known is not None and known.version == door.session_version else None


LASTS = timedelta(days=180)  # since that account last signed in on it
MOST_ACCOUNTS = 5
DEVICE_KEY_BYTES = 16


def remember_device(member: Member) -> None:
    """Let the answer to this request make the device known to the account, by a new key."""
    now = clock.now()
    accounts = _read(now)
    accounts.pop(str(member.id), None)
    others = [*accounts.items()][1 - MOST_ACCOUNTS :]
    key = secrets.token_urlsafe(DEVICE_KEY_BYTES)
    accounts = dict(others) | {str(member.id): KnownDevice(member.session_version, key, int(now.timestamp()))}
    signed = str(_signer().dumps(accounts))

    @after_this_request
    def keep(response: Response) -> Response:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(_name(), signed, LASTS, secure=secure, httponly=True, samesite="Lax")
        return response


def _read(now: datetime) -> dict[str, KnownDevice]:
    """Read by the id of the member which accounts signed in here and when, the earliest first."""
    try:
        kept = _signer().loads(request.cookies.get(_name(), ""))
    except BadSignature:
        return {}
    accounts = {member: KnownDevice(*facts) for member, facts in kept.items()}
    since = (now - LASTS).timestamp()
    return {member: account for member, account in accounts.items() if account.at > since}


def _name() -> str:
    # With `__Host-` a browser takes it only over TLS, for this host alone and all of it.
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"


def _signer() -> URLSafeSerializer:
    # What was signed as "known device" had one key for all accounts; nobody reads it any more.
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known device, a key for each account")


class SignInForm(FlaskForm):
    """E-mail and password; `kept` is what was typed before the session ended."""

    email = EmailField(
        _("邮箱"), [InputRequired(_("请填写邮箱。")), Length(max=254, message=_("邮箱太长了。"))]
    )
    password = PasswordField(_("密码"), [InputRequired(_("请填写密码。"))])
    remember = BooleanField(_("在这台设备上保持登录 14 天"))
    next = HiddenField("")
    kept = HiddenField("")


class ForgottenForm(FlaskForm):
    """Whose password is forgotten."""

    email = EmailField(
        _("邮箱"), [InputRequired(_("请填写邮箱。")), Length(max=254, message=_("邮箱太长了。"))]
    )


class NewPasswordForm(FlaskForm):
    """A new password; shown while typing by the browser's own eye, so it is not asked twice."""

    password = PasswordField(_("新密码"), [InputRequired(_("请填写密码。"))])


class ChangePasswordForm(FlaskForm):
    """The present password, and the one to come."""

    present = PasswordField(_("现在的密码"), [InputRequired(_("请填写密码。"))])
    password = PasswordField(_("新密码"), [InputRequired(_("请填写密码。"))])


TOO_MANY = 429
AnswerParts = tuple[str, int, dict[str, str]]


def respond(page: str, form: FlaskForm, refusal: Refusal | None = None) -> AnswerParts:
    """Give the page with 200, with 422 where the form must be put right, or with 429 and how long to wait."""
    if isinstance(refusal, TooManyTries):
        return page, TOO_MANY, {"Retry-After": str(refusal.seconds)}
    return page, status_of(form), {}

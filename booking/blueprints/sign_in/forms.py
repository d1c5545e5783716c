"""The forms at the door, and how its pages answer what was typed."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from booking.blueprints.kit.forms.responses import status_of
from booking.language import lazy_gettext as _
from booking.people.rules import TooManyTries
from booking.values.refusal import Refusal


class SignInForm(FlaskForm):
    """E-mail and password; `kept` is what was typed before the session ended."""

    email = EmailField(
        _("邮箱"), [InputRequired(_("请填写邮箱。")), Length(max=254, message=_("邮箱太长了。"))]
    )
    password = PasswordField(_("密码"), [InputRequired(_("请填写密码。"))])
    remember = BooleanField(_("在这台设备上保持登录 14 天"))
    next = HiddenField()
    kept = HiddenField()


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
Answer = tuple[str, int, dict[str, str]]


def respond(page: str, form: FlaskForm, refusal: Refusal | None = None) -> Answer:
    """Give the page with 200, with 422 where the form must be put right, or with 429 and how long to wait."""
    if isinstance(refusal, TooManyTries):
        return page, TOO_MANY, {"Retry-After": str(refusal.seconds)}
    return page, status_of(form), {}

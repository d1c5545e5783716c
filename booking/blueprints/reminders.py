"""How the reader wants to be reminded: of the start, of the end, of a missed check-in."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField

from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.filters import duration
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.responses import form_page
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import me
from booking.db import db, transaction
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.notifications.choices import choices_of, choose_reminders
from booking.notifications.rules import LEADS, Occasion, Way

blueprint = Blueprint("reminders", __name__, url_prefix="/reminders")


class RemindersForm(FlaskForm):
    """Of each occasion which way and how long ahead."""

    start_way = SelectField(_("开始之前"))
    start_minutes = SelectField(_("提前多久"), coerce=int)
    end_way = SelectField(_("结束之前"))
    end_minutes = SelectField(_("提前多久"), coerce=int)
    missed_way = SelectField(_("开始了还没签到"))
    missed_minutes = SelectField(_("释放之前多久"), coerce=int)

    def __init__(self, *args: object, **facts: object) -> None:
        super().__init__(*args, **facts)
        for occasion in Occasion:
            self[f"{occasion.value}_way"].choices = options((way.value, way_name(way)) for way in OFFERED)
            leads = [(minutes, str(duration(minutes))) for minutes in LEADS[occasion]]
            self[f"{occasion.value}_minutes"].choices = options(leads)


OFFERED = (Way.OFF, Way.INBOX, Way.MAIL)


def way_name(way: Way) -> str:
    """Name a way."""
    names = {
        Way.OFF: gettext("不提醒"),
        Way.INBOX: gettext("只放进收件箱"),
        Way.MAIL: gettext("发邮件"),
        Way.PUSH: gettext("推送到设备"),
    }
    return names[way]


@blueprint.route("", methods=["GET", "POST"])
@allow(*TENANTS)
@takes(_("提醒"), RemindersForm)
def index() -> ResponseReturnValue:
    """Show what holds, and take what is chosen."""
    form = RemindersForm(obj=choices_of(db.session(), me().id))
    if form.validate_on_submit():
        with transaction() as session:
            choose_reminders(session, me().id, form.data)
        flash(gettext("提醒已按你的选择保存。"), "success")
        return redirect(url_for(".index"))
    return form_page("reminders/index.html", form)

"""How the product reaches its reader: the inbox, and how they want to be reminded.

The inbox holds every letter written to them, whatever became of the mail; reminders know which of their
browsers take pushes.
"""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField

from booking import clock
from booking.blueprints.account.more import WANTED
from booking.blueprints.kit.access import SIGNED_IN, TENANTS, allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import duration
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.validators import form_page
from booking.blueprints.kit.http import remember_push, send_document
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import letters_seen, me, my_park, unread_letters
from booking.blueprints.messages import wording
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.letters.render import paragraphs
from booking.letters.reservations import first_push
from booking.mail.models import Channel, Letter
from booking.mail.outbox import write_letter
from booking.mail.queries import PAGE, enclosed, letter_of, letters_to
from booking.notifications import choices
from booking.notifications.ports import PushTarget
from booking.notifications.rules import LEADS, NoPushService, Occasion, Way
from booking.people.accounts import note_inbox_read
from booking.ports import ports
from booking.values.writing import minute_clock

blueprint = Blueprint("reminders", __name__, url_prefix="/reminders")


class RemindersForm(FlaskForm):
    """Of each occasion which way and how long ahead, and when nothing rings."""

    start_way = SelectField(_("怎么提醒"))
    start_minutes = SelectField(_("提前多久"), coerce=whole)
    end_way = SelectField(_("怎么提醒"))
    end_minutes = SelectField(_("提前多久"), coerce=whole)
    missed_way = SelectField(_("怎么提醒"))
    missed_minutes = SelectField(_("释放之前多久"), coerce=whole)
    quiet_from = SelectField(_("从"), coerce=whole)
    quiet_to = SelectField(_("到"), coerce=whole)

    def __init__(self, *args: object, **facts: object) -> None:
        super().__init__(*args, **facts)
        for occasion in Occasion:
            self[f"{occasion.value}_way"].choices = options((way.value, way_name(way)) for way in Way)
            leads = [(minutes, str(duration(minutes))) for minutes in LEADS[occasion]]
            self[f"{occasion.value}_minutes"].choices = options(leads)
        for name in ("quiet_from", "quiet_to"):
            self[name].choices = options((hour, minute_clock(hour * HOUR)) for hour in range(24))


HOUR = 60


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
    form = RemindersForm(obj=choices.choices_of(db.session(), me().id))
    if form.validate_on_submit():
        with transaction() as session:
            choices.choose_reminders(session, me().id, form.data)
        _say_saved(form)
        return redirect(url_for(".index"))
    devices = choices.push_devices_of(db.session(), me())
    chosen = me().wants_copies
    copies = [(WANTED, gettext("也发给我"), chosen), ("", gettext("不发"), not chosen)]
    return form_page(
        "reminders/index.html", form, devices=devices, push_key=ports().pusher.public_key, copies=copies
    )


def _say_saved(form: RemindersForm) -> None:
    """Say that it is kept, and where nothing can be pushed to yet, what to do."""
    pushed = any(form[f"{occasion.value}_way"].data == Way.PUSH for occasion in Occasion)
    if pushed and not choices.push_devices_of(db.session(), me()):
        flash(
            gettext("已保存。还没有设备打开推送，选了推送的先改发邮件；请在下面打开，或换一种方式。"),
            "warning",
        )
    else:
        flash(gettext("提醒已按你的选择保存。"), "success")


@blueprint.post("/devices")
@allow(*TENANTS)
def allow_device() -> ResponseReturnValue:
    """Let the browser that sends this take pushes, and send it the first."""
    member, now = me(), clock.now()
    target = PushTarget(*(request.form.get(name, "") for name in ("endpoint", "p256dh", "auth")))
    answer = redirect(url_for(".index"))
    try:
        with transaction() as session:
            choices.allow_pushes(session, member, target, name=browser_name(), box=ports().box, now=now)
            key = f"first-push:{member.id}:{now:%Y%m%d%H%M}"  # one a minute
            first = write_letter(
                session,
                member.park_id,
                key,
                member.email,
                first_push(member),
                now=now,
                way=(Channel.PUSH, None),
            )
    except NoPushService as refusal:
        flash(wording(refusal), "warning")
    else:
        flash(gettext("推送已打开，马上试发一条。") if first else gettext("推送已打开。"), "success")
        remember_push(answer, choices.hash_of(target.endpoint))
    return answer


@blueprint.post("/devices/drop")
@allow(*TENANTS)
def drop_device() -> ResponseReturnValue:
    """Let one of one's own browsers take no more; a second time finds it so."""
    with transaction() as session:
        gone = choices.take_back_pushes(session, me().id, request.form.get("device", 0, type=whole))
    if gone:
        flash(gettext("这台设备不再收推送。"), "success")
    return redirect(url_for(".index"))


BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def browser_name() -> str:
    """Name the browser that asks, well enough for its owner to tell it from others."""
    says = request.user_agent.string
    known = [next((name for mark, name in marks if mark in says), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, known)) or gettext("浏览器")


inbox_blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")


@inbox_blueprint.get("", endpoint="index")
@allow(*SIGNED_IN)
def letters() -> str:
    """List them, newest first; what came since they were last listed is set apart, and seen by now."""
    pager = Pager.of_request(PAGE)
    rows = pager.cut(letters_to(db.session(), my_park().id, me().email, pager.before))
    parts = _parts(rows)
    if unread_letters() and rows and not pager.before:
        with transaction() as session:
            note_inbox_read(session, me().id, rows[0].created_at)
        letters_seen()
    return render_template("inbox/index.html", parts=parts, pager=pager)


def _parts(rows: Sequence[Letter]) -> list[tuple[str, Sequence[Letter]]]:
    """Set apart what came since the list was last opened."""
    seen_to = me().inbox_read_at or me().created_at
    new = [one for one in rows if one.created_at > seen_to]
    if not new:
        return [("", rows)] if rows else []
    seen = rows[len(new) :]
    return [(gettext("新到"), new), *([(gettext("更早的"), seen)] if seen else [])]


@inbox_blueprint.get("/<int:letter_id>")
@allow(*SIGNED_IN)
def show(letter_id: int) -> str:
    """Show a letter as its mail says it; a link that opens an account stands in the mail alone."""
    letter = _mine(letter_id)
    return render_template("inbox/show.html", letter=letter, paragraphs=paragraphs(letter.body))


@inbox_blueprint.get("/<int:letter_id>/enclosures/<int:document_id>")
@allow(*SIGNED_IN)
def enclosure(letter_id: int, document_id: int) -> ResponseReturnValue:
    """Hand out a file that went with a letter."""
    document = enclosed(db.session(), _mine(letter_id), document_id) or abort(404)
    return send_document(document, plain=f"letter-{letter_id}-{document_id}", look=True)


def _mine(letter_id: int) -> Letter:
    letter = letter_of(db.session(), my_park().id, letter_id)
    return letter if letter is not None and letter.to == me().email else abort(404)

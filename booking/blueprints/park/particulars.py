"""The park's particulars, its own people (administrators and the branch), and its letters.

Letters are waiting, sent, or such as a person must look at.
"""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, IntegerField, StringField, TelField, TimeField
from wtforms.validators import InputRequired, Optional

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.forms.colleagues import InviteForm, act_on, invited
from booking.blueprints.kit.forms.edit_form import EditedRecord, EditForm
from booking.blueprints.kit.forms.validators import (
    an_email,
    at_most,
    between,
    form_page,
    must,
    tidy,
    tidy_email,
)
from booking.blueprints.kit.http import send_document
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, invitation_by, me, my_park, reset_link
from booking.blueprints.messages import put_beside, wording
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.mail.models import Letter
from booking.mail.outbox import send_again
from booking.mail.queries import PAGE, LetterState, count_letters, enclosed, letter_of, letters_of
from booking.mail.transport import NOT_NEEDED, TAKEN_BACK, TOO_LATE
from booking.parks.models import Park
from booking.parks.set_up import edit_park
from booking.people.accounts import invite_again
from booking.people.models import Member, Role, TicketKind
from booking.people.passwords import send_link
from booking.people.queries import staff_of
from booking.people.rules import LinkNotForOthers
from booking.people.tickets import request_of_letter
from booking.values import Refusal

blueprint = Blueprint("park", __name__, url_prefix="/park")


class ParkForm(EditForm):
    """A park's particulars."""

    name = StringField(_("园区名称"), [must(), at_most(80)], [tidy])
    name_en = StringField(_("英文名称"), [Optional(), at_most(80)], [tidy])
    zone_name = StringField(_("时区"), [must(), at_most(40)], [tidy])
    opens = TimeField(_("开放"), [InputRequired(_("请填写时间，例如 08:00。"))])
    closes = TimeField(_("关闭"), [InputRequired(_("请填写时间，例如 08:00。"))])
    open_on_rest_days = BooleanField(_("休息日也开放"))
    grace_minutes = IntegerField(_("保留时间"), [InputRequired(_("请填写整数。")), between(0, 240)])
    early_minutes = IntegerField(_("可提前签到"), [InputRequired(_("请填写整数。")), between(0, 240)])
    hold_minutes = IntegerField(_("候补保留时间"), [InputRequired(_("请填写整数。")), between(1, 480)])
    answer_hours = IntegerField(_("答复申请"), [InputRequired(_("请填写整数。")), between(1, 90)])
    review_days = IntegerField(_("对账期"), [InputRequired(_("请填写整数。")), between(0, 30)])
    payment_days = IntegerField(_("付款期"), [InputRequired(_("请填写整数。")), between(0, 180)])
    seller_name = StringField(_("销售方名称"), [Optional(), at_most(120)], [tidy])
    seller_uscc = StringField(_("统一社会信用代码"), [Optional(), at_most(30)], [tidy])
    seller_address = StringField(_("地址"), [Optional(), at_most(200)], [tidy])
    seller_phone = TelField(_("电话"), [Optional(), at_most(40)], [tidy])
    bank_name = StringField(_("开户行"), [Optional(), at_most(120)], [tidy])
    bank_account = StringField(_("银行账号"), [Optional(), at_most(40)], [tidy])
    mail_from = EmailField(_("发件邮箱"), [Optional(), an_email(), at_most(254)], [tidy_email])
    branch_email = EmailField(_("党支部邮箱"), [Optional(), an_email(), at_most(254)], [tidy_email])


@blueprint.route("/particulars", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("园区资料"), ParkForm)
def particulars() -> ResponseReturnValue:
    """Show and change what the park is called, when it is open, and who sells."""
    park_id = my_park().id
    form = ParkForm.of(EditedRecord("park", park_id, ((Park, park_id),)), lambda: {"obj": my_park()})
    if form.validate_on_submit():
        facts = form.facts()
        facts["name_en"] = facts["name_en"] or None
        by = actor()
        try:
            with transaction() as session:
                form.check(session)
                edit_park(session, session.get_one(Park, park_id), facts, by=by, now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("园区资料已保存。"), "success")
            return redirect(url_for("park.particulars"))
    return form_page("park/particulars.html", form)


@blueprint.route("/people", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("园区人员"), InviteForm)
def people() -> ResponseReturnValue:
    """List the park's own people, and invite one."""
    form = InviteForm.offering(Role.ADMIN, Role.BRANCH)
    if form.validate_on_submit() and invited(form, None):
        return redirect(url_for("park.people"))
    staff = staff_of(db.session(), my_park().id)
    return form_page("park/people.html", form, members=staff, reader=me())


@blueprint.post("/people/<int:member_id>/<act>")
@allow(Role.ADMIN)
def act(member_id: int, act: str) -> ResponseReturnValue:
    """Look after the account of one of the park's own people."""
    act_on(None, member_id, act)
    return redirect(url_for("park.people"))


class SendAgainForm(FlaskForm):
    """Where a letter goes this time."""

    to = EmailField(_("收件邮箱"), [must(), an_email(), at_most(254)], [tidy_email])


@blueprint.get("/letters")
@allow(Role.ADMIN)
def letters() -> str:
    """List the letters of one state, newest first."""
    asked = request.args.get("state", "")
    counted = count_letters(db.session(), my_park().id)
    state = (
        LetterState(asked)
        if asked in set(LetterState)
        else LetterState.FAILED
        if counted.failed
        else LetterState.SENT
    )
    pager = Pager.of_request(PAGE, "state")
    rows = pager.cut(letters_of(db.session(), my_park().id, state, pager.before))
    return render_template(
        "park/letters.html", letters=rows, state=state, counted=counted, pager=pager, kept_back=KEPT_BACK
    )


KEPT_BACK = {
    NOT_NEEDED: _("信里的链接不再需要：账号已停用，或密码已经设置。"),
    TOO_LATE: _("没有及时寄出，信里说的事已经过去。"),
    TAKEN_BACK: _("还没到寄出的时间，信里说的事已经取消。"),
}
"""Why a letter was not sent at all, by what is kept as its error."""


@blueprint.get("/letters/<int:letter_id>")
@allow(Role.ADMIN)
def letter(letter_id: int) -> str:
    """Show a letter as its reader got it; a link that opens an account is masked."""
    found = _mine(letter_id)
    return _page(found, SendAgainForm(formdata=None, obj=found))


def _page(letter: Letter, form: SendAgainForm) -> str:
    link = request_of_letter(db.session(), letter.id)
    kept_back = KEPT_BACK.get(letter.last_error or "", "")
    return render_template("park/letter.html", letter=letter, form=form, link=link, kept_back=kept_back)


@blueprint.get("/letters/<int:letter_id>/enclosures/<int:document_id>")
@allow(Role.ADMIN)
def enclosure(letter_id: int, document_id: int) -> ResponseReturnValue:
    """Hand out a file that went with a letter."""
    document = enclosed(db.session(), _mine(letter_id), document_id)
    if document is None:
        abort(404)
    return send_document(document, plain=f"letter-{letter_id}-{document_id}", look=True)


@blueprint.post("/letters/<int:letter_id>/again")
@allow(Role.ADMIN)
@takes(_("再寄一次"), SendAgainForm)
def again(letter_id: int) -> ResponseReturnValue:
    """Try a failed letter anew, to a corrected address where one is given."""
    by, form = actor(), SendAgainForm()
    found = _mine(letter_id)
    if not form.validate():
        return _page(found, form)
    park_id = my_park().id
    try:
        with transaction() as session:
            fresh = letter_of(session, park_id, letter_id) or abort(404)
            if request_of_letter(session, letter_id):
                raise LinkNotForOthers
            send_again(session, fresh, form.to.data or "", by=by, now=clock.now())
    except Refusal as refusal:
        flash(wording(refusal), "warning")
    else:
        flash(gettext("邮件已重新放进待发列表。"), "success")
    return redirect(url_for("park.letter", letter_id=letter_id))


@blueprint.post("/letters/<int:letter_id>/link")
@allow(Role.ADMIN)
def link(letter_id: int) -> ResponseReturnValue:
    """Send a new link in place of a letter's, to the account it is for and nowhere else."""
    letter, by, sender = _mine(letter_id), actor(), me()
    try:
        with transaction() as session:
            asked = request_of_letter(session, letter.id) or abort(404)
            member = session.get_one(Member, asked.member_id)
            if asked.kind is TicketKind.INVITATION:
                invite_again(session, member, invitation_by(sender), by=by, now=clock.now())
            else:
                send_link(session, member, reset_link(sender), by=by, now=clock.now())
    except Refusal as refusal:
        flash(wording(refusal), "warning")
    else:
        flash(gettext("新链接会寄到 %(email)s，之前的作废。", email=member.mailbox), "success")
    return redirect(url_for("park.letter", letter_id=letter_id))


def _mine(letter_id: int) -> Letter:
    return letter_of(db.session(), my_park().id, letter_id) or abort(404)

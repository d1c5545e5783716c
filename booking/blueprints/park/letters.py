"""The park's letters: waiting, sent, and those a person must look at."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.http import send_document
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, invitation_by, me, my_park, reset_link
from booking.blueprints.messages import wording
from booking.blueprints.park.forms import SendAgainForm
from booking.blueprints.park.particulars import blueprint
from booking.db import db, transaction
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.mail.models import Letter
from booking.mail.outbox import send_again
from booking.mail.queries import PAGE, LetterState, count_letters, enclosed, letter_of, letters_of
from booking.mail.rules import NOT_NEEDED, TAKEN_BACK, TOO_LATE
from booking.people.invitations import invite_again
from booking.people.models import Member, Role, TicketKind
from booking.people.password_resets import send_link
from booking.people.rules import LinkNotForOthers
from booking.people.tickets import request_of_letter
from booking.values.refusal import Refusal


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

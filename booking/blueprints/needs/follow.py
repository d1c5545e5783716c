"""The page by which somebody without an account follows what they said: by a secret link."""

from flask import Response, abort, current_app, flash, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.audit.actor import Actor
from booking.blueprints.kit.access import anyone
from booking.blueprints.kit.forms.press import pressed
from booking.blueprints.kit.http import NO_REFERRER, send_document
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.needs.forms import RemarkForm
from booking.blueprints.needs.loading import NOT_FOUND, blueprint
from booking.db import db, transaction
from booking.documents.models import Document
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.needs.end_need import end_need
from booking.needs.models import Need
from booking.needs.reopen_need import reopen_need
from booking.needs.work_queries import need_of_link, steps_of


def _need_or_404(token: str) -> Need:
    need = need_of_link(db.session(), token) or abort(NOT_FOUND)
    g.park_at_hand = need.park
    return need


@blueprint.get("/asked/<token>")
@anyone  # whoever holds the link
def follow(token: str) -> Response:
    """Show where the need stands, its answer, and the two buttons."""
    need = _need_or_404(token)
    steps = steps_of(db.session(), need.id)
    url = current_app.config["BASE_URL"] + url_for(".follow", token=token)
    page = render_template(
        "needs/follow.html", need=need, steps=steps, token=token, form=RemarkForm(), address=url
    )
    answer = make_response(page)
    answer.headers["Referrer-Policy"] = NO_REFERRER
    return answer


@blueprint.post("/asked/<token>/solved")
@anyone  # whoever holds the link
def solved(token: str) -> ResponseReturnValue:
    """Say that it is solved."""
    need = _need_or_404(token)
    with transaction() as session:
        end_need(session, need.id, by=_holder(need), now=clock.now())
    flash(gettext("好的，这件诉求已办结。"), "success")
    return redirect(url_for(".follow", token=token))


@blueprint.post("/asked/<token>/again")
@anyone  # whoever holds the link
@takes(_("诉求"), RemarkForm)
def again(token: str) -> ResponseReturnValue:
    """Say that it is not solved."""
    need, form = _need_or_404(token), RemarkForm()
    if not form.validate_on_submit():
        flash(gettext("请写短一点再发一次。"), "warning")
        return redirect(url_for(".follow", token=token))
    words, by = form.remark.data or "", _holder(need)
    return pressed(
        lambda session: reopen_need(session, need.id, by=by, now=clock.now(), words=words),
        gettext("已重新打开，期限重新计算。"),
        url_for(".follow", token=token),
    )


@blueprint.get("/asked/<token>/picture")
@anyone  # whoever holds the link
def picture_of_link(token: str) -> Response:
    """Give the picture that was sent."""
    need = _need_or_404(token)
    if need.picture_id is None:
        abort(NOT_FOUND)
    document = db.session.get_one(Document, need.picture_id)
    answer = send_document(document, plain=f"need-{need.id}", look=True)
    answer.headers["Referrer-Policy"] = NO_REFERRER
    return answer


def _holder(need: Need) -> Actor:
    return Actor(need.asker_name, park_id=need.park_id)

"""The organiser's list: who signed up, who is there, with one tap each."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import StringField

from booking import clock
from booking.activities.arrive import let_in, tick
from booking.activities.models import Activity, SignUp
from booking.activities.queries import head_counts
from booking.activities.rules import OPENS_BEFORE
from booking.activities.sign_up import Attendee, attendee_by_name, leave, sign_up
from booking.activities.sign_up_queries import PAGE, ListPart, Participant, people_of, sign_up_in_park
from booking.blueprints.activities.loading import activity_or_404, blueprint
from booking.blueprints.activities.taking_part import new_token
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.converters import LONGEST_WORDS, whole
from booking.blueprints.kit.forms.press import pressed
from booking.blueprints.kit.forms.responses import status_of
from booking.blueprints.kit.forms.validators import at_most, must, tidy_line
from booking.blueprints.kit.pagination import MOST_PAGES, Pager, this_page
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import my_park
from booking.blueprints.messages import put_beside
from booking.db import db, transaction
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.letters import activities as letters
from booking.values.refusal import Refusal


class VisitorForm(FlaskForm):
    """Somebody who asked by word of mouth, or is there without having signed up."""

    name = StringField(_("姓名"), [must(), at_most(60)], [tidy_line])
    firm = StringField(_("企业"), [must(), at_most(60)], [tidy_line])


@blueprint.route("/<int:activity_id>/people", methods=["GET", "POST"])
@allow(*STAFF)
@takes(_("参加的人"), VisitorForm)
def people(activity_id: int) -> ResponseReturnValue:
    """List who signed up; add who asked to be, or is there without."""
    activity, form = activity_or_404(activity_id), VisitorForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                who = attendee_by_name(session, activity, form.name.data or "", form.firm.data or "")
                _add(session, activity, who, clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已加上 %(name)s。", name=form.name.data), "success")
            return redirect(url_for(".people", activity_id=activity_id))
    return _page(activity_id, form)


def _add(session: Session, activity: Activity, who: Attendee, now: datetime) -> SignUp:
    """Sign up who asked by word of mouth; once the doors are open, note that they are there."""
    if now < activity.starts_at - OPENS_BEFORE:
        return sign_up(session, activity.id, who, token=new_token(), now=now)
    return let_in(session, activity.id, who, token=new_token(), now=now)


def _page(activity_id: int, form: VisitorForm) -> ResponseReturnValue:
    activity, now, text = activity_or_404(activity_id), clock.now(), _looked_for()
    pager = Pager.of_request(PAGE, "q")
    there = pager.cut(people_of(db.session(), activity_id, text, offset=pager.before))
    if not there and pager.number > 1 and not form.errors:
        return redirect(this_page("q"))  # the last of a page was taken off the list
    seated, waiting, came = head_counts(db.session(), [activity_id]).get(activity_id, (0, 0, 0))
    page = render_template(
        "activities/people.html",
        activity=activity,
        form=form,
        parts=_parts(there),
        text=text,
        pager=pager,
        here=_here(),
        counts=(seated, waiting, came),
        begun=now >= activity.starts_at - OPENS_BEFORE and activity.called_off_at is None,
        coming=now < activity.starts_at and activity.called_off_at is None,
        now=now,
    )
    return page, status_of(form)


def _looked_for() -> str:
    return request.args.get("q", "").strip()[:LONGEST_WORDS]


def _here() -> dict[str, Any]:
    """Name the page of the list, which a tick comes back to."""
    page = request.args.get("page", 1, type=whole)
    return {"page": page if 1 < page <= MOST_PAGES else None, "q": _looked_for() or None}


def _parts(people: Sequence[Participant]) -> list[tuple[str, int, list[SignUp]]]:
    titles = {
        ListPart.SEATED: gettext("有位子"),
        ListPart.CAME_WITHOUT: gettext("没报名就来了"),
        ListPart.WAITING: gettext("候补"),
    }
    parts = ((part, list(rows)) for part, rows in groupby(people, key=lambda one: one.part))
    return [(str(titles[part]), rows[0].in_part, [one.sign_up for one in rows]) for part, rows in parts]


def _found(sign_up_id: int) -> SignUp:
    return sign_up_in_park(db.session(), my_park().id, sign_up_id) or abort(404)


@blueprint.post("/people/<int:sign_up_id>/came")
@allow(*STAFF)
def came(sign_up_id: int) -> ResponseReturnValue:
    """Tick that somebody is there."""
    return _ticked(sign_up_id, came=True)


@blueprint.post("/people/<int:sign_up_id>/away")
@allow(*STAFF)
def away(sign_up_id: int) -> ResponseReturnValue:
    """Take the tick back."""
    return _ticked(sign_up_id, came=False)


def _ticked(sign_up_id: int, *, came: bool) -> ResponseReturnValue:
    activity_id = _found(sign_up_id).activity_id
    return pressed(
        lambda session: tick(session, sign_up_id, came=came, now=clock.now()),
        "",  # the tick is seen
        url_for(".people", activity_id=activity_id, **_here(), _anchor=f"p{sign_up_id}"),
    )


@blueprint.post("/people/<int:sign_up_id>/remove")
@allow(*STAFF)
def remove(sign_up_id: int) -> ResponseReturnValue:
    """Take somebody off the list, who said they will not come; who waits first moves up."""
    activity_id = _found(sign_up_id).activity_id
    return pressed(
        lambda session: leave(session, sign_up_id, letter=letters.moved_up, now=clock.now()),
        gettext("已移出名单。"),
        url_for(".people", activity_id=activity_id, **_here()),
    )

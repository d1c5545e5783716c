"""Who takes part: what a tenant does with one tap, and the organiser's list, with one tap for each.

A tenant signs up, leaves, says that they are there, and whether it was useful.
"""

import secrets
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
from booking.activities.arrive import arrive, let_in, say_useful, tick
from booking.activities.invited import PAGE, ListPart, Participant, people_of, sign_up_in_park, sign_up_of
from booking.activities.models import Activity, SignUp, Useful
from booking.activities.queries import head_counts
from booking.activities.rules import OPENS_BEFORE, is_open
from booking.activities.sign_up import Attendee, attendee_by_name, leave, sign_up
from booking.blueprints.activities.shown import activity_or_404, blueprint, door_said
from booking.blueprints.kit.access import STAFF, TENANTS, allow
from booking.blueprints.kit.converters import LONGEST_WORDS, whole
from booking.blueprints.kit.forms.validators import at_most, must, pressed, status_of, tidy_line
from booking.blueprints.kit.pagination import MOST_PAGES, Pager, this_page
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.messages import put_beside
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.letters import activities as letters
from booking.values import Refusal

TOKEN_BYTES = 18


def new_token() -> str:
    """Make the secret of a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


@blueprint.post("/<int:activity_id>/sign-up")
@allow(*TENANTS)
def join(activity_id: int) -> ResponseReturnValue:
    """Sign up; the second press finds it done."""
    activity_or_404(activity_id)

    def do(writing: Session) -> SignUp:
        return sign_up(writing, activity_id, Attendee.of(me()), token=new_token(), now=clock.now())

    return pressed(do, joined_label, _back(activity_id))


def joined_label(made: SignUp) -> str:
    """Say whether they have a place or wait; while it goes on, how to check in, which this was not."""
    activity = made.activity
    if is_open(clock.now(), activity.starts_at, activity.ends_at):
        return _joined_late(made)
    if made.seat is not None:
        return str(gettext("报名成功，有你的位子。"))
    return str(gettext("名额已满，已为你排上候补；有人取消就自动递补。"))


def _joined_late(made: SignUp) -> str:
    if made.seat is not None:
        return str(gettext("报名成功，有你的位子；到会客厅扫门口的码签到。"))
    return str(gettext("已记下，名额已满；到会客厅扫门口的码签到。"))


def _back(activity_id: int) -> str:
    return url_for(".show", activity_id=activity_id)


@blueprint.post("/<int:activity_id>/leave")
@allow(*TENANTS)
def withdraw(activity_id: int) -> ResponseReturnValue:
    """Give the place back; who waits first gets it."""
    activity_or_404(activity_id)

    def do(writing: Session) -> None:
        mine = sign_up_of(writing, activity_id, me().id)
        if mine is not None:
            leave(writing, mine.id, letter=letters.moved_up, now=clock.now())

    return pressed(do, gettext("已取消报名。"), _back(activity_id))


@blueprint.post("/<int:activity_id>/here")
@allow(*TENANTS)
def here(activity_id: int) -> ResponseReturnValue:
    """Say at the door that one is there, signed up before or not."""
    activity_or_404(activity_id)
    door = door_said()

    def do(writing: Session) -> None:
        arrive(writing, activity_id, Attendee.of(me()), door=door, token=new_token(), now=clock.now())

    return pressed(do, gettext("已签到，欢迎。"), _back(activity_id))


BAD_REQUEST = 400


def answer_or_400() -> Useful:
    """Read the answer that was pressed."""
    answer = request.form.get("useful", "")
    return Useful(answer) if answer in set(Useful) else abort(BAD_REQUEST)


LONGEST_ANSWER = 200


def words_said() -> str:
    """Read the sentence that goes with the answer."""
    return tidy_line(request.form.get("words", ""))[:LONGEST_ANSWER]


@blueprint.post("/<int:activity_id>/useful")
@allow(*TENANTS)
def useful(activity_id: int) -> ResponseReturnValue:
    """Say whether it was useful."""
    activity_or_404(activity_id)

    def do(writing: Session) -> None:
        mine = sign_up_of(writing, activity_id, me().id) or abort(404)
        say_useful(writing, mine.id, answer_or_400(), words_said(), now=clock.now())

    return pressed(do, gettext("谢谢，已记下。"), _back(activity_id))


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

"""What somebody without an account does: by the poster's code sign up, and by their own link all the rest."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import Optional

from booking import clock
from booking.activities.arrive import arrive, say_here, say_useful
from booking.activities.invited import sign_up_with_token
from booking.activities.models import Activity, SignUp
from booking.activities.queries import activity_with_code, head_counts
from booking.activities.sign_up import Attendee, attendee_by_name, leave, sign_up
from booking.blueprints.activities.shown import (
    door_said,
    next_step,
    scanned_the_hall,
    send_entry,
    turn_of,
    whom,
)
from booking.blueprints.activities.taking_part import answer_or_400, joined_label, new_token, words_said
from booking.blueprints.kit.access import TENANTS, anyone
from booking.blueprints.kit.forms.validators import (
    an_email,
    at_most,
    carried_out,
    form_page,
    must,
    pressed,
    tidy_email,
    tidy_line,
)
from booking.blueprints.kit.http import NO_REFERRER
from booking.blueprints.kit.labels.needs import forget_sign_up, remember_sign_up, remembered_sign_ups
from booking.blueprints.kit.session import caller_address, me
from booking.blueprints.messages import put_beside
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, local_name
from booking.letters import activities as letters
from booking.people.models import TryKind
from booking.people.throttle import throttle_anonymous
from booking.values import Refusal
from booking.values.mailbox import bare_address
from booking.values.names import check_name

guests = Blueprint("activity_guests", __name__, url_prefix="/a")


class GuestForm(FlaskForm):
    """Who wants to be there, by name and enterprise."""

    name = StringField(_("姓名"), [must(), at_most(60)], [tidy_line])
    firm = StringField(_("企业名称"), [must(), at_most(60)], [tidy_line])
    email = StringField(
        _("邮箱"),
        [Optional(), an_email()],
        [tidy_email],
        description=_("报名、候补到位和活动取消都写信告诉你，附日历文件；不填也能报名。"),
    )

    def who(self, activity: Activity) -> Attendee:
        """Give who they say they are; raises NameHoldsAddress, since names go out in mail."""
        name, firm = check_name(self.name.data or "", "name"), check_name(self.firm.data or "", "firm")
        return attendee_by_name(db.session(), activity, name, firm, self.email.data or None)


@dataclass(frozen=True, slots=True)
class GuestPage:
    """What the pages of a guest show of an activity."""

    activity: Activity
    step: str
    turn: int
    free: int
    waiting: int
    audience: str
    park: str


def _page_of(activity: Activity, mine: SignUp | None) -> GuestPage:
    seated, waiting, _came = head_counts(db.session(), [activity.id]).get(activity.id, (0, 0, 0))
    free = max(0, activity.places - seated)
    park = activity.space.park
    return GuestPage(
        activity,
        next_step(activity, mine),
        turn_of(mine),
        free,
        waiting,
        whom(activity, by_name=False),
        local_name(park.name, park.name_en),
    )


def _known(activity: Activity | None) -> Activity:
    """Show times in the activity's park; one that nobody knows of is not found."""
    if activity is None:
        abort(404)
    g.park_at_hand = activity.space.park
    g.zone = g.park_at_hand.zone
    return activity


@guests.route("/<activity_code>", methods=["GET", "POST"])
@anyone  # the code on the poster is for everybody who reads it
def show(activity_code: str) -> ResponseReturnValue:
    """Show it with its form; who has an account of the park signs up with one tap instead."""
    activity = _known(activity_with_code(db.session(), activity_code))
    if current_user.is_authenticated and me().park_id == activity.park_id and me().role in TENANTS:
        return redirect(_with_account(activity))
    token = remembered_sign_ups(activity.id)
    mine = sign_up_with_token(db.session(), token) if token else None
    if mine is not None and mine.left_at is None:
        return redirect(url_for(".mine", token=token, door=_door_of(activity)))
    form = GuestForm()
    if form.validate_on_submit():
        try:
            joined = _join(activity.code, form)
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            return _welcome(joined)
    return form_page(
        "activities/guest.html",
        form,
        page=_page_of(activity, None),
        with_account=_with_account(activity),
        now=clock.now(),
    )


def _door_of(activity: Activity) -> str | None:
    """Give what of the address says that the hall's own code was scanned."""
    return door_said() if scanned_the_hall(activity) else None


def _with_account(activity: Activity) -> str:
    """Give where who has an account does the same: at the door the page of its code."""
    if scanned_the_hall(activity):
        return url_for("scan.show", scan_code=activity.space.scan_code)
    return url_for("activities.show", activity_id=activity.id)


class Joined(NamedTuple):
    """What somebody has now; not `is_new` where the name they typed had it, which may be another's."""

    sign_up: SignUp
    is_new: bool


def _welcome(joined: Joined) -> ResponseReturnValue:
    """Go on to their own page; who came by a name alone hears that it is noted, and gets nobody's link."""
    made = joined.sign_up
    if not joined.is_new:
        flash(gettext("%(name)s 已签到，欢迎。评价请用报名时给你的链接。", name=made.name), "success")
        return redirect(url_for(".show", activity_code=made.activity.code, door=_door_of(made.activity)))
    flash(gettext("已签到，欢迎。") if made.came_at else joined_label(made), "success")
    remember_sign_up(made)
    return redirect(url_for(".mine", token=made.token))


def _join(code: str, form: GuestForm) -> Joined:
    """Sign up; at the door, say that one is there."""
    now = clock.now()
    with transaction() as writing:  # committed first, so that many at once gain nothing
        said = {f"{form.name.data}|{form.firm.data}", bare_address(form.email.data or "")} - {""}
        throttle_anonymous(writing, TryKind.SIGN_UP, said, caller_address(), now=now)
    with transaction() as writing:
        activity = _known(activity_with_code(writing, code))
        who, token = form.who(activity), new_token()
        if door := door_said():
            made = arrive(writing, activity.id, replace(who, email=None), door=door, token=token, now=now)
        else:
            made = sign_up(writing, activity.id, who, token=token, now=now, letter=letters.signed_up)
        return Joined(made, is_new=made.token == token)


def _mine_or_404(token: str) -> SignUp:
    found = sign_up_with_token(db.session(), token)
    if found is None or found.left_at is not None:
        abort(404)
    _known(found.activity)
    return found


@guests.get("/mine/<token>")
@anyone  # the secret link of who signed up
def mine(token: str) -> ResponseReturnValue:
    """Show what somebody signed up for, and the one thing to do; of what was given back, the way to anew."""
    left = sign_up_with_token(db.session(), token)
    if left is not None and left.left_at is not None:
        flash(gettext("这次报名已经取消；还想来，可以重新报名。"), "info")
        return redirect(url_for(".show", activity_code=left.activity.code))
    made = _mine_or_404(token)
    page = _page_of(made.activity, made)
    answer = Response(render_template("activities/mine.html", page=page, mine=made, now=clock.now()))
    answer.headers["Referrer-Policy"] = NO_REFERRER
    return answer


@guests.post("/mine/<token>/leave")
@anyone  # the secret link of who signed up
def withdraw(token: str) -> ResponseReturnValue:
    """Give the place back; who waits first gets it."""
    made = _mine_or_404(token)
    code = made.activity.code

    def do(writing: Session) -> None:
        leave(writing, made.id, letter=letters.moved_up, now=clock.now())

    if not carried_out(do, gettext("已取消报名。")):
        return redirect(url_for(".mine", token=token))
    forget_sign_up(made.activity_id)
    return redirect(url_for(".show", activity_code=code))


@guests.post("/mine/<token>/here")
@anyone  # the secret link of who signed up
def here(token: str) -> ResponseReturnValue:
    """Say at the door that one is there."""
    made, door = _mine_or_404(token), door_said()
    return pressed(
        lambda writing: say_here(writing, made.id, door=door, now=clock.now()),
        gettext("已签到，欢迎。"),
        url_for(".mine", token=token),
    )


@guests.post("/mine/<token>/useful")
@anyone  # the secret link of who signed up
def useful(token: str) -> ResponseReturnValue:
    """Say whether it was useful."""
    made = _mine_or_404(token)
    return pressed(
        lambda writing: say_useful(writing, made.id, answer_or_400(), words_said(), now=clock.now()),
        gettext("谢谢，已记下。"),
        url_for(".mine", token=token),
    )


@guests.get("/<activity_code>/calendar.ics")
@anyone  # when and where stand on the poster, too
def calendar(activity_code: str) -> ResponseReturnValue:
    """Hand out the calendar file of what is on the poster."""
    return send_entry(_known(activity_with_code(db.session(), activity_code)))

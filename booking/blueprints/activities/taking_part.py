"""What a tenant does with one tap: sign up, leave, say that they are there, and whether it was useful."""

import secrets

from flask import abort, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.activities.arrive import arrive
from booking.activities.models import Activity, SignUp, Useful
from booking.activities.rules import is_open
from booking.activities.say_useful import say_useful
from booking.activities.sign_up import Attendee, leave, sign_up
from booking.activities.sign_up_queries import sign_up_of
from booking.blueprints.activities.loading import activity_or_404, blueprint
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.forms.press import pressed
from booking.blueprints.kit.forms.validators import tidy_line
from booking.blueprints.kit.session import me
from booking.language import gettext
from booking.letters import activities as letters

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


def door_said() -> str:
    """Give the code of the door that the page was opened at; empty elsewhere."""
    return request.args.get("door", "")


def at_the_door(activity: Activity) -> bool:
    """Tell whether the reader scanned the code of the hall."""
    return door_said() == activity.space.scan_code


KNOWN = "signed_up"
MOST_KNOWN = 20


def remember(made: SignUp) -> None:
    """Let this browser find its own sign-up again by the code of the poster or the door."""
    known = dict(list(session.get(KNOWN, {}).items())[-MOST_KNOWN:])
    session[KNOWN] = known | {str(made.activity_id): made.token}


def remembered(activity_id: int) -> str | None:
    """Give the token of what this browser signed up for."""
    token: str | None = session.get(KNOWN, {}).get(str(activity_id))
    return token


def forget(activity_id: int) -> None:
    """Do so no longer."""
    session.get(KNOWN, {}).pop(str(activity_id), None)
    session.modified = True


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


LONGEST_WORDS = 200


def words_said() -> str:
    """Read the sentence that goes with the answer."""
    return tidy_line(request.form.get("words", ""))[:LONGEST_WORDS]


@blueprint.post("/<int:activity_id>/useful")
@allow(*TENANTS)
def useful(activity_id: int) -> ResponseReturnValue:
    """Say whether it was useful."""
    activity_or_404(activity_id)

    def do(writing: Session) -> None:
        mine = sign_up_of(writing, activity_id, me().id) or abort(404)
        say_useful(writing, mine.id, answer_or_400(), words_said(), now=clock.now())

    return pressed(do, gettext("谢谢，已记下。"), _back(activity_id))

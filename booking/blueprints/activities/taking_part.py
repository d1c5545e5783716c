"""What a tenant does with one tap: sign up, leave, say that they are there, and whether it was useful."""

import secrets

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.activities.arrive import arrive
from booking.activities.models import SignUp, Useful
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

    def do(session: Session) -> SignUp:
        return sign_up(session, activity_id, Attendee.of(me()), token=new_token(), now=clock.now())

    return pressed(do, joined_words, _back(activity_id))


def joined_words(made: SignUp) -> str:
    """Say whether they have a place or wait."""
    if made.seat is not None:
        return str(gettext("报名成功，有你的位子。"))
    return str(gettext("名额已满，已为你排上候补；有人取消就自动递补。"))


def _back(activity_id: int) -> str:
    return url_for(".show", activity_id=activity_id)


@blueprint.post("/<int:activity_id>/leave")
@allow(*TENANTS)
def withdraw(activity_id: int) -> ResponseReturnValue:
    """Give the place back; who waits first gets it."""
    activity_or_404(activity_id)

    def do(session: Session) -> None:
        mine = sign_up_of(session, activity_id, me().id)
        if mine is not None:
            leave(session, mine.id, letter=letters.moved_up, now=clock.now())

    return pressed(do, gettext("已取消报名。"), _back(activity_id))


@blueprint.post("/<int:activity_id>/here")
@allow(*TENANTS)
def here(activity_id: int) -> ResponseReturnValue:
    """Say that one is there, signed up before or not."""
    activity_or_404(activity_id)

    def do(session: Session) -> None:
        arrive(session, activity_id, Attendee.of(me()), token=new_token(), now=clock.now())

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

    def do(session: Session) -> None:
        mine = sign_up_of(session, activity_id, me().id) or abort(404)
        say_useful(session, mine.id, answer_or_400(), words_said(), now=clock.now())

    return pressed(do, gettext("谢谢，已记下。"), _back(activity_id))

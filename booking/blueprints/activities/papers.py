"""The poster of an activity, for the wall (PDF) and for a group on the phone (PNG)."""

from collections.abc import Callable

from flask import abort, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from booking.activities.models import Activity
from booking.activities.poster_printer import Poster, PrintFailed
from booking.blueprints.activities.loading import activity_or_404, blueprint
from booking.blueprints.activities.shown import whom
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.filters import clock_span, day
from booking.blueprints.kit.http import send_bytes
from booking.blueprints.kit.labels.activities import activity_kind
from booking.blueprints.kit.labels.people import role_name
from booking.blueprints.kit.labels.reservations import door_name, place_name
from booking.blueprints.kit.session import park_today
from booking.db import db
from booking.language import CHINESE, force_locale, gettext
from booking.people.models import Member, Role
from booking.ports import ports


@blueprint.get("/<int:activity_id>/poster.pdf")
@allow(*STAFF)
def poster(activity_id: int) -> ResponseReturnValue:
    """Hand out the poster for the wall."""
    return _handed_out(activity_id, ports().poster_printer.poster, "application/pdf")


@blueprint.get("/<int:activity_id>/poster.png")
@allow(*STAFF)
def picture(activity_id: int) -> ResponseReturnValue:
    """Hand out the picture for a group."""
    return _handed_out(activity_id, ports().poster_printer.poster_picture, "image/png")


def _handed_out(activity_id: int, make: Callable[[Poster], bytes], media_type: str) -> ResponseReturnValue:
    activity = activity_or_404(activity_id)
    if activity.published_at is None or activity.called_off_at is not None:
        abort(404)
    try:
        content = make(_poster(activity))
    except PrintFailed:
        current_app.logger.exception("a poster could not be printed")
        flash(gettext("海报没有生成，请稍后再试。"), "danger")
        return redirect(url_for(".show", activity_id=activity_id))
    ending = media_type.rpartition("/")[2]
    return send_bytes(
        content, f"{activity.title}.{ending}", media_type, plain=f"poster-{activity_id}", look=True
    )


def _organiser(activity: Activity) -> str:
    """Name who holds it, without a person's name: the branch, or else the park."""
    who = db.session.get(Member, activity.created_by_id) if activity.created_by_id is not None else None
    branch = who is not None and who.role is Role.BRANCH
    return role_name(Role.BRANCH) if branch else activity.space.park.name


def _poster(activity: Activity) -> Poster:
    """Say it in Chinese: it hangs where everybody passes."""
    with force_locale(CHINESE):
        return Poster(
            park=activity.space.park.name,
            kind=activity_kind(activity.kind),
            title=activity.title,
            words=tuple(line.strip() for line in activity.words.splitlines() if line.strip()),
            day=day(activity.starts_at),
            clock=clock_span(activity.span),
            place=door_name(activity.space),
            floor=place_name(activity.space.area),
            audience=whom(activity, by_name=False),
            places=activity.places,
            organiser=_organiser(activity),
            url=f"{current_app.config['BASE_URL']}/a/{activity.code}",
            made_on=park_today(),
        )

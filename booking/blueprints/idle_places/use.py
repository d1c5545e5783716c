"""Proposing a use of an idle place, putting it to use as spaces, and saying that it stands empty again."""

from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.idle_places.place import (
    EmptyAgainForm,
    ProposeUseForm,
    PutToUseForm,
    blueprint,
    place_or_404,
    use_matter_title,
)
from booking.blueprints.idle_places.register import place_page
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.validators import form_page
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_park
from booking.blueprints.messages import put_beside
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, local_name
from booking.rhythm.evaluate import propose_idle_use
from booking.spaces.idle.queries import spaces_to_link
from booking.spaces.idle.register import empty_again, put_to_use
from booking.spaces.models import Space
from booking.values import Refusal, local_day


@blueprint.route("/<int:idle_place_id>/use", methods=["GET", "POST"])
@allow(*STAFF)
@takes(_("投入使用"), PutToUseForm)
def use(idle_place_id: int) -> ResponseReturnValue:
    """Link the place with the spaces made of it."""
    place = place_or_404(idle_place_id)
    since = place.put_to_use_on or local_day(clock.now(), my_park().zone)
    form = PutToUseForm(data={"spaces": [space.id for space in place.spaces], "since": since})
    spaces = spaces_to_link(db.session(), place)
    form.spaces.choices = options((space.id, _space_label(space)) for space in spaces)
    if form.validate_on_submit() and form.since.data is not None:
        try:
            with transaction() as session:
                put_to_use(
                    session, place_or_404(idle_place_id), form.spaces.data or [], form.since.data,
                    by=actor(), now=clock.now(),
                )  # fmt: skip
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已记为投入使用。"), "success")
            return redirect(url_for(".show", idle_place_id=idle_place_id))
    return form_page("idle_places/use.html", form, place=place_or_404(idle_place_id), spaces=_any(spaces))


def _any(spaces: Sequence[Space]) -> bool:
    return bool(spaces)


def _space_label(space: Space) -> str:
    name, where = local_name(space.name, space.name_en), local_name(space.area.name, space.area.name_en)
    return f"{kind_name(space.kind)} · {name} · {where}"


@blueprint.post("/<int:idle_place_id>/propose")
@allow(*STAFF)
@takes(_("提议用途"), ProposeUseForm)
def propose(idle_place_id: int) -> ResponseReturnValue:
    """Say what could be made of it, and put that before the committee; the second press finds the matter."""
    place_or_404(idle_place_id)
    form = ProposeUseForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                place = place_or_404(idle_place_id)
                propose_idle_use(
                    session, my_park(), me(), place, use_matter_title(place), form.proposal.data or "",
                    by=actor(), now=clock.now(),
                )  # fmt: skip
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已列为议题，下次例会讨论。"), "success")
            return redirect(url_for(".show", idle_place_id=idle_place_id))
    return place_page(idle_place_id, propose_form=form)


@blueprint.post("/<int:idle_place_id>/empty")
@allow(*STAFF)
@takes(_("重新闲置"), EmptyAgainForm)
def empty(idle_place_id: int) -> ResponseReturnValue:
    """Say that it stands empty again."""
    place_or_404(idle_place_id)
    form = EmptyAgainForm()
    if form.validate_on_submit() and form.since.data is not None:
        try:
            with transaction() as session:
                place = place_or_404(idle_place_id)
                empty_again(
                    session, place, form.since.data, form.reason.data or "", by=actor(), now=clock.now()
                )
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已记为重新闲置。"), "success")
            return redirect(url_for(".show", idle_place_id=idle_place_id))
    return place_page(idle_place_id, empty_form=form)

"""The register: its list, a place's page, putting one on it, correcting it, its photographs."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from booking import clock
from booking.blueprints.idle_places.place import (
    TONES,
    EmptyAgainForm,
    IdlePlaceForm,
    ProposeUseForm,
    blueprint,
    idle_state_name,
    is_admin,
    may_know,
    place_or_404,
    use_and_earnings,
    use_matter_title,
    where_label,
    whose_label,
)
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.converters import day_or_none, whole
from booking.blueprints.kit.filters import area
from booking.blueprints.kit.forms.edit_form import EditedRecord, PictureForm
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.validators import UNPROCESSABLE, form_page
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, local_name
from booking.people.queries import enterprises_there
from booking.rhythm.evaluate import open_titles
from booking.savings.queries import GivenBack, given_back
from booking.spaces.idle.queries import idle_places
from booking.spaces.idle.register import edit_idle_place, hang_photograph, register_idle_place
from booking.spaces.inventory_queries import areas_of
from booking.spaces.models import IdlePlace, IdleState
from booking.spaces.pictures import redrawn
from booking.values import Refusal, local_day


class RegisterRow(NamedTuple):
    """A place of the list, in words."""

    place: IdlePlace
    state: str
    tone: str
    where: str
    whose: str
    days: int  # how long it stood, or stands, empty
    matter_id: int | None = None  # of the committee, about its use


def row_of(place: IdlePlace, today: date) -> RegisterRow:
    """Put a place into words."""
    until = place.put_to_use_on or today
    return RegisterRow(
        place,
        idle_state_name(place.state),
        TONES[place.state],
        where_label(place),
        whose_label(place),
        (until - place.empty_since).days,
    )


MOST_WAITING = 5  # offered at once


@blueprint.get("")
@allow(*STAFF)
def index() -> str:
    """List what stands empty, what was made of the rest, and what is given back but not registered."""
    session, park, now = db.session(), my_park(), clock.now()
    matters, today = open_titles(session, park.id), local_day(now, park.zone)
    rows = [
        row_of(place, today)._replace(matter_id=matters.get(use_matter_title(place)))
        for place in idle_places(session, park.id)
    ]
    waiting = _proposals(given_back(session, park, now=now))
    return render_template(
        "idle_places/index.html",
        empty=[row for row in rows if row.place.state is not IdleState.IN_USE],
        in_use=[row for row in rows if row.place.state is IdleState.IN_USE],
        figures=_figures(rows),
        waiting=waiting[:MOST_WAITING],
        more=len(waiting[MOST_WAITING:]),
    )


def _figures(rows: Sequence[RegisterRow]) -> list[tuple[str, str, str, str]]:
    def said(label: str, states: set[IdleState], tone: str) -> tuple[str, str, str, str]:
        places = [row.place for row in rows if row.place.state in states]
        hundredths = sum(place.area_hundredths for place in places)
        return label, gettext("%(count)s 处", count=len(places)), area(hundredths), tone

    return [
        said(gettext("已投入使用"), {IdleState.IN_USE}, "accent"),
        said(gettext("已提出用途"), {IdleState.PROPOSED}, ""),
        said(gettext("闲置中"), {IdleState.IDLE}, ""),
    ]


def _proposals(found: Sequence[GivenBack]) -> list[tuple[str, str, str]]:
    """Offer to register what checked baselines gave back; to the branch only of those who may be named."""
    return [
        (
            one.enterprise.short_name,
            area(one.hundredths),
            url_for(
                "idle_places.new",
                given_back_by=one.enterprise.id,
                area=f"{one.hundredths / 100:g}",
                since=one.since.isoformat(),
            ),
        )
        for one in found
        if may_know(one.enterprise)
    ]


def _choose(form: IdlePlaceForm) -> IdlePlaceForm:
    """Offer areas, and the enterprises that the reader may know of."""
    session, park_id = db.session(), my_park().id
    areas = [(one.id, local_name(one.name, one.name_en)) for one in areas_of(session, park_id)]
    form.area_id.choices = options([("", gettext("不在任何区域")), *areas])
    givers = [(one.id, one.short_name) for one in enterprises_there(session, park_id) if may_know(one)]
    nobody = gettext("不是企业退回的") if is_admin() else gettext("不写哪家企业")
    form.given_back_by_id.choices = options([("", nobody), *givers])
    return form


def _hidden_giver_id(place: IdlePlace) -> int | None:
    giver = place.given_back_by
    return None if giver is None or may_know(giver) else giver.id


def _shown(place: IdlePlace) -> dict[str, object]:
    """Give what the form of a place shows: of a giver that the reader may not know, that none is written."""
    values: dict[str, object] = {
        name: getattr(place, name) for name in IdlePlaceForm.names() if name != "drawn_from"
    }
    if _hidden_giver_id(place) is not None:
        values["given_back_by_id"] = None
    return {"data": values}


@blueprint.route("/new", methods=["GET", "POST"])
@allow(*STAFF)
@takes(_("登记闲置点"), IdlePlaceForm)
def new() -> ResponseReturnValue:
    """Put a place on the register; what is known can come with the address."""
    form = _choose(IdlePlaceForm(data=_from_address()))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                place = register_idle_place(session, my_park().id, form.said(), by=actor(), now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已登记“%(name)s”。", name=place.name), "success")
            return redirect(url_for(".show", idle_place_id=place.id))
    return form_page("idle_places/edit.html", form, place=None)


def _from_address() -> dict[str, object]:
    metres = request.args.get("area", type=float)
    return {
        "given_back_by_id": request.args.get("given_back_by", type=whole),
        "area_hundredths": round(metres * 100) if metres and 0 < metres < 10**6 else None,
        "empty_since": day_or_none(request.args.get("since")),
    }


@blueprint.route("/<int:idle_place_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
@takes(_("闲置点"), IdlePlaceForm)
def edit(idle_place_id: int) -> ResponseReturnValue:
    """Correct what the register says."""
    thing = EditedRecord("idle_place", idle_place_id, ((IdlePlace, idle_place_id),))
    place = place_or_404(idle_place_id)
    form = _choose(IdlePlaceForm.of(thing, lambda: _shown(place_or_404(idle_place_id))))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                form.check(session)
                place = place_or_404(idle_place_id)
                edit_idle_place(
                    session, place, form.said(_hidden_giver_id(place)), by=actor(), now=clock.now()
                )
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已保存。"), "success")
            return redirect(url_for(".show", idle_place_id=idle_place_id))
    return form_page("idle_places/edit.html", form, place=place_or_404(idle_place_id))


@blueprint.get("/<int:idle_place_id>")
@allow(*STAFF)
def show(idle_place_id: int) -> ResponseReturnValue:
    """Show a place: where from, before and after, and once in use what it is used and earns."""
    return place_page(idle_place_id)[0]


def place_page(
    idle_place_id: int,
    *,
    empty_form: EmptyAgainForm | None = None,
    hung: tuple[str, PictureForm] | None = None,
    propose_form: ProposeUseForm | None = None,
) -> tuple[str, int]:
    """Draw a place's page with its forms; what was sent stands where it was sent from."""
    place, now = place_or_404(idle_place_id), clock.now()
    today = local_day(now, my_park().zone)
    empty_form = empty_form or EmptyAgainForm(formdata=None)
    propose_form = propose_form or ProposeUseForm(formdata=None, proposal=place.proposal)
    picture_forms = dict(_picture_forms(*hung or ("", None)))
    drawn = render_template(
        "idle_places/show.html",
        row=row_of(place, today),
        place=place,
        use=use_and_earnings(place),
        empty_form=empty_form,
        picture_forms=picture_forms,
        propose_form=propose_form,
        matter_id=open_titles(db.session(), place.park_id).get(use_matter_title(place)),
        name_of=lambda space: local_name(space.name, space.name_en),
    )
    forms: list[FlaskForm] = [empty_form, *picture_forms.values(), propose_form]
    bad = any(form.errors or form.form_errors for form in forms)
    return drawn, UNPROCESSABLE if bad else 200


WHICH = {"before": False, "after": True}


def _picture_forms(hung: str, sent: PictureForm | None) -> Iterator[tuple[str, PictureForm]]:
    for which in WHICH:
        form = sent if sent is not None and which == hung else PictureForm(formdata=None)
        form.picture.id = f"picture-{which}"  # two forms of one page
        yield which, form


@blueprint.post("/<int:idle_place_id>/photograph/<which>")
@allow(*STAFF)
@takes(_("照片"), PictureForm)
def photograph(idle_place_id: int, which: str) -> ResponseReturnValue:
    """Hang a photograph from before or after."""
    if which not in WHICH:
        abort(404)
    place_or_404(idle_place_id)
    form = PictureForm()
    if form.validate_on_submit():
        try:
            drawn = redrawn(form.picture.data.read())
            with transaction() as session:
                place = place_or_404(idle_place_id)
                hang_photograph(session, place, drawn, after=WHICH[which], by=actor(), now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("照片已保存。"), "success")
            return redirect(url_for(".show", idle_place_id=idle_place_id))
    return place_page(idle_place_id, hung=(which, form))

"""The blueprint of the inventory and the tabs over its lists; pages of areas.

Areas are listed, added, renamed, put in order, removed, and given a floor plan.
"""

from datetime import datetime
from typing import Any, Protocol

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.blueprints.inventory.forms import AreaForm, PlanPictureForm, picture_there
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.filters import moment, span_text
from booking.blueprints.kit.forms.edit_form import Beside, EditedRecord, area_or_404
from booking.blueprints.kit.forms.validators import UNPROCESSABLE, form_page, pressed
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, ngettext
from booking.parks.models import Park
from booking.people.models import Role
from booking.ports import ports
from booking.spaces.areas import add_area, edit_area, move_area, remove_area
from booking.spaces.inventory_queries import areas_of, spaces_in_areas
from booking.spaces.models import Area
from booking.spaces.pictures import drawn_plan, set_plan
from booking.values import FAR_FUTURE, Refusal, Span

blueprint = Blueprint("inventory", __name__, url_prefix="/inventory")


@blueprint.app_context_processor
def know_the_tabs() -> dict[str, Any]:
    """Give templates `inventory_tabs()`."""
    return {"inventory_tabs": inventory_tabs}


class Lasting(Protocol):
    """A closure, a reservation, or whatever else begins and ends."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it ends; FAR_FUTURE where that is open."""


@blueprint.app_template_filter("stretch")
def stretch(thing: Lasting) -> str:
    """Write 11月3日 周二 16:36–18:17, or from when on where the end is open."""
    if thing.ends_at >= FAR_FUTURE:
        return str(gettext("%(start)s 起，不定期限", start=moment(thing.starts_at)))
    return span_text(Span(thing.starts_at, thing.ends_at))


def inventory_tabs() -> list[tuple[str, str, bool]]:
    """List the pages of the inventory for the tabs: label, address, whether it is shown."""
    places = (
        (gettext("空间"), "inventory.spaces"),
        (ngettext("区域", "区域", 2), "inventory.areas"),
        (gettext("开放规则"), "inventory.rules"),
        (gettext("延时开放"), "inventory.extended"),
        (gettext("停用安排"), "inventory.closures"),
        (gettext("二维码标签"), "inventory.labels"),
        (gettext("导入导出"), "exchange.index"),
    )
    return [(label, url_for(endpoint), request.endpoint == endpoint) for label, endpoint in places]


@blueprint.get("/areas")
@allow(Role.ADMIN)
def areas() -> ResponseReturnValue:
    """List the areas in their order."""
    session, park_id = db.session(), my_park().id
    return render_template(
        "inventory/areas.html", areas=areas_of(session, park_id), counts=spaces_in_areas(session, park_id)
    )


@blueprint.route("/areas/new", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("添加区域"), AreaForm)
def new_area() -> ResponseReturnValue:
    """Add an area."""
    form = AreaForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                names = (form.name.data or "", form.name_en.data or None)
                area = add_area(session, my_park().id, *names, by=actor(), now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已添加区域“%(name)s”。", name=area.name), "success")
            return redirect(url_for(".areas"))
    return form_page("inventory/area.html", form, area=None, picture_form=None)


@blueprint.route("/areas/<int:area_id>", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("区域"), AreaForm)
def area(area_id: int) -> ResponseReturnValue:
    """Rename an area, and hang its plan."""
    form = _form(area_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                form.check(session)
                names = (form.name.data or "", form.name_en.data or None)
                edit_area(session, area_or_404(area_id), *names, by=actor(), now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已保存。"), "success")
            return redirect(url_for(".areas"))
    return form_page(
        "inventory/area.html", form, area=area_or_404(area_id), picture_form=_plan_form(area_id, sent=False)
    )


def _form(area_id: int, *, sent: bool = True) -> AreaForm:
    thing = EditedRecord("area", area_id, ((Park, my_park().id), (Area, area_id)))
    return AreaForm.of(thing, lambda: {"obj": area_or_404(area_id)}, sent=sent)


def _plan_form(area_id: int, *, sent: bool = True) -> PlanPictureForm:
    def beside() -> dict[str, Beside]:
        return picture_there(area_or_404(area_id).plan_id)

    return PlanPictureForm.of(EditedRecord("area", area_id, ((Area, area_id),), beside), dict, sent=sent)


STEPS = {"up": -1, "down": 1}


@blueprint.post("/areas/<int:area_id>/move")
@allow(Role.ADMIN)
def move(area_id: int) -> ResponseReturnValue:
    """Move an area one place up or down."""
    steps = STEPS.get(request.form.get("to", "")) or abort(400)
    with transaction() as session:
        move_area(session, area_or_404(area_id), steps, by=actor(), now=clock.now())
    return redirect(url_for(".areas", _anchor=f"area-{area_id}"))


@blueprint.post("/areas/<int:area_id>/remove")
@allow(Role.ADMIN)
def remove(area_id: int) -> ResponseReturnValue:
    """Remove an empty area."""

    def do(session: Session) -> str:
        area = area_or_404(area_id)
        name = area.name
        remove_area(session, area, by=actor(), now=clock.now())
        return name

    return pressed(do, lambda name: gettext("已删除区域“%(name)s”。", name=name), url_for(".areas"))


@blueprint.post("/areas/<int:area_id>/plan")
@allow(Role.ADMIN)
@takes(_("平面图"), PlanPictureForm)
def plan(area_id: int) -> ResponseReturnValue:
    """Hang a floor plan."""
    area = area_or_404(area_id)
    form = _plan_form(area_id)
    if form.validate_on_submit():
        try:
            drawn = drawn_plan(form.picture.data.read(), ports().svg_drawer)
            with transaction() as session:
                form.check(session)
                set_plan(session, area_or_404(area_id), drawn, by=actor(), now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("平面图已更新。"), "success")
            return redirect(url_for(".area", area_id=area_id))
    answer, _ = form_page("inventory/area.html", _form(area_id, sent=False), area=area, picture_form=form)
    return answer, UNPROCESSABLE


@blueprint.post("/areas/<int:area_id>/plan/remove")
@allow(Role.ADMIN)
def remove_plan(area_id: int) -> ResponseReturnValue:
    """Take the floor plan down."""
    with transaction() as session:
        set_plan(session, area_or_404(area_id), None, by=actor(), now=clock.now())
    flash(gettext("平面图已取下。"), "success")
    return redirect(url_for(".area", area_id=area_id))

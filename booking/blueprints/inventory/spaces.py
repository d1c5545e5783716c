"""Pages of spaces: list, one, add, change, retire, bring back, photograph, new scan code."""

import secrets
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.blueprints.inventory.areas import blueprint
from booking.blueprints.inventory.forms import SpaceForm, picture_there
from booking.blueprints.inventory.opening import rule_lines
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.edit_form import Beside, EditedRecord, PictureForm, space_or_404
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.validators import UNPROCESSABLE, form_page, pressed
from booking.blueprints.kit.labels.spaces import extended_label, space_label
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside, wording
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, local_name
from booking.letters.waiting import wait_put_back as put_back_letter
from booking.needs.work_queries import faults_at
from booking.people.models import Role
from booking.reservations.upcoming import reservations_to_come, upcoming
from booking.reservations.waiting.end_wait import end_line
from booking.spaces import inventory, inventory_queries as queries
from booking.spaces.areas import was_placed
from booking.spaces.models import Kind, Space
from booking.spaces.pictures import redrawn, set_picture
from booking.spaces.queries import equipment_names, rules_for
from booking.spaces.rules import SpaceStillBooked
from booking.usage.door.devices import door_devices_of
from booking.values import Refusal, local_day


@blueprint.get("/")
@allow(Role.ADMIN)
def spaces() -> ResponseReturnValue:
    """List the spaces, narrowed and in pages."""
    session, park_id = db.session(), my_park().id
    pager = Pager.of_request(queries.PAGE, "kind", "area", "state", "q")
    wanted = space_filter(pager.number)
    rows, total = queries.spaces_page(session, park_id, wanted)
    return render_template(
        "inventory/spaces.html",
        spaces=rows,
        wanted=wanted,
        narrowed=wanted != queries.InventoryFilter(page=wanted.page),
        areas=queries.areas_of(session, park_id),
        kinds=list(Kind),
        pager=pager.count(total),
        total=total,
    )


STATES = ("in_use", "retired", "all")


def space_filter(page: int) -> queries.InventoryFilter:
    """Read from the address what is wanted; what makes no sense there narrows nothing."""
    given = request.args
    kind = given.get("kind", "")
    state = given.get("state", "in_use")
    return queries.InventoryFilter(
        kind=Kind(kind) if kind in list(Kind) else None,
        area_id=given.get("area", type=whole),
        state=state if state in STATES else "in_use",
        text=given.get("q", "").strip()[:60],
        page=page,
    )


@blueprint.get("/spaces/<int:space_id>")
@allow(Role.ADMIN)
def space(space_id: int) -> ResponseReturnValue:
    """Show everything about one space."""
    return render_template("inventory/space.html", **_shown(space_or_404(space_id)))


def _shown(space: Space, still_booked: int = 0) -> dict[str, object]:
    session = db.session()
    rules = rules_for(session, space.park_id, since=local_day(clock.now(), my_park().zone))
    rule = rules.of(space.id, space.kind)
    return {
        "space": space,
        "wholes": queries.wholes_of(session, space.id),
        "devices": door_devices_of(session, space.id),
        "languages": (("zh", "中文"), ("en", "English")),
        "closures": queries.closures_to_come(session, space.id, now=clock.now()),
        "own_rule": space.id in rules.of_space,
        "rule": [*rule_lines(rule, space.kind), *map(extended_label, rule.extended)],
        "picture_form": PictureForm(),
        "faults": faults_at(session, space.id),
        "still_booked": still_booked,
        "in_the_way": reservations_to_come(session, space.id, now=clock.now()) if still_booked else (),
    }


SCAN_CODE_BYTES = 18


@blueprint.route("/spaces/new", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("添加空间"), SpaceForm)
def new_space() -> ResponseReturnValue:
    """Add a space of the kind in the address."""
    given = request.args.get("kind", "")
    kind = Kind(given) if given in list(Kind) else Kind.MEETING_ROOM
    if not queries.areas_of(db.session(), my_park().id):
        flash(gettext("先添加一个区域，再在里面添加空间。"), "info")
        return redirect(url_for(".new_area"))
    form = _form(kind, None)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                secret = secrets.token_urlsafe(SCAN_CODE_BYTES)
                facts = form.said(kind)
                made = inventory.add_space(
                    session, my_park().id, facts, scan_code=secret, by=actor(), now=clock.now()
                )
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已添加 %(code)s。现在可以上传图片、打印标签。", code=made.code), "success")
            return redirect(url_for(".space", space_id=made.id))
    return form_page("inventory/edit_space.html", form, space=None, **_choices(kind))


@blueprint.route("/spaces/<int:space_id>/edit", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("修改"), SpaceForm)
def change_space(space_id: int) -> ResponseReturnValue:
    """Change what is said about a space."""
    space = space_or_404(space_id)
    form = _form(space.kind, space)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                held = _held(session, space_id)
                form.check(session)
                facts, left = form.said(held.kind), held.area
                inventory.edit_space(session, held, facts, upcoming=upcoming, by=actor(), now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已保存。"), "success")
            if was_placed(db.session(), left.id, space_id) and left.id != facts.area_id:
                area = local_name(left.name, left.name_en)
                flash(gettext("它不在“%(area)s”的平面图上了，请在新区域的图上放好。", area=area), "info")
            return redirect(url_for(".space", space_id=space_id))
    space = space_or_404(space_id)
    return form_page("inventory/edit_space.html", form, space=space, **_choices(space.kind))


def _form(kind: Kind, space: Space | None) -> SpaceForm:
    session, park_id = db.session(), my_park().id
    form = SpaceForm() if space is None else _edited(space.id)
    form.area_id.choices = options(
        (area.id, local_name(area.name, area.name_en)) for area in queries.areas_of(session, park_id)
    )
    parts = queries.possible_parts(session, park_id, kind, space.id if space else None)
    form.parts.choices = options((part.id, space_label(part)) for part in parts)
    return form


def _edited(space_id: int) -> SpaceForm:
    def shown() -> dict[str, Any]:
        said = inventory.space_facts(space_or_404(space_id))
        return {"obj": said, "parts": said.part_ids}

    return SpaceForm.of(
        EditedRecord("space", space_id, ((Space, space_id),), of_form={"part_ids": "parts"}), shown
    )


def _choices(kind: Kind) -> dict[str, object]:
    names = equipment_names(db.session(), my_park().id)
    return {"kind": kind, "kinds": list(Kind), "known_equipment": names}


def _held(session: Session, space_id: int) -> Space:
    return queries.lock_space(session, my_park().id, space_id) or abort(404)


@blueprint.post("/spaces/<int:space_id>/retire")
@allow(Role.ADMIN)
def retire(space_id: int) -> ResponseReturnValue:
    """Take a space out of use; where it is still booked, say how often and show where."""
    by, now = actor(), clock.now()
    try:
        with transaction() as session:
            end_line(session, space_or_404(space_id), letter=put_back_letter, by=by, now=now)
            held = _held(session, space_id)
            inventory.retire_space(session, held, upcoming=upcoming, by=by, now=now)
    except SpaceStillBooked as refusal:
        return render_template(
            "inventory/space.html", **_shown(space_or_404(space_id), refusal.count)
        ), UNPROCESSABLE
    except Refusal as refusal:
        flash(wording(refusal), "danger")
    else:
        flash(gettext("%(code)s 已停用，历史记录都还在。", code=held.code), "success")
    return redirect(url_for(".space", space_id=space_id))


@blueprint.post("/spaces/<int:space_id>/bring-back")
@allow(Role.ADMIN)
def bring_back(space_id: int) -> ResponseReturnValue:
    """Undo a retirement."""

    def do(session: Session) -> str:
        held = _held(session, space_id)
        inventory.bring_back_space(session, held, by=actor(), now=clock.now())
        return held.code

    back = url_for(".space", space_id=space_id)
    return pressed(do, lambda code: gettext("%(code)s 已恢复使用。", code=code), back)


@blueprint.post("/spaces/<int:space_id>/scan-code")
@allow(Role.ADMIN)
def renew_code(space_id: int) -> ResponseReturnValue:
    """Make the labels on a space void."""
    with transaction() as session:
        held = _held(session, space_id)
        secret = secrets.token_urlsafe(SCAN_CODE_BYTES)
        inventory.renew_scan_code(session, held, secret, by=actor(), now=clock.now())
    flash(gettext("二维码已更换，旧标签不能再用，请打印新标签贴上。"), "success")
    return redirect(url_for(".space", space_id=space_id))


@blueprint.route("/spaces/<int:space_id>/picture", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("空间图片"), PictureForm)
def picture(space_id: int) -> ResponseReturnValue:
    """Show the picture in full, and take a new one."""
    space = space_or_404(space_id)
    form = _picture_form(space_id)
    if form.validate_on_submit():
        try:
            drawn = redrawn(form.picture.data.read())
            with transaction() as session:
                form.check(session)
                set_picture(session, space_or_404(space_id), drawn, by=actor(), now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("图片已更新。"), "success")
            return redirect(url_for(".space", space_id=space_id))
    return form_page("inventory/picture.html", form, space=space)


def _picture_form(space_id: int) -> PictureForm:
    def beside() -> dict[str, Beside]:
        return picture_there(space_or_404(space_id).picture_id)

    return PictureForm.of(EditedRecord("space", space_id, ((Space, space_id),), beside), dict)


@blueprint.post("/spaces/<int:space_id>/picture/remove")
@allow(Role.ADMIN)
def remove_picture(space_id: int) -> ResponseReturnValue:
    """Take the photograph down."""
    with transaction() as session:
        set_picture(session, space_or_404(space_id), None, by=actor(), now=clock.now())
    flash(gettext("图片已取下。"), "success")
    return redirect(url_for(".space", space_id=space_id))

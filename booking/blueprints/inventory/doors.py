"""What hangs at a door: labels with the code to scan, printed as a PDF or a page; tablets and screens.

A tablet or a screen is given an address, shown once, which can be revoked.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.inventory.areas import blueprint
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.edit_form import space_or_404
from booking.blueprints.kit.http import send_bytes
from booking.blueprints.kit.labels.spaces import code_squares, kind_name
from booking.blueprints.kit.session import actor, my_park
from booking.db import db, transaction
from booking.language import LANGUAGES, gettext
from booking.people.models import Role
from booking.ports import ports
from booking.spaces.inventory_queries import all_spaces, areas_of
from booking.spaces.labels_printer import Label, LabelsSheet, PrintFailed
from booking.spaces.models import Kind, Space
from booking.usage.door.devices import add_device, revoke_device


@dataclass(frozen=True, slots=True)
class DrawnLabel:
    """A label and its code as the path of a picture of `size` squares."""

    label: Label
    size: int
    path: str


@blueprint.get("/labels")
@allow(Role.ADMIN)
def labels() -> ResponseReturnValue:
    """Choose which labels to print."""
    session, park_id = db.session(), my_park().id
    return render_template(
        "inventory/labels.html",
        spaces=_asked_for(all_spaces(session, park_id)),
        areas=areas_of(session, park_id),
        kinds=list(Kind),
        kind=request.args.get("kind", ""),
        area_id=request.args.get("area", type=whole),
        base_url=current_app.config["BASE_URL"],
    )


@blueprint.get("/labels/sheet")
@allow(Role.ADMIN)
def label_sheet() -> ResponseReturnValue:
    """Print the chosen ones (`s=`), or all that are asked for, as a page or (`form=pdf`) as PDF."""
    spaces = _asked_for(all_spaces(db.session(), my_park().id))
    ticked = set(request.args.getlist("s", type=whole))
    chosen = [_label(space) for space in spaces if space.id in ticked or not ticked]
    if not chosen:
        flash(gettext("先选择要打印标签的空间。"), "info")
        return redirect(url_for(".labels"))
    if request.args.get("form") != "pdf":
        return render_template("inventory/label_sheet.html", labels=[_drawn(label) for label in chosen])
    park = my_park()
    return _pdf(LabelsSheet(park.name, clock.now().astimezone(park.zone).date(), tuple(chosen)))


def _pdf(sheet: LabelsSheet) -> ResponseReturnValue:
    try:
        content = ports().labels_printer.labels(sheet)
    except PrintFailed:
        current_app.logger.exception("labels could not be printed")
        flash(gettext("PDF 没有生成，请改用“网页打印”，或稍后再试。"), "danger")
        return redirect(url_for(".labels"))
    return send_bytes(content, "labels.pdf", "application/pdf")


def _asked_for(spaces: Sequence[Space]) -> list[Space]:
    kind, area_id = request.args.get("kind"), request.args.get("area", type=whole)
    return [
        space
        for space in spaces
        if (not kind or space.kind == kind) and (not area_id or space.area_id == area_id)
    ]


def _label(space: Space) -> Label:
    return Label(
        name=space.name,
        code=space.code,
        kind=kind_name(space.kind),
        area=space.area.name,
        url=f"{current_app.config['BASE_URL']}/s/{space.scan_code}",
    )


def _drawn(label: Label) -> DrawnLabel:
    return DrawnLabel(label, *code_squares(label.url))


KEY_BYTES = 24
LONGEST_NAME = 40


@blueprint.post("/spaces/<int:space_id>/devices")
@allow(Role.ADMIN)
def add_door_device(space_id: int) -> ResponseReturnValue:
    """Give a device its address and show it, this once: only its hash is kept."""
    space, key = space_or_404(space_id), secrets.token_urlsafe(KEY_BYTES)
    name = request.form.get("name", "").strip()[:LONGEST_NAME] or gettext("门口")
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        language = "zh"
    with transaction() as session:
        held = space_or_404(space_id)
        add_device(session, held, name, language, key, by=actor(), now=clock.now())
    address = current_app.config["BASE_URL"] + url_for("door.show", door_key=key)
    size, path = code_squares(address)
    return render_template(
        "inventory/device.html", space=space, name=name, address=address, size=size, path=path
    )


@blueprint.post("/devices/<int:device_id>/revoke")
@allow(Role.ADMIN)
def revoke_door_device(device_id: int) -> ResponseReturnValue:
    """Let a device show nothing any more; a second time finds it so."""
    with transaction() as session:
        space = revoke_device(session, my_park().id, device_id, by=actor(), now=clock.now()) or abort(404)
        space_id = space.id
    flash(gettext("已停用，那块屏不再显示任何内容。"), "success")
    return redirect(url_for(".space", space_id=space_id))

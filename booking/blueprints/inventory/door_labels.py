"""Labels with the code to scan: choose spaces, then a PDF or a page to print."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.inventory.loading import blueprint
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.http import send_bytes
from booking.blueprints.kit.labels.spaces import code_squares, kind_name
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.language import gettext
from booking.people.models import Role
from booking.ports import ports
from booking.spaces.inventory_queries import all_spaces, areas_of
from booking.spaces.labels_printer import Label, LabelsSheet, PrintFailed
from booking.spaces.models import Kind, Space


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

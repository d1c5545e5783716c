"""Tablets and screens at a space: give one an address, shown once, and revoke it."""

import secrets

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.inventory.loading import blueprint, space_or_404
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.labels.spaces import code_squares
from booking.blueprints.kit.session import actor, my_park
from booking.db import transaction
from booking.language import LANGUAGES, gettext
from booking.people.models import Role
from booking.usage.door.devices import add_device, revoke_device

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

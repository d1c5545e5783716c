"""Withdrawing a published version before it begins."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.filters import full_day
from booking.blueprints.kit.forms.responses import CONFLICT, UNPROCESSABLE
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside
from booking.blueprints.tariffs import blueprint
from booking.blueprints.tariffs.forms import WithdrawalForm
from booking.blueprints.tariffs.shelf import find, page
from booking.db import transaction
from booking.language import gettext
from booking.people.models import Role
from booking.tariffs.withdraw_tariff import withdraw_tariff
from booking.values.refusal import Refusal


@blueprint.post("/<int:tariff_id>/withdrawal")
@allow(Role.ADMIN)
def withdraw(tariff_id: int) -> ResponseReturnValue:
    """Let the version never hold; the one before it goes on."""
    (shelf, version), form = find(tariff_id), WithdrawalForm()
    if not form.validate_on_submit():
        return page(shelf, version, form), UNPROCESSABLE
    reason = (form.reason.data or "").strip()
    try:
        with transaction() as session:
            withdraw_tariff(session, my_park(), tariff_id, reason, by=actor(), now=clock.now())
    except Refusal as refusal:
        put_beside(form, refusal)
        return page(shelf, version, form), CONFLICT
    flash(gettext("已撤回原定 %(day)s 起的价目。", day=full_day(version.snapshot.valid_from)), "success")
    return redirect(url_for("tariffs.index"))

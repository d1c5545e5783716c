"""Signing in and out, invitations and forgotten passwords."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from booking.blueprints.sign_in.anonymous import turn_away

blueprint = Blueprint("sign_in", __name__)


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.login_manager.unauthorized_handler(turn_away)  # type: ignore[attr-defined]


from booking.blueprints.sign_in import account, door, links  # noqa: E402, F401 - their routes need the blueprint first

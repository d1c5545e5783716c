"""Signing in and out, invitations and forgotten passwords."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

blueprint = Blueprint("sign_in", __name__)

from booking.blueprints.sign_in import passwords, views  # noqa: E402 - their routes need the blueprint first


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.login_manager.unauthorized_handler(views.ask_to_sign_in)  # type: ignore[attr-defined]  # Flask-Login's own


__all__ = ["blueprint", "door", "passwords"]

"""Signing in and out, invitations and forgotten passwords."""

from flask.blueprints import BlueprintSetupState

from booking.blueprints.sign_in import views
from booking.blueprints.sign_in.sessions import blueprint

__all__ = ["blueprint", "views"]


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.login_manager.unauthorized_handler(views.ask_to_sign_in)  # type: ignore[attr-defined]  # Flask-Login's own

"""Who may enter: every route says so, or the app does not start."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from booking.people.models import Role

TENANTS = frozenset({Role.MEMBER, Role.MANAGER})
STAFF = frozenset({Role.ADMIN, Role.BRANCH})
"""The park's own people: its administrators and its Party branch."""
SIGNED_IN = frozenset(Role)


class UnguardedRouteError(Exception):
    """A route does not say who may enter; the message names it."""


View = TypeVar("View", bound=Callable[..., Any])


def allow(*roles: Role) -> Callable[[View], View]:
    """Let these roles in and nobody else; put it right below the route decorator."""

    def mark(view: View) -> View:
        vars(view)["allowed"] = frozenset(roles)
        return view

    return mark


ANYONE: frozenset[Role] = frozenset()


def anyone(view: View) -> View:
    """Let everybody in, signed in or not; say why where you use it."""
    vars(view)["allowed"] = ANYONE
    return view


def in_background(view: View) -> View:
    """Mark what scripts ask for in the background: no cookie comes with it; who is anonymous gets a bare 401.

    So it cannot spoil what happens on the page meanwhile: signing in, or a form that was sent.
    """
    vars(view)["fetched"] = True
    return view


def is_fetched() -> bool:
    """Tell whether a script asked."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), "fetched", False)


def allowed_at(app: Flask, endpoint: str) -> frozenset[Role] | None:
    """Tell which roles may enter: an empty set is everybody, None says that the route is silent."""
    return getattr(app.view_functions[endpoint], "allowed", None)


def check_every_route(app: Flask) -> None:
    """Refuse to start while a route does not say who may enter."""
    silent = [rule.endpoint for rule in app.url_map.iter_rules() if allowed_at(app, rule.endpoint) is None]
    if silent:
        raise UnguardedRouteError(f"who may enter? {', '.join(sorted(silent))}")


def guard() -> ResponseReturnValue | None:
    """Turn away who may not enter, before the view runs: strangers sign in first, a wrong role gets 403.

    What belongs to somebody is not there for who may not see it, whichever it is: 404, as where it is
    another's.
    """
    allowed = _allowed_here()
    if not allowed:
        return None
    if not current_user.is_authenticated:
        return unauthorized()
    if current_user.role not in allowed:
        abort(404 if _speaks_of_a_thing() else 403)
    return None


THINGS = ("_id", "_code")  # the ends of the names by which addresses speak of things


def _speaks_of_a_thing() -> bool:
    """Tell whether the address names something that belongs to a park or an enterprise."""
    return any(name.endswith(THINGS) for name in request.view_args or ())


def needs_sign_in() -> bool:
    """Tell whether somebody who is not signed in stands at a page for members."""
    return bool(_allowed_here()) and not current_user.is_authenticated


def unauthorized() -> ResponseReturnValue:
    """Send who is not signed in to sign in."""
    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined, no-any-return]  # Flask-Login's own


def _allowed_here() -> frozenset[Role] | None:
    return allowed_at(current_app, request.endpoint) if request.endpoint else None

"""The blueprint of needs, and how its pages find what they are about."""

from collections.abc import Callable

from flask import Blueprint, abort, request, url_for
from flask_login import current_user

from booking.blueprints.kit.access import STAFF
from booking.blueprints.kit.session import me
from booking.db import db
from booking.language import gettext
from booking.needs.models import Need
from booking.needs.work_queries import need_for
from booking.people.models import Member

blueprint = Blueprint("needs", __name__)
NOT_FOUND = 404


def needs_tabs() -> list[tuple[str, str, bool]]:
    """Give the sisters of the pages about needs, for the park's own people."""
    places = (
        (".index", gettext("诉求")),
        (".matters", gettext("议题")),
        (".trend", gettext("诉求走势")),
        (".visits", gettext("走访")),
        (".liaisons", gettext("联络员")),
    )
    return [(label, url_for(page), request.endpoint == f"needs{page}") for page, label in places]


@blueprint.context_processor
def _tabs() -> dict[str, Callable[[], list[tuple[str, str, bool]]]]:
    return {"needs_tabs": needs_tabs}


def need_or_404(need_id: int) -> Need:
    """Find a need that the reader may see; another's is not there."""
    return need_for(db.session(), me(), need_id) or abort(NOT_FOUND)


def is_staff() -> bool:
    """Tell whether the reader is one of the park's own people."""
    return me().role in STAFF


def reader() -> Member | None:
    """Give the signed-in member, or None on a page for everybody."""
    return me() if current_user.is_authenticated else None

"""Language and theme, for everybody."""

from flask import Blueprint, abort, current_app, render_template, request, session, url_for
from flask_login import current_user
from werkzeug import Response

from booking.blueprints.kit.access import TENANTS, allow, anyone
from booking.blueprints.kit.http import safe_redirect
from booking.blueprints.kit.navigation import THEMES, theme
from booking.blueprints.kit.session import me
from booking.db import transaction
from booking.language import LANGUAGES, get_locale, gettext
from booking.people.accounts import choose_copies, choose_language

blueprint = Blueprint("preferences", __name__)


def choices() -> dict[str, list[tuple[str, str, bool]]]:
    """Give (value, label, chosen) of each language, theme, and of copies; a language in its own words."""
    locale = get_locale()
    spoken = "en" if locale is not None and locale.language == "en" else "zh"
    themes = {"": gettext("跟随设备"), "light": gettext("浅色"), "dark": gettext("深色")}
    names = {"zh": "中文", "en": "English"}
    return {
        "languages": [(code, names[code], code == spoken) for code in LANGUAGES],
        "copies": _copies(),
        "themes": [(code, label, code == theme()) for code, label in themes.items()],
    }


@blueprint.get("/preferences")
@anyone  # strangers read too
def show() -> str:
    """Offer both languages and three themes."""
    return render_template("preferences/show.html", **choices())


WANTED = "yes"


def _copies() -> list[tuple[str, str, bool]]:
    """Offer whoever books letters on what they do themselves; of all else they hear anyway."""
    if not current_user.is_authenticated or me().role not in TENANTS:
        return []
    chosen = me().wants_copies
    return [(WANTED, gettext("也发给我"), chosen), ("", gettext("不发"), not chosen)]


@blueprint.post("/preferences/language")
@anyone  # strangers read too
def language() -> Response:
    """Speak another language from now on: kept with the account, or with the stranger's session."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    session["language"] = chosen
    if current_user.is_authenticated:
        with transaction() as writing:
            choose_language(writing, me().id, chosen)
    return _back()


@blueprint.post("/preferences/copies")
@allow(*TENANTS)
def copies() -> Response:
    """Choose whether letters come on what one books and changes oneself, too."""
    with transaction() as writing:
        choose_copies(writing, me().id, wanted=request.form.get("copies") == WANTED)
    return _back()


YEAR_SECONDS = 365 * 24 * 60 * 60


@blueprint.post("/preferences/theme")
@anyone  # strangers read too
def colours() -> Response:
    """Draw pages light, dark, or as the device does; kept in this browser."""
    chosen = request.form.get("theme", "")
    if chosen and chosen not in THEMES:
        abort(400)
    answer = _back()
    if chosen:
        answer.set_cookie(
            "theme",
            chosen,
            max_age=YEAR_SECONDS,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    else:
        answer.delete_cookie("theme")
    return answer


def _back() -> Response:
    return safe_redirect(request.form.get("next", ""), url_for("preferences.show"))

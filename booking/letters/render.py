"""Writes one letter: subject, text and dress, in its reader's language and its park's zone."""

from collections.abc import Callable, Iterable

from flask import current_app, g

from booking.language import CHINESE, ENGLISH, LANGUAGES, force_locale
from booking.letters.html_part import html_part
from booking.mail.writing import Writing
from booking.parks.models import Park


def render(
    park: Park,
    language: str | None,
    template: str,
    subject: Callable[[], str],
    *,
    links: Iterable[str | None] = (),
    **facts: object,
) -> Writing:
    """Fill `templates/letters/<template>.txt` with the facts; `park_name` and `base_url` are always there.

    `language` is what a member chose (`zh`, `en` or None, which is Chinese). `subject` is called in
    that language. `links` are addresses outside of the product that the text speaks of. The HTML is made
    of the finished text, so the two never say different things. Works inside and outside of requests.
    """
    locale = LANGUAGES.get(language or "zh", CHINESE)
    before = g.get("zone")
    g.zone = park.zone
    try:
        with force_locale(locale):
            title, text = subject(), _text(park, locale, template, facts)
            return Writing(title, text, html=html_part(title, text, links))
    finally:
        g.zone = before


def _text(park: Park, locale: str, template: str, facts: dict[str, object]) -> str:
    name = park.name_en if locale == ENGLISH and park.name_en else park.name
    known = {"park_name": name, "base_url": current_app.config["BASE_URL"]}
    text = current_app.jinja_env.get_template(f"letters/{template}.txt").render(known | facts)
    return text.strip() + "\n"

"""Writes one letter: subject and text from a template, in its reader's language and its park's zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, g

from booking.language import CHINESE, ENGLISH, LANGUAGES, force_locale
from booking.post.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from booking.parks.models import Park


def written(
    park: Park, language: str | None, template: str, subject: Callable[[], str], **facts: object
) -> Writing:
    """Fill `templates/letters/<template>.txt` with the facts; `park_name` and `base_url` are always there.

    `language` is what a member chose (`zh`, `en` or None, which is Chinese). `subject` is called in
    that language. Works inside and outside of requests.
    """
    locale = LANGUAGES.get(language or "zh", CHINESE)
    before = g.get("zone")
    g.zone = park.zone
    try:
        with force_locale(locale):
            return Writing(subject=subject(), text=_text(park, locale, template, facts))
    finally:
        g.zone = before


def _text(park: Park, locale: str, template: str, facts: dict[str, object]) -> str:
    name = park.name_en if locale == ENGLISH and park.name_en else park.name
    known = {"park_name": name, "base_url": current_app.config["BASE_URL"]}
    text = current_app.jinja_env.get_template(f"letters/{template}.txt").render(known | facts)
    return text.strip() + "\n"

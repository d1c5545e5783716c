"""A poster as finished texts for its sheet."""

from dataclasses import asdict
from typing import Any

from booking.activities.poster_printer import Poster
from booking.gateways.typst.code import svg_code


def poster_data(poster: Poster, *, picture: bool) -> dict[str, Any]:
    """Give everything that `poster.typ` reads."""
    facts = {name: value for name, value in asdict(poster).items() if name not in {"url", "made_on"}}
    return facts | {"qr": svg_code(poster.url), "picture": picture}

"""How the pages of the door answer what was typed: put it right, or come again later."""

from flask_wtf import FlaskForm

from booking.blueprints.kit.forms.responses import status_of
from booking.people.rules import TooManyTries
from booking.values.refusal import Refusal

TOO_MANY = 429
Answer = tuple[str, int, dict[str, str]]


def answer(page: str, form: FlaskForm, refusal: Refusal | None = None) -> Answer:
    """Give the page with 200, with 422 where the form must be put right, or with 429 and how long to wait."""
    if isinstance(refusal, TooManyTries):
        return page, TOO_MANY, {"Retry-After": str(refusal.seconds)}
    return page, status_of(form), {}

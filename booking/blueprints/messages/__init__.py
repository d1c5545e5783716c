"""Words for every refusal, in the reader's language.

Each room's module has one `wording(refusal)` with one `match`; it gives None for what is not its own.
"""

from collections.abc import Callable, Sequence

from flask_wtf import FlaskForm

from booking.blueprints.kit.forms.refusals import field_of
from booking.blueprints.messages import (
    activities,
    billing,
    extended_hours,
    idle,
    needs,
    people,
    reservations,
    savings,
    series,
    shared,
    spaces,
    waiting,
)
from booking.values.refusal import Refusal


class UnwordedRefusalError(Exception):
    """A refusal nobody has words for; a bug."""


WORDINGS: tuple[Callable[[Refusal], str | None], ...] = (
    shared.wording,
    people.wording,
    spaces.wording,
    idle.wording,
    extended_hours.wording,
    reservations.wording,
    series.wording,
    waiting.wording,
    billing.wording,
    savings.wording,
    activities.wording,
    needs.wording,
)


def wording(refusal: Refusal) -> str:
    """Say a refusal in the reader's language, with what to do about it."""
    for words in WORDINGS:
        sentence = words(refusal)
        if sentence is not None:
            return sentence
    raise UnwordedRefusalError(type(refusal).__name__) from refusal


def put_beside(form: FlaskForm, refusal: Refusal, instead: Sequence[tuple[str, str]] = ()) -> None:
    """Put the sentence beside the field it concerns, or above the form where it concerns none.

    `instead` is (label, url) of what can be had instead; it stands with the sentence. `form.form_errors` is
    WTForms' own list of errors of the whole form.
    """
    sentence = wording(refusal)
    field = form._fields.get(field_of(refusal) or "")
    if field is None:
        form.form_errors.append(sentence)
    else:
        field.errors = [*field.errors, sentence]
        field.instead = instead  # components/field.html shows it

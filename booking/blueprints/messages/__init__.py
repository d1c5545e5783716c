"""Words for every refusal, in the reader's language.

Each room has one function with one `match`, `wording` or `wording_of_…`; it gives None for what is not
its own.
"""

from collections.abc import Callable, Iterable, Sequence

from flask_wtf import FlaskForm

from booking.blueprints.kit.forms.refusals import field_of
from booking.blueprints.messages import activities, billing, people, reservations, rights, series, spaces
from booking.values import Refusal


class UnwordedRefusalError(Exception):
    """A refusal nobody has words for; a bug."""


WORDINGS: tuple[Callable[[Refusal], str | None], ...] = (
    people.wording_of_reasons,
    people.wording,
    spaces.wording,
    spaces.wording_of_idle_places,
    spaces.wording_of_extended_hours,
    reservations.wording,
    rights.wording_of_rights,
    series.wording,
    reservations.wording_of_waits,
    billing.wording,
    billing.wording_of_savings,
    activities.wording,
    activities.wording_of_needs,
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


def put_each_beside(form: FlaskForm, checks: Iterable[Callable[[], object]]) -> None:
    """Ask each of these, and put what it refuses beside its field, where nothing stands yet.

    So who sends a form hears all at once that can be judged apart from the rest.
    """
    for check in checks:
        try:
            check()
        except Refusal as refusal:
            field = form._fields.get(field_of(refusal) or "")
            if field is None or not field.errors:
                put_beside(form, refusal)

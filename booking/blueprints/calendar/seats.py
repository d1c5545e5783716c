"""Where so many people can sit: what was named in a sentence and is too small, and the way to larger ones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from booking.blueprints.calendar.chips import search_url, space_label
from booking.blueprints.calendar.instead import LinkText, larger_kinds
from booking.blueprints.calendar.said import AskedFor, asked_for
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.messages import wording
from booking.language import gettext
from booking.reservations.refusals import TooManyPeople
from booking.values import Refusal


def is_too_small(asked: AskedFor) -> bool:
    """Tell whether what was named seats fewer than come."""
    return bool(asked.named) and max(row.capacity for row in asked.named) < asked.wanted.people


def too_small_notes(asked: AskedFor) -> Sequence[str]:
    """Say how many what was named seats, where that is too few."""
    if not is_too_small(asked):
        return ()
    seats, people = max(row.capacity for row in asked.named), asked.wanted.people
    words = gettext(
        "“%(name)s”最多坐 %(seats)s 人，坐不下 %(people)s 人。",
        name=space_label(asked),
        seats=seats,
        people=people,
    )
    return (words,)


def problem_of(asked: AskedFor, refusal: Refusal) -> str:
    """Say why nothing is found; that they are too many of the kind, not of what was named."""
    if not isinstance(refusal, TooManyPeople):
        return wording(refusal)
    return gettext(
        "这里的%(kind)s最多坐 %(capacity)s 人，你要 %(people)s 人。",
        kind=kind_name(asked.kind),
        capacity=refusal.capacity,
        people=refusal.people,
    )


def larger_places(asked: AskedFor, refusal: Refusal, now: datetime) -> Sequence[LinkText]:
    """Lead to the largest of the kind, and to the search of each kind that seats them all."""
    if not isinstance(refusal, TooManyPeople):
        return ()
    any_of_kind = replace(asked.said, space=None, kind=asked.kind.value)
    fewer = asked_for(replace(any_of_kind, people=refusal.capacity), now)
    return [
        (gettext("改找 %(count)s 人", count=refusal.capacity), search_url(fewer)),
        *(
            (words, search_url(asked_for(replace(any_of_kind, kind=kind.value), now)))
            for kind, words in larger_kinds(refusal, now)
        ),
    ]

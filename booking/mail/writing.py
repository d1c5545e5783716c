"""What a letter says, finished: verbs carry it, `booking.letters` words it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Writing:
    """Subject and text of a letter, in its reader's language."""

    subject: str
    text: str
    html: str | None = None

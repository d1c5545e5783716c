"""No, as a value: what a rule answers when it cannot say yes."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error
    """A rule's no. Subclasses are frozen dataclasses that carry facts, never sentences.

    `booking.blueprints.messages` words every subclass in the reader's language; `field` names the
    form field the sentence belongs beside, or is None where it concerns the whole page.
    """

    field: str | None = None

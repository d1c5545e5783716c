"""Words for what rooms refuse alike."""

from booking.language import gettext
from booking.values.refusal import ReasonMissing, Refusal


def wording(refusal: Refusal) -> str | None:
    """Say what more than one room refuses; None for anybody else's."""
    return gettext("请写明原因。") if isinstance(refusal, ReasonMissing) else None

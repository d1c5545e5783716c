"""Words for the refusals of the post."""

from booking.language import gettext
from booking.mail import rules
from booking.values.refusal import Refusal


def wording(refusal: Refusal) -> str | None:
    """Say a refusal of this room; None for another room's."""
    match refusal:
        case rules.LetterNotFailed(to):
            return gettext("寄给 %(to)s 的邮件没有失败，不需要重发。", to=to)
    return None

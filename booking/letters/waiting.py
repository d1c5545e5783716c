"""The letter to whoever something is held for: what, until when, and where to take it."""

from collections.abc import Sequence

from booking.language import gettext
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.people.models import Member
from booking.reservations.waiting.models import Wait


def held(member: Member, waits: Sequence[Wait]) -> LetterText:
    """Tell of all that came free for them, the one that runs out first before others."""
    return render(
        member.park,
        member.language,
        "waiting",
        lambda: gettext("候到了，请尽快接受"),
        waits=waits,
        reader=member,
    )

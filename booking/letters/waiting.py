"""The letters to who waits: what is held for them, until when and where; and that it can be had no more."""

from collections.abc import Sequence

from booking.language import gettext
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.people.models import Member
from booking.reservations.waiting.models import Wait
from booking.reservations.waiting.put_back import LostWait


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


def put_back(member: Member, lost: Sequence[LostWait]) -> LetterText:
    """Tell what is not held for them or cannot come free any more, and whether they still stand in line."""
    held = any(one.was_held for one in lost)
    return render(
        member.park,
        member.language,
        "wait_put_back",
        lambda: gettext("为你保留的时间收回了") if held else gettext("你候补的地方停用了"),
        lost=lost,
        reader=member,
    )

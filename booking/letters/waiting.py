"""The letters to whoever something is held for: what, until when, and where; and that it no longer is."""

from collections.abc import Sequence

from booking.language import gettext
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.people.models import Member
from booking.reservations.waiting.models import Wait, WaitState
from booking.spaces.models import Space


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


def put_back(wait: Wait, space: Space) -> LetterText:
    """Tell that a space is not held for them any more, and whether they still stand in line."""
    member = wait.member
    return render(
        member.park,
        member.language,
        "wait_put_back",
        lambda: gettext("为你保留的时间收回了"),
        wait=wait,
        space=space,
        reader=member,
        waits=wait.state is WaitState.WAITING,
    )

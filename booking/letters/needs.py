"""Letters about needs: an answer to who asked, and what the committee decided or did."""

from collections.abc import Callable

from booking.language import gettext
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.needs.models import Decision, Matter, Need
from booking.people.models import Member
from booking.values.one_line import one_line


def answered(need: Need, reader: Member) -> LetterText:
    """Send the answer, with the way to say that it helped or did not."""
    return render(
        reader.park,
        reader.language,
        "need_answered",
        lambda: gettext("诉求已答复：%(words)s", words=beginning(need.words)),
        reader=reader,
        need=need,
        words=beginning(need.words),
    )


def decided(decision: Decision, matter: Matter, reader: Member) -> LetterText:
    """Tell an enterprise what the committee decided on what it asked for."""
    return _about(decision, matter, reader, lambda: gettext("园区例会已议定：%(title)s", title=matter.title))


def done(decision: Decision, matter: Matter, reader: Member) -> LetterText:
    """Tell that what was decided is done."""
    return _about(decision, matter, reader, lambda: gettext("议定事项已办结：%(title)s", title=matter.title))


def _about(decision: Decision, matter: Matter, reader: Member, subject: Callable[[], str]) -> LetterText:
    return render(
        reader.park,
        reader.language,
        "matter_decided",
        subject,
        reader=reader,
        decision=decision,
        matter=matter,
        done=decision.settled_at is not None,
    )


LONGEST_BEGINNING = 24


def beginning(words: str) -> str:
    """Give the beginning of what was said, on one line."""
    line = one_line(words)
    return line if len(line) <= LONGEST_BEGINNING else f"{line[:LONGEST_BEGINNING]}…"

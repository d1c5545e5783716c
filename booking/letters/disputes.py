"""The letter to an enterprise's managers when the park has answered a question about a line."""

from datetime import datetime

from booking.charges.dispute import Answered
from booking.charges.explain import UseExplained, explain
from booking.charges.models import Charge, Outcome
from booking.language import gettext, local_name
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.people.models import Member
from booking.values.month import Month
from booking.values.span import Span


def answer_letter(answered: Answered, reader: Member) -> LetterText:
    """Tell a manager which line it was, what they asked, what the park says, and why."""
    line, park = answered.line, reader.park
    return render(
        park,
        reader.language,
        "dispute_answer",
        lambda: gettext("计费异议已答复：%(space)s", space=_place(line)),
        reader=reader,
        line=line,
        used=_used(line),
        question=answered.dispute,
        granted=answered.dispute.outcome is Outcome.GRANTED,
        back=answered.back,
        month=Month.from_key(line.month_key, park.zone),
    )


def _place(line: Charge) -> str:
    return local_name(line.space_name, line.space_name_en)


def _used(line: Charge) -> Span | None:
    match explain(line):
        case UseExplained(used=(datetime() as start, datetime() as end)) if end > start:
            return Span(start, end)
        case _:
            return None

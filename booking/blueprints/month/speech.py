"""The month as it is read out at the meeting (汇报词): the page in sentences, in the page's order."""

from collections.abc import Iterator, Sequence

from booking.language import gettext
from booking.rhythm.board import AgendaItem, KeyFigure, MonthBoard


def speech_of(board: MonthBoard) -> str:
    """Give the speech, a paragraph for each part of the page that says something."""
    return "\n".join(paragraph for paragraph in _paragraphs(board) if paragraph)


def _paragraphs(board: MonthBoard) -> Iterator[str]:
    yield board.headline_text + "".join(phrase.text for phrase in board.basis)
    used = [
        gettext("%(label)s用了开放时间的 %(share)s", label=one.label, share=one.figure) for one in board.uses
    ]
    yield _sentence([*used, *(note.text for note in board.uses_notes)])
    for fact in (*board.cycle, *board.hall):
        if fact.number != "0" or fact.detail:
            yield _sentence(_said(fact))
    yield _sentence([_matter(item) for item in board.agenda])


def _sentence(parts: Sequence[str]) -> str:
    return gettext("；").join(parts) + gettext("。") if parts else ""


def _said(fact: KeyFigure) -> list[str]:
    first = gettext("%(number)s %(text)s", number=fact.number, text=fact.text)
    return [first, fact.detail] if fact.detail else [first]


def _matter(item: AgendaItem) -> str:
    about = gettext(
        "%(title)s（%(weight)s）：%(state)s", title=item.title, weight=item.weight, state=item.state
    )
    return gettext("%(about)s，%(detail)s", about=about, detail=item.detail) if item.detail else about

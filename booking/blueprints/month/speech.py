"""The month as it is read out at the meeting (汇报词): the page in sentences, in the page's order.

What the page draws as a sign is said as a word, for who reads it aloud.
"""

import re
from collections.abc import Iterator, Sequence

from booking.blueprints.kit.filters import close_up
from booking.language import gettext
from booking.rhythm.board import AgendaItem, KeyFigure, MonthBoard


def speech_of(board: MonthBoard) -> str:
    """Give the speech, a paragraph for each part of the page that says something."""
    return "\n".join(_spoken(paragraph) for paragraph in _paragraphs(board) if paragraph)


def _paragraphs(board: MonthBoard) -> Iterator[str]:
    yield board.headline_text
    if board.basis:
        basis = "".join(phrase.text for phrase in board.basis)
        yield gettext("数字的依据：%(said)s", said=basis.strip())
    used = [
        gettext("%(label)s，用到开放时间的 %(share)s", label=one.label, share=one.figure)
        for one in board.uses
    ]
    if said := _sentence([*used, *(note.text for note in board.uses_notes)]):
        yield gettext("空间使用：%(said)s", said=said)
    if said := _sentence(_told(board.cycle)):
        yield gettext("按 11530 的节奏：%(said)s", said=said)
    yield from (_sentence([fact]) for fact in _told(board.hall))
    if board.agenda:
        yield gettext("例会的议题：")
        yield from _matters(board.agenda)


def _sentence(parts: Sequence[str]) -> str:
    return gettext("；").join(parts) + gettext("。") if parts else ""


def _told(facts: Sequence[KeyFigure]) -> list[str]:
    """Leave out what there was none of, where nothing more is said of it."""
    return [_said(fact) for fact in facts if fact.number != "0" or fact.detail]


def _said(fact: KeyFigure) -> str:
    first = gettext("%(number)s %(text)s", number=fact.number, text=fact.text)
    return gettext("%(about)s，%(detail)s", about=first, detail=fact.detail) if fact.detail else first


def _matters(agenda: Sequence[AgendaItem]) -> Iterator[str]:
    ordinals = (gettext("一是"), gettext("二是"), gettext("三是"), gettext("四是"))
    for number, item in enumerate(agenda):
        counted = len(agenda) > 1 and number < len(ordinals)
        yield (ordinals[number] if counted else "") + _sentence([_matter(item)])


def _matter(item: AgendaItem) -> str:
    about = item.title
    if not re.match(r"0\b", item.weight):
        about = gettext("%(title)s，%(weight)s企业提出", title=item.title, weight=item.weight)
    state = item.state
    if item.stands and not item.late:
        state = gettext("%(by)s办好", by=item.state)
    about = gettext("%(about)s，%(detail)s", about=about, detail=state)
    detail = item.detail if item.open else _decided(item.detail)
    return gettext("；").join([about, detail.removesuffix("。")]) if detail else about


def _decided(detail: str) -> str:
    """Say as a sentence what the page says of a decision: what, and who sees to it."""
    *noted, what, who = ["", *detail.split(gettext(" · "))]
    mark, plain = gettext("定：%(what)s", what=""), what.removesuffix("。")
    if not what:
        return detail
    if plain.startswith(mark):
        what = plain.removeprefix(mark)
        apart = " " if what[:1].isascii() else ""
        said = gettext("议定%(what)s，由%(who)s负责", what=apart + what, who=who)
    else:
        said = gettext("%(what)s，由%(who)s负责", what=plain, who=who)
    return gettext("；").join([*filter(None, noted), said])


CHANGE = re.compile(r"\s?[（(]([^\d（(]*)([+\u2212])([\d.]+\s?%)[)）]")  # also of about so much
NO_SHARE = re.compile(r"\s?[（(]\u2013[)）]")
FROM_TO = re.compile(r"(?<=\d)\s?\u2013\s?(?=\d)")


def _spoken(text: str) -> str:
    """Say signs as words."""
    text = CHANGE.sub(_change, text.replace(gettext("（虚线）"), ""))
    text = FROM_TO.sub(gettext(" 到 "), NO_SHARE.sub("", text))
    text = text.replace("m²", gettext("平方米")).replace(gettext(" · "), gettext("，"))
    return close_up(text)


def _change(found: re.Match[str]) -> str:
    about, sign, size = found.groups()
    if sign == "+":
        return gettext("，增加 %(share)s", share=about + size)
    return gettext("，减少 %(share)s", share=about + size)

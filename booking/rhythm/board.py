"""The month page as finished words and proportions, drawn alike on screen, as a picture and on paper.

Proportions are thousandths of the whole they are drawn in. Addresses are empty where nothing opens.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from booking.savings.papers.report_paper import ReportPaper
from booking.values import PrintFailed

__all__ = ["PrintFailed"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of a sentence; a figure leads to where it comes from."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class MonthColumn:
    """A month's net saving: its documented part, on it the part that firms declared.

    `negative` says that sharing cost more: the column then stands for what was paid more. `open` is a month
    not closed yet, `chosen` the page's own. Its figure leads to what it is made of, its label to the month's
    own page.
    """

    label: str
    figure: str
    documented: int
    declared: int
    url: str
    month_url: str
    open: bool = False
    chosen: bool = False
    negative: bool = False


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A matter of the committee: how many enterprises share it, what it is, how it stands.

    `open` waits to be decided, `stands` was decided and is not settled, `late` has missed its day; `detail`
    says what was decided, or what is proposed. `weight_url` leads to who shares it.
    """

    matter_id: int
    weight: str
    title: str
    state: str
    detail: str
    url: str
    late: bool = False
    open: bool = False
    stands: bool = False
    proposal: str = ""
    weight_url: str = ""


@dataclass(frozen=True, slots=True)
class Meter:
    """A share of a whole as a bar, with its figure in words."""

    label: str
    figure: str
    share: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number people remember, what it counts, and a line that says more."""

    number: str
    text: str
    detail: str = ""
    url: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class BoardTexts:
    """What stands over the parts of the page, in its `language` (`zh` or `en`)."""

    language: str
    saved: str
    agenda: str
    no_agenda: str
    uses: str
    uses_of: str
    hall: str
    code: str


@dataclass(frozen=True, slots=True)
class MonthBoard:
    """Everything the page says; `server` goes before each address where it is read outside of a browser."""

    park: str
    title: str
    state: str
    made_on: date
    headline: tuple[Phrase, ...]
    basis: tuple[Phrase, ...]
    columns: tuple[MonthColumn, ...]
    columns_note: tuple[Phrase, ...]
    agenda: tuple[AgendaItem, ...]
    agenda_more: Phrase
    uses: tuple[Meter, ...]
    uses_notes: tuple[Phrase, ...]
    cycle: tuple[KeyFigure, ...]
    hall: tuple[KeyFigure, ...]
    foot: Phrase
    server: str
    address: str
    words: BoardTexts

    @property
    def headline_text(self) -> str:
        """The sentence without its links."""
        return "".join(phrase.text for phrase in self.headline)


class MonthPrinter(Protocol):
    """Draws the page on one A4 across. The same board gives the same bytes; a failure is `PrintFailed`."""

    def month_page(self, board: MonthBoard) -> bytes:
        """Give the PDF; raises PrintFailed."""
        ...

    def month_picture(self, board: MonthBoard, *, vector: bool) -> bytes:
        """Give it as SVG (`vector`) or as PNG 1,920 pixels wide; raises PrintFailed."""
        ...


class ReportPrinter(Protocol):
    """Sets the branch's report. The same paper gives the same bytes; every failure is `PrintFailed`."""

    def report(self, paper: ReportPaper, month_page: MonthBoard | None) -> bytes:
        """Give the PDF: the month page (None: without it), all firms, their sources; raises PrintFailed."""
        ...

"""Where a figure comes from: one page of one form for every figure, its parts each leading to their paper."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template


@dataclass(frozen=True, slots=True)
class FigurePart:
    """One part of a figure. `sign` says how it enters: "", "+", "−" or "=".

    `url` leads to the paper, or to the page of the part's own parts; `paper` says what opens there. What
    cannot be opened says why in `how`. `doubt` is the word for what is *not* documented, else "".
    """

    label: str
    value: str
    how: str = ""
    sign: str = ""
    url: str = ""
    paper: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure taken apart: what it says, how it is computed in words, its parts, and what to know of it.

    `way` leads back, from the reader's place to this page's parent, as (label, address).
    """

    title: str
    value: str
    rule: str
    parts: Sequence[FigurePart]
    way: Sequence[tuple[str, str]]
    notes: Sequence[str] = ()
    doubt: str = ""

    @property
    def steps(self) -> Sequence[tuple[str, str]]:
        """Give the whole way, this page last."""
        return [*self.way, (self.title, "")]


def explain_figure(explanation: Explanation) -> str:
    """Draw the page."""
    return render_template("why/show.html", explanation=explanation)

"""Where a figure comes from: one page of one form for every figure, its parts each leading to their paper.

And the addresses at which the figures of a month are taken apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from flask import render_template, request, url_for

from booking.blueprints.kit.filters import comma_list, month_text
from booking.language import gettext
from booking.spaces.models import Kind
from booking.values import Month


class Figure(StrEnum):
    """A figure of a month's savings that can be asked for its parts."""

    SAVING = "saving"
    BASELINE = "baseline"
    KEPT = "kept"
    SHARED = "shared"
    AREA = "area"
    SHARE = "share"
    DOCUMENTED = "documented"
    SMALL = "small"
    SMALL_SHARE = "small_share"
    COUNT = "count"


MOST_PARTS = 12  # in sight at once; a few more fold away, and stay a press from it
FEWEST_FOLDED = 3


class Listed(NamedTuple):
    """Parts as a page lists them: the first in sight, those that fold, the sums with what follows."""

    first: Sequence["FigurePart"]
    folded: Sequence["FigurePart"]
    last: Sequence["FigurePart"]

    @classmethod
    def of(cls, parts: Sequence["FigurePart"]) -> "Listed":
        """Fold a long list."""
        end = next((at for at, part in enumerate(parts) if part.sign == "="), len(parts))
        if end < MOST_PARTS + FEWEST_FOLDED:
            return cls(parts[:end], (), parts[end:])
        return cls(parts[:MOST_PARTS], parts[MOST_PARTS:end], parts[end:])


class Paper(NamedTuple):
    """What opens: its name, and its address."""

    name: str
    url: str


MOST_IN_SIGHT = 3  # papers beside a part that folds


@dataclass(frozen=True, slots=True)
class FigurePart:
    """One part of a figure. `sign` says how it enters: "", "+", "−", "÷" or "=".

    `url` leads to the paper, or to the page of the part's own parts; `paper` says what opens there. What
    cannot be opened says why in `how`. `doubt` is the word for what is *not* documented, else "".
    One with `parts` of its own folds, its value and their papers staying in sight.
    """

    label: str
    value: str
    how: str = ""
    sign: str = ""
    url: str = ""
    paper: str = ""
    doubt: str = ""
    also: Sequence[Paper] = ()
    parts: Sequence["FigurePart"] = ()

    @property
    def listed(self) -> Listed:
        """Its parts, as they are listed."""
        return Listed.of(self.parts)

    @property
    def own_papers(self) -> list[Paper]:
        """What opens from this line."""
        return [*([Paper(self.paper, self.url)] if self.url else []), *self.also]

    @property
    def papers(self) -> list[Paper]:
        """What stands beside its value: its own papers, and where few those of its parts."""
        return self.own_papers if self.stands_open else [*self.own_papers, *self._papers_of_parts]

    @property
    def stands_open(self) -> bool:
        """Tell whether its parts are in sight at once: a single one, many papers, or some called alike."""
        if len(self.parts) == 1:
            return True
        theirs = self._papers_of_parts
        return len(theirs) > MOST_IN_SIGHT or len({paper.name for paper in theirs}) < len(theirs)

    @property
    def _papers_of_parts(self) -> list[Paper]:
        """Give what opens from the lines of its parts, each once."""
        return list({paper.url: paper for part in self.parts for paper in part.own_papers}.values())


MOST_NAMED = 6


NOTHING_OPENS = Paper("", "")


def named_together(
    parts: Iterable[tuple[FigurePart, bool]], why: str, paper: Paper = NOTHING_OPENS
) -> Iterator[FigurePart]:
    """Give the parts whose figure is told; then in one line name the others, and say why theirs is not.

    `paper` is what opens from that line.
    """
    untold = []
    for part, is_told in parts:
        if is_told:
            yield part
        else:
            untold.append(part)
    names = comma_list(part.label for part in untold[:MOST_NAMED])
    if len(untold) > MOST_NAMED:
        names = gettext("%(names)s 等 %(count)s 个", names=names, count=len(untold))
    yield from (
        untold if len(untold) <= 1 else [FigurePart(names, "–", why, untold[0].sign, paper.url, paper.name)]
    )


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
    def listed(self) -> Listed:
        """Its parts, as they are listed."""
        return Listed.of(self.parts)

    @property
    def steps(self) -> Sequence[tuple[str, str]]:
        """Give the whole way, this page last."""
        return [*self.way, (self.title, "")]


def way_from_the_wall(month: Month, otherwise: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Lead back to the month's page where one comes from it on the projector, else as usual."""
    if "projector" in request.args:
        return [(month_text(month), url_for("month.show", month=month, projector=""))]
    return otherwise


def explain_figure(explanation: Explanation) -> str:
    """Draw the page; with `?projector` the page alone, in letters for the wall."""
    return render_template("why/show.html", explanation=explanation, projected="projector" in request.args)


def why_url(month: Month, figure: Figure) -> str:
    """Give the page that takes a figure of a month's savings apart."""
    return url_for("report.why", month=month, figure=figure.value)


def opening_url() -> str:
    """Give the page that takes the sum of all signed months apart."""
    return url_for("report.opening_why")


def use_url(endpoint: str, month: Month, kind: Kind, **more: int) -> str:
    """Give a page of the use of a kind in a month, or of one `space` of it."""
    asked: dict[str, Any] = {"from": month, "to": month, "kind": kind.value, **more}  # `from` is of Python
    return url_for(endpoint, **asked)


def back_to_month(month: Month) -> list[tuple[str, str]]:
    """Lead from a page behind a month's back to it."""
    return [*way_from_the_wall(month, [(month_text(month), url_for("month.show", month=month))])]

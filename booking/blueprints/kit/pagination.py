"""Long lists a page at a time; addresses of a page carry on what it knows, and drop the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from flask import request, url_for

from booking.blueprints.kit.converters import whole
from booking.language import gettext


def this_page(*knows: str, **changed: object) -> str:
    """Give the address of this page with the parameters it `knows`, some of them changed; None drops one.

    Only names that the view itself has written go into `url_for`, which takes `_method`, `_scheme` and others
    for itself: what somebody else wrote into an address can break no page.
    """
    asked = {name: [text for text in request.args.getlist(name) if text] for name in knows}
    wanted: dict[str, Any] = {**asked, **changed}
    kept = {name: value for name, value in wanted.items() if value not in (None, "", [])}
    return url_for(request.endpoint or "", **(kept | (request.view_args or {})))


PageItem = TypeVar("PageItem")
MOST_PAGES = 10_000


@dataclass
class Pager:
    """Which page is shown (from 1), and the addresses of its neighbours, with what the list `knows` kept."""

    number: int
    size: int
    knows: tuple[str, ...] = ()
    text: str = field(default="", init=False)
    previous_url: str = field(default="", init=False)
    next_url: str = field(default="", init=False)

    @classmethod
    def of_request(cls, size: int, *knows: str) -> Self:
        """Read the page from the address; what cannot be read is the first page."""
        number = request.args.get("page", 1, type=whole)
        return cls(min(max(1, number), MOST_PAGES), size, knows)

    @property
    def before(self) -> int:
        """How many rows stand on the pages before this one."""
        return (self.number - 1) * self.size

    def cut(self, rows: Sequence[PageItem]) -> Sequence[PageItem]:
        """Take a page of what was found; one row more than a page tells that there is a next one."""
        shown = rows[: self.size]
        if self.number > 1 or len(rows) > self.size:
            self.text = gettext(
                "第 %(first)d–%(last)d 条", first=self.before + 1, last=self.before + len(shown)
            )
        self._link(more=len(rows) > self.size)
        return shown

    def count(self, total: int) -> Self:
        """Say where one is among so many rows."""
        self.text = gettext(
            "%(first)s–%(last)s，共 %(total)s 条",
            first=min(self.before + 1, total),
            last=min(self.before + self.size, total),
            total=total,
        )
        self._link(more=self.before + self.size < total)
        return self

    def _link(self, *, more: bool) -> None:
        self.previous_url = self._url(self.number - 1) if self.number > 1 else ""
        self.next_url = self._url(self.number + 1) if more else ""

    def _url(self, page: int) -> str:
        return this_page(*self.knows, page=page if page > 1 else None)

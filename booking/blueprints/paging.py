"""Long lists a page at a time; the number of the page stands in the address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, TypeVar

from flask import request, url_for

from booking.blueprints.nonsense import whole
from booking.language import gettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    Row = TypeVar("Row")


@dataclass
class Pager:
    """Which page is shown (from 0), and the addresses of its neighbours, with the list's filters kept."""

    number: int
    size: int
    text: str = field(default="", init=False)
    previous_url: str = field(default="", init=False)
    next_url: str = field(default="", init=False)

    @classmethod
    def of_request(cls, size: int) -> Self:
        """Read the page from the address; nonsense is the first page."""
        number = request.args.get("page", 0, type=whole)
        return cls(min(max(0, number), 10_000), size)

    def cut(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Take a page of what was found; one row more than a page tells that there is a next one."""
        shown = rows[: self.size]
        first = self.number * self.size
        if self.number or len(rows) > self.size:
            self.text = gettext("第 %(first)d–%(last)d 条", first=first + 1, last=first + len(shown))
        self.previous_url = self._url(self.number - 1) if self.number else ""
        self.next_url = self._url(self.number + 1) if len(rows) > self.size else ""
        return shown

    def _url(self, page: int) -> str:
        kept = {name: value for name, value in request.args.items() if name != "page" and value}
        args: dict[str, Any] = {**(request.view_args or {}), **kept}
        if page:
            args["page"] = page
        return url_for(request.endpoint or "", **args)

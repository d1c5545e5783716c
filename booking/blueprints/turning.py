"""Older and newer pages of a list, as finished addresses and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from booking.language import gettext

MOST_DIGITS = 9


def number_given(name: str) -> int | None:
    """Read a whole number out of the address; None where there is none, or none that can be meant."""
    text = request.args.get(name, "")
    fit = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if fit else None


def page_given() -> int:
    """Read which page of a list is asked for; the first unless the address says otherwise."""
    return max(number_given("page") or 1, 1)


@dataclass(frozen=True, slots=True)
class Turning:
    """What `components/pages.html` shows; the addresses are empty at the ends."""

    text: str
    previous_url: str
    next_url: str
    total: int


def turning(total: int, number: int, size: int) -> Turning:
    """Find the neighbours of a page, with all else in the address as it is."""
    first, last = (number - 1) * size + 1, min(number * size, total)
    return Turning(
        text=gettext("%(first)s–%(last)s，共 %(total)s 条", first=min(first, total), last=last, total=total),
        previous_url=_address(number - 1) if number > 1 else "",
        next_url=_address(number + 1) if number * size < total else "",
        total=total,
    )


def _address(number: int) -> str:
    given: dict[str, Any] = {key: values for key, values in request.args.lists() if key != "page"}
    return url_for(request.endpoint or "", **(given | (request.view_args or {})), page=number)

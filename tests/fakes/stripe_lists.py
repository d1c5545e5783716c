"""How Stripe lists, searches and refuses."""

from __future__ import annotations

import re
from typing import Any

Record = dict[str, Any]
Params = dict[str, Any]


class StripeSaysError(Exception):
    """An answer that is not 200."""

    def __init__(self, message: str, *, status: int = 400, param: str | None = None, code: str | None = None):
        super().__init__(message)
        self.status = status
        self.param = param
        self.code = code


def found(known: list[Record], params: Params, fields: set[str]) -> Record:
    """Search for one field or metadata key with an exact text."""
    match = re.fullmatch(r'(\w+)(?:\["(\w+)"\])?:"([^"]*)"', params["query"])
    if match is None or match[1] not in fields:
        raise StripeSaysError(f"We were unable to parse your search query: {params['query']}", param="query")
    name, key, text = match.groups()
    hits = [one for one in known if (one[name].get(key) if key else one[name]) == text]
    data = hits[: params.get("limit", 10)]
    return {"object": "search_result", "data": data, "has_more": len(hits) > len(data), "url": "/v1/search"}


def page(shelf: dict[str, Record], wanted: Record, params: Params, url: str) -> Record:
    """List what matches, the newest first, a page at a time."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise StripeSaysError("Limit can range between 1 and 100.", param="limit")
    newest = [one for one in reversed(shelf.values()) if all(one[key] == wanted[key] for key in wanted)]
    keys = [one["id"] for one in newest]
    start = keys.index(params["starting_after"]) + 1 if "starting_after" in params else 0
    data = newest[start : start + limit]
    return {"object": "list", "data": data, "has_more": start + limit < len(newest), "url": url}

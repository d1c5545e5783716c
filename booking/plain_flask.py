"""Flask, where it would find out anew with each request what never changes here."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, has_request_context, request

LEFT_AS_THEY_ARE: Final = "!$'()*,/:;?@"  # by Werkzeug too, in the query of an address
SEVERAL = (list, tuple, set)


class PlainFlask(Flask):
    """Flask that takes what it calls for the plain functions they are, and knows its simple addresses."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Flask's own
        """Know no address yet."""
        super().__init__(*args, **options)
        self._paths: dict[str, str | None] = {}

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Give the function itself: none of ours is a coroutine."""
        return func

    def url_for(self, endpoint: str, /, **said: Any) -> str:  # type: ignore[override]  # noqa: ANN401 - Flask's own
        """Give an address as Flask does; of a page whose path never varies without asking its map.

        All that is said of such a page stands in the query. Flask goes through its map and encodes each part,
        and a page names a score of them.
        """
        path = self._path(endpoint) if has_request_context() else None
        if path is None or any(name.startswith("_") for name in said):
            return super().url_for(endpoint, **said)
        self.inject_url_defaults(endpoint, said)
        given = [(name, value) for name, value in said.items() if value is not None]
        if any(isinstance(value, SEVERAL) for _, value in given):
            return super().url_for(endpoint, **said)
        query = urlencode(given, safe=LEFT_AS_THEY_ARE)
        return f"{request.script_root}{path}?{query}" if query else f"{request.script_root}{path}"

    def _path(self, endpoint: str) -> str | None:
        """Give the path that a page always has; None where it varies, or there are several."""
        if endpoint not in self._paths:
            try:
                rules = list(self.url_map.iter_rules(endpoint))
            except KeyError:
                return None
            [rule] = rules if len(rules) == 1 else [None]
            plain = rule is not None and rule.rule.isascii() and not (rule.arguments or rule.defaults)
            self._paths[endpoint] = rule.rule if rule is not None and plain else None
        return self._paths[endpoint]

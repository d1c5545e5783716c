"""The environment that templates are compiled in."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class Templates(Environment):
    """Flask's, where every template sees the very same globals.

    Jinja asks at each `import` which globals the importer has that the imported one lacks. Of two chained
    maps it asks name by name, some twenty times a page; nobody here gives a template globals of its own.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give those of the environment; a map of its own only to a template that brings globals."""
        return super().make_globals(d) if d else self.globals

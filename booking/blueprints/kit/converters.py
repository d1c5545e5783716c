"""What no address and no form can mean: numbers no table holds, letters no text holds."""

from collections.abc import Iterator

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1  # of a table's numbers
LONGEST_WORDS = 100  # to look for; a database refuses patterns of thousands of letters


def whole(text: str) -> int:
    """Read a whole number that a table could hold; raises ValueError, as `request.args.get(type=)` wants."""
    number = int(text)
    if abs(number) > LARGEST:
        msg = "too large a number"
        raise ValueError(msg)
    return number


class Number(IntegerConverter):
    """`<int:…>` in an address; what is larger than any number of ours is not found."""

    def __init__(self, url_map: Map) -> None:
        """Bound it."""
        super().__init__(url_map, max=LARGEST)


def init(app: Flask) -> None:
    """Bound the numbers in addresses; refuse NUL, which PostgreSQL keeps in no text, before it gets there."""
    app.url_map.converters["int"] = Number
    app.before_request(_refuse_nul)


NUL = "\0"
BAD_REQUEST = 400


def _refuse_nul() -> None:
    if any(NUL in text for text in _said()):
        abort(BAD_REQUEST)


def _said() -> Iterator[str]:
    yield request.path
    for values in (request.args, request.form):
        for name, value in values.items(multi=True):
            yield name
            yield value

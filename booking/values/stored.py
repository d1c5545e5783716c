"""Documents kept as JSON in a row: written and read by their type, or refused in words.

A row that cannot change outlives the program that wrote it. So each document says its version; one that says
none is of the first, and one of a version that this program does not know is not guessed at.
"""

from fractions import Fraction
from typing import Annotated, Any

import msgspec


class StoredDocumentUnreadable(ValueError):  # noqa: N818 - it says how things stand
    """A kept document is damaged, or of a later program; the sentence names the row and the place in it."""


Whole = Annotated[int, msgspec.Meta(ge=0)]
VERSION = "version"


def version_of(stored: object, *, of: str, newest: int) -> int:
    """Tell the version of a document, from 1 to `newest`; `of` names its row (`charge 44`)."""
    if not isinstance(stored, dict):
        raise StoredDocumentUnreadable(f"{of}: expected a document, found {type(stored).__name__}")
    version = stored.get(VERSION, 1)
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= newest:
        raise StoredDocumentUnreadable(f"{of}: version {version!r} is unknown, known are 1 to {newest}")
    return version


def read_stored(stored: dict[str, Any], type_: Any, *, of: str) -> Any:  # noqa: ANN401 - a type, or several
    """Read a document whose version was looked at; raises StoredDocumentUnreadable where it does not fit."""
    fields = {key: value for key, value in stored.items() if key != VERSION}
    try:
        return msgspec.convert(fields, type_, dec_hook=_read)
    except msgspec.ValidationError as error:
        raise StoredDocumentUnreadable(f"{of}: {error}") from error


def to_stored(document: object, *, version: int | None = None) -> dict[str, Any]:
    """Write a document as JSON keeps it, with its version where it has one of its own."""
    written: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document, enc_hook=_write))
    return written if version is None else {VERSION: version} | written


def _read(type_: type, value: object) -> object:
    if type_ is Fraction and isinstance(value, str):
        try:
            return Fraction(value)
        except ZeroDivisionError as error:
            raise ValueError(f"{value!r} divides by nothing") from error
    raise TypeError(f"no {type_.__name__} can be read from {value!r}")


def _write(value: object) -> object:
    if isinstance(value, Fraction):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not kept in documents")

"""Reads form-encoded parameters and checks them against the library's own types, as strictly as Stripe."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from types import SimpleNamespace, UnionType
from typing import Any, Literal, Union
from urllib.parse import parse_qsl

import typing_extensions
from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject

_OPTIONS = frozenset(RequestOptions.__annotations__)
_LONGEST = {"number": 26, "description": 1500, "memo": 5000, "name": 256, "email": 512, "query": 1000}
_MISSING = object()


class WrongParameterError(Exception):
    """What Stripe answers with 400, invalid_request_error."""

    def __init__(self, message: str, param: str, code: str) -> None:
        super().__init__(message)
        self.param = param
        self.code = code


def decode(encoded: str) -> dict[str, Any]:
    """Read `a[b][0]=c` into nested dicts and lists, all leaves strings."""
    tree: dict[str, Any] = {}
    for key, value in parse_qsl(encoded, keep_blank_values=True, strict_parsing=bool(encoded)):
        path = [key.split("[", 1)[0], *re.findall(r"\[([^\]]*)\]", key)]
        node = tree
        for part in path[:-1]:
            node = node.setdefault(part, {})
        node[path[-1]] = value
    return {key: _listed(value) for key, value in tree.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(child) for key, child in value.items()}
    return list(inner.values()) if all(key.isdigit() or key == "" for key in inner) else inner


def checked(params: dict[str, Any], types: type) -> dict[str, Any]:
    """Give the parameters with their types; WrongParameterError for unknown, missing or ill-typed ones."""
    return _as_record(params, types, "", ignored=_OPTIONS)


def _as_record(
    value: Any, types: type, path: str, *, ignored: frozenset[str] = frozenset()
) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise WrongParameterError(f"Invalid object: {path}", path, "parameter_invalid")
    known = _hints(types, ignored)
    for key in value:
        if key not in known:
            raise WrongParameterError(
                f"Received unknown parameter: {_at(path, key)}", key, "parameter_unknown"
            )
    for key in types.__required_keys__:  # type: ignore[attr-defined] # every TypedDict has it
        if value.get(key, _MISSING) in (_MISSING, ""):
            raise WrongParameterError(f"Missing required param: {_at(path, key)}.", key, "parameter_missing")
    return {key: _typed(child, known[key], _at(path, key)) for key, child in value.items()}


def _hints(types: type, ignored: frozenset[str]) -> dict[str, Any]:
    """Read the record's own parameters; the request options beside them are not parameters."""
    own = {key: hint for key, hint in types.__annotations__.items() if key not in ignored}
    names = vars(sys.modules[types.__module__])
    return typing_extensions.get_type_hints(SimpleNamespace(__annotations__=own), names, include_extras=True)


def _at(path: str, key: str) -> str:
    return f"{path}[{key}]" if path else key


def _typed(value: Any, hint: Any, path: str) -> Any:
    origin, inner = typing_extensions.get_origin(hint), typing_extensions.get_args(hint)
    if origin in (typing_extensions.NotRequired, typing_extensions.Required):
        return _typed(value, inner[0], path)
    if origin in (Union, UnionType):
        return _one_of(value, inner, path)
    if typing_extensions.is_typeddict(hint):
        return _as_record(value, hint, path)
    return _one_kind(value, hint, path)


def _one_kind(value: Any, hint: Any, path: str) -> Any:
    origin, inner = typing_extensions.get_origin(hint), typing_extensions.get_args(hint)
    if origin is Literal:
        return _literal(value, inner, path)
    if origin is list:
        return _as_list(value, inner[0], path)
    if origin in (dict, UntypedStripeObject):
        return _as_metadata(value, path)
    return _leaf(value, hint, path)


def _one_of(value: Any, hints: tuple[Any, ...], path: str) -> Any:
    """Try each; but where a list of words stands beside plain text, only its words are meant."""
    words = [hint for hint in hints if typing_extensions.get_origin(hint) is Literal]
    named = any(word for hint in words for word in typing_extensions.get_args(hint))
    tried = [hint for hint in hints if not (named and hint is str)]
    failure: WrongParameterError | None = None
    for hint in tried:
        try:
            return _typed(value, hint, path)
        except WrongParameterError as wrong:
            failure = wrong
    assert failure is not None
    raise failure


def _literal(value: Any, words: tuple[Any, ...], path: str) -> Any:
    if value not in words:
        raise WrongParameterError(f"Invalid {path}: must be one of {words}", path, "parameter_invalid")
    return value


def _as_list(value: Any, hint: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise WrongParameterError(f"Invalid array: {path}", path, "parameter_invalid")
    return [_typed(child, hint, _at(path, str(index))) for index, child in enumerate(value)]


def _as_metadata(value: Any, path: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise WrongParameterError(f"Invalid object: {path}", path, "parameter_invalid")
    for key, text in value.items():
        if len(key) > 40 or not isinstance(text, str) or len(text) > 500:
            raise WrongParameterError(f"Too long: {path}[{key}]", path, "parameter_invalid")
    return value


def _leaf(value: Any, hint: Any, path: str) -> Any:
    readers: dict[Any, Callable[[str], Any]] = {
        str: _text,
        int: _integer,
        bool: _boolean,
        Decimal: Decimal,
        float: float,
    }
    if not isinstance(value, str) or hint not in readers:
        raise WrongParameterError(f"Invalid {path}: {value!r}", path, "parameter_invalid")
    try:
        read = _READERS[hint](value)
    except (ValueError, InvalidOperation) as error:
        raise WrongParameterError(f"Invalid {path}: {value!r}", path, "parameter_invalid") from error
    if isinstance(read, str) and len(read) > _LONGEST.get(path, 5000):
        raise WrongParameterError(f"Invalid string: {path} is too long", path, "string_too_long")
    return read


def _text(value: str) -> str:
    return value


def _integer(value: str) -> int:
    if not re.fullmatch(r"-?\d{1,15}", value):
        raise ValueError(value)
    return int(value)


def _boolean(value: str) -> bool:
    if value not in {"true", "false"}:
        raise ValueError(value)
    return value == "true"


_READERS: dict[Any, Callable[[str], Any]] = {
    str: _text,
    int: _integer,
    bool: _boolean,
    Decimal: Decimal,
    float: float,
}

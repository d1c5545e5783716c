"""Every no of the product has words, in Chinese and in English, with its facts filled in."""

from __future__ import annotations

import dataclasses
import inspect
import re
import typing
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import NoneType, UnionType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import booking
from booking.blueprints.messages import wording
from booking.language import CHINESE, ENGLISH, force_locale, read_catalogue
from booking.values import Money, Month, Refusal, Span

START = datetime(2026, 11, 3, 1, 0, tzinfo=UTC)
EXAMPLES: dict[Any, Any] = {
    str: "例",
    int: 3,
    float: 1.5,
    bool: True,
    bytes: b"x",
    Decimal: Decimal("0.5"),
    Money: Money.yuan(80),
    Span: Span(START, START + timedelta(hours=1)),
    datetime: START,
    date: date(2026, 11, 3),
    time: time(9, 0),
    timedelta: timedelta(minutes=15),
    Path: Path("x"),
    ZoneInfo: ZoneInfo("Asia/Shanghai"),
    Month: Month(2026, 10, ZoneInfo("Asia/Shanghai")),
}


def kinds_of_no(base: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds_of_no(kind)


def every_kind() -> list[type[Refusal]]:
    for module in walk_packages(booking.__path__, "booking."):
        import_module(module.name)
    found = [kind for kind in kinds_of_no() if kind.__module__.startswith("booking.")]
    return sorted(set(found), key=lambda kind: f"{kind.__module__}.{kind.__name__}")


def hints(kind: type) -> dict[str, Any]:
    """Read annotations, those too whose types a module imports for the type checker only."""
    names: dict[str, Any] = {}
    for example in EXAMPLES:
        names[example.__name__] = example
    names |= {name: value for value in (Any,) for name in ("Any",)}
    for module in ("booking.values.span", "booking.spaces.models", "collections.abc"):
        names |= vars(import_module(module))
    return typing.get_type_hints(kind, globalns=names | vars(inspect.getmodule(kind)))


def example(hint: Any) -> Any:
    """Make a value of a type as an annotation tells it."""
    if typing.get_origin(hint) is not None:
        return example_of_many(typing.get_origin(hint), typing.get_args(hint))
    if hint in EXAMPLES:
        return EXAMPLES[hint]
    if inspect.isclass(hint) and issubclass(hint, Enum):
        return next(iter(hint))
    if dataclasses.is_dataclass(hint):
        return instance(hint)
    if inspect.isclass(hint) and hasattr(hint, "_fields"):
        return hint(**{name: example(one) for name, one in hints(hint).items()})
    pytest.fail(f"tests/test_wordings.py needs an example of {hint!r}")


def example_of_many(origin: Any, inside: tuple[Any, ...]) -> Any:
    if origin in {typing.Union, UnionType}:
        return example(next(one for one in inside if one is not NoneType))
    if origin is typing.Literal:
        return inside[0]
    made = [example(one) for one in inside if one is not Ellipsis]
    if origin is dict:
        return {made[0]: made[1]}
    return tuple(made) if origin is tuple else frozenset(made) if origin in {set, frozenset} else made


def instance(kind: Any) -> Any:
    known = hints(kind)
    return kind(
        **{field.name: example(known[field.name]) for field in dataclasses.fields(kind) if field.init}
    )


def is_abstract(kind: type) -> bool:
    """A kind with kinds of its own that is no dataclass itself is a family name, never raised."""
    return bool(kind.__subclasses__()) and "__dataclass_fields__" not in vars(kind)


def test_every_no_has_words_in_both_languages(app):
    speechless = []
    for kind in every_kind():
        if is_abstract(kind):
            continue
        refusal = instance(kind) if dataclasses.is_dataclass(kind) else kind()
        said = {}
        for locale in (CHINESE, ENGLISH):
            with app.test_request_context(), force_locale(locale):
                try:
                    said[locale] = wording(refusal)
                except Exception as trouble:  # noqa: BLE001 - any trouble is a no without words
                    speechless.append(f"{kind.__module__}.{kind.__name__}: {trouble!r}")
        if len(said) == 2 and said[CHINESE] == said[ENGLISH]:
            speechless.append(f"{kind.__module__}.{kind.__name__}: not in English: {said[ENGLISH]}")
    assert not speechless, "\n".join(speechless)


def test_the_reader_is_called_by_one_word():
    """The house says 你 everywhere, never 您; it reads either."""
    written = [
        file
        for file in Path(booking.__file__).parent.rglob("*")
        if file.suffix in {".py", ".html", ".txt", ".typ", ".js", ".po"}
        and "您" in file.read_text("utf-8")
        and file.parent.name != "understand"
    ]
    assert not written


STATES = {"Handed", "Answered", "Closed", "Cancelled", "Retired", "Withdrawn", "Declined", "Approved"}


def test_no_button_is_called_by_a_state():
    """What is pressed is an act, in English too, where one word of Chinese is both."""
    pressed = re.compile(r'(?:button|confirm|post_form\(\w+,) ?\(?\s*_\("([^"]+)"')
    templates = (Path(booking.__file__).parent / "templates").rglob("*.html")
    catalogue, wrong = read_catalogue(ENGLISH), []
    for file in templates:
        for label in pressed.findall(file.read_text("utf-8")):
            english = str(catalogue.get(label).string) if catalogue.get(label) else ""
            if english.split(" ")[0] in STATES or english[:1].islower():
                wrong.append(f"{file.name}: {label} is {english}")
    assert not wrong


def test_there_are_many_kinds_of_no():
    assert len(every_kind()) > 40, "the walk through the modules finds them"


TAX_INVOICE = re.compile(r"发票|开票|红字|fapiao|(?:vat|tax) invoice", re.IGNORECASE)
IT_IS_NONE = re.compile(r"不是(?:红字)?发票|is not a (?:red-letter )?fapiao")


def test_nothing_that_people_read_promises_the_tax_invoice_that_the_park_issues_elsewhere():
    """An invoice of ours is no fapiao; whoever reads that one will be printed here looks for it in vain."""
    root = Path(booking.__file__).parent
    kinds = {".py", ".html", ".po", ".typ", ".js"}
    said = [
        f"{path.relative_to(root)}: {sentence.strip()}"
        for path in sorted(root.rglob("*"))
        if path.suffix in kinds
        for sentence in re.split('[。"]', path.read_text(encoding="utf-8"))
        if TAX_INVOICE.search(sentence) and not IT_IS_NONE.search(sentence)
    ]
    assert not said, "\n".join(said)

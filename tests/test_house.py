"""The house stays readable: small functions, small modules, names that say something."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

BOOKING = Path(__file__).resolve().parents[1] / "booking"
MODULES = sorted(BOOKING.rglob("*.py"))
SAYS_NOTHING = {
    "service",
    "services",
    "manager",
    "managers",
    "helper",
    "helpers",
    "util",
    "utils",
    "common",
    "misc",
}


def functions():
    for file in MODULES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{file.relative_to(BOOKING)}:{node.lineno} {node.name}", lines_of_code(node)


def lines_of_code(function):
    """Count from `def` to the end, without the docstring, which may be as long as it needs."""
    assert function.end_lineno is not None
    length = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None and len(function.body) > 1:
        length -= first.end_lineno - first.lineno + 1
    return length


def test_no_function_is_longer_than_forty_lines():
    long = [f"{name}: {length} lines" for name, length in functions() if length > 40]
    assert not long, "\n".join(long)


def test_half_of_the_functions_have_eight_lines_or_fewer():
    assert statistics.median(length for _, length in functions()) <= 8


def test_no_module_is_longer_than_three_hundred_lines():
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in MODULES}
    long = [
        f"{file.relative_to(BOOKING)}: {length} lines" for file, length in lengths.items() if length > 300
    ]
    assert not long, "\n".join(long)


def test_nothing_is_called_by_a_name_that_says_nothing():
    named = [
        str(file.relative_to(BOOKING))
        for file in MODULES
        if SAYS_NOTHING & set(file.relative_to(BOOKING).with_suffix("").parts)
    ]
    assert not named, "\n".join(named)

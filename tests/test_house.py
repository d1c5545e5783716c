"""The house stays readable: small functions, small modules, names that say something."""

from __future__ import annotations

import ast
import re
import statistics
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BOOKING = ROOT / "booking"
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


def test_a_page_escapes_the_text_of_a_letter_that_it_holds():
    """What is no HTML is written without escaping, and would be read as HTML where a page includes it."""
    for page in (BOOKING / "templates").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        held = re.findall(r'(\{% filter forceescape %\})?\{% include "[^"]*(?<!\.html)" %\}', text)
        assert all(held), f"{page.relative_to(BOOKING)}: put {{% filter forceescape %}} around it"


def test_nothing_is_called_by_a_name_that_says_nothing():
    named = [
        str(file.relative_to(BOOKING))
        for file in MODULES
        if SAYS_NOTHING & set(file.relative_to(BOOKING).with_suffix("").parts)
    ]
    assert not named, "\n".join(named)


DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def lines_above_the_first_definition(file):
    text = file.read_text(encoding="utf-8")
    starts = (
        min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
        for node in ast.parse(text).body
        if isinstance(node, DEFINITIONS)
    )
    return next(starts, len(text.splitlines()))


def test_what_stands_above_the_first_definition_is_little_of_all_lines():
    above = sum(lines_above_the_first_definition(file) for file in MODULES)
    lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in MODULES)
    assert above / lines <= 0.141, f"{above} of {lines}: fewer, fuller modules; constants beside their users"


def test_no_room_is_fuller_than_twenty_files():
    files = Counter(file.parent for file in MODULES if file.name != "__init__.py")
    full = [f"{folder.relative_to(BOOKING)}: {count} files" for folder, count in files.items() if count > 20]
    assert not full, "\n".join(full)


def public_types():
    """Give the public classes of every module, and other names of types (`Way = Callable[…]`), by name."""
    found = defaultdict(set)
    for file in MODULES:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            for name in names_of_types(node):
                found[name].add(str(file.relative_to(BOOKING)))
    return found


def names_of_types(node):
    if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
        yield node.name
    if isinstance(node, ast.Assign) and not ast.unparse(node.value).startswith("TypeVar("):
        names = (target.id for target in node.targets if isinstance(target, ast.Name))
        yield from (name for name in names if re.fullmatch(r"[A-Z][a-z]\w*", name))


def test_no_two_types_share_a_name():
    twice = [
        f"{name}: {', '.join(sorted(files))}" for name, files in public_types().items() if len(files) > 1
    ]
    assert not twice, "\n".join(twice)


NAMED_FILE = re.compile(r"`([\w.-]+(?:/[\w.-]+)+/?)`")
MADE_LATER = {"var/demo.sqlite3", "var/mail", "css/site.css", "application/octet-stream"}


def test_files_that_the_documents_name_are_there():
    """A path may be told from the root, from booking/, its templates or its static files."""
    documents = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
    roots = (ROOT, BOOKING, BOOKING / "templates", BOOKING / "static", BOOKING / "static/css")
    gone = [
        f"{document.relative_to(ROOT)}: {path}"
        for document in documents
        for path in NAMED_FILE.findall(document.read_text(encoding="utf-8"))
        if not re.search("NAME|NUMBER", path)
        and path not in MADE_LATER
        and not any((root / path).exists() for root in roots)
    ]
    assert not gone, "\n".join(gone)


NAMED_FUNCTION = re.compile(r"`(?:[\w.]+\.)?([a-z]\w+)\([^`]*\)")


def test_functions_that_the_documents_name_are_there():
    """Ours are; a name in a document that is nobody's word in the code is one that was renamed."""
    documents = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
    sources = [*MODULES, *(BOOKING / "templates").rglob("*.html"), *(ROOT / "tests").rglob("*.py")]
    words = set(re.findall(r"\w+", "\n".join(file.read_text(encoding="utf-8") for file in sources)))
    gone = [
        f"{document.relative_to(ROOT)}: {name}"
        for document in documents
        for name in NAMED_FUNCTION.findall(document.read_text(encoding="utf-8"))
        if name not in words
    ]
    assert not gone, "\n".join(gone)


ROOMS = sorted(
    folder
    for folder in BOOKING.iterdir()
    if (folder / "__init__.py").exists() and folder.name not in {"blueprints", "demo"}
)


def names_in_the_glossary():
    rows = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    first_cells = (row.split("|")[1] for row in rows if row.startswith("| "))
    return {name.strip() for cell in first_cells for name in cell.split(",")}


def is_a_refusal(node, refusals):
    bases = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
    return bool(bases & refusals) or any("Refusal" in base for base in bases)


def nouns_of_a_room(room):
    """Give its public classes, without refusals: those are sentences."""
    refusals = set()
    for file in sorted(room.rglob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and is_a_refusal(node, refusals):
                refusals.add(node.name)
            elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name


def test_the_glossary_holds_every_noun_of_the_rooms():
    known = names_in_the_glossary()
    missing = [
        f"{room.name}: {name}" for room in ROOMS for name in nouns_of_a_room(room) if name not in known
    ]
    assert not missing, "\n".join(missing)


def test_the_glossary_names_nothing_that_is_gone():
    of_code = {name for name in names_in_the_glossary() if re.fullmatch(r"[A-Z]\w+", name)}
    words = set(re.findall(r"\w+", "\n".join(file.read_text(encoding="utf-8") for file in MODULES)))
    gone = of_code - words
    assert not gone, ", ".join(sorted(gone))


FORMER_WORDS = {
    "bill": "invoice",
    "bills": "invoices",
    "carrier": "transport",
    "doer": "actor",
    "errand": "external job",
    "lapse": "expire",
    "leaver": "moved out",
    "leavers": "moved out",
    "ledger": "savings data",
    "nonsense": "converters",
    "so_far": "to date",
    "stranger": "anonymous",
    "vault": "backup",
    "wall_time": "local time",
    "wind_up": "move out",
}


TEMPLATES = sorted((BOOKING / "templates").rglob("*.html"))


def named_things(file):
    yield file.stem
    if file.suffix == ".html":
        yield from re.findall(r"{%-? macro (\w+)", file.read_text(encoding="utf-8"))
        return
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, DEFINITIONS):
            yield re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name).lower()


WORDS_OF_A_LANGUAGE = {"own_words", "in_other_words"}
"""What a park calls its things, and the page in another language; all of `understand/` is about words."""


def facts_of_things(file):
    if file.suffix == ".py":
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.arg):
                yield node.arg
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield node.target.id


def said_otherwise(file):
    of_a_language = BOOKING / "understand" in file.parents
    for name in [*named_things(file), *facts_of_things(file)]:
        yield from (f"{name}, say {say}" for word, say in FORMER_WORDS.items() if f"_{word}_" in f"_{name}_")
    for name in named_things(file):
        if (
            re.fullmatch(r"words|[a-z]\w*_words", name)
            and name not in WORDS_OF_A_LANGUAGE
            and not of_a_language
        ):
            yield f"{name}, say what it words: _label, _name or _text"


def test_words_that_were_given_up_do_not_come_back():
    back = [
        f"{file.relative_to(BOOKING)}: {said}"
        for file in [*MODULES, *TEMPLATES]
        for said in said_otherwise(file)
    ]
    assert not back, "\n".join(back)

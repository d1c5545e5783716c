"""Words for a park's own spaces: their names, the codes on their doors, and what several begin with."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from booking.understand.clock_words import MEASURES
from booking.understand.plain_text import EITHER, A, PlainText
from booking.understand.said import Reading, Said, SaidArea, SaidAt, SaidEquipment, SaidKind, SaidSpace
from booking.understand.scan import OR, scan

SEPARATORS = r"[\s·・.,_()/-]"
OF_A_PLACE = (SaidKind, SaidArea, SaidEquipment)
SOME_DAY = datetime(2026, 11, 26, tzinfo=UTC)


def own_spaces(names: Sequence[str]) -> Sequence[Reading]:
    """Read a park's spaces by name or code, with or without what separates their parts: 云起东 is 云起·东.

    So is the beginning that names share (云起). A name that says something else by itself (明天, 12:00) is none; and
    whoever wants what lies beside one (A307旁边) means another.
    """
    known: dict[str, tuple[Said, ...]] = {}
    patterns: dict[str, str] = {}
    for name in (*names, *_beginnings(names)):
        text = PlainText.of(name)
        key = _joint(text.read)
        if key and key not in known and (said := _said_by_name(name, text)):
            known[key], patterns[key] = said, _spaced(text.read)
    words = "|".join(patterns[key] for key in sorted(known, key=lambda key: (-len(key), key)))
    no_number = rf"(?:(?<!\d)|(?!\s*(?:{MEASURES})))"
    pattern = re.compile(rf"(?:{words}){no_number}(?!\s*的?(?:旁边|附近|隔壁|边上|身边|对面))")
    several = re.compile(rf"(?:{pattern.pattern})(?:\s*(?:{OR}|/)\s*(?:{pattern.pattern}))+")

    def read_either(match: re.Match[str], _at: SaidAt) -> Sequence[Said]:
        found = [known[_joint(one[0])] for one in pattern.finditer(match[0])]
        names = dict.fromkeys(one.name for said in found for one in said[:1] if isinstance(one, SaidSpace))
        kinds = {said[1:] for said in found}
        return [SaidSpace(EITHER.join(names)), *(kinds.pop() if len(kinds) == 1 else ())]

    return [(several, read_either), (pattern, lambda match, _at: known[_joint(match[0])])] if words else []


def _beginnings(names: Sequence[str]) -> Iterator[str]:
    """Give what names begin with before a blank, a point or a bracket, and what says nothing else: not 大 or Large."""
    found = (name[: cut.start()].strip() for name in names for cut in SEPARATED.finditer(name))
    for start in dict.fromkeys(found):
        text = PlainText.of(f"{start} room")
        if len(_joint(text.read)) > len("xroom") and not start.isdigit() and not _is_known(text):
            yield start


SEPARATED = re.compile(r"[\s·・.,_()（）/-]+")


def _is_known(text: PlainText) -> bool:
    return all(piece.said for piece in scan(text, SaidAt(SOME_DAY, text.shown)))


def _joint(plain: str) -> str:
    return re.sub(SEPARATORS, "", plain)


def _said_by_name(name: str, text: PlainText) -> tuple[Said, ...]:
    """Tell what a name says: the space, and its kind where that is in it; nothing of what is no name."""
    pieces = scan(text, SaidAt(SOME_DAY, text.shown))
    if all(piece.said and not any(isinstance(one, OF_A_PLACE) for one in piece.said) for piece in pieces):
        return ()
    kinds = [said for piece in pieces for said in piece.said if isinstance(said, SaidKind)]
    return (SaidSpace(name), *kinds[:1])


def _spaced(plain: str) -> str:
    """Write the pattern of a name, loose where its parts meet; of digits alone it is no hour, day or number."""
    parts = re.findall(rf"\d+|[a-z]+|(?:(?!{SEPARATORS})[^\da-z])+", plain)
    before, after = (A if parts[0].isascii() else ""), (r"(?![a-z\d])" if parts[-1].isascii() else "")
    if len(parts) == 1 and parts[0].isdigit():
        before, after = r"(?<![\d:./-])", r"(?![a-z\d:./-]|\s*(?:people|pax|[ap]m))"
    return before + rf"{SEPARATORS}*".join(map(re.escape, parts)) + after

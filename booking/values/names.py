"""Names that people typed: of persons and firms, as mail carries them and as they compare, and of files."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from booking.values.refusal import Refusal


@dataclass(eq=False)
class NameHoldsAddress(Refusal):
    """A name goes out in mail from the park, so it holds nothing that a reader could open or write to."""

    what: str = "name"  # which of the names


# A mailbox, a scheme, an address in numbers, and whatever has the form of a domain: a dot between a letter or
# digit and two letters, of whatever script. Endings of domains are more than a thousand, in many scripts, and
# new ones come; none has one letter or begins with a digit. After a dot in a name comes a blank, an initial
# or a figure.
_ADDRESS = re.compile(r"@|://|\bwww\.|\d+\.\d+\.\d+\.\d+|\w\.[^\W\d_]{2}")
_DOTS = str.maketrans("。", ".")  # what else names of domains are written with becomes one by NFKC
_JOINERS = {
    "Cf",
    "Mn",
    "Mc",
    "Me",
}  # joiners, marks and accents: they stand between letters without being one


def holds_address(text: str) -> bool:
    """Tell whether there is anything in it that a reader could open or write to."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_DOTS)
    seen = "".join(char for char in plain if unicodedata.category(char) not in _JOINERS)
    return _ADDRESS.search(seen) is not None


def check_name(name: str, what: str = "name") -> str:
    """Give the name; raises NameHoldsAddress."""
    if holds_address(name):
        raise NameHoldsAddress(what)
    return name


def check_names(facts: Mapping[str, Any], names: tuple[str, ...], kept: object = None) -> None:
    """Check those of the facts that are names, each by what it is called; what is `kept` already stays."""
    for what in names:
        name = facts.get(what)
        if name and name != getattr(kept, what, None):
            check_name(name, what)


OF_ID = "#"


def plain(text: str) -> str:
    """Write a name as it is compared: width, capitals and blanks make no other person."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def firm_key(enterprise_id: int | None, typed: str) -> str:
    """Give what is the same for all of one enterprise: no name that somebody typed is taken for an id."""
    return f"{OF_ID}{enterprise_id}" if enterprise_id is not None else plain(typed).lstrip(OF_ID)


MOST_BYTES = 180  # file systems take 255, and browsers add " (1)"
LONGEST_ENDING = 10
SPOILS = re.compile(r'[\x00-\x1f\x7f"<>:|?*\\/]+')
DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def file_name(typed: str, otherwise: str = "file") -> str:
    """Make a name of one line that holds no path, hides nothing and is not too long; keeps its ending.

    What cannot be seen goes away, what file systems refuse becomes a blank. `otherwise` is the stem where
    nothing is left.
    """
    seen = (char for char in unicodedata.normalize("NFC", typed) if char == "\n" or _is_seen(char))
    plain = " ".join(SPOILS.sub(" ", "".join(seen)).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot or not 0 < len(ending) <= LONGEST_ENDING:
        stem, dot, ending = plain, "", ""
    stem = _cut(stem.strip(". "), MOST_BYTES - len(f"{dot}{ending}".encode())) or otherwise
    name = f"{stem}{dot}{ending}"
    return f"_{name}" if DEVICES.fullmatch(name) else name


def with_ending(name: str, endings: tuple[str, ...]) -> str:
    """Let a name end like what the file is: with the first of the endings, unless it has another."""
    return name if name.lower().endswith(endings) else f"{name}{endings[0]}"


# Controls, what turns the direction of writing or cannot be seen, lone halves of characters, line ends.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _is_seen(char: str) -> bool:
    return unicodedata.category(char) not in UNSEEN


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore").strip(". ")

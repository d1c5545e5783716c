"""Names that go out in mail: they hold nothing that a mail program would make a link of."""

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
_UNSEEN = {"Cf", "Mn", "Mc", "Me"}  # joiners, marks and accents: they stand between letters without being one


def holds_address(text: str) -> bool:
    """Tell whether there is anything in it that a reader could open or write to."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_DOTS)
    seen = "".join(char for char in plain if unicodedata.category(char) not in _UNSEEN)
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

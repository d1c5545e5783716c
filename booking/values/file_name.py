"""Names of files as every computer takes them, whoever typed them."""

import re
import unicodedata

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

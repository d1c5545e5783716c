"""Which needs speak of one trouble: of one kind, at one place, in much the same words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from booking.needs.rules import NeedKind

ALIKE = 65  # of 100: those of one trouble lie above 70, all others below 60
EMPTY_WORDS = re.compile(r"[的了吗呢吧啊我们你请希望能不能可以想有没是在都还很太也就\W_]")
EMPTY_LATIN = re.compile(
    r"\b(?:a|an|the|this|that|is|are|was|be|in|on|at|of|to|for|and|or|it"
    r"|i|we|my|our|there|please|too|very|so|not|no)\b"
)
PARTS = re.compile(r"[^\W_\u2e80-\U0003ffff]+|\S")  # words and numbers, and each Chinese character


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody said of what kind and where; `matter_id` where it is in a matter already."""

    need_id: int
    kind: NeedKind
    place: int | None
    words: str
    matter_id: int | None = None

    @property
    def parts(self) -> str:
        """What carries meaning, apart: each Chinese character, since no blanks divide them, and each word."""
        plain = EMPTY_LATIN.sub(" ", EMPTY_WORDS.sub(" ", self.words.casefold()))
        return " ".join(PARTS.findall(plain))


def are_alike(one: Utterance, other: Utterance) -> bool:
    """Tell whether two speak of one trouble; said without a place it may be at any."""
    here = one.place is None or other.place is None or one.place == other.place
    alike = one.kind is other.kind and here
    return alike and fuzz.token_set_ratio(one.parts, other.parts) >= ALIKE


@dataclass
class Likes:
    """Needs that are proposed to be joined, the first being what the others are like."""

    utterances: list[Utterance] = field(default_factory=list)

    @property
    def matter_id(self) -> int | None:
        """The matter they would go into; None where it would be a new one."""
        return self.utterances[0].matter_id

    @property
    def loose(self) -> list[Utterance]:
        """Those that are in no matter yet."""
        return [one for one in self.utterances if one.matter_id is None]


def like_needs(utterances: Iterable[Utterance]) -> Sequence[Likes]:
    """Group what is alike: each joins the first group whose first it is like, those in a matter leading.

    Gives groups of two and more with somebody in no matter yet, the largest first.
    """
    groups: list[Likes] = []
    for one in sorted(utterances, key=lambda one: (one.matter_id is None, one.need_id)):
        home = next((group for group in groups if are_alike(group.utterances[0], one)), None)
        if home is None:
            groups.append(home := Likes())
        home.utterances.append(one)
    found = [group for group in groups if len(group.utterances) > 1 and group.loose]
    return sorted(found, key=lambda group: -len(group.utterances))


def matter_like(one: Utterance, others: Iterable[Utterance]) -> int | None:
    """Give the matter that holds what is like it, the oldest; None where it would be a new one."""
    found = (other.matter_id for other in others if other.matter_id is not None and are_alike(other, one))
    return min(found, default=None)

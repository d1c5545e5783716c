"""What the words of a need tell: which kind it is of, and which others speak of one trouble.

The kind goes by lists of words, so that it can be told why. Of one trouble are needs of one kind, at one
place, in much the same words.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from booking.needs.rules import NeedKind

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


ALIKE = 65  # of 100: those of one trouble lie above 70, all others below 60


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


def guess_kind(words: str) -> NeedKind:
    """Give the first kind of which a word occurs; a wish where none does."""
    said = words.casefold()
    found = (kind for kind, known in WORDS_OF_KIND.items() if any(word in said for word in known))
    return next(found, NeedKind.WISH)


COMPLAINT_WORDS = (
    "投诉", "举报", "不满", "太吵", "噪音", "吵闹", "吵得", "扰民", "异味", "臭", "很脏", "太脏", "脏乱",
    "烟味", "抽烟", "态度", "乱停", "乱收费", "收错", "多收", "没人管", "没人理", "总是没人", "推诿",
    "拖延", "霸占", "占座", "排队太久", "受不了", "complain", "noise", "noisy", "smell", "dirty", "rude",
    "smoking",
)  # fmt: skip
FAULT_WORDS = (
    "坏了", "坏掉", "损坏", "故障", "报修", "维修", "修一下", "修理", "漏水", "漏电", "渗水", "滴水",
    "堵了", "堵塞", "不亮", "不制冷", "不制热", "不热", "不冷", "不出水", "没水", "停水", "停电", "没电",
    "跳闸", "断网", "没网", "连不上", "打不开", "开不了", "关不上", "关不掉", "卡住", "卡纸", "死机",
    "黑屏", "没反应", "没声音", "失灵", "松动", "掉了", "裂", "破了", "门禁", "投影", "灯泡", "网断",
    "网络断", "断线", "掉线", "断开", "上不了网", "broken", "leak", "repair", "not working",
    "总是断", "老是断", "老断", "总断", "断了", "投屏", "花屏", "doesn't work", "does not work",
    "stuck", "no power",
)  # fmt: skip
WISH_WORDS = (
    "想要", "希望", "能不能", "可不可以", "可否", "能否", "建议", "需要", "增加", "添置", "延长", "开放到",
    "i need", "we need", "could", "would like", "please add",
)  # fmt: skip
WORDS_OF_KIND: Mapping[NeedKind, tuple[str, ...]] = {
    NeedKind.COMPLAINT: COMPLAINT_WORDS,
    NeedKind.FAULT: FAULT_WORDS,
    NeedKind.WISH: WISH_WORDS,
}
"""In order: what is complained of may be broken as well, and whoever reports a fault may say "please"."""

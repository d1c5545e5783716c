"""Which kind of need some words speak of: by lists of words, so that it can be told why."""

from collections.abc import Mapping

from booking.needs.rules import NeedKind


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

"""Words for an hour and its minutes, and for a part of the day: 两点半, 14:00, half past two, 上午, 下班后."""

import re
from collections.abc import Sequence
from re import Match

from booking.understand.day_words import unclear
from booking.understand.plain_text import AFTER, BEFORE, E, N, numeral_value
from booking.understand.said import Half, Reading, Said, SaidAt, SaidClock, SaidHalf


def _side(edge: str | None) -> str | None:
    """Tell on which side of an hour a time lies: "" for at it; None where that is not said (三点多)."""
    words = edge or ""
    return BEFORE if "前" in words else AFTER if "后" in words else None if words.strip() else ""


MINUTES = 60
MEASURES = (
    r"个|人|位|名|小时|分钟|钟头|号|月|日|天|年|楼|层|座|间|点|时|台|次|回|遍|把|份|张|套|只|箱|件|瓶|杯|盒|桶|条|块|元|圆|岁"
    r"|平米|平方|平(?![时])|㎡|m2|m²|米|公斤|千克|斤|吨|寸|%|周(?![一二三四五六日天末会])|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])"
)
"""What is counted, and so no minutes: 9点 15把椅子, 两点 十来个人."""
NEXT_NUMBER = rf"(?!\s*(?:多|几|来)?\s*(?:{MEASURES}|[-到至]\s*\d+\s*人))"
LOOSE = rf"(?:(?<!\d)\d\d(?!\d)|[一二三四五]?十[一二三四五六七八九]?|[零〇][一二三四五六七八九])(?![一二三四五六七八九十]){NEXT_NUMBER}"
CLAUSE_ENDS = r"(?=\s*(?:$|[-,.;:!?、到至)]))"
HALF_OF_SOMETHING = r"(?!\s*个?\s*[多来]?\s*(?:小时|钟|天|日(?!程)|月(?!会)|年(?![会终度])))"
BEFORE_OR_AFTER = (
    r"(?P<edge>\s*(?:之前|以前|前(?!台|面|后)|之后|以后|后(?!天|面|排|续|期|勤|门|厅)|多(?![人少])))?"
)
MINUTE = (
    rf"(?:\s*(?:(?P<half>(?<!\s)半|(?<=\s)半(?!\s*个?人)){HALF_OF_SOMETHING}|(?P<quarter>[一1三3])刻钟?|[整正]|(?:过|零|〇)?(?P<minute>{N})分(?!钟)"
    rf"|差(?P<short>一刻|{N}分钟?))|(?P<loose>{LOOSE})|\s+(?P<apart>{LOOSE}){CLAUSE_ENDS})?"
)
"""Minutes after an hour; a mere number stands at it, or ends what is said: 9点45, 9点 45."""
CHINESE_CLOCK = rf"(?P<hour>{N})\s*(?:点钟?(?!几)|时(?![间候段])){MINUTE}{BEFORE_OR_AFTER}"
SHORT_OF = rf"差(?P<short>一刻|{N}分钟?)(?:到|就)?\s*(?P<hour>{N})点钟?"
AM_PM = r"\s*(?P<ap>am|pm|a\.m\.?|p\.m\.?)(?![a-z])"
EDGE = r"(?P<edge>(?!))?"


def _chinese(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    hour = numeral_value(match["hour"])
    if _is_a_little(match):
        return []
    minute, side = _minute(match), _side(match["edge"])
    if hour is None or minute is None or side is None:
        return [SaidClock(0, wrong=True)]
    total = hour * MINUTES + minute
    return [SaidClock(*divmod(total, MINUTES), exact=hour > NOON, side=side)]


NOON = 12
FIRST_OF_MORNING = 4
BEFORE_AN_HOUR = re.compile(
    r"(?:[\s,.;:、(-]|[上下中正]午|[早晚]上|凌晨|[清早]晨|[半深]夜|夜[里间晚]|傍晚|[今明后][天晚早]|[周期拜][一二三四五六日天]|[日号到至从在于后]|^)$"
)


def _is_a_little(match: Match[str]) -> bool:
    """Tell whether 一点 is "a little", as in 安静一点, and no hour."""
    before = match.string[max(match.start() - 2, 0) : match.start()]
    return match[0] == "一点" and BEFORE_AN_HOUR.search(before) is None


QUARTERS = {"一": 15, "1": 15, "三": 45, "3": 45}


def _minute(match: Match[str]) -> int | None:
    """Tell the minutes after the hour, negative before it; None where they are none."""
    if match["half"]:
        return 30
    if match["quarter"]:
        return QUARTERS[match["quarter"]]
    said = match["minute"] or match["loose"] or match["apart"]
    if said:
        return _in_hour(numeral_value(said))
    return -(_short(match["short"]) or 0) if match["short"] else 0


def _in_hour(minutes: int | None) -> int | None:
    return minutes if minutes is not None and minutes < MINUTES else None


def _short(words: str) -> int | None:
    return 15 if words == "一刻" else _in_hour(numeral_value(words.rstrip("分钟")))


def _short_of(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    hour, short = numeral_value(match["hour"]), _short(match["short"])
    if not hour or not short:
        return [SaidClock(0, wrong=True)]
    return [SaidClock(*divmod(hour * MINUTES - short, MINUTES), exact=hour > NOON)]


def _colon(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    hour, minute = int(match["hour"]), int(match["minute"])
    side, exact = _side(match["edge"]), hour > NOON or match["hour"].startswith("0")
    if minute >= MINUTES or side is None:
        return [SaidClock(0, wrong=True)]
    return [SaidClock(hour, minute, half_of(match["ap"], hour), exact, side=side)]


def half_of(ap: str | None, hour: int) -> Half | None:
    """Tell the part of the day; 12am is midnight, and 1am to 3am are hours of the night."""
    if not ap:
        return None
    if not ap.startswith("a"):
        return Half.AFTERNOON
    return Half.DAWN if hour == NOON or hour < FIRST_OF_MORNING else Half.MORNING


def _english(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    hour = numeral_value(match["hour"]) or 0
    return [SaidClock(hour, 0, half_of(match["ap"], hour))]


def _past(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    hour = numeral_value(match["hour"]) or 0
    minutes = (
        {"half": 30, "quarter": 15}.get(match["much"]) or numeral_value(match["much"].partition(" ")[0]) or 0
    )
    total = hour * MINUTES + (minutes if match["side"] == "past" else -minutes)
    if match["much"] in {"five", "ten"} and match["side"] == "to" and minutes < hour:
        return []  # ten to eleven: 10:50, or from ten on
    return [SaidClock(*divmod(total, MINUTES), half=half_of(match["ap"], hour))]


def _named_hour(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    return [SaidClock(24 if match[0].startswith("mid") and match[0] != "midday" else NOON, exact=True)]


EARLY: tuple[Reading, ...] = (
    (
        re.compile(
            rf"(?<![a-z])(?:a )?(?P<much>half|quarter|five|ten|twenty|{E} minutes?)(?: minutes)? (?P<side>past|to) (?P<hour>{E})(?:{AM_PM})?(?! (?:people|hours|min))"
        ),
        _past,
    ),
)
"""What would otherwise pass for a length of time."""

READINGS: tuple[Reading, ...] = (
    (re.compile(SHORT_OF), _short_of),
    (re.compile(CHINESE_CLOCK), _chinese),
    (
        re.compile(
            rf"(?<!\d)(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?!\d)(?::\d\d)?(?:{AM_PM})?{BEFORE_OR_AFTER}"
        ),
        _colon,
    ),
    (re.compile(rf"(?<!\d)(?P<hour>\d{{1,2}})\.(?P<minute>\d\d){AM_PM}{EDGE}"), _colon),
    (
        re.compile(
            rf"(?:(?<=[今明后]天)|(?<=[今明后]天 )|(?<=[上下]午))(?P<hour>[01]?\d|2[0-3])\.(?P<minute>[0-5]\d)(?![\d.])(?P<ap>(?!))?{EDGE}"
        ),
        _colon,
    ),
    (
        re.compile(
            rf"(?:(?<=morrow )|(?<=today )|(?<=[noesrui]day )|(?<=noon )|(?<=ning )|(?<=[^a-z]at )|(?<=^at )|(?<=from ))(?P<hour>\d{{1,2}})\.(?P<minute>[0-5]\d)(?![\d.])(?P<ap>(?!))?{EDGE}"
        ),
        _colon,
    ),
    (re.compile(rf"(?P<hour>{E})(?:{AM_PM}|\s*o'?clock(?![a-z]))"), _english),
    (
        re.compile(
            r"下班(?:之|以)?前|(?<![a-z])(?:before|by) the end of (?:the )?(?:work|working day|business)(?![a-z])"
        ),
        lambda _match, _at: [SaidClock(18, exact=True, side=BEFORE)],
    ),
    (re.compile(r"(?<![a-z])(?:noon|midday|midnight)(?![a-z])"), _named_hour),
)

BEFORE_IT = r"\s*(?:之前|以前|前(?!台|面|后|排))"
AFTER_IT = r"\s*(?:之后|以后|过后|后(?!天|面|排|续|期|勤|门|厅))"
LUNCH = r"(?:中午|正午|午[饭餐休])"
HALF_WORDS = {
    Half.DAWN: r"凌晨",
    Half.MORNING: r"上午|早上|早晨|清晨|清早|一早|大清早|早间|午前|早(?=\s*(?:\d|[一二两三四五六七八九十]+点))|(?:in the )?morning"
    rf"|{LUNCH}{BEFORE_IT}|before (?:the )?lunch(?: break)?",
    Half.NOON: rf"(?:中午|正午)(?!{BEFORE_IT}|{AFTER_IT})|午间|晌午|午休(?:时间|时段|时)?(?!{BEFORE_IT}|{AFTER_IT})|(?:(?:at|over|during) )?(?:the )?lunch ?(?:time|break|hour)",
    Half.AFTERNOON: rf"下午(?!茶(?!歇))|午后|(?:in the )?afternoon|{LUNCH}{AFTER_IT}|after (?:the )?lunch(?: break)?",
    Half.DUSK: r"傍晚(?:时分)?|黄昏",
    Half.EVENING: r"下班(?:之|以)?后|收工后|after (?:work|hours|office hours|working hours)|晚上|晚间|夜间|夜晚|(?<!最)晚(?=\s*(?:\d|[一二两三四五六七八九十]+点|$|[\s,，]))|(?:in the )?evening",
    Half.NIGHT: r"后?半夜|夜里|深夜|(?:late )?at night|late[ -]night",
}


CHINESE_HALVES = "上午|早上|下午|傍晚|晚上|凌晨"


def _says_half(half: Half) -> Reading:
    return re.compile(rf"(?:(?<![a-z])|(?=[^a-z]))(?:{HALF_WORDS[half]})(?![a-z])"), lambda _match, _at: [
        SaidHalf(half)
    ]


HALVES: tuple[Reading, ...] = (
    (re.compile(rf"(?:{CHINESE_HALVES})(?:{BEFORE_IT}|{AFTER_IT})"), unclear),
    *(_says_half(half) for half in Half),
)

"""Reads a sentence from left to right, piece by piece; what no reading takes says nothing.

Its own are the small words: those that say nothing of the booking, that join, and that turn what stands
beside them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from booking.understand import (
    clock_words,
    day_words,
    holiday_words,
    hour_words,
    length_words,
    people_words,
    place_words,
    range_words,
    repeat_words,
    wanted_words,
)
from booking.understand.plain_text import ENGLISH_WEEKDAYS, SIDES, A, N, PlainText, Z
from booking.understand.said import Link, Reading, Said, SaidAt, SaidClock, SaidDay, SaidPiece, SaidRepeat


def _is(link: Link, pattern: str) -> Reading:
    return re.compile(pattern), lambda _match, _at: [link]


GREETINGS = rf"(?:早上|上午|中午|下午|晚上)好(?!的)|早安|您好|你好|哈喽|大家好|{A}(?:good (?:morning|afternoon|evening|day)|hello|hi|hey|dear(?: all)?){Z}"
LIKE = (
    r"(?:[和跟与同像照]|如(?!果|有|需|能|可|无)|按照?)\s*[^\s,.;!?、和跟与像]{1,10}?(?:一模一样|一样|相同|差不多)"
    r"|(?:(?:上上?|这|本|下|每)个?(?:周|星期|礼拜)[一二三四五六日天]??|[昨前今]天|上次|平时|平常|往常|以前|之前)一样"
    r"|(?:上上?个?(?:周|星期|礼拜)[一二三四五六日天]?|[昨前]天|上次)(?:(?:我们?)?(?:预?订|用|开|坐|约)过?的|的?(?=那[个间次]))"
    rf"|{A}(?:as|like) (?:on |in )?(?:(?:the )?(?:last|previous) [a-z]+|yesterday|usual|always|before){Z}"
    rf"|{A}as (?:on )?(?:(?:this|next|every|other) [a-z]+|today|{ENGLISH_WEEKDAYS}){Z}"
)
"""What was once, or is otherwise: no day to book, and which is meant nobody knows."""
NOT = rf"不需要|不要|不用|不带|不想|不能|无需|不含|除了|除开|除(?!夕)|别|没有|不在|不是|{A}(?:without|not?(?! (?:later than|earlier than|before)(?![a-z]))|except|don'?t|anything but){Z}"
NOT_THAT = r"不行|不可以|不方便|没空|没时间|都不要|除外"
CHANGE = (
    r"取消掉?|退订|退租|退掉|退了|撤销|撤掉|作废|不[开去来]了|改(?=[到成为在期])|改期|挪到|换到|推迟|推后|延后|延期|延长(?!线)"
    r"|往[前后][推挪]|提前到(?!场)"
    rf"|{A}(?:cancel(?:led|ling)?|call off|reschedule|postpone|push back|move(?= (?:my|our|the|it) )|extend){Z}"
)
"""Of what is booked already; only a new booking can be asked for here."""
WHOLE = rf"一?整个?(?=[上下]午|中午|晚上|早上)|一(?=[上下]午|晚上)|{A}(?:the )?(?:all|whole|entire)(?= (?:morning|afternoon|evening){Z})"
OR = rf"或者是?|或是|还是|要么|或|{A}or{Z}"
TO = rf"一直到|直到|到|至|{A}(?:until|till?|through|thru|to|and(?= \d{{1,2}}(?::\d\d)?\s*[ap]m)){Z}"
CHINESE = (
    "请问一下 请问 请帮我 请帮忙 请给我 帮我们 帮我 帮忙 帮 麻烦你们 麻烦您 麻烦你 麻烦 劳驾 拜托 烦请 请 我们想 我想要 我想 我要 我们要 想要 想 需要 要求 "
    "要有 要 预订 预定 预约 订个 订一下 订 定个 定一下 定 约个 约 借用 借 租用 租个 租 使用 使用一下 用一下 用 找一下 找个 找 安排一下 安排 一下 "
    "看看 看一下 看 查一下 查查 查 有没有 有无 能不能 可不可以 可否 能否 是否 可以 可用 能用 能坐得下 能坐下 能坐 可坐 坐得下 坐下 可容纳 容纳 坐 能 "
    "一个 一间 一张 一处 一块 一只 个 间 会 把 给我们 给我 给 让 替 来个 来 搞个 弄个 换 的话 的 地 得 在 有 带有 带着 带个 带 配有 配备 配 含 "
    "可能 也许 应该 估计 预计 聊一下 聊聊 聊 加上我 看下 查下 问下 能否订到 能不能订到 能订到 可以订到 能约到 能找到 吗 呢 吧 啊 呀 哦 噢 哈 嘛 啦 了 么 谢谢你 谢谢您 谢谢啦 谢谢 多谢 感谢 辛苦了 辛苦 好的 好吗 行吗 行不行 好不好 我们公司 咱们 我们 我 咱 大家 大伙 一起 "
    "开始 开 从 起 时间 是 大概 大约 约莫 差不多 左右 前后 上下 最好 尽量 希望 空闲 空着 空的 有空 空 闲置 还 那天 那个 这个 这天 一共 总共 共 刚好 "
    "的时候 时候 以及 并且 而且 还有 另外 然后 和 跟 与 及 同时 都 就 也 再 先 至少 不少于 不超过 最多 以内 以下 以上 进行 举行 做 去 人数 参加 "
    "设备 设施 地点 地方 日期 用途 用来 为 整 正 只要 只 随便 任意 任何 哪个 哪间 哪些 哪里 什么 怎么 有什么 行 个人 用户 号码 里面 里 内 当天 这边 那边 "
    "时长 时间段 为止 为期 止 结束 截止 过来 今年 提前 赶紧 尽快 急 急需 楼上 共享 租借 公用 多大 方便的话 方便 预留 留个 留一个 留 占个 抢个"
)


def _chinese() -> str:
    words = sorted(
        {word for word in CHINESE.split() if word not in ("楼上", "急", "急需")},
        key=lambda word: (-len(word), word),
    )
    return "|".join(words)


ENGLISH = (
    "please pls needed w could can would you we i i'd we'd i'm we're us our my me a an the need needs want wants like to book booking "
    "reserve reservation find get have has having looking look for with on at in from of is are be there any some some "
    "free available that which it this for about around approximately starting start starts by and then also thanks thank "
    "will let let's lets set up schedule arrange give show if possible one use using all pm am just only both "
    "equipped including include plus o'clock sharp from hold kindly may shall do does what's what who where until seat sit "
    "space place everyone either anything something anywhere somewhere team ok okay as well so help at least up most maximum max minimum equipment"
)


def _english() -> str:
    words = sorted(set(ENGLISH.split()), key=lambda word: (-len(word), word))
    return rf"{A}(?:{'|'.join(map(re.escape, words))})(?![a-z\d])"


MARKS = re.compile(r"[\s,.;:!?、·…()\[\]{}<>《》【】「」『』“”\"'/|+*&@#=_`^\\%$]+")
FIRST: tuple[Reading, ...] = (
    _is(Link.FILLER, GREETINGS),
    (re.compile(LIKE), day_words.unclear),
    _is(
        Link.FILLER,
        r"还有没有|还有|请问|不少于|不超过|不低于|至少|最少|不多于|是不是|有没有|能不能|可不可以|要不要|好不好|行不行|在不在",
    ),
    _is(Link.NOT_THAT, NOT_THAT),
    _is(Link.NOT, NOT),
    _is(Link.OR, OR),
    _is(Link.CHANGE, CHANGE),
    (re.compile(rf"负\s*{N}\s*个?(?:小时|钟头|分钟|人|天|点)"), lambda _match, _at: []),
)
BEFORE_IT = "(?<=[午上晚点天日号末底饭会一二三四五六])"
LAST: tuple[Reading, ...] = (
    (re.compile(r"\d+(?:[-/.]\d+)+"), lambda _match, _at: []),
    _is(Link.TO, TO),
    _is(Link.DASH, "-"),
    _is(
        Link.NOT,
        rf"不?[早晚]于|最早|{A}(?:before|after|by|not? later than|not? earlier than|not before|earlier than|later than){Z}",
    ),
    _is(
        Link.NOT_THAT,
        rf"之前|以前|之后|以后|过后|{BEFORE_IT}(?:前(?![台面后排厅期半])|后(?![天面排勤门厅期半续]))",
    ),
    _is(Link.WITHIN, rf"之间|中间|期间|其中|{A}(?:between|within|some ?time|any ?time){Z}"),
    (MARKS, lambda _match, _at: [Link.FILLER]),
    _is(Link.WHOLE, WHOLE),
    _is(Link.FILLER, r"放(?=\s*(?:一?直?[到至]|在|[一二两三四五六七八九十\d]))"),
    _is(Link.FILLER, _chinese()),
    _is(Link.FILLER, _english()),
)


USUAL: tuple[Reading, ...] = (
    *FIRST,
    *repeat_words.REPEATS,
    *wanted_words.NEAR,
    *place_words.AREAS,
    *wanted_words.NOT_HERE,
    *people_words.HOW_MANY,
    *clock_words.EARLY,
    *hour_words.EARLY,
    *length_words.LATER,
    *range_words.RANGES,
    *holiday_words.READINGS,
    *day_words.READINGS,
    *range_words.ENDS,
    *length_words.LENGTHS,
    *clock_words.READINGS,
    *hour_words.READINGS,
    *clock_words.HALVES,
    *wanted_words.EQUIPMENT,
    *wanted_words.KINDS,
    *LAST,
    *wanted_words.BESIDE,
)
"""The order decides: what is longer or more certain comes before what it might be taken for."""
UNKNOWN = re.compile(r"[a-z][a-z\d]*(?:'[a-z]+)*|\d+(?:\.\d+)?[a-z]*|.", re.DOTALL)


def scan(text: PlainText, at: SaidAt, own: Sequence[Reading] = ()) -> Sequence[SaidPiece]:
    """Cut a sentence into pieces; a park's own words come before the usual ones."""
    pieces = list(_pieces(text, at, (*FIRST, *own, *USUAL)))
    for put in (_sided, _ended, _day_again, _to_a_number, _joined):
        pieces = list(put(text, pieces))
    return pieces


def _pieces(text: PlainText, at: SaidAt, readings: Sequence[Reading]) -> Iterator[SaidPiece]:
    start = 0
    while start < len(text.read):
        piece = _piece(text, start, at, readings)
        yield piece
        start = piece.end


def _sided(text: PlainText, pieces: Sequence[SaidPiece]) -> Iterator[SaidPiece]:
    """Join before and after with the hour they stand before: after 3pm, before noon."""
    waiting: list[SaidPiece] = []  # a before or after, and the blanks behind it
    for piece in pieces:
        if waiting and (piece.said == (Link.FILLER,)):
            waiting.append(piece)
            continue
        if waiting and len(piece.said) == 1 and isinstance(clock := piece.said[0], SaidClock):
            side = SIDES[text.read[waiting[0].start : waiting[0].end]]
            yield SaidPiece(waiting[0].start, piece.end, (replace(clock, side=side),))
            waiting = []
            continue
        yield from waiting
        waiting = [piece] if text.read[piece.start : piece.end] in SIDES else []
        yield from () if waiting else (piece,)
    yield from waiting


def _ended(text: PlainText, pieces: Sequence[SaidPiece]) -> Iterator[SaidPiece]:
    """Read a day or an hour that is called the last (12月31日止, 三点半结束) as 到 it."""
    for piece in pieces:
        may_end = any(isinstance(said, SaidDay | SaidClock) for said in piece.said)
        ends = may_end and THE_LAST.match(text.read, piece.end)
        yield piece._replace(said=(Link.TO, *piece.said)) if ends else piece


THE_LAST = re.compile(r"\s*(?:为止|截?止|结束(?![之以]?后))")


def _day_again(_text: PlainText, pieces: Sequence[SaidPiece]) -> Iterator[SaidPiece]:
    """Leave out the day that is said again with the hour to end at: 明天9点到明天11点."""
    first: SaidDay | SaidRepeat | None = None
    timed = joined = False
    for piece in pieces:
        left = [one for one in piece.said if not (isinstance(one, SaidDay) and _is_that_day(first, one))]
        again = joined and timed and len(left) < len(piece.said)
        yield piece._replace(said=tuple(left) or (Link.FILLER,)) if again else piece
        for said in () if again else piece.said:
            first, timed = (said, False) if isinstance(said, SaidDay | SaidRepeat) else (first, timed)
            timed = timed or isinstance(said, SaidClock)
        if piece.said != (Link.FILLER,):
            joined = piece.said in {(Link.TO,), (Link.DASH,)}


def _is_that_day(first: SaidDay | SaidRepeat | None, day: SaidDay) -> bool:
    if isinstance(first, SaidRepeat):
        return (
            day.weekday is not None and first.rule == f"FREQ=WEEKLY;BYDAY={repeat_words.CODES[day.weekday]}"
        )
    return first is not None and not first.either and not day.either and first.day == day.day


def _to_a_number(text: PlainText, pieces: Sequence[SaidPiece]) -> Iterator[SaidPiece]:
    """Read a number as the hour to end at, where an hour to begin at stands before it: half past two to four."""
    begins: tuple[Said, ...] = ()  # the two pieces before
    joins: tuple[Said, ...] = ()
    for piece in pieces:
        hour = hour_words.HOUR_TO_END_AT.fullmatch(text.read, piece.start, piece.end)
        open_hour = len(begins) == 1 and isinstance(begins[0], SaidClock)
        if hour and open_hour and joins in {(Link.TO,), (Link.DASH,)} and not piece.said:
            alone = hour_words.ALONE.match(text.read, piece.end)
            yield piece._replace(said=(hour_words.bare_hour(hour),)) if alone else piece
        else:
            yield piece
        if piece.said != (Link.FILLER,):
            begins, joins = joins, piece.said


def _piece(text: PlainText, start: int, at: SaidAt, readings: Sequence[Reading]) -> SaidPiece:
    for pattern, read in readings:
        match = pattern.match(text.read, start)
        if match is not None and match.end() > start:
            return SaidPiece(start, match.end(), tuple(read(match, at)))
    match = UNKNOWN.match(text.read, start)
    return SaidPiece(start, match.end() if match else start + 1, ())


def _joined(text: PlainText, pieces: Sequence[SaidPiece]) -> Iterator[SaidPiece]:
    """Join what is not understood with its neighbours, and small words inside of it: 开闭幕, red carpet."""
    waiting: list[SaidPiece] = []  # an unknown piece, and small words that may turn out to stand inside of it
    for piece in pieces:
        if not piece.said and waiting:
            waiting = [SaidPiece(waiting[0].start, piece.end, ())]
        elif not piece.said:
            waiting = [piece]
        elif waiting and _may_stand_inside(text, piece):
            waiting.append(piece)
        else:
            yield from waiting
            yield piece
            waiting = []
    yield from waiting


LETTERS = re.compile(r"[\u4e00-\u9fff]{1,2}| ")


def _may_stand_inside(text: PlainText, piece: SaidPiece) -> bool:
    """Tell whether a small word may be a part of the words around it; a blank joins Latin words."""
    if piece.said != (Link.FILLER,):
        return False
    words = text.read[piece.start : piece.end]
    if words == " ":
        beside = text.read[piece.start - 1 : piece.start] + text.read[piece.end : piece.end + 1]
        return beside.isascii()
    return LETTERS.fullmatch(words) is not None

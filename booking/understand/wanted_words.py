"""Words for what is wanted: near what, which kind of space, with what equipment, and what for.

Near what: 离林一近, 靠近张三, near Li Lei. Kinds of space and equipment are the usual ones and a park's own.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from re import Match

from booking.understand.plain_text import A, N, PlainText, Z, numeral_value
from booking.understand.said import (
    Link,
    Reading,
    Said,
    SaidAt,
    SaidEquipment,
    SaidKind,
    SaidNear,
    SaidPurpose,
    SaidSize,
)

WEEKDAY_START = r"mon|tue|wed|thu|fri|sat|sun"
NO_NAME = (
    rf"(?!(?:on|at|for|from|with|in|a|an|and|to|until|tomorrow|tonight|today|next|this|every|please|near|by|before|"
    rf"after|day|the|{WEEKDAY_START}|mondays?|tuesday|wednesday|thursday|friday|saturday|sunday|morning|afternoon|desk|room|seat|place|table|office"
    rf"|noon){Z})"
)
CODE = r"[a-z]{1,2}-?\d{1,4}(?![a-z\d])"
WORD = rf"{NO_NAME}[a-z][a-z'.]*"
STOPS = (
    r"(?=的|工位|位子|座位|位置|办公|会议室|房间|仓|储物|柜|坐|一?点|旁|附近|今天|明天|后天|大后天|这周|本周|下周|周[一二三四五六日天]"
    r"|星期|上午|下午|早上|晚上|中午|[带要订找]|[\s,.;!?、]|\d|$)"
)

NO_TIME = (
    rf"(?!大?[今明后][天晚早]|(?:[下上]{{1,2}}|这|本)个?(?:周|星期|礼拜)|(?:周|星期|礼拜)[一二三四五六日天末]{STOPS}|[上下中]午|[早晚]上"
    rf"|{N}\s*(?:月|日|点|时|:|[个位名]?人)|坐)"
)
"""What follows 挨着 or 离 and is when, how many or nothing: whom to sit near was not said then."""


def _near(match: Match[str], at: SaidAt) -> Sequence[Said]:
    name = OURS.sub("", at.text(match, "name"))
    name = ITS_PLACE.sub("", name)
    return [SaidNear(name)] if PERSON.match(name) and not TWO_OF_THEM.search(name) else []


PERSON = re.compile(rf"(?=.){NO_TIME}")


OURS = re.compile(r"^(?:我们?的?)?(?:同事)?(?=.)|^(?:我们?|[这那你]里?)$")
"""What says whose somebody is, or is nobody's name: 我们同事小李, 离我近."""
ITS_PLACE = re.compile(r"'s?(?: .*)?$|的(?:工位|位子|座位|位置|桌子|办公室|办公桌)$|都$")
TWO_OF_THEM = re.compile(r"\S{2,}(?:[、,与跟及]|和)\S{2,}")
"""To be near two at once (离林一和王二都近) is not offered, and which of them is meant is not guessed."""


NEAR: tuple[Reading, ...] = tuple(
    (re.compile(pattern), _near)
    for pattern in (
        r"(?:距离|离|距)(?!得)\s*(?P<name>[^,.;]{1,16}?)\s*(?:的位置)?(?:比较|最|更|很|要|越|尽量|稍微?)?(?:近|不远)(?:一?点儿?|一?些)?",
        rf"(?:靠近|挨着|挨近|临近|紧邻|邻近|紧挨着?)\s*{NO_TIME}(?P<name>{CODE}|{WORD}(?: {WORD}){{0,2}}|[^\s,.;]{{1,8}}?{STOPS})(?:一?点儿?)?(?:的?(?:旁边|附近))?",
        r"(?:和|跟|与|同)\s*(?P<name>[^\s,.;的]{1,8}?)\s*(?:坐在?一起|一起坐|坐一块儿?|挨着坐?|挨在一起|相邻|坐得近|近(?:一?点儿?)?)",
        rf"{A}(?:near(?:by)?(?: to)?|close to|next to|beside|not far from)\s+(?:the )?{NO_TIME}(?P<name>{CODE}|{WORD}(?: {WORD}){{0,2}}|[\u4e00-\u9fff]{{1,4}}?{STOPS})(?:(?<='s) (?:desk|seat|table|place|office|room){Z})?",
    )
)
BESIDE: tuple[Reading, ...] = (
    (re.compile(rf"(?P<name>{CODE}|[\u4e00-\u9fff]{{2,3}}?)的?(?:旁边|附近|隔壁|边上|身边|对面)"), _near),
)
"""A name that comes before its word; read after the small words, which would pass for part of the name."""

DESK, ROOM, STORE, HALL = "workstation", "meeting_room", "storage", "hall"
ROOMS = r"(?:会议室|会议间|会议厅|洽谈室|洽谈间|讨论室|讨论间|面试间|培训室)"
EN_ROOMS = r"(?:(?:meeting|conference|board|seminar)[ -]?rooms?|boardroom|rooms?)"
KIND_WORDS = {
    DESK: (
        rf"(?:共享|流动|移动|临时|联合)?(?:办公)?工位|(?:办公)?(?:位子|座位|位置|卡座|座儿)|办公桌|办公位|工作位|桌子"
        rf"|{A}(?:hot ?desks?|workstations?|work stations?|desks?|seat){Z}"
    ),
    HALL: (
        r"(?:园区|共享)?会客厅|接待厅|路演厅|报告厅|多功能厅|活动厅|宴会厅|礼堂|大厅|展厅"
        rf"|{A}(?:reception hall|event space|pitch hall|lecture hall|auditorium|halls?){Z}"
    ),
    STORE: (
        r"(?:共享|迷你)?(?:仓储|仓库|仓位)(?:空间)?|储物[柜间室]|储藏[室间]|储物空间|寄存柜|库房|货位|柜子|储物"
        rf"|{A}(?:storage(?: room| space| unit)?|store ?rooms?|stores?|lockers?|warehouse){Z}"
    ),
    ROOM: (
        rf"(?:共享)?(?:{ROOMS}|房间)|小会(?=$|[\s,])"
        rf"|{A}{EN_ROOMS}{Z}"
    ),
}
MEETING = (
    r"开个?[小短]?会(?!员|计|客)|碰个?头|讨论会?|会议|洽谈|会(?=$|[\s,.!?])"
    rf"|{A}meetings?{Z}"
)
NAMED_MEETINGS = (
    r"(?:周|月)?例会(?!议|员)|[周晨早月站]会(?!议|员)|站立会|碰个?头会|(?:招聘|技术)?面试(?!间)"
    rf"|{A}(?:interviews?|stand-?up|workshop){Z}"
)
STORING = rf"(?:存放?|放)(?:{N}|几|些|点)\s*[箱件包袋]?(?:资料|物料|样品|货物?|行李|东西|箱子|展架)|存放|寄存|放货|存货|存东西|放东西"
SCREEN, BEAMER, BOARD, VIDEO, PHONE = "屏幕", "投影", "白板", "视频会议", "电话"
DISPLAY, SOUND, MONITOR, STANDING_DESK, STAGE = "显示屏", "音响", "显示器", "升降桌", "舞台"
WALL, BUFFET, STREAMING, MICROPHONE = "LED 大屏", "茶歇台", "直播设备", "麦克风"
SHELVES, CLIMATE, PRINTER, SOCKETS, COOLING = "货架", "恒温", "打印机", "插座", "空调"
CAMERA, ACCESS = "监控", "门禁"
EQUIPMENT_WORDS: Sequence[tuple[str, str | None, str]] = (
    (VIDEO, ROOM, rf"视频会议(?:系统|设备)?|视频(?:会|设备|系统)?|视讯(?:会议)?|摄像头|{A}(?:video[ -]?(?:conferenc(?:e|ing)|calls?)|video|webcam|camera|vc){Z}"),
    (PHONE, ROOM, rf"电话会议?(?:系统)?|会议电话|电话机|电话(?!亭|间|号|联系)|{A}(?:(?:conference )?(?:tele)?phone|speakerphone){Z}"),
    (BEAMER, ROOM, rf"投影(?:仪|机|设备|幕布|幕)?|幻灯机|{A}(?:projectors?|beamer){Z}"),
    (BOARD, ROOM, rf"(?:电子)?白板|写字板|黑板|{A}white ?boards?{Z}"),
    (SCREEN, ROOM, rf"[大]?屏幕|萤幕|荧幕|显示屏|大屏|投屏|电视机?|{A}led ?大?屏幕?|{A}(?:(?:big |large )?screens?|displays?|tv|television){Z}"),
    (SOUND, ROOM, rf"音响|音箱|扩音器?|{A}(?:speakers|sound system|audio){Z}"),
    (MICROPHONE, ROOM, rf"麦克风|话筒|{A}(?:microphones?|mics?){Z}"),
    (MONITOR, DESK, rf"(?:双|外接)?显示器|双屏|{A}monitors?{Z}"),
    (STANDING_DESK, DESK, rf"升降桌|站立办公桌|{A}(?:standing desk|sit-stand desk|height-adjustable desk){Z}"),
    (SHELVES, STORE, rf"货架|层架|{A}(?:shelves|shelving|racks?){Z}"),
    (CLIMATE, STORE, rf"恒温|{A}climate control{Z}"),
    (PRINTER, None, rf"打印机|{A}printer{Z}"),
    (SOCKETS, None, rf"插座|电源|{A}(?:power )?(?:sockets?|outlets?){Z}"),
    (COOLING, None, rf"空调|{A}(?:air ?con(?:ditioning)?){Z}"),
    (STAGE, HALL, rf"舞台|{A}stage{Z}"),
    (STREAMING, HALL, rf"直播(?:设备|间)?|{A}live ?stream(?:ing)?{Z}"),
)  # fmt: skip


def _says(said: Said) -> Callable[[Match[str], SaidAt], Sequence[Said]]:
    return lambda _match, _at: [said]


def _not_here(_match: Match[str], _at: SaidAt) -> Sequence[Said]:
    return []


def _several(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    """Take one of a thing as a matter of course; two are not had in one go."""
    return [Link.FILLER] if numeral_value(match["n"]) == 1 else []


def own_equipment(names: Iterable[str], plain: Iterable[str]) -> Sequence[Reading]:
    """Read a park's own words, the longest first; `plain` are the same as the sentence is read."""
    pairs = sorted(zip(names, plain, strict=True), key=lambda pair: (-len(pair[1]), pair))
    return [(_literally(word), _says(SaidEquipment(name, _usual(word)))) for name, word in pairs if word]


def _usual(word: str) -> str | None:
    """Tell the kind that usually has a thing."""
    return next((kind for _, kind, words in EQUIPMENT_WORDS if re.search(words, word)), None)


def things_meant(said: str, known: Sequence[str]) -> tuple[str, ...]:
    """Give the names of a park's things that are meant by one that was said: itself, else its kin (显示屏 of 屏幕)."""
    if said in known:
        return (said,)
    words = next((words for name, _, words in EQUIPMENT_WORDS if name == said), None)
    return tuple(name for name in known if words and re.search(words, PlainText.of(name).read))


def _literally(word: str) -> re.Pattern[str]:
    before, after = (A if word[0].isascii() else ""), (Z if word[-1].isascii() else "")
    return re.compile(before + r"\s*".join(re.escape(letter) for letter in word if letter != " ") + after)


EQUIPMENT: tuple[Reading, ...] = tuple(
    (re.compile(words), _says(SaidEquipment(name, kind))) for name, kind, words in EQUIPMENT_WORDS
)
OCCASIONS = r"(?:发布|音乐|晚|聚|年|茶话|酒|运动|展|大|家长|联谊|交流|座谈|分享|培训|学习|说明|宣讲|推介|研讨|招聘|路演)会(?!议|客|员|计)"
TOPIC = r"(?:项目|方案|产品|设计|需求|预算|合作|合同|报价|价格|计划|进度|业务|工作|技术)"
TALK = rf"(?:聊聊?|谈谈?|商谈|商量|探讨|讨论|洽谈)(?:一?下)?(?:项目|产品|设计|合作|技术)?{TOPIC}"
PURPOSES = (
    r"(?<![到至])(?:(?:新?客户|供应商|领导|投资人)(?:来访|拜访|接待|到访)|(?:接待|拜访|见)(?:新?客户|供应商|领导|投资人)|来访|接待(?!厅)|(?:项目|方案|产品|设计|代码|需求|绩效|技术|合同|预算|年终|年度|季度|月度)?(?:评审(?!会)|沟通|对接|总结|汇报|验收|复盘(?!会)|启动(?!会))"
    r"|路演(?![厅会])|(?:项目|产品|方案)?(?:项目|复盘|评审|启动|沟通|汇报|总结|对接|董事|股东|部门|团队|小组|全员|全体|动员|表彰)[周例晨月大]?会(?![议员计客])|招聘(?!会)|校招|读书会|加班|头脑风暴|签约|签合同|培训(?!室|会)|新人入职|入职|述职|答辩|彩排|排练|录课|录音|录视频|拍照|拍摄|团建|谈判|谈合同|谈话|面谈|商务谈判|一对一|1\s*对\s*1(?!\d)|写方案|写代码|写报告|备课|午餐|午饭(?![前后])|(?:举?办|开|做)?(?:沙龙|讲座|工作坊)|聚餐|下午茶(?!歇)|过生日|生日会|茶歇(?!台))"
    rf"|{TALK}|{A}(?:retro(?:spective)?|brainstorm(?:ing)?|(?<!until )(?<!till )(?<!to )(?:team )?lunch(?! ?(?:time|break))|(?:code|design|performance|project|budget) review|review|training|onboarding|catch-?up|sync(?:-?up)?|(?:quarterly|annual) (?:business |performance )?(?:review|report|results)|kick-?off|demo|all[ -]hands|town ?hall|(?:sprint )?planning|1:1|1-on-1"
    rf"|one[ -]on[ -]one|(?:client|customer|supplier|investor)s? (?:visit|meeting|call)|hiring|negotiations?|board meeting|book club|presentations?|events?(?! space)|salon|talks?|rehearsal|overtime|birthday|team ?building|photo ?shoot|coffee chat|pitch(?! hall)|(?:product )?launch){Z}"
)


def _purpose(match: Match[str], at: SaidAt) -> Sequence[Said]:
    name = at.text(match)
    meeting = name.endswith("会") or name.startswith(("讨论", "洽谈"))
    return [SaidPurpose(name), *([SaidKind(ROOM, hint=True)] if meeting else [])]


PLACES = rf"(?:{ROOMS}|房间|工位|会客厅|路演厅|报告厅|仓库|储物[柜间室])"
DAY_OR_END = r"(?=\s*(?:$|[,.;:!?\d]|(?:on|at|for|from|tomorrow|today|tonight|next|this|mon|tue|wed|thu|fri|sat|sun|with|please|or|and|in)))"


def _letter(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Take A会议室 for a room that is not known here; of "book a 会议室" it is an article."""
    article = match.string[: match.start()].endswith(" ") and at.text(match) == "a" and match["gap"]
    return [Link.FILLER] if article else []


NOT_HERE: tuple[Reading, ...] = (
    (re.compile(r"(?<=[室间厅位库柜])\s*[a-z](?![a-z\d']|\s*[座区栋幢楼])"), _not_here),
    (re.compile(rf"(?<![a-z\d'])[a-z](?P<gap>\s*)(?={PLACES})"), _letter),
    (re.compile(rf"(?:(?<=room )|(?<=desk )|(?<=hall ))[ai]{DAY_OR_END}"), _not_here),
    (
        re.compile(
            rf"电话[间亭]|隔音[间舱]|{A}phone booths?{Z}|(?:固定|独立)(?=的?(?:办公)?(?:工位|位子|座位|卡座|办公桌))"
        ),
        _not_here,
    ),
)
"""A letter beside a kind of space is a name, and of none of the park's own; and kinds that no park has."""


def _sized(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    return [SaidSize("large" if match["large"] else "small"), SaidKind(ROOM)]


SIZES: tuple[Reading, ...] = tuple(
    (re.compile(pattern), _sized)
    for pattern in (
        rf"(?:(?P<large>更?大|宽敞)|更?小)(?:一?点儿?|一?些)?型?的?\s*(?:共享)?(?:{ROOMS}|房间)",
        rf"{A}(?:(?P<large>big(?:ger)?|larger?|spacious)|small(?:er)?|little) {EN_ROOMS}{Z}",
    )
)
KINDS: tuple[Reading, ...] = (
    *SIZES,
    (
        re.compile(rf"(?:{PURPOSES}|{NAMED_MEETINGS})(?:结束|完)?(?:之|以|过)?[后前](?![台厅门排面])"),
        _not_here,
    ),
    (
        re.compile(NAMED_MEETINGS),
        lambda match, at: [SaidPurpose(at.text(match)), SaidKind(ROOM, hint=True)],
    ),
    (re.compile(PURPOSES), _purpose),
    (re.compile(OCCASIONS), lambda _match, _at: []),
    (re.compile(rf"(?P<n>{N})\s*[个间张只套处]"), _several),
    *((re.compile(words), _says(SaidKind(kind))) for kind, words in KIND_WORDS.items()),
    (re.compile(MEETING), _says(SaidKind(ROOM, hint=True))),
    (re.compile(STORING), _says(SaidKind(STORE, hint=True))),
)

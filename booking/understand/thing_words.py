"""Words for kinds of space and for equipment, the usual ones and a park's own."""

import re
from collections.abc import Callable, Iterable, Sequence
from re import Match

from booking.understand.numerals import N, numeral_value
from booking.understand.plain_text import PlainText
from booking.understand.said import Link, Reading, Said, SaidAt, SaidEquipment, SaidKind

DESK, ROOM, STORE, HALL = "workstation", "meeting_room", "storage", "hall"
A, Z = r"(?<![a-z])", r"(?![a-z])"
KIND_WORDS = {
    DESK: (
        rf"(?:共享|独立|流动|固定|移动|临时|联合)?(?:办公)?工位|(?:办公)?(?:位子|座位|位置|卡座|座儿)|办公桌|办公位|工作位|桌子"
        rf"|{A}(?:hot ?desks?|workstations?|work stations?|desks?|seat){Z}"
    ),
    HALL: (
        r"(?:园区|共享)?会客厅|接待厅|路演厅|报告厅|多功能厅|活动厅|宴会厅|礼堂|大厅|展厅"
        rf"|{A}(?:reception hall|event space|pitch hall|lecture hall|auditorium|halls?){Z}"
    ),
    STORE: (
        r"(?:共享|迷你|小|大)?(?:仓储|仓库|仓位)(?:空间)?|储物[柜间室]|储藏[室间]|储物空间|寄存柜|库房|货位|柜子|储物"
        rf"|{A}(?:storage(?: room| space| unit)?|store ?rooms?|stores?|lockers?|warehouse){Z}"
    ),
    ROOM: (
        r"(?:共享)?[小中大]?型?(?:会议室|会议间|会议厅|洽谈室|洽谈间|讨论室|讨论间|面试间|培训室)|[小中大]?房间|[小大]会(?=$|[\s,])"
        rf"|{A}(?:(?:small |big |large )?(?:meeting|conference|board|seminar)[ -]?rooms?|boardroom|(?:small |big |large )?rooms?){Z}"
    ),
}
MEETING = (
    r"开个?[小短]?会(?!员|计|客)|[例周晨早晚月站]会(?!议|员)|碰个?头会?|碰头会|面试|讨论会?|会议|洽谈|会(?=$|[\s,.!?])"
    rf"|{A}(?:meetings?|interviews?|stand-?up|workshop){Z}"
)
STORING = r"存放|寄存|放货|存货|存东西|放东西"
SCREEN, BEAMER, BOARD, VIDEO, PHONE = "屏幕", "投影", "白板", "视频会议", "电话"
DISPLAY, SOUND, MONITOR, STANDING_DESK, STAGE = "显示屏", "音响", "显示器", "升降桌", "舞台"
EQUIPMENT_WORDS: Sequence[tuple[str, str | None, str]] = (
    (VIDEO, ROOM, rf"视频会议(?:系统|设备)?|视频(?:会|设备|系统)?|视讯(?:会议)?|摄像头|{A}(?:video[ -]?(?:conferenc(?:e|ing)|calls?)|video|webcam|camera|vc){Z}"),
    (PHONE, ROOM, rf"电话会议?(?:系统)?|会议电话|电话机|电话(?!亭|间|号|联系)|{A}(?:(?:conference )?(?:tele)?phone|speakerphone){Z}"),
    (BEAMER, ROOM, rf"投影(?:仪|机|设备|幕布|幕)?|幻灯机|{A}(?:projectors?|beamer){Z}"),
    (BOARD, ROOM, rf"(?:电子)?白板|写字板|黑板|{A}white ?boards?{Z}"),
    (SCREEN, ROOM, rf"[大]?屏幕|萤幕|荧幕|显示屏|大屏|投屏|电视机?|{A}led ?大?屏幕?|{A}(?:(?:big |large )?screens?|displays?|tv|television){Z}"),
    (SOUND, ROOM, rf"音响|音箱|扩音器?|{A}(?:speakers|sound system|audio){Z}"),
    ("麦克风", ROOM, rf"麦克风|话筒|{A}(?:microphones?|mics?){Z}"),
    (MONITOR, DESK, rf"(?:双|外接)?显示器|双屏|{A}monitors?{Z}"),
    (STANDING_DESK, DESK, rf"升降桌|站立办公桌|{A}(?:standing desk|sit-stand desk|height-adjustable desk){Z}"),
    ("货架", STORE, rf"货架|层架|{A}(?:shelves|shelving|racks?){Z}"),
    ("恒温", STORE, rf"恒温|{A}climate control{Z}"),
    ("打印机", None, rf"打印机|{A}printer{Z}"),
    ("插座", None, rf"插座|电源|{A}(?:power )?(?:sockets?|outlets?){Z}"),
    ("空调", None, rf"空调|{A}(?:air ?con(?:ditioning)?){Z}"),
    (STAGE, HALL, rf"舞台|{A}stage{Z}"),
    ("直播设备", HALL, rf"直播(?:设备|间)?|{A}live ?stream(?:ing)?{Z}"),
)  # fmt: skip


def _says(said: Said) -> Callable[[Match[str], SaidAt], Sequence[Said]]:
    return lambda _match, _at: [said]


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
KINDS: tuple[Reading, ...] = (
    (re.compile(OCCASIONS), lambda _match, _at: []),
    (re.compile(rf"(?P<n>{N})\s*[个间张只套处]"), _several),
    *((re.compile(words), _says(SaidKind(kind))) for kind, words in KIND_WORDS.items()),
    (re.compile(MEETING), _says(SaidKind(ROOM, hint=True))),
    (re.compile(STORING), _says(SaidKind(STORE, hint=True))),
)

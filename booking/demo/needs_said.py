"""What the demo's people say they need, all invented: shared troubles, single ones, who answers, and photographs.

Of somebody of the house, and of something that is broken, drawn as people might take them.
"""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw

from booking.needs.rules import NeedKind
from booking.people.models import Role
from booking.spaces.pictures import redrawn

WISH, FAULT, COMPLAINT = NeedKind.WISH, NeedKind.FAULT, NeedKind.COMPLAINT


class SharedTrouble(NamedTuple):
    """What several enterprises say in a month, and what the meeting decides; `age` counts months back."""

    age: int
    title: str
    kind: NeedKind
    place: str  # code of a space, or ""
    said: tuple[str, ...]
    proposal: str = ""
    what: str = ""
    who: str = ""
    days: int = 20
    outcome: str = "done"
    note: str = ""


MATTERS = (
    SharedTrouble(11, "会议室下午订不到", WISH, "", ("下午想开会总是订不到会议室", "会议室下午老是满的，订不到", "会议室太少，周三下午根本订不上", "下午的会议室能不能多开几间"), "云起东、西两间合并外也可分开订", "云起东西两间周三全天分开开放", "安澜", 15, "done", "已在时间表上分开"),
    SharedTrouble(10, "门口快递没处放", WISH, "", ("门口快递没地方放", "快递都堆在大门口，希望有个快递柜", "快递没地方放，下雨会淋湿"), "B 座 1 层闲置 18 m² 改快递间", "B 座 1 层改一间快递间，装柜 48 格", "物业 李工", 25, "carried_on", "柜体还在路上"),
    SharedTrouble(9, "周末加班没有空调", WISH, "", ("周末加班没有空调", "周末空调不开，加班太热", "周末没空调，加班人受不了"), "", "周六空调延时到 20 点", "物业 李工", 20, "done", "已按新时间运行"),
    SharedTrouble(8, "走廊有人抽烟", COMPLAINT, "A307", ("走廊里有人抽烟，烟味进会议室", "又有人在走廊抽烟", "三楼走廊烟味很大，没人管"), "", "三楼设吸烟点，走廊贴标识并巡查", "安澜", 12, "done", "巡查两周，没有再发现"),
    SharedTrouble(8, "食堂中午排队太久", COMPLAINT, "", ("食堂中午排队太久", "中午食堂排队要半小时"), "和食堂谈错峰", "分两批错峰，11:30 起供餐", "食堂 钱经理", 20),
    SharedTrouble(7, "想晚上也能用会议室", WISH, "", ("希望周四会议室开放到 22 点", "晚上也想用会议室，能不能开放到 22 点", "会议室晚上开放晚一点，客户在国外"), "", "周四会议室开放到 22 点，试三个月", "安澜", 18),
    SharedTrouble(6, "停车位白天不够", COMPLAINT, "", ("白天停车位不够，访客乱停", "停车位不够，访客乱停在消防通道"), "", "访客车位预约，消防通道加桩", "物业 李工", 30, "carried_on", "加桩等消防批复"),
    SharedTrouble(5, "工位区中午太吵", COMPLAINT, "A203", ("工位区中午太吵，没法接电话", "中午工位区很吵，接不了电话"), "隔出两个电话间", "A 座 2 层隔两个电话间", "安澜", 28),
    SharedTrouble(4, "想要一次研发费用的培训", WISH, "A101", ("想要研发费用加计扣除的培训", "希望请税务来讲研发费用加计扣除", "研发费用怎么加计扣除，能不能办个培训"), "会客厅办一场，请税务所", "会客厅办一场政策培训", "向晨", 21),
    SharedTrouble(3, "仓储区没有推车", WISH, "", ("仓储区没有推车，搬货太累", "仓储搬货没有推车，希望配两辆"), "", "仓储区配四辆推车", "物业 李工", 10),
    SharedTrouble(2, "会客厅音响老断", FAULT, "A101", ("会客厅音响老断，活动中途没声音", "会客厅话筒老断，没声音", "会客厅音响又断了"), "换一套无线接收", "更换无线接收器并试音", "物业 李工", 16, "done", "试音三次正常"),
    SharedTrouble(2, "周边早餐太少", WISH, "", ("园区周边早餐太少", "早餐太少，希望有个早餐车"), "", "早餐车进园，每天 7:30–9:00", "向晨", 12, "", ""),
    SharedTrouble(1, "会议室视频设备不稳", COMPLAINT, "B221", ("视频会议老掉线，客户很不满", "视频会议又掉线，设备没人管", "视频会议一开就掉线"), "B221、A308 先换设备", "", "", 0),
    SharedTrouble(1, "想要母婴室", WISH, "", ("希望有一间母婴室", "能不能有个母婴室", "想要母婴室，哪怕很小"), "A 座 1 层储物间改一间", "", "", 0),
)  # fmt: skip
LONE = (
    # months ago, kind, place, words, how it went: answered, late, reopened, lapsed
    (11, FAULT, "A307", "显示屏打不开", "answered"), (11, WISH, "", "想要一面旗杆挂园旗", "lapsed"),
    (10, FAULT, "A204", "工位插座没电", "answered"), (10, COMPLAINT, "", "保洁来得太晚，早上垃圾没人收", "late"),
    (9, FAULT, "B221", "白板笔都没墨，白板也擦不干净，坏了", "lapsed"), (9, WISH, "", "希望能开电子访客码", "answered"),
    (9, COMPLAINT, "", "多收了一笔仓储费，投诉", "answered"), (8, FAULT, "A307", "空调漏水滴到桌上", "reopened"),
    (7, FAULT, "A204", "升降桌卡住了", "answered"), (7, COMPLAINT, "A308", "隔壁太吵，视频会议没法开", "lapsed"),
    (6, FAULT, "B221", "门禁刷不开，打不开门", "answered"), (6, WISH, "", "想要一台共享打印机", "answered"),
    (6, FAULT, "", "三楼茶水间漏水", "late"), (5, FAULT, "A307", "投影黑屏", "answered"),
    (5, WISH, "", "能不能给新员工做一次园区导览", "lapsed"), (5, COMPLAINT, "", "保安态度不好", "answered"),
    (4, FAULT, "A203", "椅子坏了", "answered"), (4, COMPLAINT, "", "电梯里异味很大", "reopened"),
    (4, WISH, "", "希望能和上下游企业认识一下", "answered"), (3, FAULT, "B221", "投影打不开", "answered"),
    (3, COMPLAINT, "", "卫生间太脏", "answered"), (3, FAULT, "A202", "网口断网", "late"),
    (2, FAULT, "A308", "视频会议没声音", "answered"), (2, WISH, "", "希望会客厅有儿童角，家庭日用", "lapsed"),
    (2, COMPLAINT, "", "装修噪音，上午没法开会", "answered"), (1, FAULT, "A307", "灯不亮了一盏", "answered"),
    (1, COMPLAINT, "", "快递被别人拿错，没人管", "reopened"), (1, WISH, "", "想要工位区的绿植", "answered"),
)  # fmt: skip
LATELY = (
    # hours before now, kind, place, words, state: open, answered
    (200, COMPLAINT, "", "垃圾分类点没人管，臭", "open"), (76, FAULT, "B221", "话筒没声音", "open"),
    (50, FAULT, "A204", "升降桌按了没反应，坏了", "answered"), (30, WISH, "", "希望周六也能领快递", "open"),
    (26, FAULT, "B221", "投影机的灯一闪一闪，黑屏", "open"), (20, COMPLAINT, "", "旁边在装修，太吵", "answered"),
    (4, WISH, "", "想要一间能放样品的展示柜", "open"), (2, FAULT, "A307", "显示屏连不上", "open"),
)  # fmt: skip
ALIKE = (
    # hours before now, which enterprise by its word, kind, words: nobody has joined them yet
    (29, "鹿鸣坞", COMPLAINT, "早上等电梯要十分钟，受不了"), (6, "砚溪", COMPLAINT, "早上电梯太慢，等了十分钟，没人管"),
)  # fmt: skip
OF_THE_STORY = ("话筒没声音", "显示屏连不上")  # lately said by the enterprise whose manager one signs in as
VISITS = (
    "聊了明年的面积，想留两个仓储",
    "见了负责人，说会议室好订了",
    "在搬家，下月再看",
    "想报名政策培训",
    "问了账单怎么看",
)
STAFF = (
    ("柏青", Role.ADMIN, "021-5555 0131"),
    ("温言", Role.BRANCH, "021-5555 0132"),
    ("时雨", Role.BRANCH, "021-5555 0133"),
)
ANSWERS = {
    FAULT: ("工程已修好，请再试一次。", "配件已换，试过正常。", "物业已处理，有问题直接再说。"),
    COMPLAINT: (
        "已约谈相关人员，本周起加一次巡查。",
        "抱歉，已改，并向大家说明。",
        "核实后已处理，谢谢提醒。",
    ),
    WISH: ("可以，下周就安排。", "园区先试一个月，看用的人多不多。", "列进本月清单，办好再告诉你。"),
}
DAYS_TO_ANSWER = {FAULT: (0, 0, 1), COMPLAINT: (1, 1, 2, 2, 3), WISH: (3, 4, 4)}
TAKEN_UP = (
    "收到，已和物业去现场看过，提到本月园区例会上定。",
    "记下了，还有别家也提了，例会后答复你。",
    "先临时处理，长期怎么办上例会。",
)
EARLIER = {1: 4, 2: 2, 3: 5, 4: 4, 5: 3, 6: 5, 7: 3, 8: 4, 9: 5, 10: 4, 11: 3, 12: 3}
SOURCE = "物业投诉登记簿（手工）"


Colour = tuple[int, int, int]
BLACK, BROWN, GREY = (44, 40, 40), (84, 62, 48), (120, 118, 116)
LIGHT, WARM = (243, 215, 192), (229, 190, 158)
TWICE = 2  # drawn so large and made smaller, so that edges are smooth
WIDE, HIGH = 480, 560


class Look(NamedTuple):
    """How somebody who does not exist looks."""

    clothes: Colour
    hair: Colour = BLACK
    skin: Colour = LIGHT
    ground: Colour = (226, 236, 239)
    long_hair: bool = False
    glasses: bool = False


LOOKS = (
    Look((42, 96, 122), skin=WARM, glasses=True),
    Look((150, 64, 62), hair=BROWN, ground=(243, 232, 225), long_hair=True),
    Look((70, 106, 78), hair=GREY, ground=(231, 237, 226)),
    Look((86, 78, 132), long_hair=True, glasses=True, ground=(233, 231, 243)),
    Look((176, 122, 48), skin=WARM, ground=(245, 238, 222)),
    Look((58, 70, 88), hair=BROWN, ground=(229, 233, 240)),
)


def portrait(number: int) -> bytes:
    """Draw somebody who does not exist, another one for each number; gives a WebP."""
    look = LOOKS[number % len(LOOKS)]
    picture = Image.new("RGB", (WIDE * TWICE, HIGH * TWICE), look.ground)
    draw = _Pen(ImageDraw.Draw(picture))
    if look.long_hair:
        draw.round((122, 90, 358, 440), 110, look.hair)
    draw.oval((50, 405, 430, 800), look.clothes)
    draw.round((205, 340, 275, 452), 34, _darker(look.skin))
    draw.slice((178, 385, 302, 480), 0, 180, (250, 250, 248))  # a collar
    draw.slice((205, 385, 275, 470), 0, 180, _darker(look.skin))
    for ear in (130, 322):
        draw.oval((ear, 225, ear + 30, 285), _darker(look.skin))
    draw.oval((145, 105, 335, 385), look.skin)
    _hair(draw, look)
    _face(draw, look)
    return _kept(picture.reduce(TWICE))


def _hair(draw: "_Pen", look: Look) -> None:
    draw.slice((134, 78, 346, 330), 180, 360, look.hair)
    draw.slice((150, 150, 330, 260), 180, 360, look.skin)
    if look.long_hair:
        draw.slice((136, 90, 300, 300), 170, 300, look.hair)


def _face(draw: "_Pen", look: Look) -> None:
    for eye in (190, 272):
        draw.oval((eye, 238, eye + 18, 258), BLACK)
        draw.arc((eye - 10, 214, eye + 30, 240), 200, 340, look.hair, 5)
    draw.arc((228, 262, 252, 300), 20, 160, _darker(look.skin), 5)
    draw.arc((198, 270, 282, 338), 25, 155, (176, 84, 78), 6)
    if look.glasses:
        for left in (172, 254):
            draw.ring((left, 224, left + 56, 274), 18, (52, 58, 64), 4)
        draw.arc((224, 236, 258, 262), 190, 350, (52, 58, 64), 4)


def _darker(colour: Colour) -> Colour:
    red, green, blue = colour
    return red - 22, green - 26, blue - 28


PictureBox = tuple[int, int, int, int]


class _Pen:
    """Draws in the picture's own measures, so much larger."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self.draw = draw

    def oval(self, box: PictureBox, fill: Colour) -> None:
        self.draw.ellipse(_larger(box), fill=fill)

    def round(self, box: PictureBox, radius: int, fill: Colour) -> None:
        self.draw.rounded_rectangle(_larger(box), radius * TWICE, fill=fill)

    def ring(self, box: PictureBox, radius: int, colour: Colour, width: int) -> None:
        self.draw.rounded_rectangle(_larger(box), radius * TWICE, outline=colour, width=width * TWICE)

    def slice(self, box: PictureBox, start: int, end: int, fill: Colour) -> None:
        self.draw.pieslice(_larger(box), start, end, fill=fill)

    def arc(self, box: PictureBox, start: int, end: int, colour: Colour, width: int) -> None:
        self.draw.arc(_larger(box), start, end, fill=colour, width=width * TWICE)


def _larger(box: PictureBox) -> PictureBox:
    left, top, right, bottom = box
    return left * TWICE, top * TWICE, right * TWICE, bottom * TWICE


def fault(words: str) -> bytes | None:
    """Draw the photograph that somebody might take of what they complain of; None where words name nothing."""
    draw_it = next((drawn for named, drawn in FAULTS.items() if any(one in words for one in named)), None)
    return _photograph(draw_it) if draw_it else None


@cache
def _photograph(draw_it: Callable[[ImageDraw.ImageDraw], None]) -> bytes:
    picture = Image.new("RGB", (800, 600), (214, 216, 210))
    draw_it(ImageDraw.Draw(picture))
    return _kept(picture)


STEEL, SHADE, SCREEN = (96, 104, 112), (186, 190, 184), (34, 38, 44)


def _dark_screen(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((170, 120, 630, 400), fill=STEEL)
    draw.rectangle((186, 136, 614, 384), fill=SCREEN)
    draw.line((560, 150, 602, 192), fill=(70, 76, 84), width=5)
    draw.ellipse((604, 388, 612, 396), fill=(196, 60, 50))


def _stain(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 0, 800, 90), fill=(232, 232, 228))
    for box, fill in (((220, 50, 590, 210), SHADE), ((280, 60, 540, 170), (168, 166, 150))):
        draw.ellipse(box, fill=fill)
    for left, top in ((330, 260), (412, 330), (480, 250), (410, 450)):
        draw.ellipse((left, top, left + 16, top + 30), fill=(120, 160, 184))


def _socket(draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((270, 170, 530, 430), 28, fill=(246, 246, 244), outline=SHADE, width=6)
    for left, top in ((360, 250), (424, 250), (392, 330)):
        draw.rectangle((left, top, left + 16, top + 52), fill=SCREEN)
    draw.ellipse((480, 190, 500, 210), fill=SHADE)


def _chair(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((0, 430, 800, 600), fill=(176, 164, 146))
    draw.line((300, 360, 250, 520), fill=STEEL, width=18)
    draw.line((470, 400, 560, 540), fill=STEEL, width=18)
    draw.polygon([(240, 330), (500, 400), (486, 440), (230, 372)], fill=(11, 102, 117))
    draw.polygon([(236, 120), (300, 140), (276, 350), (226, 336)], fill=(11, 102, 117))


def _reader(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((60, 60, 430, 600), fill=(150, 120, 86))
    draw.rectangle((350, 320, 410, 340), fill=STEEL)
    draw.rounded_rectangle((520, 250, 640, 420), 14, fill=SCREEN)
    draw.ellipse((568, 276, 592, 300), fill=(196, 60, 50))


FAULTS = {
    ("屏", "投影"): _dark_screen,
    ("漏水",): _stain,
    ("插座", "网口"): _socket,
    ("椅",): _chair,
    ("门禁",): _reader,
}
"""What words say is seen, so far as the demo can draw it."""


def _kept(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return redrawn(out.getvalue())

"""Photographs that the demo's people might have: of somebody of the house, and of something broken."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw

from booking.spaces.pictures import redrawn

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


Box = tuple[int, int, int, int]


class _Pen:
    """Draws in the picture's own measures, so much larger."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self.draw = draw

    def oval(self, box: Box, fill: Colour) -> None:
        self.draw.ellipse(_larger(box), fill=fill)

    def round(self, box: Box, radius: int, fill: Colour) -> None:
        self.draw.rounded_rectangle(_larger(box), radius * TWICE, fill=fill)

    def ring(self, box: Box, radius: int, colour: Colour, width: int) -> None:
        self.draw.rounded_rectangle(_larger(box), radius * TWICE, outline=colour, width=width * TWICE)

    def slice(self, box: Box, start: int, end: int, fill: Colour) -> None:
        self.draw.pieslice(_larger(box), start, end, fill=fill)

    def arc(self, box: Box, start: int, end: int, colour: Colour, width: int) -> None:
        self.draw.arc(_larger(box), start, end, fill=colour, width=width * TWICE)


def _larger(box: Box) -> Box:
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

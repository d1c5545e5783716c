"""Draws somebody's SVG as a picture, in a process of its own that may use only so much.

Typst runs no scripts and follows no links, but a drawing of a few kilobytes can still ask for hours of work,
or all of the memory: what is used a thousand times a thousand times, a sheet a thousand kilometres high. The
compiler cannot be stopped in the middle, and ends its process where memory fails; so it is not ours.
"""

import resource
import subprocess
import sys
from pathlib import Path
from typing import Final

import typst

from booking.gateways.typst.press import SHEETS, font_file
from booking.values import PrintFailed

SECONDS: Final = 6  # of a processor; a large plan of a drawing program takes one
PATIENCE: Final = 5  # times as long on the clock of a busy machine
ROOT: Final = Path(__file__).parents[3]


def draw_svg(content: bytes, *, seconds: int = SECONDS) -> bytes:
    """Draw an SVG 1,600 pixels wide and give a PNG. Raises PrintFailed where that is no SVG, or too much."""
    command = [sys.executable, "-m", __name__, str(seconds)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, with a number
            command, input=content, capture_output=True, timeout=seconds * PATIENCE, check=False, cwd=ROOT
        )
    except subprocess.TimeoutExpired as late:
        raise PrintFailed("a drawing", "not done in time") from late
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise PrintFailed("a drawing", last or f"ended with {done.returncode}")
    return done.stdout


MEMORY: Final = 2 * 1024**3  # of addresses: threads reserve more than they use
PPI: Final = 144  # a sheet is 800 points wide: 1,600 pixels


def _draw_here(seconds: int) -> None:
    """Draw what comes in, within bounds that the process cannot lift again."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_file().parent]
    )
    svg = sys.stdin.buffer.read().decode("utf-8-sig")
    made = typst.Compiler(root=SHEETS, font_paths=fonts).compile(
        SHEETS / "drawing.typ", sys_inputs={"svg": svg}, format="png", ppi=PPI
    )
    if isinstance(made, bytes):
        sys.stdout.buffer.write(made)


if __name__ == "__main__":
    _draw_here(int(sys.argv[1]))

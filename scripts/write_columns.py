"""Write css/components/columns.css: positions on a time axis as classes, so that no style is inline.

Run it after changing the limits: `python scripts/write_columns.py`.
"""

from __future__ import annotations

from pathlib import Path

MOST = 96


def rules() -> list[str]:
    """Give the classes at-0 to at-96 (column), len-1 to len-96 (width) and cols-1 to cols-96 (grid)."""
    starts = [f".at-{n}{{grid-column-start:{n + 1}}}" for n in range(MOST + 1)]
    lengths = [f".len-{n}{{grid-column-end:span {n}}}" for n in range(1, MOST + 1)]
    grids = [f".cols-{n}{{--columns:{n}}}" for n in range(1, MOST + 1)]
    return [*starts, *lengths, *grids]


def main() -> None:
    """Write the stylesheet."""
    head = "/* Written by scripts/write_columns.py: do not edit. */"
    target = Path(__file__).parent.parent / "booking/static/css/components/columns.css"
    target.write_text("\n".join([head, *rules()]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

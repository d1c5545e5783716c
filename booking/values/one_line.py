"""What people typed as one line, for places where a line's end would begin something else."""

import re

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    """Make blanks of line ends and other controls, so that a name adds no header and no entry."""
    return CONTROLS.sub(" ", text).strip()

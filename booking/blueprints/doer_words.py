"""Who did something, in words: people by their names, and the house by what it is."""

from __future__ import annotations

from booking.language import gettext

# What `Actor.house` is called by: the jobs that do what is due, and the shell.
JOBS = frozenset(
    {
        "begin leases",
        "close months",
        "close requests",
        "end forgotten stays",
        "meter",
        "payment desk",
        "publish-reports",
        "release no-shows",
        "wind up",
    }
)
SHELL = ("flask ", "shell")


def doer_name(name: str) -> str:
    """Name the doer that a history kept; a job and a command are not people."""
    if name in JOBS:
        return str(gettext("系统自动"))
    return str(gettext("命令行")) if name.startswith(SHELL) else name

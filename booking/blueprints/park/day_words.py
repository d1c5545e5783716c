"""Names of holidays in the reader's language; what somebody typed stays as it is."""

from __future__ import annotations

from booking.language import gettext


def day_label(label: str) -> str:
    """Name a holiday of the State Council's list, or a make-up working day."""
    names = {
        "元旦": gettext("元旦"),
        "春节": gettext("春节"),
        "清明": gettext("清明"),
        "劳动节": gettext("劳动节"),
        "端午": gettext("端午"),
        "中秋": gettext("中秋"),
        "国庆节": gettext("国庆节"),
        "调休上班": gettext("调休上班"),
    }
    return names.get(label, label)

"""Names of bands, of day and week, in the reader's language."""

from booking.language import gettext
from booking.tariffs.terms import BUSY, EXTENDED, OFF_PEAK, PEAK, REST_DAY


def band_name(name: str) -> str:
    """Name a band: those every park knows in the reader's language, its own as the park wrote them.

    Minutes in no band are the standard ones.
    """
    known = {
        PEAK: gettext("标准"),
        "": gettext("标准"),
        OFF_PEAK: gettext("错时"),
        EXTENDED: gettext("延时"),
        BUSY: gettext("高峰"),
        REST_DAY: gettext("休息日"),
    }
    return str(known.get(name, name))

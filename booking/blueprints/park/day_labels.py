"""Names of holidays in the reader's language; what somebody typed stays as it is."""

from booking.language import gettext
from booking.parks.calendar import HOLIDAYS, MAKE_UP


def day_label(label: str) -> str:
    """Name a holiday of the State Council's list, or a make-up working day."""
    return gettext(label) if label in {*HOLIDAYS, MAKE_UP} else label

"""What a tariff's figures are per, the days of its bands, and its shares, in words."""

from fractions import Fraction

from booking.language import gettext
from booking.tariffs.models import Basis
from booking.tariffs.terms import Days


def per(basis: Basis) -> str:
    """Say what a rate is per."""
    names = {
        Basis.HOUR: gettext("每小时"),
        Basis.DAY: gettext("每间每天"),
        Basis.SQUARE_METRE_DAY: gettext("每平方米每天"),
    }
    return str(names[basis])


def days_name(days: Days) -> str:
    """Name the days a band is for."""
    names = {
        Days.ALL: gettext("每天"),
        Days.WORKING: gettext("工作日"),
        Days.REST: gettext("休息日"),
    }
    return str(names[days])


def factor_text(factor: Fraction) -> str:
    """Write × 0.6."""
    return f"× {float(factor):g}"


def permille_text(permille: int) -> str:
    """Write 6% and 6.5%."""
    return f"{permille / 10:g}%"

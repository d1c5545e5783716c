"""In words how far a stated figure lies from the one before it."""

from booking.blueprints.kit.filters import area, money
from booking.language import gettext
from booking.savings.jumps import Jump, JumpOf
from booking.values import Money

WHOLE = 10


def jump_label(jump: Jump) -> str:
    """Name the figure."""
    labels = {
        JumpOf.AREA: gettext("原来的面积"),
        JumpOf.PRICE: gettext("原来的单价"),
        JumpOf.OWN_PRICE: gettext("现在的单价"),
    }
    return labels[jump.what]


def jump_times(jump: Jump) -> str:
    """Say by what the one before was multiplied or divided."""
    larger, smaller = max(jump.before, jump.stated), min(jump.before, jump.stated)
    times = larger / smaller
    said = f"{times:.0f}" if times >= WHOLE else f"{times:.1f}"
    return f"{'×' if jump.stated > jump.before else '÷'}{said}"


def jump_figures(jump: Jump) -> str:
    """Write both figures and how far they lie apart."""
    facts = {"before": _written(jump, jump.before), "now": _written(jump, jump.stated)}
    return gettext("%(before)s → %(now)s（%(times)s）", **facts, times=jump_times(jump))


def jump_line(jump: Jump) -> str:
    """Say which figure it is, and both."""
    return f"{jump_label(jump)} {jump_figures(jump)}"


def _written(jump: Jump, figure: int) -> str:
    return area(figure) if jump.what is JumpOf.AREA else money(Money(figure))

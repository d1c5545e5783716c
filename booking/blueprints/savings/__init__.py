"""Pages of an enterprise's savings: the picture, the chain, baselines with evidence, declared effects."""

from booking.blueprints.savings import baselines, checking, show
from booking.blueprints.savings.show import blueprint

__all__ = ["baselines", "blueprint", "checking", "show"]

"""Pages of an enterprise's savings: the picture, the chain, baselines with evidence, declared effects."""

from booking.blueprints.savings import baseline, effects, evidence, show
from booking.blueprints.savings.loading import blueprint

__all__ = ["baseline", "blueprint", "effects", "evidence", "show"]

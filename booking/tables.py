"""Every table, imported once, so that metadata is whole for migrations and tests."""

from booking.archive import models as archive
from booking.audit import models as audit
from booking.billing import models as billing
from booking.parks import models as parks
from booking.people import models as people
from booking.post import models as post
from booking.reservations import models as reservations
from booking.savings import models as savings
from booking.spaces import models as spaces
from booking.usage import models as usage

__all__ = [
    "archive",
    "audit",
    "billing",
    "parks",
    "people",
    "post",
    "reservations",
    "savings",
    "spaces",
    "usage",
]

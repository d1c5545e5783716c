"""Every table, imported once, so that metadata is whole for migrations and tests."""

from booking.activities import models as activities
from booking.audit import models as audit
from booking.charges import models as charges
from booking.documents import models as documents
from booking.invoices import models as invoices
from booking.mail import models as mail
from booking.needs import models as needs
from booking.notifications import models as notifications
from booking.parks import models as parks
from booking.payments import models as payments
from booking.people import models as people
from booking.reservations import models as reservations
from booking.reservations.approval import models as approval
from booking.reservations.feeds import models as feeds
from booking.reservations.guests import models as guests
from booking.reservations.quotas import models as quotas
from booking.reservations.series import models as series
from booking.reservations.waiting import models as waiting
from booking.rhythm import models as rhythm
from booking.savings import models as savings
from booking.spaces import models as spaces
from booking.spaces.extended import models as extended_hours
from booking.spaces.idle import models as idle_places
from booking.spaces.plans import models as plans
from booking.tariffs import models as tariffs
from booking.usage import models as usage
from booking.usage.door import models as door

__all__ = [
    "activities",
    "approval",
    "audit",
    "charges",
    "documents",
    "door",
    "extended_hours",
    "feeds",
    "guests",
    "idle_places",
    "invoices",
    "mail",
    "needs",
    "notifications",
    "parks",
    "payments",
    "people",
    "plans",
    "quotas",
    "reservations",
    "rhythm",
    "savings",
    "series",
    "spaces",
    "tariffs",
    "usage",
    "waiting",
]

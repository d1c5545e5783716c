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
from booking.reservations import models as approval, models as feeds, models as reservations
from booking.reservations.guests import models as guests
from booking.reservations.quotas import models as quotas
from booking.reservations.series import models as series
from booking.reservations.waiting import models as waiting
from booking.rhythm import models as rhythm
from booking.savings import models as savings
from booking.spaces import models as extended_hours, models as idle_places, models as plans, models as spaces
from booking.tariffs import models as tariffs
from booking.usage import models as door, models as usage

"""What the meeting decides, from a form: on the matter's own page, and on the month's."""

from flask import abort, flash

from booking import clock
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside
from booking.blueprints.needs.forms import MeetingForm
from booking.blueprints.needs.loading import NOT_FOUND
from booking.db import db, transaction
from booking.language import gettext
from booking.letters.needs import decided
from booking.needs.decide_matter import Decided, decide_matter
from booking.needs.models import Matter
from booking.needs.rules import usual_due_day
from booking.parks.queries import park_calendar
from booking.values.month import Month, local_day
from booking.values.refusal import Refusal

NEXT = "to-decide"
"""The place on the month's page that is to be decided next, or what says that nothing is left."""


def next_to_decide(page: str) -> str:
    """Give the address of that place on a page; "" of no page."""
    return f"{page}#{NEXT}" if page else ""


def blank_decision(month: Month, *, what: str = "") -> MeetingForm:
    """Give the form of a month's meeting, with a day that what is decided today might be done by."""
    park = my_park()
    due = usual_due_day(park_calendar(db.session(), park.id), local_day(clock.now(), park.zone))
    return MeetingForm(formdata=None, month=str(month), what=what, by_when=due)


def is_decided(matter: Matter, form: MeetingForm) -> bool:
    """Write down what was sent; False where the form, or the matter, does not let it."""
    if not form.validate_on_submit():
        return False
    try:
        month = Month.parse(form.month.data or "", my_park().zone)
        terms = Decided(form.what.data or "", form.who.data or "", form.by_when.data)
        with transaction() as session:
            decide_matter(session, matter.id, month, terms, decided, by=actor(), now=clock.now())
    except ValueError:
        abort(NOT_FOUND)
    except Refusal as refusal:
        put_beside(form, refusal)
        return False
    flash(gettext("已议定，相关企业会收到答复。"), "success")
    return True

"""The jobs of activities: publish what is due, remind who has a place."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.activities.models import Activity
from booking.activities.publish import publish_due
from booking.activities.queries import due_publications, due_reminders
from booking.activities.remind import remind_attendees
from booking.audit.actor import Actor
from booking.jobs.job import Job
from booking.letters import activities as letters


def _publish(session: Session, activity_id: int, now: datetime) -> bool:
    park_id = session.get_one(Activity, activity_id).park_id
    by = Actor.system(PUBLISH_ACTIVITIES.name, park_id)
    return publish_due(session, activity_id, letter=letters.published, by=by, now=now)


def _remind(session: Session, activity_id: int, now: datetime) -> bool:
    return remind_attendees(session, activity_id, letter=letters.reminder, now=now)


EVERY_MINUTE = 60
PUBLISH_ACTIVITIES = Job("publish-activities", EVERY_MINUTE, due_publications, _publish)
REMIND_ATTENDEES = Job("remind-attendees", 10 * EVERY_MINUTE, due_reminders, _remind)

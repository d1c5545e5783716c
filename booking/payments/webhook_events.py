"""What the payment provider tells us: kept once by its id, handled whenever it comes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking.db.base import has_come, is_come
from booking.db.rows import insert_into
from booking.invoices.models import Invoice
from booking.payments.gateway import GatewayEvent
from booking.payments.models import UNHANDLED, WebhookEvent
from booking.values import backoff


def receive_event(session: Session, event: GatewayEvent, *, now: datetime) -> bool:
    """Keep an event; False where it is known. What concerns no invoice is kept and is done with."""
    row = {
        "event_id": event.id[:80],
        "event_type": event.type[:80],
        "provider_id": event.invoice_provider_id,
        "received_at": now,
        "due_at": now,
        "attempts": 0,
        "handled_at": None if event.invoice_provider_id else now,
    }
    kept = insert_into(session, WebhookEvent).values(row).on_conflict_do_nothing().returning(WebhookEvent.id)
    return session.scalar(kept) is not None


LONGEST_WAIT = timedelta(hours=6)


def events_due(session: Session, now: datetime) -> Sequence[int]:
    """Name the events to be handled now, oldest first."""
    return session.scalars(
        select(WebhookEvent.id)
        .where(WebhookEvent.handled_at.is_(None), has_come(WebhookEvent.due_at, now, within=LONGEST_WAIT))
        .order_by(WebhookEvent.due_at, WebhookEvent.id)
    ).all()


LOCKED_FOR = timedelta(minutes=10)


def take_event(session: Session, event_id: int, *, now: datetime) -> int | None:
    """Lock the event and name the invoice to look up; None where it is done or is nobody's.

    An event may come before we have written down where its invoice lies: it is tried again later.
    """
    event = session.get_one(WebhookEvent, event_id, with_for_update=True, populate_existing=True)
    if event.handled_at is not None or not is_come(event.due_at, now, within=LONGEST_WAIT):
        return None
    invoice_id = session.scalar(select(Invoice.id).where(Invoice.provider_id == event.provider_id))
    if invoice_id is None:
        put_off(session, event_id, "no invoice of ours", now=now)
        return None
    event.due_at = now + LOCKED_FOR
    return invoice_id


def mark_handled(session: Session, event_id: int, *, now: datetime) -> None:
    """Note that the books agree; other events of the same invoice that came before need no asking either."""
    event = session.get_one(WebhookEvent, event_id)
    session.execute(
        update(WebhookEvent)
        .where(WebhookEvent.provider_id == event.provider_id, WebhookEvent.handled_at.is_(None))
        .where(WebhookEvent.received_at <= event.received_at)
        .values(handled_at=now, error=None)
    )


FIRST_WAIT = timedelta(minutes=1)
MOST_TRIES = 12


def put_off(session: Session, event_id: int, reason: str, *, now: datetime) -> None:
    """Try again later; after many tries give up, and keep why."""
    event = session.get_one(WebhookEvent, event_id)
    event.attempts += 1
    event.error = reason[:500]
    event.due_at = now + backoff(event.attempts, first=FIRST_WAIT, longest=LONGEST_WAIT)
    if event.attempts >= MOST_TRIES:
        event.handled_at = now


LATE_AFTER = timedelta(minutes=30)


def count_late_webhooks(session: Session, now: datetime) -> int:
    """Count the events received half an hour ago or earlier that nobody has handled."""
    late = select(func.count()).select_from(WebhookEvent).where(UNHANDLED)
    return session.scalar(late.where(WebhookEvent.received_at <= now - LATE_AFTER)) or 0

"""How many of the payment provider's events wait for too long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from booking.billing.models import WebhookEvent
from booking.billing.models.payment import UNHANDLED

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

LATE_AFTER = timedelta(minutes=30)


def count_late_webhooks(session: Session, now: datetime) -> int:
    """Count the events received half an hour ago or earlier that nobody has handled."""
    late = select(func.count()).select_from(WebhookEvent).where(UNHANDLED)
    return session.scalar(late.where(WebhookEvent.received_at <= now - LATE_AFTER)) or 0

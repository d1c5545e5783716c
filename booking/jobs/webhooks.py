"""The job that handles what the payment provider told us: it looks the bill up, whatever the event says."""

import logging

from booking import clock
from booking.db import transaction
from booking.invoices.queries import lock_invoice
from booking.jobs.job import Errand
from booking.jobs.publish import compare
from booking.payments.gateway import GatewayError
from booking.payments.sync import Task, task_of
from booking.payments.webhook_events import events_due, handled, put_off, take_event

log = logging.getLogger(__name__)


def _handle(event_id: int) -> bool:
    task = _take(event_id)
    if task is None:
        return False
    try:
        compare(task)
    except GatewayError as trouble:
        log.warning("payment gateway: %s", trouble.reason, extra={"event": event_id})
        with transaction() as session:
            put_off(session, event_id, trouble.reason, now=clock.now())
        return False
    with transaction() as session:
        handled(session, event_id, now=clock.now())
    return True


def _take(event_id: int) -> Task | None:
    with transaction() as session:
        invoice_id = take_event(session, event_id, now=clock.now())
        return None if invoice_id is None else task_of(session, lock_invoice(session, invoice_id))


EVERY_SECONDS = 10


HANDLE_WEBHOOKS = Errand("handle-webhooks", EVERY_SECONDS, events_due, _handle)

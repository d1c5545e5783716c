"""The jobs that ask the payment provider: publish invoices, book what was paid, handle webhook events."""

import logging

from booking import clock
from booking.db import transaction
from booking.invoices.issue_invoice import mail_invoice
from booking.invoices.queries import lock_invoice
from booking.jobs.job import ExternalJob
from booking.letters.billing import invoice_letter
from booking.payments import sync
from booking.payments.gateway import GatewayError, GatewayRefused
from booking.payments.webhook_events import events_due, mark_handled, put_off, take_event
from booking.ports import ports

log = logging.getLogger(__name__)


def _publish(invoice_id: int) -> bool:
    with transaction() as session:
        task = sync.take_task(session, invoice_id, now=clock.now())
    if task is None:
        _mail(invoice_id)
        return False
    trouble = _ask(task)
    if trouble is not None:
        log.warning("payment gateway: %s", trouble.reason, extra={"invoice": invoice_id})
        with transaction() as session:
            for_good = isinstance(trouble, GatewayRefused)
            sync.failed(session, invoice_id, trouble.reason, for_good=for_good, now=clock.now())
    _mail(invoice_id)
    return trouble is None


def _ask(task: sync.Task) -> GatewayError | None:
    try:
        if task.to_publish is not None:
            _lay_out(task)
        else:
            compare(task)
    except GatewayError as trouble:
        return trouble
    return None


def _lay_out(task: sync.Task) -> None:
    if task.to_publish is None:
        return
    laid_out = ports().gateway.publish(task.to_publish, now=clock.now())
    with transaction() as session:
        sync.record_published(session, task.invoice_id, laid_out, now=clock.now())


def compare(task: sync.Task) -> None:
    """Synchronise one invoice: send credit notes, record payments, report what was paid by transfer.

    Raises GatewayUnavailable and GatewayRefused; what was committed before stays.
    """
    gateway, provider_id = ports().gateway, task.provider_id
    if provider_id is None:
        return
    for note_id, credit in task.credits:
        told = gateway.credit(provider_id, credit)
        with transaction() as session:
            sync.record_credit_told(session, note_id, told)
    state = gateway.look(provider_id)
    with transaction() as session:
        found = sync.record_comparison(session, task.invoice_id, state, now=clock.now())
        invoice = lock_invoice(session, task.invoice_id)
        locked_until = invoice.publish_due_at
        outside = sync.transfers_of(session, invoice, task.attempt) if found.tell_part else None
    if found.tell_provider:
        gateway.settle_outside(provider_id, attempt=task.attempt)
    elif outside is not None:
        gateway.paid_outside(provider_id, outside)
    if found.tell_provider or outside is not None:
        with transaction() as session:
            sync.settled_at_provider(session, task.invoice_id, locked_until)


def _mail(invoice_id: int) -> None:
    """Mail the invoice once it can be paid online, or that has been waited for long enough."""
    with transaction() as session:
        invoice = lock_invoice(session, invoice_id)
        if not sync.waits_for_link(invoice):
            mail_invoice(session, invoice, invoice_letter, now=clock.now())


PUBLISH_INVOICES = ExternalJob("publish-invoices", 20, sync.to_publish, _publish)


def _handle_event(event_id: int) -> bool:
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
        mark_handled(session, event_id, now=clock.now())
    return True


def _take(event_id: int) -> sync.Task | None:
    with transaction() as session:
        invoice_id = take_event(session, event_id, now=clock.now())
        return None if invoice_id is None else sync.task_of(session, lock_invoice(session, invoice_id))


HANDLE_WEBHOOKS = ExternalJob("handle-webhooks", 10, events_due, _handle_event)

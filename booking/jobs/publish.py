"""The job that asks the payment provider: lays bills out, tells what was paid, compares the books."""

import logging

from booking import clock
from booking.db import transaction
from booking.invoices.mail_invoice import mail_invoice
from booking.invoices.queries import lock_invoice
from booking.jobs.job import Errand
from booking.letters.bills import invoice_letter
from booking.payments.gateway import GatewayError, GatewayRefused
from booking.payments.sync import (
    Task,
    compared,
    failed,
    published,
    settled_at_provider,
    take,
    to_publish,
    told_of_credit,
    transfers_of,
    waits_for_link,
)
from booking.ports import ports

log = logging.getLogger(__name__)


def _publish(invoice_id: int) -> bool:
    with transaction() as session:
        task = take(session, invoice_id, now=clock.now())
    if task is None:
        _mail(invoice_id)
        return False
    trouble = _ask(task)
    if trouble is not None:
        log.warning("payment gateway: %s", trouble.reason, extra={"invoice": invoice_id})
        with transaction() as session:
            for_good = isinstance(trouble, GatewayRefused)
            failed(session, invoice_id, trouble.reason, for_good=for_good, now=clock.now())
    _mail(invoice_id)
    return trouble is None


def _ask(task: Task) -> GatewayError | None:
    try:
        if task.bill is not None:
            _lay_out(task)
        else:
            compare(task)
    except GatewayError as trouble:
        return trouble
    return None


def _lay_out(task: Task) -> None:
    if task.bill is None:
        return
    laid_out = ports().gateway.publish(task.bill, now=clock.now())
    with transaction() as session:
        published(session, task.invoice_id, laid_out, now=clock.now())


def compare(task: Task) -> None:
    """Tell of credit notes, look how the bill stands, book what came in, tell what came elsewhere.

    Raises GatewayUnavailable and GatewayRefused; all that was written down before stays.
    """
    gateway, provider_id = ports().gateway, task.provider_id
    if provider_id is None:
        return
    for note_id, credit in task.credits:
        told = gateway.credit(provider_id, credit)
        with transaction() as session:
            told_of_credit(session, note_id, told)
    state = gateway.look(provider_id)
    with transaction() as session:
        found = compared(session, task.invoice_id, state, now=clock.now())
        invoice = lock_invoice(session, task.invoice_id)
        leased = invoice.publish_due_at
        outside = transfers_of(session, invoice, task.attempt) if found.tell_part else None
    if found.tell_provider:
        gateway.settle_outside(provider_id, attempt=task.attempt)
    elif outside is not None:
        gateway.paid_outside(provider_id, outside)
    if found.tell_provider or outside is not None:
        with transaction() as session:
            settled_at_provider(session, task.invoice_id, leased)


def _mail(invoice_id: int) -> None:
    """Mail the invoice once it can be paid online, or online payment has been waited for long enough."""
    with transaction() as session:
        invoice = lock_invoice(session, invoice_id)
        if not waits_for_link(invoice):
            mail_invoice(session, invoice, invoice_letter, now=clock.now())


EVERY_SECONDS = 20


PUBLISH_INVOICES = Errand("publish-invoices", EVERY_SECONDS, to_publish, _publish)

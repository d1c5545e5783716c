"""Where the payment provider posts its events: checked, kept once, handled later by a job."""

import logging

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import anyone
from booking.db import transaction
from booking.payments.gateway import BadSignature
from booking.payments.webhook_events import receive_event
from booking.ports import ports

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")

# The signature proves more than a token in a form would.
blueprint.record_once(lambda setup: setup.app.extensions["csrf"].exempt(blueprint))

log = logging.getLogger(__name__)


@blueprint.post("/stripe")
@anyone  # the provider signs in by its signature over the body
def stripe() -> ResponseReturnValue:
    """Keep an event whose signature is the provider's own; 400 for anything else, 200 for a known one."""
    body, signature = request.get_data(cache=False), request.headers.get("Stripe-Signature")
    try:
        event = ports().gateway.read_event(body, signature, now=clock.now())
    except BadSignature as trouble:
        log.warning("webhook refused: %s", trouble.reason)
        return "", 400
    with transaction() as session:
        receive_event(session, event, now=clock.now())
    return "", 200

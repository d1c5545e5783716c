"""A baseline's evidence, for those who may see it."""

from flask import abort
from flask.typing import ResponseReturnValue

from booking.blueprints.kit.access import SIGNED_IN, allow
from booking.blueprints.kit.http import hand_out_document
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.savings.loading import blueprint, enterprise_or_404
from booking.db import db
from booking.documents.models import Document
from booking.people.models import Role
from booking.savings.queries import baseline_in


@blueprint.get("/evidence/<int:baseline_id>")
@allow(*SIGNED_IN)
def evidence(baseline_id: int) -> ResponseReturnValue:
    """Give the lease on file: to its own enterprise and to administrators.

    The branch gets that of enterprises that have agreed to be named; all else is not found.
    """
    session = db.session()
    baseline = baseline_in(session, my_park().id, baseline_id)
    if baseline is None or baseline.document_id is None:
        abort(404)
    enterprise = enterprise_or_404(baseline.enterprise_id)
    if me().role is Role.BRANCH and not enterprise.may_be_named:
        abort(404)
    return hand_out_document(session.get_one(Document, baseline.document_id), plain=f"evidence-{baseline.id}")

"""Publishing a report by hand, where the job left a month alone."""

import logging
from functools import partial

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import wording
from booking.blueprints.report.loading import blueprint, month_or_404
from booking.db import transaction
from booking.language import gettext
from booking.letters.savings import published
from booking.people.models import Role
from booking.ports import ports
from booking.savings.publish_report import publish_report
from booking.savings.rules import PublishedBefore
from booking.values.paper import PrintFailed
from booking.values.refusal import Refusal

log = logging.getLogger(__name__)


@blueprint.post("/<month>/publish")
@allow(Role.BRANCH, Role.ADMIN)
def publish(month: str) -> ResponseReturnValue:
    """Freeze the report of a closed month and mail it; pressing twice publishes once."""
    chosen = month_or_404(month)
    try:
        with transaction() as session:
            park = my_park()
            publish_report(
                session,
                park,
                chosen,
                printer=ports().report_printer,
                letter=partial(published, park=park),
                by=actor(),
                now=clock.now(),
            )
            mailed = bool(park.branch_email)
    except PublishedBefore as refusal:
        flash(wording(refusal), "info")
    except Refusal as refusal:
        flash(wording(refusal), "danger")
    except PrintFailed:
        log.exception("report not printed", extra={"month": str(chosen)})
        flash(gettext("PDF 没有生成，报告还没有发布，请稍后再试。"), "danger")
    else:
        said = gettext("报告已发布，并会发到党支部的邮箱。") if mailed else gettext("报告已发布。")
        flash(said, "success")
    return redirect(url_for("report.show", month=month))

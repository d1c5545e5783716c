"""Credit notes at the park's counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for

from booking import clock
from booking.billing.issue_credit_note import issue_credit_note
from booking.blueprints.access import allow
from booking.blueprints.closing import blueprint
from booking.blueprints.closing.forms import CreditForm
from booking.blueprints.closing.sheet import Refused, draw, find
from booking.blueprints.filters import money
from booking.blueprints.kit.answers import CONFLICT, UNPROCESSABLE
from booking.blueprints.messages import put_beside
from booking.blueprints.signed_in import actor
from booking.db import transaction
from booking.language import gettext
from booking.letters.bills import credit_letter
from booking.people.models import Role
from booking.ports import ports
from booking.values.paper import PrintFailed
from booking.values.refusal import Refusal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.post("/invoices/<int:invoice_id>/credit-notes")
@allow(Role.ADMIN)
def credit(invoice_id: int) -> ResponseReturnValue:
    """Take back all or part; the same form sent twice takes it back once."""
    found, form = find(invoice_id), CreditForm()
    valid = form.validate_on_submit()
    part = form.whole.data == "part"
    if valid and part and form.amount.data is None:
        form.amount.errors = [gettext("请填写金额。")]
        valid = False
    if not valid:
        return draw(found, Refused(credit=form)), UNPROCESSABLE
    try:
        with transaction() as session:
            note = issue_credit_note(
                session, found.id, form.amount.data if part else None, form.reason.data or "",
                ports().printer, credit_letter,
                once_key=form.once_key.data or None, by=actor(), now=clock.now(),
            )  # fmt: skip
            said = gettext(
                "已开出贷记单 %(number)s，退 %(amount)s。", number=note.number, amount=money(note.amount)
            )
    except Refusal as refusal:
        put_beside(form, refusal)
        return draw(find(invoice_id), Refused(credit=form)), CONFLICT
    except (PrintFailed, OSError):
        form.form_errors.append(gettext("PDF 没有生成，可能是磁盘已满。什么都没有改变，请稍后再试。"))
        return draw(find(invoice_id), Refused(credit=form)), 503
    flash(said, "success")
    return redirect(url_for(".invoice", invoice_id=invoice_id))

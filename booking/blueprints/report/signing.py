"""Signing the report of a closed month, and signing a corrected version of it with a reason."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.forms.responses import status_of
from booking.blueprints.kit.forms.validators import tidy_text
from booking.blueprints.kit.http import safe_redirect
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, month_or_404, my_park
from booking.blueprints.messages import put_beside, wording
from booking.blueprints.month.first_sheet import signed_pdf
from booking.blueprints.report.months import blueprint, report_asked_for
from booking.db import transaction
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.letters.savings import signed
from booking.people.models import Role
from booking.ports import ports
from booking.savings.models import SavingsReport
from booking.savings.report_data import EnterpriseSaving
from booking.savings.rules import SignedBefore
from booking.savings.sign_report import SigningPorts, differs, mark_of_draft, sign_report
from booking.savings.visible_month import disclose
from booking.values.month import Month
from booking.values.paper import PrintFailed
from booking.values.refusal import Refusal

log = logging.getLogger(__name__)


@blueprint.post("/<month>/sign")
@allow(Role.BRANCH)
def sign(month: str) -> ResponseReturnValue:
    """Freeze the draft that the page was drawn from, and mail it; pressing twice signs once."""
    chosen = month_or_404(month)
    try:
        _sign(chosen, request.form.get("drawn_from", ""))
    except SignedBefore as refusal:
        flash(wording(refusal), "info")
    except Refusal as refusal:
        flash(wording(refusal), "danger")
    except PrintFailed as failure:
        _not_printed(chosen, failure)
    else:
        _say_signed()
    return safe_redirect(request.form.get("next", ""), url_for("report.show", month=month))


def _sign(month: Month, drawn_from: str, reason: str = "") -> SavingsReport:
    with transaction() as session:
        park, now = my_park(), clock.now()
        return sign_report(
            session,
            park,
            month,
            drawn_from,
            SigningPorts(
                signed_pdf(session, park, ports().report_printer, now=now),
                partial(signed, park=park),
                current_app.config["BASE_URL"],
            ),
            by=actor(),
            now=now,
            reason=reason,
        )


def _say_signed() -> None:
    mailed = bool(my_park().branch_email)
    said = gettext("报告已签发，并会发到党支部的邮箱。") if mailed else gettext("报告已签发。")
    flash(said, "success")


def _not_printed(month: Month, failure: PrintFailed) -> None:
    log.error("report not printed", exc_info=failure, extra={"month": str(month)})
    flash(gettext("PDF 没有生成，报告还没有签发，请稍后再试。"), "danger")


class CorrectReportForm(FlaskForm):
    """Why a corrected version is signed; `drawn_from` is the mark of the draft that was read."""

    drawn_from = HiddenField()
    reason = TextAreaField(
        _("更正说明"),
        [
            DataRequired(_("请写明为什么更正。")),
            Length(max=500, message=_("最多 %(max)d 个字。")),
        ],
        [tidy_text],
        description=_("会写在新版报告上，例如：九月的贷记单签发后才开出。"),
    )


@blueprint.route("/<month>/correct", methods=["GET", "POST"])
@allow(Role.BRANCH)
@takes(_("更正报告"), CorrectReportForm)
def correct(month: str) -> ResponseReturnValue:
    """Show what a new version would say beside the signed one; sign it with a reason."""
    chosen, form = month_or_404(month), CorrectReportForm()
    if form.validate_on_submit():
        try:
            _sign(chosen, form.drawn_from.data or "", form.reason.data or "")
        except Refusal as refusal:
            put_beside(form, refusal)
        except PrintFailed as failure:
            _not_printed(chosen, failure)
        else:
            _say_signed()
            return redirect(url_for("report.show", month=month))
    return _correction_page(month, form)


def _correction_page(month: str, form: CorrectReportForm) -> ResponseReturnValue:
    asked = report_asked_for(month)
    if asked.row is None:
        return redirect(url_for("report.show", month=month))
    form.drawn_from.data = mark_of_draft(asked.sources, asked.month)
    was, now_ = asked.shown, disclose(asked.sources.fresh(asked.month))
    page = render_template(
        "report/correct.html",
        asked=asked,
        was=was,
        now_=now_,
        changed=list(_changed(was.named, now_.named)),
        differs=differs(asked.sources, asked.month),
        form=form,
    )
    return page, status_of(form)


@dataclass(frozen=True, slots=True)
class ChangedFirm:
    """A named enterprise whose figures are not those signed; one that joined or left has one side."""

    name: str
    was: EnterpriseSaving | None
    now: EnterpriseSaving | None


def _changed(was: Iterable[EnterpriseSaving], now: Iterable[EnterpriseSaving]) -> Iterator[ChangedFirm]:
    before, after = ({one.enterprise_id: one for one in entries} for entries in (was, now))
    for number in dict.fromkeys([*before, *after]):
        old, new = before.get(number), after.get(number)
        firm = new or old
        if firm is not None and (old is None or new is None or old.saving != new.saving):
            yield ChangedFirm(firm.name, old, new)

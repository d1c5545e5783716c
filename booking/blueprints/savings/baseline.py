"""The page on which a baseline is set."""

from datetime import date
from typing import cast

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.forms.edit_form import Thing
from booking.blueprints.kit.forms.responses import form_page
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside
from booking.blueprints.savings.forms import BaselineForm
from booking.blueprints.savings.loading import blueprint, enterprise_or_404, home_url
from booking.db import db, transaction
from booking.language import gettext
from booking.people.models import Enterprise, Role
from booking.savings.models import Baseline
from booking.savings.queries import versions_of
from booking.savings.rules import Lease
from booking.savings.set_baseline import EvidenceFile, read_evidence, set_baseline
from booking.values.money import Money
from booking.values.month import Month
from booking.values.refusal import Refusal


@blueprint.route("/<int:enterprise_id>/baseline", methods=["GET", "POST"])
@allow(Role.MANAGER, Role.ADMIN)
def baseline(enterprise_id: int) -> ResponseReturnValue:
    """Set a version of the baseline; the form begins with what holds now."""
    enterprise = enterprise_or_404(enterprise_id)
    latest = _latest(enterprise_id)
    form = _form(enterprise_id)
    if latest is None or latest.document_id is None:
        del form.same_paper
    if form.validate_on_submit():
        try:
            _set(enterprise_id, form)
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已保存原租赁基线。"), "success")
            return redirect(home_url(enterprise_or_404(enterprise_id)))
    enterprise, latest = enterprise_or_404(enterprise_id), _latest(enterprise_id)
    return form_page(
        "savings/baseline.html", form, enterprise=enterprise, latest=latest, home=home_url(enterprise)
    )


def _latest(enterprise_id: int) -> Baseline | None:
    return next(iter(versions_of(db.session(), enterprise_id)), None)


def _form(enterprise_id: int) -> BaselineForm:
    thing = Thing(
        "baseline",
        None,
        ((Enterprise, enterprise_id),),
        fields=("area", "price", "own_area", "own_price", "note"),
        concerns=lambda entry: (entry.after or {}).get("enterprise_id") == enterprise_id,
        of_form={"price_fen": "price", "own_price_fen": "own_price"},
    )
    return BaselineForm.of(thing, lambda: {"data": _beginning(_latest(enterprise_id))})


def _beginning(latest: Baseline | None) -> dict[str, object]:
    month = Month.of(clock.now(), my_park().zone)
    if latest is None:
        return {"valid_from": month.first_day}
    return {
        "valid_from": max(month.first_day, latest.valid_from),
        "area": latest.area_hundredths,
        "price": latest.price,
        "own_area": latest.own_area_hundredths,
        "own_price": latest.own_price,
        "same_paper": latest.document_id is not None,
        "note": latest.note,
    }


def _set(enterprise_id: int, form: BaselineForm) -> None:
    paper = _paper(form)  # judged before the transaction: it may take a second
    with transaction() as session:
        enterprise = enterprise_or_404(enterprise_id)
        form.check(session)
        latest = _latest(enterprise_id)
        keeps = paper is None and "same_paper" in form and form.same_paper.data
        set_baseline(
            session,
            enterprise,
            cast("date", form.valid_from.data),
            Lease(
                form.area.data or 0,
                form.price.data or Money.zero(),
                form.own_area.data or 0,
                form.own_price.data or Money.zero(),
            ),
            paper=paper,
            paper_of=latest if keeps else None,
            note=form.note.data or "",
            by=actor(),
            now=clock.now(),
        )


def _paper(form: BaselineForm) -> EvidenceFile | None:
    handed_in = form.document.data
    if not isinstance(handed_in, FileStorage) or not handed_in.filename:
        return None
    return read_evidence(handed_in.filename, handed_in.read())

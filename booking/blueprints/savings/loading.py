"""The blueprint of an enterprise's savings, and whose savings a page is about."""

from flask import Blueprint, abort, url_for

from booking.blueprints.kit.access import TENANTS
from booking.blueprints.kit.labels.reservations import way_to
from booking.blueprints.kit.session import me
from booking.db import db
from booking.language import gettext
from booking.people.models import Enterprise, Role
from booking.savings.models import Baseline
from booking.savings.report_data import BaselineUsed

blueprint = Blueprint("savings", __name__, url_prefix="/savings")


def enterprise_or_404(enterprise_id: int) -> Enterprise:
    """Find an enterprise whose savings the reader may see: their own, or for the park any of the park."""
    member = me()
    enterprise = db.session.get(Enterprise, enterprise_id)
    if enterprise is None or enterprise.park_id != member.park_id:
        abort(404)
    if member.role in TENANTS and enterprise.id != member.enterprise_id:
        abort(404)
    return enterprise


def may_write() -> bool:
    """Tell whether the reader sets baselines: who runs the enterprise, or the park's administrator."""
    return me().role in {Role.MANAGER, Role.ADMIN}


def since_label(version: Baseline | BaselineUsed) -> str:
    """Write since when a version counts, or is meant to."""
    return gettext("%(year)s年%(month)s月", year=version.valid_from.year, month=version.valid_from.month)


def home_url(enterprise: Enterprise, month: str | None = None) -> str:
    """Give the address of the enterprise's savings, as this reader reaches it."""
    if me().role in TENANTS:
        return url_for("savings.show", month=month)
    return url_for("savings.of_enterprise", enterprise_id=enterprise.id, month=month)


def invoice_url(invoice_id: int) -> str:
    """Give the address of an invoice as the reader may open it: the page, for the branch the paper."""
    pages = (way_to(page, invoice_id=invoice_id) for page in ("invoices.show", "closing.invoice"))
    return next(filter(None, pages), "") or way_to("invoices.pdf", invoice_id=invoice_id)

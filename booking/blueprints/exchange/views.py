"""Pages of import and export: download, upload, preview, confirm."""

import secrets
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from booking import clock
from booking.blueprints.exchange import labels
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.forms.validators import UNPROCESSABLE
from booking.blueprints.kit.http import send_bytes
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park, park_today
from booking.blueprints.messages import put_beside, wording
from booking.db import db, transaction
from booking.documents.models import Document
from booking.documents.store import store
from booking.language import gettext, lazy_gettext as _
from booking.people.models import Role
from booking.reservations.upcoming import upcoming
from booking.spaces.exchange.import_spaces import import_spaces, plan_import, rows_of
from booking.spaces.exchange.planning import Plan
from booking.spaces.exchange.reading import read
from booking.spaces.exchange.writing import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx
from booking.values import Refusal

blueprint = Blueprint("exchange", __name__, url_prefix="/inventory/exchange")


@blueprint.get("/")
@allow(Role.ADMIN)
def index() -> ResponseReturnValue:
    """Offer the downloads, and the way in."""
    return render_template("exchange/index.html", form=UploadForm(), count=0)


@blueprint.get("/spaces.<form>")
@allow(Role.ADMIN)
def export(form: str) -> ResponseReturnValue:
    """Download the spaces in use."""
    rows = rows_of(db.session(), my_park().id)
    return _download(form, "spaces", rows)


@blueprint.get("/template.<form>")
@allow(Role.ADMIN)
def template(form: str) -> ResponseReturnValue:
    """Download the empty table, with its explanation where the format has room for one."""
    return _download(form, "template", ())


def _download(form: str, name: str, rows: Any) -> ResponseReturnValue:  # noqa: ANN401 - rows of a table
    if form == "csv":
        content, media_type = write_csv(rows, english=labels.english()), CSV_TYPE
    elif form == "xlsx":
        content = write_xlsx(rows, labels.template_notes(), english=labels.english())
        media_type = XLSX_TYPE
    else:
        return render_template("errors/404.html"), 404
    return send_bytes(content, f"{name}-{park_today():%Y%m%d}.{form}", media_type)


class UploadForm(FlaskForm):
    """One file of spaces."""

    file = FileField(
        _("表格文件"),
        [FileRequired(_("请先选择一个文件。"))],
        description=_("CSV 或 XLSX，最多 2 MB、2000 行；不改动任何东西，先给你看结果。"),
    )


@blueprint.post("/")
@allow(Role.ADMIN)
@takes(_("导入导出"), UploadForm)
def upload() -> ResponseReturnValue:
    """Take a file; with a mistake nothing is kept of it, else show what it would do."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            content = form.file.data.read()
            grid = read(content, clock.now)
            plan = plan_import(db.session(), my_park().id, grid, upcoming=upcoming, now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            if plan.mistakes:
                return _with_mistakes(form, plan, form.file.data.filename or "")
            with transaction() as session:
                name = form.file.data.filename or ""
                ticket = keep_file(session, my_park().id, name, content, clock.now())
            return redirect(url_for(".preview", ticket=ticket))
    return render_template("exchange/index.html", form=form, count=0), UNPROCESSABLE


SHOWN = 200


def _with_mistakes(form: UploadForm, plan: Plan, name: str) -> ResponseReturnValue:
    said = labels.cells_said(plan)
    facts = {"mistakes": said[:SHOWN], "below": len(said), "headers": labels.headers_said(plan)}
    counts = {"count": len(plan.mistakes), "header_row": plan.mistakes[0].row, "file_name": name}
    return render_template("exchange/index.html", form=form, **facts, **counts), UNPROCESSABLE


@blueprint.get("/preview/<ticket>")
@allow(Role.ADMIN)
def preview(ticket: str) -> ResponseReturnValue:
    """Show what a kept file would do now."""
    park_id = my_park().id
    name, content = kept_file(ticket, park_id)
    plan = plan_import(db.session(), park_id, read(content, clock.now), upcoming=upcoming, now=clock.now())
    if plan.mistakes:  # the inventory changed since the file was taken
        return _with_mistakes(UploadForm(None), plan, name)
    return render_template(
        "exchange/preview.html",
        ticket=ticket,
        file_name=name,
        plan=plan,
        added=[(number, labels.shown_fields(row)) for number, row in plan.added[:SHOWN]],
        changed=[
            (change.number, change.after.code, labels.differences(change)) for change in plan.changed[:SHOWN]
        ],
        shown=SHOWN,
    )


SCAN_CODE_BYTES = 18


@blueprint.post("/preview/<ticket>")
@allow(Role.ADMIN)
def carry_out(ticket: str) -> ResponseReturnValue:
    """Do what the preview showed, all of it or nothing."""
    _, content = kept_file(ticket, my_park().id)
    grid = read(content, clock.now)
    try:
        with transaction() as session:
            done = import_spaces(
                session,
                my_park().id,
                grid,
                request.form.get("fingerprint", ""),
                new_code=lambda: secrets.token_urlsafe(SCAN_CODE_BYTES),
                upcoming=upcoming,
                by=actor(),
                now=clock.now(),
            )
    except Refusal as refusal:
        flash(wording(refusal), "warning")
        return redirect(url_for(".preview", ticket=ticket))
    counts = {"added": len(done.added), "changed": len(done.changed)}
    flash(gettext("导入完成：添加 %(added)s 个，更新 %(changed)s 个。", **counts), "success")
    return redirect(url_for("inventory.spaces"))


NAME_LENGTH = 120


def keep_file(session: Session, park_id: int, name: str, content: bytes, now: datetime) -> str:
    """Keep the file and give its ticket, good for a day."""
    kind = XLSX_TYPE if content.startswith(b"PK") else CSV_TYPE
    document = store(session, park_id, name[-NAME_LENGTH:] or "import", kind, content, now=now)
    return str(_signer().dumps([document.id, park_id]))


KEPT_SECONDS = 24 * 60 * 60


def kept_file(ticket: str, park_id: int) -> tuple[str, bytes]:
    """Give name and content back; 404 where the ticket is another park's, too old or made up."""
    try:
        document_id, of_park = _signer().loads(ticket, max_age=KEPT_SECONDS)
    except BadSignature:
        abort(404)
    document = db.session().get(Document, document_id)
    if document is None or of_park != park_id or document.park_id != park_id:
        abort(404)
    return document.name, document.content


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="inventory-import")

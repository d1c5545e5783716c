"""What a stranger meets at a page for members: the sign-in page, which keeps what they typed."""

from enum import StrEnum

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking.blueprints.kit import access, resubmission
from booking.blueprints.kit.labels import resubmitted
from booking.blueprints.sign_in.forms import SignInForm
from booking.db import db
from booking.people.queries import demo_accounts


class WhatHelps(StrEnum):
    """What lets somebody in at once who would have to wait."""

    LINK = "link"
    LINK_OR_DEVICE = "link or device"


UNAUTHORIZED = 401


def turn_away() -> ResponseReturnValue:
    """Send a stranger to sign in: a question is asked again afterwards, a filled form is kept in the page."""
    if access.is_fetched():
        return "", UNAUTHORIZED
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")))
    kept = resubmission.keep()
    return page(SignInForm(formdata=None), kept=kept, interrupted=True), UNAUTHORIZED


def page(
    form: SignInForm, *, kept: str = "", interrupted: bool = False, helps: WhatHelps | None = None
) -> str:
    """Draw the sign-in page; in the demo it offers one account of each role."""
    accounts = demo_accounts(db.session()) if current_app.config["DEMO"] else []
    form.kept.data = kept
    facts = {"accounts": accounts, "interrupted": interrupted, "helps": helps}
    return render_template(
        "sign_in/show.html", form=form, **facts, **resubmitted.told(resubmission.kept(kept))
    )

"""How a form comes back that must be put right: as typed, with 422; with 409 where somebody was faster."""

from typing import Any

from flask import render_template
from flask_wtf import FlaskForm

CONFLICT = 409


def form_page(template: str, form: FlaskForm, **facts: Any) -> tuple[str, int]:  # noqa: ANN401 - what a template shows
    """Draw a page with its form; 422 where something in it must be put right."""
    return render_template(template, form=form, **facts), status_of(form)


UNPROCESSABLE = 422


def status_of(form: FlaskForm) -> int:
    """Give 200, or 422 where something in the form must be put right."""
    return UNPROCESSABLE if form.errors else 200

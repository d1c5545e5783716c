"""Where gunicorn and the flask command find the app."""

import os
import sys

import click

from booking.app import create_app, create_unset_app
from booking.config import BadConfigurationError

NEVER = 3  # as gunicorn reads it: do not try again

try:
    app = create_app()
except BadConfigurationError as trouble:
    context = click.get_current_context(silent=True)
    serves = context is not None and context.info_name == "run"  # `flask run` would serve what is below
    if serves or os.environ.get("FLASK_RUN_FROM_CLI") != "true":
        print(f"booking does not start: {trouble}", file=sys.stderr)  # noqa: T201 - there is no log yet
        sys.exit(NEVER)
    app = create_unset_app(trouble)  # some commands need no settings

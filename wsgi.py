"""Where gunicorn and the flask command find the app."""

import os
import sys

from booking.app import create_app, create_unset_app
from booking.config import BadConfigurationError

try:
    app = create_app()
except BadConfigurationError as trouble:
    if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
        sys.exit(f"booking does not start: {trouble}")
    app = create_unset_app(trouble)  # some commands need no settings

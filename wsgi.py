"""Where gunicorn and the flask command find the app."""

import sys

from booking.app import create_app
from booking.config import BadConfigurationError

try:
    app = create_app()
except BadConfigurationError as trouble:
    sys.exit(f"booking does not start: {trouble}")

"""Where gunicorn and the flask command find the app."""

from booking.app import create_app

app = create_app()

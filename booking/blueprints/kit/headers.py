"""What browsers are told about every page: run nothing but our own files, show it in nobody's frame."""

from flask import Flask, Response, request

from booking.config import Config

# data: is for the few pictures inside Bootstrap's stylesheet.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A browser shows a PDF in a page of its own making, which the policy above would leave without style.
PDF_SECURITY_POLICY = "frame-ancestors 'none'"
NEVER_ASKED_FOR = ("camera", "microphone", "geolocation", "payment", "usb", "interest-cohort")
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NEVER_ASKED_FOR),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TWO_YEARS = "max-age=63072000; includeSubDomains"


def init(app: Flask) -> None:
    """Add the headers to every answer; a view may have set its own before."""
    config: Config = app.extensions["booking_config"]
    always = ALWAYS | ({"Strict-Transport-Security": TWO_YEARS} if config.production else {})

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in always.items():
            response.headers.setdefault(name, value)
        pdf = response.mimetype == "application/pdf"
        policy = PDF_SECURITY_POLICY if pdf else CONTENT_SECURITY_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        if "Cache-Control" not in response.headers and not _is_file():
            # Pages are somebody's own, and hold their form's key: nobody else's cache keeps them.
            response.headers["Cache-Control"] = "no-store"
        return response


def _is_file() -> bool:
    return request.blueprint == "files"

"""Structured logs: a JSON object a line on stderr, each with the id of the request it belongs to."""

import logging
import re
import secrets
import sys
import time

from flask import Flask, Response, g, has_app_context, request
from flask.logging import default_handler
from pythonjsonlogger.json import JsonFormatter

log = logging.getLogger("booking.requests")
broken = logging.getLogger("booking.errors")


class RequestId(logging.Filter):
    """Writes the current request's id into every record; `-` outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the id and let everything pass."""
        record.request_id = g.get("request_id", "-") if has_app_context() else "-"
        return True


class Stderr(logging.Handler):
    """Writes to the stderr of the moment, which a server or a test may have replaced since the start."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        sys.stderr.write(self.format(record) + "\n")


HANDLER = "booking"
TEXT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"
FIELDS = "%(levelname)s %(name)s %(request_id)s %(message)s"


def _handler(form: str) -> logging.Handler:
    handler = Stderr()
    handler.set_name(HANDLER)
    handler.addFilter(RequestId())
    if form == "text":
        handler.setFormatter(logging.Formatter(TEXT))
    else:
        handler.setFormatter(
            JsonFormatter(
                FIELDS,
                rename_fields={"levelname": "level", "name": "logger"},
                json_ensure_ascii=False,
                timestamp="at",
            )
        )
    return handler


HEADER = "X-Request-ID"
ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")


def _start() -> None:
    """Take the id a proxy gave, if it looks like one, else make one; it ends up in headers and logs."""
    given = request.headers.get(HEADER, "")
    g.request_id = given if ACCEPTABLE.fullmatch(given) else secrets.token_hex(8)
    g.request_started = time.perf_counter()


def _broke(exc_info: object) -> None:
    """Log what broke in place of Flask's own, which names the address: it may hold the secret of a link."""
    rule = request.url_rule.rule if request.url_rule else None
    broken.error("exception on %s [%s]", rule, request.method, exc_info=exc_info)  # type: ignore[arg-type]  # logging takes what Flask gives


QUIET = ("static", "alive", "ready", "late", "healthz")


def _finish(response: Response) -> Response:
    """Log the request by its rule, never its address: addresses may hold secrets of reset links."""
    response.headers[HEADER] = g.request_id
    level = logging.DEBUG if (request.endpoint or "").rpartition(".")[2] in QUIET else logging.INFO
    if not log.isEnabledFor(level):
        return response
    facts = {
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else None,
        "endpoint": request.endpoint,
        "status": response.status_code,
        "milliseconds": round((time.perf_counter() - g.request_started) * 1000, 1),
    }
    log.log(level, "%s %s %s", facts["method"], facts["route"], facts["status"], extra=facts)
    return response


def init_logs(app: Flask) -> None:
    """Log from LOG_LEVEL up, as LOG_FORMAT says (`json` or `text`); safe to call twice.

    Register it before anything that answers in `before_request`, so that refusals have an id too.
    """
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if handler.get_name() == HANDLER]:
        root.removeHandler(old)
    root.addHandler(_handler(app.config.get("LOG_FORMAT", "json")))
    root.setLevel(app.config.get("LOG_LEVEL", "INFO"))
    app.logger.removeHandler(default_handler)
    app.log_exception = _broke  # type: ignore[method-assign]  # Flask asks for it here
    app.before_request(_start)
    app.after_request(_finish)

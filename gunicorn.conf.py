"""What gunicorn reads by itself when it starts here; the rest is said on its command line."""

import gc
from typing import Any

control_socket_disable = True  # nobody steers it but systemd
limit_request_line = 8190  # a sentence of 500 characters stands in the address, nine bytes each in Chinese


def post_worker_init(_worker: Any) -> None:  # noqa: ANN401 - gunicorn publishes no types
    """Spare the collector what the app is made of: it lives as long as the worker.

    Looking through it every few requests took a tenth of a reservation's time. Not in wsgi.py: what is frozen
    is not finalised at exit, and a command must close its database.
    """
    gc.collect()
    gc.freeze()

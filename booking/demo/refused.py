"""Why the demo is not made or not served."""


class DemoRefusedError(Exception):
    """The demo may not be made, or cannot be served, here; the message says why and what to do."""

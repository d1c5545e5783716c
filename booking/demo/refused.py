"""Why the demo cannot be made or served: apart, since every start of the app loads the command that tells it."""


class DemoRefusedError(Exception):
    """The demo may not be made, or cannot be served, here; the message says why and what to do."""

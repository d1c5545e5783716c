"""What can go wrong on the way to paper: the one exception that every printing port raises."""


class PrintFailed(Exception):  # noqa: N818 - a fact about one sheet, caught by name where the next goes on
    """A sheet could not be made: a fault in the template, the fonts, the memory or the disk.

    Whoever prints many (the month's close, a batch of labels) catches it around one sheet and goes on;
    trying the same sheet again later is safe. `sheet` names what was to be printed, `reason` is for the
    log and never for a customer.
    """

    def __init__(self, sheet: str, reason: str) -> None:
        """Keep which sheet it was and why it failed."""
        super().__init__(f"{sheet}: {reason}")
        self.sheet = sheet
        self.reason = reason

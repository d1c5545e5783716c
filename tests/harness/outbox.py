"""What leaves the house by mail: letters end in a fake transport, and links read where readers do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from flask import Flask

from booking.db import db
from booking.jobs.job import run
from booking.jobs.letters import LETTERS
from booking.mail.transport import Envelope
from tests.fakes.transport import FakeTransport

LINK = re.compile(r"https?://\S+?(/password/[^\s\"<]+)")


@dataclass
class Outbox:
    """The letters of an app, as they arrive."""

    app: Flask
    transport: FakeTransport = field(default_factory=FakeTransport)

    def __post_init__(self) -> None:
        """Stand where the mail server would."""
        ports = self.app.extensions["booking_ports"]
        self.app.extensions["booking_ports"] = replace(ports, transport=self.transport)

    def carry(self) -> list[Envelope]:
        """Let the job carry what is due now, and give all letters so far."""
        with self.app.app_context():
            run(LETTERS)
            db.session.remove()
        return self.transport.letters

    def links(self) -> list[str]:
        """Carry, and give the path of each link that opens an account, in the order of arrival."""
        return [found[1] for letter in self.carry() if (found := LINK.search(letter.text))]

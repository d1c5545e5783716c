"""A transport that keeps the letters and answers as it was told to."""

from __future__ import annotations

from dataclasses import dataclass, field

from booking.gateways.mail import compose
from booking.mail.transport import Envelope, TransportError


@dataclass
class FakeTransport:
    """Takes every letter; `answers` are used up first, one a letter: an error, or None to take it."""

    letters: list[Envelope] = field(default_factory=list)
    answers: list[TransportError | None] = field(default_factory=list)

    def deliver(self, envelope: Envelope) -> None:
        compose(envelope)
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.letters.append(envelope)

"""A pusher that keeps what it was given and answers as it was told to."""

from __future__ import annotations

from dataclasses import dataclass, field

from booking.mail.transport import TransportError
from booking.notifications.ports import PushNote, PushTarget


@dataclass
class FakePusher:
    """Takes every push; `answers` says by the end of an endpoint what it raises instead."""

    pushed: list[tuple[str, PushNote]] = field(default_factory=list)
    answers: dict[str, TransportError] = field(default_factory=dict)
    public_key: str = "B" + "A" * 86

    def push(self, target: PushTarget, note: PushNote) -> None:
        name = target.endpoint.rpartition("/")[2]
        if name in self.answers:
            raise self.answers[name]
        self.pushed.append((name, note))

"""Carries letters into a folder, one .eml file each, for the demo and for looking at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import TYPE_CHECKING

from booking.gateways.letter import compose
from booking.post.carrier import TryLater

if TYPE_CHECKING:
    from pathlib import Path

    from booking.post.carrier import Envelope


@dataclass(frozen=True, slots=True)
class FolderCarrier:
    """Writes `20261103T083600Z-<Message-ID>.eml`; a repeated letter replaces itself."""

    folder: Path

    def deliver(self, envelope: Envelope) -> None:
        """Write the file, whole or not at all; TryLater if the disk does not take it."""
        letter = compose(envelope)
        path = self.folder / _file_name(envelope)
        part = path.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(letter.content)
            part.replace(path)
        except OSError as error:
            reason = f"cannot write {path.name}: {error}"
            raise TryLater(reason) from error


def _file_name(envelope: Envelope) -> str:
    key = envelope.message_id.strip("<>")
    readable = re.sub(r"[^A-Za-z0-9._-]+", "_", key)[:60]
    unique = sha256(key.encode()).hexdigest()[:8]
    return f"{envelope.written_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{readable}-{unique}.eml"

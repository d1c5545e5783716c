"""Writes letters into a folder, one .eml file each, for the demo."""

import os
import re
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from pathlib import Path

from booking.gateways.message import compose
from booking.mail.transport import Envelope, TryLater


@dataclass(frozen=True, slots=True)
class FolderTransport:
    """Writes `20261103T083600Z-<Message-ID>.eml`; a repeated letter replaces itself.

    The files hold links that open accounts: only their owner may read them, and a folder made here.
    """

    folder: Path

    def deliver(self, envelope: Envelope) -> None:
        """Write the file, whole or not at all; raises TryLater if the disk refuses."""
        letter = compose(envelope)
        path = self.folder / _file_name(envelope)
        part = path.with_suffix(".part")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.unlink(missing_ok=True)
            with open(part, "xb", opener=_for_the_owner) as file:
                file.write(letter.content)
            part.replace(path)
        except OSError as error:
            reason = f"cannot write {path.name}: {error}"
            raise TryLater(reason) from error


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _file_name(envelope: Envelope) -> str:
    key = envelope.message_id.strip("<>")
    readable = re.sub(r"[^A-Za-z0-9._-]+", "_", key)[:60]
    unique = sha256(key.encode()).hexdigest()[:8]
    return f"{envelope.written_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{readable}-{unique}.eml"

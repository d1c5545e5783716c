"""Who does something: a signed-in member, or the system itself."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as facts that outlive the member's row."""

    name: str
    member_id: int | None = None
    park_id: int | None = None
    enterprise_id: int | None = None
    request_id: str | None = None
    wants_copies: bool = False  # of letters on what they do themselves

    @classmethod
    def system(cls, job: str, park_id: int | None = None) -> Self:
        """Make the actor of a job or shell command."""
        return cls(name=job, park_id=park_id)

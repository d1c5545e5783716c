"""Who does something: a signed-in person, or the house itself."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Actor:
    """The doer of a verb, as facts that outlive the row of the member."""

    name: str
    member_id: int | None = None
    park_id: int | None = None
    enterprise_id: int | None = None
    request_id: str | None = None

    @classmethod
    def system(cls, job: str, park_id: int | None = None) -> Self:
        """Make the doer of a job or shell command."""
        return cls(name=job, park_id=park_id)

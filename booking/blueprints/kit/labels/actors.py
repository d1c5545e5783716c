"""Who did something, and why, in words: people by name and as they wrote it, the house by what it is."""

from typing import Protocol

from booking.charges.move_out import LEFT
from booking.language import gettext
from booking.people.password_resets import BEARER
from booking.usage.correct_stay import STATED_LATER


class Signed(Protocol):
    """A step of some history: who took it, and under which name."""

    @property
    def actor_id(self) -> int | None: ...  # noqa: D102
    @property
    def actor_name(self) -> str: ...  # noqa: D102


def who_did(step: Signed) -> str:
    """Name who took a step; a job and a command of the house are the system."""
    if step.actor_id is not None:
        return step.actor_name
    return str(gettext("邮件链接的持有人") if step.actor_name == BEARER else gettext("系统"))


def because(reason: str | None) -> str:
    """Say why: what a person wrote as they wrote it, the house's own reason in the reader's language."""
    own = {LEFT: gettext("企业离开园区"), STATED_LATER: gettext("企业补报离开时间")}
    return str(own.get(reason or "", reason or ""))

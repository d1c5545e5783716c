"""Letters about accounts: invitations and forgotten passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booking.language import gettext
from booking.letters.written import written

if TYPE_CHECKING:
    from booking.people.models import Member
    from booking.post.writing import Writing


def invitation(member: Member, *, link: str, inviter: str) -> Writing:
    """Invite a new colleague to set a password."""
    return written(
        member.park,
        member.language,
        "invitation",
        lambda: gettext("%(inviter)s 邀请你使用园区共享服务空间", inviter=inviter),
        member=member,
        inviter=inviter,
        link=link,
    )


def reset(member: Member, *, link: str) -> Writing:
    """Let somebody set a new password."""
    return written(
        member.park, member.language, "reset", lambda: gettext("重新设置密码"), member=member, link=link
    )

"""Letters about accounts: invitations and forgotten passwords; their link is put in as they are sent."""

import re

from flask import current_app

from booking.language import CHINESE, LANGUAGES, force_locale, gettext
from booking.letters.render import button, html_part, plain, render
from booking.mail.outbox import LetterText
from booking.people.models import Member


def invitation(member: Member, *, inviter: str) -> LetterText:
    """Invite a new colleague to set a password."""
    return render(
        member.park,
        member.language,
        "invitation",
        lambda: gettext("%(inviter)s 邀请你使用园区共享服务空间", inviter=inviter),
        member=member,
        inviter=inviter,
        link=_masked(),
    )


def elsewhere(member: Member, *, inviter: str) -> LetterText:
    """Sent instead of an invitation to an address that has an account elsewhere."""
    return render(
        member.park,
        member.language,
        "invitation_elsewhere",
        lambda: gettext("%(inviter)s 邀请你使用园区共享服务空间", inviter=inviter),
        member=member,
        inviter=inviter,
    )


def reset(member: Member) -> LetterText:
    """Let somebody set a new password."""
    return render(
        member.park, member.language, "reset", lambda: gettext("重新设置密码"), member=member, link=_masked()
    )


WAY_IN = "/password/"  # where `sign_in.set_password` is
MASK = "•" * 12  # what a letter is kept with, where the mail has the token
_MASKED = re.compile(rf"^\S+{WAY_IN}{MASK}$", re.MULTILINE)


def with_link(kept: LetterText, language: str | None, token: str) -> LetterText:
    """Put the link into a letter that is about to be sent; the result is not stored.

    A line that is a masked link and nothing else becomes the link whole, at today's `BASE_URL`: the letter
    may have waited since it had another. A mask in a name that somebody chose gets no token.
    """
    link = f"{current_app.config['BASE_URL']}{WAY_IN}{token}"
    with force_locale(LANGUAGES.get(language or "zh", CHINESE)):
        marked = _MASKED.sub(lambda _: button(link, gettext("去设置密码")), kept.text)
        return LetterText(kept.subject, plain(marked), html=html_part(kept.subject, marked, ()))


def _masked() -> str:
    # The address comes from the settings, never from the request: a forged Host would mail a forged link.
    return f"{current_app.config['BASE_URL']}{WAY_IN}{MASK}"

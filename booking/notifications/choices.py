"""How each wants to be reminded: what they chose, or what holds for who chose nothing.

And the browsers that take their pushes: allowed, taken back, and let go once they are gone.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.db.rows import insert_into
from booking.mail.models import Letter
from booking.mail.outbox import mail_instead, settle_letter
from booking.mail.transport import TransportError
from booking.notifications.models import PushDevice, ReminderChoices
from booking.notifications.ports import Gone, PushTarget, SecretBox
from booking.notifications.rules import QUIET_UNLESS_CHOSEN, UNLESS_CHOSEN, check_endpoint, check_keys
from booking.people.models import Member


def choices_of(session: Session, member_id: int) -> ReminderChoices:
    """Give what somebody chose, or what holds for who chose nothing; that is not kept."""
    return session.get(ReminderChoices, member_id) or usual_choices(member_id)


def usual_choices(member_id: int) -> ReminderChoices:
    """Give what holds for who chose nothing."""
    plans = {
        f"{occasion.value}_{name}": value
        for occasion, plan in UNLESS_CHOSEN.items()
        for name, value in plan._asdict().items()
    }
    quiet_from, quiet_to = QUIET_UNLESS_CHOSEN
    return ReminderChoices(member_id=member_id, quiet_from=quiet_from, quiet_to=quiet_to, **plans)


def choose_reminders(session: Session, member_id: int, chosen: Mapping[str, Any]) -> ReminderChoices:
    """Keep what somebody chose, by the columns' names, and the rest as it is; the same twice changes nothing.

    Reminders that are written stay as they are; those to come follow it.
    """
    choices = session.get(ReminderChoices, member_id)
    if choices is None:
        choices = usual_choices(member_id)
        session.add(choices)
    for name in chosen.keys() & CHOSEN:
        setattr(choices, name, chosen[name])
    session.flush()
    return choices


CHOSEN = {
    "start_way",
    "start_minutes",
    "end_way",
    "end_minutes",
    "missed_way",
    "missed_minutes",
    "quiet_from",
    "quiet_to",
}


def allow_pushes(
    session: Session, member: Member, target: PushTarget, *, name: str, box: SecretBox, now: datetime
) -> None:
    """Keep where a browser takes pushes for who is signed in there now, whoever it was before. Safe twice.

    It holds until they sign out everywhere or change the password. Of more than MOST_DEVICES the oldest goes.
    Raises NoPushService.
    """
    check_endpoint(target.endpoint)
    check_keys(target.p256dh, target.auth)
    kept = {
        "member_id": member.id,
        "session_version": member.session_version,
        "closed": box.close(json.dumps([target.endpoint, target.p256dh, target.auth])),
        "name": name,
        "allowed_at": now,
    }
    new = insert_into(session, PushDevice).values(endpoint_hash=hash_of(target.endpoint), **kept)
    session.execute(new.on_conflict_do_update(index_elements=["endpoint_hash"], set_=kept))
    forget_devices(session, [one.id for one in push_devices_of(session, member)[MOST_DEVICES:]])


MOST_DEVICES = 10


def hash_of(endpoint: str) -> str:
    """Name an address, so that it is kept once and its own browser finds itself."""
    return sha256(endpoint.encode()).hexdigest()


def push_devices_of(session: Session, member: Member) -> Sequence[PushDevice]:
    """List the browsers that take pushes for a member, the newest first."""
    return session.scalars(
        select(PushDevice)
        .where(PushDevice.member_id == member.id, PushDevice.session_version == member.session_version)
        .order_by(PushDevice.allowed_at.desc(), PushDevice.id.desc())
    ).all()


def take_back_pushes(session: Session, member_id: int, device_id: int) -> bool:
    """Let a browser of a member take no more; tells whether it did. Safe twice."""
    mine = delete(PushDevice).where(PushDevice.id == device_id, PushDevice.member_id == member_id)
    return session.scalar(mine.returning(PushDevice.id)) is not None


def leave_browser(session: Session, endpoint_hash: str, *, but: int | None = None) -> None:
    """Let a browser take no more for whoever it was, but for the member `but`: another sits before it now."""
    session.execute(
        delete(PushDevice).where(
            PushDevice.endpoint_hash == endpoint_hash, PushDevice.member_id != (but or 0)
        )
    )


def forget_devices(session: Session, device_ids: Collection[int]) -> None:
    """Let browsers go."""
    session.execute(delete(PushDevice).where(PushDevice.id.in_(device_ids)))


def push_targets(session: Session, letter: Letter, box: SecretBox) -> dict[int, PushTarget]:
    """Give where a letter is pushed to, by the devices' ids; none where its reader's account is closed."""
    rows = session.execute(
        select(PushDevice.id, PushDevice.closed)
        .join(Member, Member.id == PushDevice.member_id)
        .where(Member.email == letter.to, Member.park_id == letter.park_id, Member.active)
        .where(PushDevice.session_version == Member.session_version)
        .order_by(PushDevice.id)
    )
    opened = {device_id: box.open(closed) for device_id, closed in rows}
    return {device_id: PushTarget(*json.loads(kept)) for device_id, kept in opened.items() if kept}


def settle_push(
    session: Session, letter_id: int, answers: Mapping[int, TransportError | None], *, now: datetime
) -> bool:
    """Record what the browsers' services answered; tells whether one took it.

    Browsers that are gone are let go. What none took goes by mail at once: the next try might come too late.
    """
    forget_devices(session, [device for device, trouble in answers.items() if isinstance(trouble, Gone)])
    taken = any(trouble is None for trouble in answers.values())
    if taken:
        settle_letter(session, letter_id, None, now=now)
    else:
        mail_instead(session, letter_id, now=now)
    return taken

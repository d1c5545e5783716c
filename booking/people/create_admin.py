"""Give somebody an account with a password at once, from the shell."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.parks.models import Park
from booking.people.models import Member, Role
from booking.people.rules import EmailTaken, normal_email
from booking.people.set_password import set_password
from booking.values.plain_name import check_name


def create_admin(
    session: Session, park: Park, email: str, name: str, password: str, *, by: Actor, now: datetime
) -> Member:
    """Make an administrator of the park, or set that administrator's password anew.

    For whoever runs the installation and is not signed in. Raises EmailTaken where the e-mail is
    somebody else's, NameHoldsAddress, and what `rules.check_password` raises.
    """
    check_name(name)
    address = normal_email(email)
    member = session.scalar(select(Member).where(Member.email == address))
    if member is not None and (member.park_id, member.role) != (park.id, Role.ADMIN):
        raise EmailTaken(address)
    if member is None:
        member = Member(
            park_id=park.id,
            email=address,
            name=name,
            role=Role.ADMIN,
            active=True,
            session_version=1,
            created_at=now,
        )
        session.add(member)
    member.active = True
    session.flush()
    set_password(session, member, password, now=now)
    after = {"email": address, "role": Role.ADMIN.value}
    record(session, "member.added", "member", member.id, by=by, now=now, after=after, park_id=park.id)
    return member

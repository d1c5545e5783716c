"""Who is signed in: how Flask-Login knows a member, and how views ask who it is."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, cast

from flask import Flask, Response, abort, g, request, session
from flask_login import AnonymousUserMixin, LoginManager, current_user
from sqlalchemy import String, Table, bindparam, cast as as_type, exists, func, literal_column, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state

from booking import clock
from booking.audit.actions import Actor
from booking.blueprints.kit.access import STAFF
from booking.blueprints.kit.http import QuietSessions
from booking.blueprints.kit.resubmission import name_forms, names_forms
from booking.db import db
from booking.db.ready import ReadyStatement
from booking.db.rows import columns_of, facts_of, object_of
from booking.letters import accounts
from booking.mail.queries import unread_of
from booking.parks.models import Park
from booking.parks.queries import note_edition
from booking.people.models import EndedSession, Enterprise, Member
from booking.people.tickets import NewTicket
from booking.reservations.models import Favourite
from booking.values import Month, local_day


class SignedIn:
    """A member as Flask-Login wants one, in the session that `key` names.

    Raising `session_version` signs the member out everywhere; `people.sign_out` ends this session alone.
    """

    is_authenticated = True
    is_anonymous = False

    def __init__(self, member: Member, key: str, starred: str | None = None, unread: int = 0) -> None:
        """Wrap the row; whoever needs more asks `me()`."""
        self.member = member
        self.park, self.enterprise = member.park, member.enterprise
        self.enterprise_id = member.enterprise_id
        self.unread = unread
        self.favourites = frozenset(int(one) for one in (starred or "").split(",") if one)
        self.key = key
        self.role = member.role
        self.language = member.language
        self.is_active = member.active

    def get_id(self) -> str:
        """Give what the session keeps."""
        return f"{self.member.id}.{self.member.session_version}.{self.key}"


def load(kept: str) -> SignedIn | None:
    """Find the member a session speaks of; None where it is out of date, was left, or cannot be ended."""
    found = _found(kept)
    g.session_is_dead = found is None
    return found


ENDED = exists().where(EndedSession.key == bindparam("key"))
COMMA = cast("str", literal_column("','"))  # a plain "," is written into the statement anew each time
STARRED = (
    select(func.aggregate_strings(as_type(Favourite.space_id, String), COMMA))
    .where(Favourite.member_id == bindparam("id"))
    .scalar_subquery()
)
SINCE = func.coalesce(Member.inbox_read_at, Member.created_at)
UNREAD = unread_of(cast("Table", Member.__table__), SINCE)
ON_PAPER = {"address", "phone", "bank_name", "bank_account", "billing_email", "billing_title"} | {
    f"seller_{name}" for name in ("name", "uscc", "address", "phone")
}
ELSEWHERE = {
    "password_hash", "invited_email", "created_at", "mail_from", "branch_email", "hold_minutes",
    "review_days", "payment_days", "may_be_named", "naming_withdrawn_at",
}  # fmt: skip
READ = tuple(columns_of(table, but=ON_PAPER | ELSEWHERE) for table in (Member, Park, Enterprise))
MEMBER = ReadyStatement(
    select(*(column for columns in READ for column in columns), STARRED, UNREAD)
    .join(Park, Member.park_id == Park.id)
    .outerjoin(Enterprise, Member.enterprise_id == Enterprise.id)
    .where(Member.id == bindparam("id"), ~ENDED)
)
"""Asked with every request: the member with park and enterprise, unless this session was ended.

What stands on papers alone, or is looked at on few pages, is read where somebody asks for it.
"""

ENTERPRISE = ReadyStatement(select(*READ[-1]).where(Enterprise.id == bindparam("id")))


def _found(kept: str) -> SignedIn | None:
    member_id, _, rest = kept.partition(".")
    version, _, key = rest.partition(".")
    if not (member_id.isdecimal() and version.isdecimal() and key):
        return None
    read = MEMBER.first(db.session.connection(), {"id": int(member_id), "key": key})
    if read is None:
        return None
    member = _member_of(db.session(), read)
    if not member.active or member.session_version != int(version):
        return None
    return SignedIn(member, key, *read[-2:])


def _member_of(session: Session, read: Sequence[Any]) -> Member:
    member, park, enterprise = facts_of(read, *READ)
    member["park"] = object_of(session, Park, park)
    note_edition(session, member["park"])
    member["enterprise"] = None if enterprise["id"] is None else object_of(session, Enterprise, enterprise)
    return object_of(session, Member, member)


def kept_id() -> int | None:
    """Read from the session alone whose it is; it may have ended since."""
    number = str(session.get("_user_id", "")).partition(".")[0]
    return int(number) if number.isdecimal() else None


def session_key() -> str:
    """Give what names the session of the signed-in member."""
    return _signed_in().key


def _signed_in() -> SignedIn:
    """Give what `current_user` stands for, which looks it up anew a score of times a page."""
    kept = g._get_current_object().get("_login_user")  # noqa: SLF001 - asked often
    return cast("SignedIn", current_user if kept is None else kept)


def me() -> Member:
    """Give the signed-in member; only where the route lets nobody else in."""
    return _signed_in().member


def favourites() -> frozenset[int]:
    """Name the spaces that the signed-in member marked with a star; they come with the member."""
    return _signed_in().favourites


def unread_letters() -> int:
    """Count the letters that came since the signed-in member last opened their inbox; with the member too."""
    return _signed_in().unread if current_user.is_authenticated else 0


def letters_seen() -> None:
    """Let the rest of this request know that the inbox was opened."""
    _signed_in().unread = 0


def reads_as_staff() -> bool:
    """Tell whether the reader, of a page for everybody too, is one of the park's own people."""
    return current_user.is_authenticated and me().role in STAFF


def my_park() -> Park:
    """Give the park the signed-in member belongs to."""
    return _signed_in().park


def park_today() -> date:
    """Tell the local day in the park the signed-in member belongs to."""
    return local_day(clock.now(), my_park().zone)


def this_month() -> Month:
    """Give the month that it is in my park."""
    return Month.of(clock.now(), my_park().zone)


def month_or_404(text: str) -> Month:
    """Read a month of my park that has begun; all else is not found."""
    try:
        month = Month.parse(text, my_park().zone)
    except ValueError:
        abort(404)
    return month if month <= this_month() else abort(404)


def month_of_request() -> Month:
    """Read `month=2026-10` of the address, the running one where it says none; 404 as `month_or_404`."""
    text = request.args.get("month", "")
    return month_or_404(text) if text else this_month()


def my_enterprise_id() -> int:
    """Give the tenant's enterprise; only where the route lets nobody but tenants in."""
    enterprise_id = _signed_in().enterprise_id
    if enterprise_id is None:
        raise TypeError("a member of the park itself has no enterprise")
    return enterprise_id


def my_enterprise() -> Enterprise:
    """Give the tenant's enterprise itself; only where the route lets nobody but tenants in."""
    enterprise = _signed_in().enterprise
    if enterprise is None:
        raise TypeError("a member of the park itself has no enterprise")
    if instance_state(enterprise).expired:  # by a transaction that began
        row = ENTERPRISE.one(db.session.connection(), {"id": my_enterprise_id()})
        object_of(db.session(), Enterprise, facts_of(row, READ[-1])[0])
    return enterprise


def actor() -> Actor:
    """Give the signed-in member as the actor of a verb."""
    member = me()
    return Actor(
        name=member.name,
        member_id=member.id,
        park_id=member.park_id,
        enterprise_id=member.enterprise_id,
        request_id=g.get("request_id"),
        wants_copies=member.wants_copies,
        rights=member.rights,
    )


def init_session(app: Flask) -> None:
    """Tell Flask-Login how to find members, and where strangers sign in."""
    manager = LoginManager(app)
    manager.login_view = "sign_in.show"
    manager.login_message = None
    manager.session_protection = None  # a phone changes its address between two meetings
    manager._session_identifier_generator = _unprotected  # noqa: SLF001 - made of it with each request all the same
    manager.user_loader(load)
    app.before_request(_begin)
    app.session_interface = QuietSessions()
    app.before_request(_name_forms)
    app.after_request(_leave_no_dead_session)


def _unprotected() -> None:
    """Make nothing of address and browser: sessions are not tied to them."""


def know_nobody() -> None:
    """Answer this request as an anonymous one, without asking the database who it is."""
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 - where Flask-Login looks before it asks


def _begin() -> None:
    """Begin each request with the database at hand: one that is away is told before a form is filled in.

    Files are everybody's, and who watches the process wants its answer without a database. A connection at
    hand costs no round trip.
    """
    if request.blueprint in {"health", "files"}:
        know_nobody()
    else:
        db.session.connection()


def _name_forms() -> None:
    """Let a session's forms tell whose they are, also where it began before they did."""
    if current_user.is_authenticated and not names_forms():
        name_forms(me().id)


OF_A_SESSION = ("_user_id", "_fresh", "_id")


def _leave_no_dead_session(response: Response) -> Response:
    # Signing the cookie of an ended session anew would let it outlive the note that it has ended. A session
    # that nobody could ask about, because the database is in trouble, stays.
    if "_user_id" in session and not current_user.is_authenticated and g.get("session_is_dead"):
        for name in OF_A_SESSION:
            session.pop(name, None)
    return response


def invitation_by(inviter: Member) -> NewTicket:
    """Ask for an invitation in somebody's name."""
    return NewTicket(partial(accounts.invitation, inviter=inviter.name), caller_address(), inviter.id)


def reset_link(by: Member | None = None) -> NewTicket:
    """Ask for a link to set a new password: somebody at the door, or an administrator for somebody."""
    return NewTicket(accounts.reset, caller_address(), by.id if by else None)


def caller_address() -> str:
    """Tell the address of the request whole, as the trail keeps it."""
    return request.remote_addr or ""

"""Enterprises, members, their one-time tickets and their attempts to sign in."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.audit.actions import BookingRights
from booking.db import Base, choice
from booking.parks.models import Park
from booking.values import Money


class Size(StrEnum):
    """How large an enterprise is (微型/小型/中型/大型)."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Role(StrEnum):
    """What a member may do."""

    MEMBER = "member"
    MANAGER = "manager"
    ADMIN = "admin"
    BRANCH = "branch"


class Restricted:
    """What people of an enterprise may book on their own: one of them, or whoever comes new to it."""

    asks_for: Mapped[str] = mapped_column(String(80), default="", server_default="")  # kinds, with commas
    books_up_to: Mapped[Money | None]  # the quote of one booking; empty: whatever it costs

    @property
    def allowed(self) -> BookingRights:
        """What an employee with these columns may book."""
        return BookingRights(frozenset(filter(None, self.asks_for.split(","))), self.books_up_to)

    def keep_rights(self, rights: BookingRights) -> None:
        """Keep other rights."""
        self.asks_for, self.books_up_to = ",".join(sorted(rights.asks_for)), rights.up_to


class Enterprise(Restricted, Base):
    """A tenant company of a park; its rights are those of people who come new to it."""

    __tablename__ = "enterprise"
    __table_args__ = (UniqueConstraint("park_id", "uscc"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    short_name: Mapped[str] = mapped_column(String(40))
    uscc: Mapped[str] = mapped_column(String(18))
    size: Mapped[Size] = mapped_column(choice(Size, "size"))
    may_be_named: Mapped[bool] = mapped_column(default=False)
    naming_withdrawn_at: Mapped[datetime | None]  # the last time; till then its figures were known
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    # Billing particulars, as the tax platform asks for them.
    billing_email: Mapped[str] = mapped_column(String(254))
    billing_title: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    bank_name: Mapped[str] = mapped_column(String(120), default="")
    bank_account: Mapped[str] = mapped_column(String(40), default="")
    monthly_budget: Mapped[Money | None]


class Member(Restricted, Base):
    """A person with an account; belongs to one park and, but for admins and the branch, one enterprise."""

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint(
            "(role IN ('member', 'manager')) = (enterprise_id IS NOT NULL)", name="tenants_have_an_enterprise"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    # Of one who was invited and has an account elsewhere: `email` then stands in, and opens nothing.
    invited_email: Mapped[str | None] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(40), default="")
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str | None] = mapped_column(String(12))
    wants_copies: Mapped[bool] = mapped_column(default=False)  # of letters on their own bookings
    session_version: Mapped[int] = mapped_column(default=1)  # raised to sign out everywhere
    created_at: Mapped[datetime]
    inbox_read_at: Mapped[datetime | None]  # the newest letter's time when they last opened the list
    park: Mapped[Park] = relationship(lazy="joined", innerjoin=True)
    enterprise: Mapped[Enterprise | None] = relationship(lazy="joined")

    @property
    def rights(self) -> BookingRights | None:
        """What they may book on their own; managers and the park's people ask nobody."""
        return self.allowed if self.role is Role.MEMBER else None

    @property
    def mailbox(self) -> str:
        """The address its inviter or administrator knows, which may differ from `email`."""
        return self.invited_email or self.email


class TicketKind(StrEnum):
    """What a mailed one-time link is for."""

    INVITATION = "invitation"
    RESET = "reset"


STILL_OPEN = text("ended_at IS NULL")


class LinkRequest(Base):
    """A one-time link that was asked for, and the letter that brings it; it is made as the letter leaves."""

    __tablename__ = "link_request"
    __table_args__ = (
        Index(
            "uq_link_request_open",
            "member_id",
            "kind",
            unique=True,
            sqlite_where=STILL_OPEN,
            postgresql_where=STILL_OPEN,
        ),
        Index("ix_link_request_member_id_asked_at", "member_id", "asked_at"),
        Index("ix_link_request_asked_by_id_asked_at", "asked_by_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[TicketKind] = mapped_column(choice(TicketKind, "kind"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), unique=True)
    asked_at: Mapped[datetime]
    asked_from: Mapped[str | None] = mapped_column(String(64))  # an address; not known of the earliest
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))  # None: somebody not signed in
    ended_at: Mapped[datetime | None]  # another took its place, or a password was set


class Ticket(Base):
    """A one-time link as it went out in one mail; only its hash is kept."""

    __tablename__ = "ticket"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    kind: Mapped[TicketKind] = mapped_column(choice(TicketKind, "kind"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class EndedSession(Base):
    """A session its owner signed out of, kept for as long as a copy of its cookie could still be valid."""

    __tablename__ = "ended_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)  # what the signed cookie carries
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    ended_at: Mapped[datetime]
    cookie_until: Mapped[datetime] = mapped_column(index=True)


class TryKind(StrEnum):
    """What was tried; each kind is counted separately."""

    SIGN_IN = "sign_in"  # the sign-in page: `account` is the e-mail as it was typed
    PRESENT = "present"  # the present password, by who is signed in: `account` is the member's id
    RESET = "reset"  # asking for a link: counted by `address` alone
    NEED = "need"  # a need by name: `account` is the telephone number, counted by `address` too
    SIGN_UP = "sign_up"  # for an activity, by name: `account` is name and firm, counted by `address` too


class SignInAttempt(Base):
    """A wrong password or a request for a link, kept to throttle guessing by account, address and device."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account_at", "account", "at"),
        Index("ix_sign_in_attempt_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TryKind] = mapped_column(
        choice(TryKind, "kind"), default=TryKind.SIGN_IN, server_default=TryKind.SIGN_IN.value
    )
    account: Mapped[str] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(64))
    device: Mapped[str | None] = mapped_column(String(43))  # one that signed in to this account before
    at: Mapped[datetime]

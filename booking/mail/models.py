"""The outbox's tables: letters, and the files that go with them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice

WAITING = text("sent_at IS NULL AND failed_at IS NULL")


class Channel(StrEnum):
    """How a letter reaches whom it is for; whichever it is, who has an account finds it in the inbox."""

    INBOX = "inbox"  # there alone: nothing is sent
    MAIL = "mail"
    PUSH = "push"  # to the browsers they allowed to show it
    ROBOT = "robot"  # into a chat group


class Letter(Base):
    """One message. Written in the transaction that causes it; `key` makes writing it twice impossible."""

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_waiting", "due_at", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_letter_to", "to", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    to: Mapped[str] = mapped_column(String(254))
    channel: Mapped[Channel] = mapped_column(
        choice(Channel, "channel"), default=Channel.MAIL, server_default=Channel.MAIL.value
    )
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    locked_until: Mapped[datetime | None] = mapped_column("leased_until")
    tried_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(500))
    robot_id: Mapped[int | None] = mapped_column(ForeignKey("group_robot.id"), index=True)  # that says it
    enclosures: Mapped[list[LetterEnclosure]] = relationship(order_by="LetterEnclosure.id")


class LetterEnclosure(Base):
    """A document that goes with a letter; the bytes stay with the documents."""

    __tablename__ = "letter_enclosure"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    name: Mapped[str] = mapped_column(String(200))

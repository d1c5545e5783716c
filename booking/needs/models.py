"""Needs and their history, matters and what was decided on them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.needs.rules import NeedKind
from booking.parks.models import Park
from booking.people.models import Enterprise, Member
from booking.spaces.models import Area, Space


class NeedState(StrEnum):
    """Where a need stands; every move is a step of its history."""

    OPEN = "open"
    ANSWERED = "answered"
    DONE = "done"


NOT_DONE = text("state <> 'done'")
WORDS = 2000  # characters of what is said, of an answer and of a remark


class Need(Base):
    """What somebody said once and is to get; what was said never changes, and nothing is deleted.

    `due_on` is the park's day by which it is answered, `due_at` the instant from which it is overdue.
    """

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint(
            "member_id IS NOT NULL OR (asker_name <> '' AND asker_phone <> '')", name="asker_is_known"
        ),
        CheckConstraint("kind <> 'visit' OR enterprise_id IS NOT NULL", name="visits_an_enterprise"),
        CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name="answered_when"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_when"),
        Index("ix_need_park_id_state_due_at", "park_id", "state", "due_at"),
        Index("ix_need_park_id_raised_at", "park_id", "raised_at"),
        Index(
            "uq_need_same",
            "park_id",
            "same_key",
            unique=True,
            sqlite_where=NOT_DONE,
            postgresql_where=NOT_DONE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    kind: Mapped[NeedKind] = mapped_column(choice(NeedKind, "kind"))
    words: Mapped[str] = mapped_column(String(WORDS))
    space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)  # who said it
    # Of somebody without an account; the liaison checks it.
    asker_name: Mapped[str] = mapped_column(String(60), default="")
    asker_company: Mapped[str] = mapped_column(String(120), default="")
    asker_phone: Mapped[str] = mapped_column(String(40), default="")
    asker_checked_at: Mapped[datetime | None]
    owner_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    raised_at: Mapped[datetime]
    opened_at: Mapped[datetime]  # when it was said, or opened again: the days are counted from there
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    provisional: Mapped[bool] = mapped_column(default=False)  # a year of its calendar was not published
    state: Mapped[NeedState] = mapped_column(choice(NeedState, "state"), default=NeedState.OPEN)
    answer: Mapped[str] = mapped_column(String(WORDS), default="")
    first_answered_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    closes_at: Mapped[datetime | None] = mapped_column(index=True)  # when nobody contradicts until then
    done_at: Mapped[datetime | None]
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"), index=True)
    same_key: Mapped[str | None] = mapped_column(String(64))  # hash of who says what where
    park: Mapped[Park] = relationship()
    space: Mapped[Space | None] = relationship()
    area: Mapped[Area | None] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    member: Mapped[Member | None] = relationship(foreign_keys=[member_id])
    owner: Mapped[Member] = relationship(foreign_keys=[owner_id])
    answered_by: Mapped[Member | None] = relationship(foreign_keys=[answered_by_id])
    matter: Mapped[Matter | None] = relationship()

    @property
    def is_over(self) -> bool:
        """Tell whether it has its end."""
        return self.state is NeedState.DONE

    @property
    def is_named(self) -> bool:
        """Tell whether it came by name and telephone, without an account."""
        return self.member_id is None

    @property
    def is_unchecked(self) -> bool:
        """Tell whether nobody has called yet who said it without an account: they may be invented."""
        return self.is_named and self.asker_checked_at is None


SPEAKS_FOR_FIRM = or_(Need.member_id.is_not(None), Need.asker_checked_at.is_not(None))
"""SQL condition: somebody with an account said it, or the liaison has called whoever did."""


class NeedStep(Base):
    """One step of a need's history. Append-only: a trigger refuses updates and deletes."""

    __tablename__ = "need_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    actor_name: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(String(WORDS), default="")


class NeedLink(Base):
    """The secret link by which somebody without an account follows a need; only its hash is kept."""

    __tablename__ = "need_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)


class NeedOwner(Base):
    """Who answers needs of a kind, or of a place; one of the two is empty."""

    __tablename__ = "need_owner"
    __table_args__ = (
        UniqueConstraint("park_id", "kind"),
        UniqueConstraint("area_id"),
        CheckConstraint("(kind IS NULL) <> (area_id IS NULL)", name="of_a_kind_or_a_place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    kind: Mapped[NeedKind | None] = mapped_column(choice(NeedKind, "kind"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))


class DecisionOutcome(StrEnum):
    """What became of a decision."""

    DONE = "done"
    CARRIED_ON = "carried_on"


class Matter(Base):
    """Needs that are one trouble, joined; the committee decides on it."""

    __tablename__ = "matter"
    __table_args__ = (Index("ix_matter_park_id_opened_at", "park_id", "opened_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    title: Mapped[str] = mapped_column(String(80))
    proposal: Mapped[str] = mapped_column(String(300), default="")
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    done_at: Mapped[datetime | None]
    needs: Mapped[list[Need]] = relationship(order_by=Need.id, viewonly=True)
    decisions: Mapped[list[Decision]] = relationship(order_by="Decision.id", viewonly=True)

    @property
    def standing(self) -> Decision | None:
        """The decision that is not settled yet."""
        return next((one for one in self.decisions if one.settled_at is None), None)

    @property
    def was_carried(self) -> bool:
        """Tell whether what was decided last was carried on."""
        return bool(self.decisions) and self.decisions[-1].outcome is DecisionOutcome.CARRIED_ON


NOT_SETTLED = text("settled_at IS NULL")


class Decision(Base):
    """What the meeting of a month decided on a matter: what, who, by when. It is settled once."""

    __tablename__ = "decision"
    __table_args__ = (
        Index(
            "uq_decision_standing",
            "matter_id",
            unique=True,
            sqlite_where=NOT_SETTLED,
            postgresql_where=NOT_SETTLED,
        ),
        CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled_when"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    month_key: Mapped[int]  # of the meeting
    what: Mapped[str] = mapped_column(String(300))
    who: Mapped[str] = mapped_column(String(60))
    by_when: Mapped[date]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    outcome: Mapped[DecisionOutcome | None] = mapped_column(choice(DecisionOutcome, "outcome"))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    note: Mapped[str] = mapped_column(String(300), default="")  # of settling
    matter: Mapped[Matter] = relationship(viewonly=True)

    def is_late(self, today: date) -> bool:
        """Tell whether the day by which it was to be done is over and it is not settled."""
        return self.settled_at is None and today > self.by_when


class Liaison(Base):
    """The park's or branch's person who looks after enterprises, as the contact card shows them."""

    __tablename__ = "liaison"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    phone: Mapped[str] = mapped_column(String(40), default="")
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    member: Mapped[Member] = relationship()


class ContactCard(Base):
    """An enterprise's card 连心卡: its liaison, the deputy, and the secret of its code."""

    __tablename__ = "contact_card"
    __table_args__ = (CheckConstraint("deputy_id <> liaison_id", name="deputy_is_another"),)

    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), primary_key=True)
    liaison_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    card_code: Mapped[str] = mapped_column(String(32), unique=True)
    enterprise: Mapped[Enterprise] = relationship()
    liaison: Mapped[Member] = relationship(foreign_keys=[liaison_id])
    deputy: Mapped[Member | None] = relationship(foreign_keys=[deputy_id])


class EarlierFigure(Base):
    """How many needs of a kind there were before they were kept here, as the branch declares it."""

    __tablename__ = "earlier_figure"
    __table_args__ = (
        UniqueConstraint("park_id", "kind", "month_key"),
        CheckConstraint("number >= 0", name="not_negative"),
        CheckConstraint("source <> ''", name="has_a_source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    kind: Mapped[NeedKind] = mapped_column(choice(NeedKind, "kind"))
    month_key: Mapped[int]  # 202510; 202500 is the whole year
    number: Mapped[int]
    source: Mapped[str] = mapped_column(String(120))
    declared_at: Mapped[datetime]
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))  # a scan of the source

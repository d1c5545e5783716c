"""Figures of before needs were kept here, as the branch declares them; and how many there are now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import change_row, record
from booking.documents.models import Document
from booking.documents.store import store
from booking.needs.models import EarlierFigure, Need
from booking.needs.rules import NeedKind, SourceMissing
from booking.parks.models import Park
from booking.values import Month


class FigurePaper(Protocol):
    """A scan of where a figure was taken from, looked at before."""

    @property
    def name(self) -> str:
        """What the file is called."""

    @property
    def media_type(self) -> str:
        """What the bytes are."""

    @property
    def content(self) -> bytes:
        """The bytes."""


def declare_figure(
    session: Session,
    park_id: int,
    kind: NeedKind,
    month_key: int,
    number: int,
    source: str,
    *,
    by: Actor,
    now: datetime,
    paper: FigurePaper | None = None,
) -> EarlierFigure:
    """Declare how many there were in a month (202510) or a year (202500), in place of an earlier figure.

    The trail keeps the figure before. A paper stays until another comes or the figure changes. Raises
    SourceMissing; the same twice is one.
    """
    source = source.strip()
    if not source:
        raise SourceMissing
    alike = (
        EarlierFigure.park_id == park_id,
        EarlierFigure.kind == kind,
        EarlierFigure.month_key == month_key,
    )
    wanted = select(EarlierFigure).where(*alike).with_for_update(key_share=True)
    row = session.scalar(wanted)
    facts = {"number": number, "source": source}
    kept = _kept_paper(session, row, facts, paper)
    if paper is not None and kept is None:
        kept = store(session, park_id, paper.name, paper.media_type, paper.content, now=now).id
    if row is None:
        row = EarlierFigure(park_id=park_id, kind=kind, month_key=month_key, declared_at=now)
        session.add(row)
    before, after = change_row(row, facts | {"document_id": kept})
    if after:
        row.declared_at, row.declared_by_id = now, by.member_id
        session.flush()
        record(
            session, Action.EARLIER_FIGURE_DECLARED, "earlier_figure", row.id, park_id=park_id,
            by=by, now=now, before=before, after=after | {"year": month_key // 100},
        )  # fmt: skip
    return row


def _kept_paper(
    session: Session, row: EarlierFigure | None, facts: Mapping[str, object], paper: FigurePaper | None
) -> int | None:
    """Give the paper that stays: where the figure does, or the same one was handed in again."""
    if row is None or row.document_id is None:
        return None
    if paper is None:
        same = all(getattr(row, name) == value for name, value in facts.items())
        return row.document_id if same else None
    known = session.scalar(select(Document.sha256).where(Document.id == row.document_id))
    return row.document_id if known == sha256(paper.content).hexdigest() else None


def figure_in(session: Session, park_id: int, figure_id: int) -> EarlierFigure | None:
    """Give a declared figure of the park; another park's is as good as none."""
    mine = (EarlierFigure.id == figure_id, EarlierFigure.park_id == park_id)
    return session.scalar(select(EarlierFigure).where(*mine))


def figures_of(session: Session, park_id: int) -> Sequence[EarlierFigure]:
    """Give all that was declared, the latest time first."""
    wanted = select(EarlierFigure).where(EarlierFigure.park_id == park_id)
    return session.scalars(wanted.order_by(EarlierFigure.month_key.desc(), EarlierFigure.kind)).all()


def counts_by_month(
    session: Session, park: Park, first: Month, last: Month
) -> Mapping[tuple[NeedKind, int], int]:
    """Count the needs said in each month by kind, in one query; a month goes by the park's zone."""
    rows = session.execute(
        select(Need.kind, Need.raised_at)
        .where(Need.park_id == park.id)
        .where(Need.raised_at >= first.span.start, Need.raised_at < last.span.end)
        .order_by(Need.id)
    )
    return Counter((kind, Month.of(at, park.zone).key) for kind, at in rows)

"""What spaces earned since they were put to use, of whom."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.charges.models import Charge
from booking.spaces.models import Space
from booking.values.money import Money


def earned_since(session: Session, space_ids: Collection[int], since: date) -> dict[int, Money]:
    """Sum what each enterprise was charged from a day on, VAT included, by its id.

    It counts the spaces, and combined ones made wholly of them. Whoever reads it to somebody who may not know
    an enterprise's figures leaves that one out: spaces and day are chosen by the reader, so that no sum,
    however rounded, hides anybody.
    """
    wholes = select(Space).where(Space.parts.any(Space.id.in_(space_ids))).order_by(Space.id)
    mine = {*space_ids}
    mine |= {whole.id for whole in session.scalars(wholes) if {part.id for part in whole.parts} <= mine}
    rows = session.execute(
        select(Charge.enterprise_id, func.sum(Charge.amount))
        .where(Charge.space_id.in_(mine), Charge.day >= since, Charge.superseded_at.is_(None))
        .group_by(Charge.enterprise_id)
        .order_by(Charge.enterprise_id)
    ).all()
    return {row[0]: row[1] for row in rows}

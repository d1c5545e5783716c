"""The report of a park's month: who is named, who only counts, and what is too few to be shown apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.savings.entries import Effect, Entry
from booking.savings.models import DeclaredEffect
from booking.savings.printer import SMALLEST_GROUP, Source
from booking.savings.rules import SavingOfMonth, together
from booking.savings.savings_data import Ledger, read_ledger
from booking.values.month import Month


@dataclass(frozen=True, slots=True)
class Report:
    """A month of all enterprises of a park. Only named ones bear a name, here already.

    `without_baseline` counts the tenants of the month that have no baseline and so are in no figure.
    """

    month: Month
    entries: tuple[Entry, ...]
    without_baseline: int
    effects: tuple[Effect, ...] = ()
    unclosed: bool = False

    @property
    def named(self) -> tuple[Entry, ...]:
        """Who has agreed to be named, largest saving first."""
        chosen = [entry for entry in self.entries if entry.named]
        return tuple(sorted(chosen, key=lambda entry: (-entry.saving.saving.fen, entry.enterprise_id)))

    @property
    def unnamed(self) -> tuple[Entry, ...]:
        """Who only counts; show nothing of them unless `unnamed_shown`."""
        return tuple(entry for entry in self.entries if not entry.named)

    @property
    def unnamed_shown(self) -> bool:
        """Tell whether the unnamed are enough to be shown as a group."""
        return len(self.unnamed) >= SMALLEST_GROUP

    @property
    def total(self) -> SavingOfMonth:
        """All of them together."""
        return together([entry.saving for entry in self.entries])

    @property
    def provisional(self) -> bool:
        """Tell whether a figure may still change."""
        return self.unclosed or any(entry.spend.provisional for entry in self.entries)


def weakest(entries: Sequence[Entry]) -> Source:
    """Tell how well the baselines together are known: no better than the weakest of them."""
    order = list(Source)
    return max((entry.ground.source for entry in entries), key=order.index, default=Source.DOCUMENTED)


def build_report(ledger: Ledger, month: Month, effects: Sequence[Effect] = ()) -> Report:
    """Put the month of a ledger together; names that may not be told are left behind here."""
    present = list(ledger.present(month))
    found = [entry for one in present if (entry := ledger.entry(one, month)) is not None]
    return Report(
        month=month,
        entries=tuple(entry if entry.named else replace(entry, name="") for entry in found),
        without_baseline=len(present) - len(found),
        effects=tuple(effects),
        unclosed=month.key not in ledger.closed,
    )


def read_report(session: Session, park: Park, month: Month, *, until: datetime | None = None) -> Report:
    """Compute the report of a month, from what had been written `until` then."""
    ledger = read_ledger(session, park, (month, month), until=until)
    return build_report(ledger, month, said_by_named(session, park, month))


EFFECTS_OF_MONTHS = 12


def said_by_named(session: Session, park: Park, month: Month) -> list[Effect]:
    """Give what named enterprises said in the twelve months up to the month's end, newest first.

    What unnamed ones say stays with them: free text can tell who wrote it.
    """
    first = Month(month.year - EFFECTS_OF_MONTHS // 12, month.month, month.zone).next.first_day
    rows = session.execute(
        select(DeclaredEffect, Enterprise.name)
        .join(Enterprise, Enterprise.id == DeclaredEffect.enterprise_id)
        .where(DeclaredEffect.park_id == park.id, Enterprise.may_be_named)
        .where(DeclaredEffect.declared_on.between(first, month.last_day))
        .order_by(DeclaredEffect.declared_on.desc(), DeclaredEffect.id.desc())
    )
    return [Effect(row.enterprise_id, name, row.title, row.figure, row.declared_on) for row, name in rows]

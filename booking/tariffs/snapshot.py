"""A tariff version as plain figures: what the rater prices by, and what a charge keeps a copy of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec

from booking.people.models import Size
from booking.spaces.models import Kind
from booking.tariffs.models import Basis
from booking.tariffs.rules import BasisNotForKind
from booking.tariffs.storage_rating import StorageTerms
from booking.tariffs.terms import Band, Days, Terms
from booking.values import Money
from booking.values.stored import Whole


class TariffCopy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The figures of a version as a charge, and the trail, keep them."""

    tariff: str
    valid_from: date
    basis: Basis
    rate_fen: Whole
    increment_minutes: Annotated[int, msgspec.Meta(ge=1)]
    minimum_minutes: Whole
    daily_cap_fen: Whole | None
    bands: tuple[Band, ...]

    @property
    def rate(self) -> Money:
        """What an hour, a day, or a square metre and day costs."""
        return Money(self.rate_fen)

    @property
    def daily_cap(self) -> Money | None:
        """What a space costs an enterprise on one day at most."""
        return None if self.daily_cap_fen is None else Money(self.daily_cap_fen)

    @property
    def terms(self) -> Terms:
        """Give the terms again that the rater priced by."""
        return Terms(
            rate_fen_per_hour=self.rate_fen,
            increment_minutes=self.increment_minutes,
            minimum_minutes=self.minimum_minutes,
            daily_cap_fen=self.daily_cap_fen,
            bands=self.bands,
        )


DAILY = (Basis.DAY, Basis.SQUARE_METRE_DAY)


@dataclass(frozen=True, slots=True)
class TariffSnapshot:
    """Everything a price rests on. Raises what `Terms` raises, and BasisNotForKind.

    Storage is priced by the day or by square metre and day, everything else by the hour.
    """

    kind: Kind
    name: str
    valid_from: date
    basis: Basis
    rate: Money
    increment_minutes: int
    minimum_minutes: int
    daily_cap: Money | None
    bands: tuple[Band, ...]
    allowances: Mapping[Size, int]
    no_show_permille: int
    late_cancel_permille: int
    late_cancel_minutes: int
    vat_permille: int
    vat_source: str
    tariff_id: int | None = None
    space_id: int | None = None
    terms: Terms = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the figures once."""
        if (self.kind is Kind.STORAGE) != (self.basis in DAILY):
            raise BasisNotForKind(self.kind, self.basis)
        terms = Terms(
            rate_fen_per_hour=self.rate.fen,
            increment_minutes=self.increment_minutes,
            minimum_minutes=self.minimum_minutes,
            daily_cap_fen=None if self.daily_cap is None else self.daily_cap.fen,
            bands=self.bands,
        )
        object.__setattr__(self, "terms", terms)

    @property
    def metered(self) -> bool:
        """Tell whether it is priced by the minute; storage is priced by the day."""
        return self.basis is Basis.HOUR

    @property
    def asks_for_working_days(self) -> bool:
        """Tell whether a working day and a rest day may differ in price."""
        return any(band.days is not Days.ALL for band in self.bands)

    def cancels_late(self, starts_at: datetime, at: datetime) -> bool:
        """Tell whether to cancel at that instant is later than the limit before the start."""
        return at > starts_at - timedelta(minutes=self.late_cancel_minutes)

    def storage_terms(self, area_hundredths: int) -> StorageTerms:
        """Give the terms of a storage unit of that area; only a rate per square metre looks at it."""
        by_area = self.basis is Basis.SQUARE_METRE_DAY
        return StorageTerms(self.rate.fen, area_hundredths if by_area else None)

    def copy(self) -> TariffCopy:
        """Give the figures for a charge, or the trail, to keep."""
        return TariffCopy(
            tariff=self.name,
            valid_from=self.valid_from,
            basis=self.basis,
            rate_fen=self.rate.fen,
            increment_minutes=self.increment_minutes,
            minimum_minutes=self.minimum_minutes,
            daily_cap_fen=self.terms.daily_cap_fen,
            bands=self.bands,
        )

"""What the demo park asks for its spaces, and what it asked before."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from booking.audit.actions import Actor
from booking.parks.models import Park
from booking.people.models import Size
from booking.spaces.models import Kind, Space
from booking.tariffs.in_force import TariffSnapshot
from booking.tariffs.models import Basis
from booking.tariffs.publish_tariff import publish_tariff
from booking.tariffs.terms import Band, Days
from booking.values import Money

NIGHT = Band("延时", Days.ALL, 22 * 60, 24 * 60, Fraction(5, 10))
REST_DAY = Band("休息日", Days.REST, 8 * 60, 22 * 60, Fraction(8, 10))


def opening_prices(spaces: Sequence[Space], since: date, *, discounted: bool) -> Iterator[TariffSnapshot]:
    """Give the first versions: by kind, and for the spaces that have a price of their own.

    `discounted` has evenings cheaper from the first day on: the change lies before what is shown.
    """
    if discounted:
        yield from discounted_prices(spaces, since)
    else:
        yield replace(_desk("工位价目", since), bands=(NIGHT, REST_DAY))
        yield from _rooms(spaces, "价目", Money.yuan(90), (REST_DAY,), since)
    hall = _metered(Kind.HALL, "会客厅价目", Money.yuan(300), since)
    free = {Size.MICRO: 60, Size.SMALL: 60}
    yield replace(hall, increment_minutes=30, minimum_minutes=60, allowances=free)
    yield _storage("仓储价目", Basis.DAY, Money.yuan(8), since)
    for space in spaces:
        if space.kind is Kind.STORAGE and "货位" in space.name:
            by_area = _storage(f"{space.name}价目", Basis.SQUARE_METRE_DAY, Money(65), since)
            yield replace(by_area, space_id=space.id)


EVENING = Band("错时", Days.WORKING, 18 * 60, 22 * 60, Fraction(6, 10))


def discounted_prices(spaces: Sequence[Space], since: date) -> Iterator[TariffSnapshot]:
    """Give the versions by which evenings became cheaper (错时), and meeting rooms: 80 yuan instead of 90."""
    yield _desk("工位价目（错时优惠）", since)
    yield from _rooms(spaces, "价目（错时优惠）", Money.yuan(80), (EVENING, REST_DAY), since)


def _desk(name: str, since: date) -> TariffSnapshot:
    return replace(
        _metered(Kind.WORKSTATION, name, Money.yuan(12), since),
        increment_minutes=30,
        minimum_minutes=60,
        daily_cap=Money.yuan(60),
        bands=(EVENING, NIGHT, REST_DAY),
        allowances={Size.MICRO: 600, Size.SMALL: 300},
    )


LARGE_ROOM = 16  # seats


def _rooms(
    spaces: Sequence[Space], name: str, rate: Money, bands: tuple[Band, ...], since: date
) -> Iterator[TariffSnapshot]:
    room = _metered(Kind.MEETING_ROOM, f"会议室{name}", rate, since)
    room = replace(room, bands=bands, allowances={Size.MICRO: 120, Size.SMALL: 60})
    yield room
    for space in spaces:
        if space.kind is Kind.MEETING_ROOM and space.capacity >= LARGE_ROOM:
            yield replace(room, name=f"{space.name}{name}", rate=Money.yuan(150), space_id=space.id)


def publish_all(
    session: Session, park: Park, prices: Iterator[TariffSnapshot], *, by: Actor, now: datetime
) -> None:
    """Publish them in order."""
    for snapshot in prices:
        publish_tariff(session, park, snapshot, by=by, now=now)


VAT_SOURCE = "财税〔2016〕36 号：现代服务业，一般纳税人 6%"


def _metered(kind: Kind, name: str, rate: Money, since: date) -> TariffSnapshot:
    return TariffSnapshot(
        kind=kind,
        name=name,
        valid_from=since,
        basis=Basis.HOUR,
        rate=rate,
        increment_minutes=15,
        minimum_minutes=30,
        daily_cap=None,
        bands=(EVENING, REST_DAY),
        allowances={},
        no_show_permille=500,
        late_cancel_permille=300,
        late_cancel_minutes=60,
        vat_permille=60,
        vat_source=VAT_SOURCE,
    )


RENT_VAT_SOURCE = "财税〔2016〕36 号、税务总局公告 2019 年第 39 号：不动产租赁服务 9%"


def _storage(name: str, basis: Basis, rate: Money, since: date) -> TariffSnapshot:
    return TariffSnapshot(
        kind=Kind.STORAGE,
        name=name,
        valid_from=since,
        basis=basis,
        rate=rate,
        increment_minutes=24 * 60,
        minimum_minutes=0,
        daily_cap=None,
        bands=(),
        allowances={},
        no_show_permille=0,
        late_cancel_permille=0,
        late_cancel_minutes=0,
        vat_permille=90,
        vat_source=RENT_VAT_SOURCE,
    )

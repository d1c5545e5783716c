"""What the demo park asks for its spaces, and what it asked before."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.parks.models import Park
from booking.people.models import Size
from booking.spaces.models import Kind, Space
from booking.tariffs.models import Basis
from booking.tariffs.publish_tariff import publish_tariff
from booking.tariffs.snapshot import TariffSnapshot
from booking.tariffs.terms import Band, Days
from booking.values.money import Money

EVENING = Band("错时", Days.WORKING, 18 * 60, 22 * 60, Fraction(6, 10))
NIGHT = Band("延时", Days.ALL, 22 * 60, 24 * 60, Fraction(5, 10))
LARGE_ROOM = 16  # seats


def opening_prices(spaces: Sequence[Space], since: date) -> Iterator[TariffSnapshot]:
    """Give the first versions: by kind, and for the spaces that have a price of their own."""
    desk = _metered(Kind.WORKSTATION, "工位价目", Money.yuan(12), since)
    yield replace(
        desk,
        increment_minutes=30,
        minimum_minutes=60,
        daily_cap=Money.yuan(60),
        bands=(EVENING, NIGHT),
        allowances={Size.MICRO: 600, Size.SMALL: 300},
    )
    room = _metered(Kind.MEETING_ROOM, "会议室价目", Money.yuan(90), since)
    yield replace(room, allowances={Size.MICRO: 120, Size.SMALL: 60})
    hall = _metered(Kind.HALL, "会客厅价目", Money.yuan(300), since)
    yield replace(hall, increment_minutes=30, minimum_minutes=60)
    yield _storage("仓储价目", Basis.DAY, Money.yuan(8), since)
    for space in spaces:
        if space.kind is Kind.MEETING_ROOM and space.capacity >= LARGE_ROOM:
            large = replace(room, name=f"{space.name}价目", rate=Money.yuan(150))
            yield replace(large, space_id=space.id)
        if space.kind is Kind.STORAGE and "货位" in space.name:
            by_area = _storage(f"{space.name}价目", Basis.SQUARE_METRE_DAY, Money(65), since)
            yield replace(by_area, space_id=space.id)


def lower_price(since: date) -> TariffSnapshot:
    """Give the version by which meeting rooms became cheaper: 80 yuan instead of 90."""
    room = _metered(Kind.MEETING_ROOM, "会议室价目（优惠）", Money.yuan(80), since)
    return replace(room, allowances={Size.MICRO: 120, Size.SMALL: 60})


def publish_all(
    session: Session, park: Park, prices: Iterator[TariffSnapshot], *, by: Actor, now: datetime
) -> None:
    """Publish them in order."""
    for snapshot in prices:
        publish_tariff(session, park, snapshot, by=by, now=now)


REST_DAY = Band("休息日", Days.REST, 8 * 60, 22 * 60, Fraction(8, 10))
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

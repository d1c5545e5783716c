"""Fills a migrated database with two years of history, quickly, past the verbs."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Table, insert, text
from sqlalchemy.orm import Session

from booking import tables  # noqa: F401 - every table, so that foreign keys find theirs
from booking.charges.models import Charge, ChargeKind
from booking.charges.terms import UseTerms, stored_terms
from booking.parks.models import CalendarYear, Park
from booking.people.models import Enterprise, Member, Role, Size
from booking.reservations.models import Occupancy, Reservation
from booking.spaces.models import Area, Kind, OpeningRule, Space
from booking.tariffs.models import Basis, DayType, Tariff, TariffBand
from booking.usage.models import Stay
from booking.values import Money
from tests.harness.world import uscc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOMS = 50
DESKS = 2_000
ENTERPRISES = 200
CLAIMS_SHOWN = 140
YEARS_BACK = 730
SLOTS = [(hour, minute) for hour in range(8, 20) for minute in (0, 30)]  # local starts, an hour each at most


@dataclass(frozen=True)
class Bench:
    """What the measuring needs to know of the seeded park."""

    park_id: int
    member_ids: list[int]
    room_ids: list[int]
    desk_ids: list[int]
    shown: date  # the day whose page is measured: always the same 140 claims


TERMS = stored_terms(
    UseTerms(
        tariff="会议室",
        valid_from=date(2024, 1, 1),
        basis=Basis.HOUR,
        rate_fen=8000,
        increment_minutes=15,
        minimum_minutes=30,
        daily_cap_fen=None,
        bands=(),
        working_day=True,
        allowance_left_minutes=0,
        spent_fen=0,
    )
)


def fill(engine: Engine, reservations: int, today: date) -> Bench:
    """Make the park and its history; the same numbers give the same rows."""
    dice = random.Random(reservations)
    with Session(engine) as session:
        bench = park(session, today)
        session.commit()
    with engine.connect().execution_options(writes=True) as connection:
        for rows in _days(bench, reservations, today, dice):
            write(connection, rows)
        _shown_day(connection, bench, reservations)
        connection.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        settle(connection)
    return bench


def settle(connection: Connection) -> None:
    """Let the engine tidy up after so many rows now, not while it is measured."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("VACUUM (ANALYZE)"))
        connection.execute(text("CHECKPOINT"))
    else:
        connection.execute(text("ANALYZE"))


def park(session: Session, today: date, enterprises_wanted: int = ENTERPRISES) -> Bench:
    """Make a park with its spaces, rules and prices, and so many enterprises of one manager each."""
    now = datetime.now(UTC)
    row = Park(
        code="BENCH", name="测量园区", mail_from="park@park.example", seller_name="测量园区运营有限公司"
    )
    session.add(row)
    session.flush()
    session.add_all(CalendarYear(park_id=row.id, year=today.year + n, published=True) for n in (-2, -1, 0, 1))
    areas = [Area(park_id=row.id, name=f"{n}层", position=n) for n in range(1, 11)]
    session.add_all(areas)
    session.flush()
    rooms = [_space(row, areas, Kind.MEETING_ROOM, n) for n in range(ROOMS)]
    desks = [_space(row, areas, Kind.WORKSTATION, n) for n in range(DESKS)]
    session.add_all([*rooms, *desks])
    enterprises = [_enterprise(row, n, today) for n in range(enterprises_wanted)]
    session.add_all(enterprises)
    session.flush()
    members = [_member(one, now) for one in enterprises]
    session.add_all(members)
    session.add_all(OpeningRule(park_id=row.id, kind=kind, horizon_days=400) for kind in Kind)
    session.add_all(_tariff(row, kind, now) for kind in (Kind.MEETING_ROOM, Kind.WORKSTATION))
    session.flush()
    return Bench(
        row.id,
        [one.id for one in members],
        [one.id for one in rooms],
        [one.id for one in desks],
        today + timedelta(days=7),
    )


def _space(park: Park, areas: Sequence[Area], kind: Kind, number: int) -> Space:
    letter = "M" if kind is Kind.MEETING_ROOM else "D"
    return Space(
        park_id=park.id,
        area_id=areas[number % len(areas)].id,
        code=f"{letter}{number}",
        name=f"{letter}-{number}",
        kind=kind,
        capacity=8 if kind is Kind.MEETING_ROOM else 1,
        scan_code=f"bench-{letter}-{number}",
        position=number,
    )


def _enterprise(park: Park, number: int, today: date) -> Enterprise:
    return Enterprise(
        park_id=park.id,
        name=f"测量{number}号科技有限公司",
        short_name=f"测量{number}",
        uscc=uscc(number + 1),
        size=Size.SMALL,
        joined_on=today - timedelta(days=YEARS_BACK),
        billing_email=f"bills{number}@tenant.example",
    )


def _member(enterprise: Enterprise, now: datetime) -> Member:
    return Member(
        park_id=enterprise.park_id,
        enterprise_id=enterprise.id,
        email=f"manager{enterprise.id}@tenant.example",
        name=f"负责人{enterprise.id}",
        role=Role.MANAGER,
        created_at=now,
    )


def _tariff(park: Park, kind: Kind, now: datetime) -> Tariff:
    return Tariff(
        park_id=park.id,
        kind=kind,
        name="测量价目",
        valid_from=date(2020, 1, 1),
        basis=Basis.HOUR,
        rate=Money(8000),
        increment_minutes=15,
        minimum_minutes=30,
        vat_permille=60,
        vat_source="测量",
        created_at=now,
        bands=[
            TariffBand(name="错时", days=DayType.ALL, from_minute=1080, to_minute=1320, factor=Decimal("0.6"))
        ],
    )


Rows = dict[str, list[dict[str, Any]]]


def _days(bench: Bench, reservations: int, today: date, dice: random.Random) -> Iterator[Rows]:
    """Spread the reservations over two years of days, a batch a few days long; never on the shown day."""
    spaces = [(one, "meeting_room") for one in bench.room_ids] + [
        (one, "workstation") for one in bench.desk_ids
    ]
    number = 0
    days = [today - timedelta(days=back) for back in range(YEARS_BACK, 0, -1)]
    batch: Rows = {"reservation": [], "stay": [], "occupancy": [], "charge": []}
    for index, day in enumerate(days):
        share = reservations * (index + 1) // len(days) - reservations * index // len(days)
        for space_id, kind, hour, minute in _slots(spaces, share, dice):
            number += 1
            start, who = utc(day, hour, minute), dice.randrange(ENTERPRISES)
            use(batch, bench, number, space_id, kind, start, who, dice.choice((0, 0, 5, 12)))
        if len(batch["reservation"]) >= 5_000:
            yield batch
            batch = {name: [] for name in batch}
    yield batch


def _slots(
    spaces: Sequence[tuple[int, str]], share: int, dice: random.Random
) -> Iterator[tuple[int, str, int, int]]:
    """Draw different (space, hour) pairs of one day."""
    for drawn in dice.sample(range(len(spaces) * 12), share):
        space_id, kind = spaces[drawn // 12]
        yield space_id, kind, 8 + drawn % 12, 0


def utc(day: date, hour: int, minute: int) -> datetime:
    """Give the instant of a local time in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def use(
    batch: Rows,
    bench: Bench,
    number: int,
    space_id: int,
    kind: str,
    start: datetime,
    who: int,
    left_early: int,
) -> None:
    """Write down an hour that was reserved, used, and charged; `left_early` in minutes."""
    end = start + timedelta(hours=1)
    left = end - timedelta(minutes=left_early)
    facts = {"park_id": bench.park_id, "enterprise_id": who + 1, "space_id": space_id}
    person = {"member_id": bench.member_ids[who]}
    batch["reservation"].append(
        facts
        | person
        | {
            "id": number,
            "starts_at": start,
            "ends_at": end,
            "state": "done",
            "purpose": "",
            "people": 1,
            "quote": Money(8000),
            "version": 3,
            "created_at": start - timedelta(days=2),
        }
    )
    batch["stay"].append(
        facts
        | person
        | {
            "id": number,
            "space_kind": kind,
            "reservation_id": number,
            "started_at": start,
            "ended_at": left,
            "held_until": end,
            "ending": "checked_out",
            "needs_review": False,
            "version": 2,
        }
    )
    batch["occupancy"].append(
        facts | {"space_kind": kind, "starts_at": start, "ends_at": left, "reservation_id": number}
    )
    day = (start + timedelta(hours=8)).date()
    batch["charge"].append(
        facts
        | {
            "month_key": day.year * 100 + day.month,
            "kind": ChargeKind.USE,
            "stay_id": number,
            "reservation_id": number,
            "space_kind": kind,
            "space_name": "空间",
            "day": day,
            "band": "peak",
            "factor": Decimal(1),
            "minutes": 60,
            "free_minutes": 0,
            "days": 0,
            "amount": Money(8000),
            "uncapped": Money(8000),
            "reserved_starts_at": start,
            "reserved_ends_at": end,
            "used_starts_at": start,
            "used_ends_at": left,
            "billed_starts_at": start,
            "billed_ends_at": end,
            "tariff_id": 1,
            "terms": TERMS,
            "vat_permille": 60,
            "note": "",
            "created_at": left,
        }
    )


def _shown_day(connection: Connection, bench: Bench, reservations: int) -> None:
    """Put the same 140 claims on the day that is shown, a fortnight's other days stay empty."""
    dice = random.Random(140)
    rows: Rows = {"reservation": [], "occupancy": []}
    for count, drawn in enumerate(dice.sample(range(ROOMS * 12), CLAIMS_SHOWN)):
        start = utc(bench.shown, 8 + drawn % 12, 0)
        batch: Rows = {"reservation": [], "stay": [], "occupancy": [], "charge": []}
        room, who = bench.room_ids[drawn // 12], dice.randrange(ENTERPRISES)
        use(batch, bench, reservations + 1 + count, room, "meeting_room", start, who, 0)
        batch["reservation"][0]["state"] = "booked"
        batch["occupancy"][0]["ends_at"] = start + timedelta(hours=1)
        rows["reservation"] += batch["reservation"]
        rows["occupancy"] += batch["occupancy"]
    write(connection, rows)


TABLES: dict[str, Table] = {
    "reservation": Reservation.__table__,  # type: ignore[dict-item]
    "stay": Stay.__table__,  # type: ignore[dict-item]
    "occupancy": Occupancy.__table__,  # type: ignore[dict-item]
    "charge": Charge.__table__,  # type: ignore[dict-item]
}


def write(connection: Connection, rows: Rows) -> None:
    """Insert rows, and let PostgreSQL go on counting after them."""
    for name in ("reservation", "stay", "occupancy", "charge"):
        if rows.get(name):
            connection.execute(insert(TABLES[name]), rows[name])
    if connection.dialect.name == "postgresql":
        for name in ("reservation", "stay"):
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")  # noqa: S608 - our own names
            )

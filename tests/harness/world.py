"""Makes the things a test needs in a park, with particulars that do not matter filled in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from booking.parks.models import CalendarDay, CalendarYear, Park
from booking.people.models import Enterprise, Member, Role, Size
from booking.spaces.models import Area, Equipment, Kind, OpeningRule, Space
from booking.tariffs.models import Basis, DayType, Tariff, TariffAllowance, TariffBand
from booking.values import Money

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [pow(3, position, 31) for position in range(17)]


def uscc(number: int) -> str:
    """Make a valid unified social credit code (GB 32100-2015) of an invented company."""
    body = f"91310114MA{number:07d}"
    check = (
        31 - sum(ALPHABET.index(char) * weight for char, weight in zip(body, WEIGHTS, strict=True)) % 31
    ) % 31
    return body + ALPHABET[check]


class World:
    """Adds rows and commits, so that requests see them. Keyword arguments overrule the fillings."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self.numbers = count(1)

    def _keep(self, row: Any) -> Any:
        self.session.add(row)
        self.session.commit()
        return row

    def park(self, **facts: Any) -> Park:
        """Make a park, open 08:00-22:00 every day; 2026 is published with its National Day."""
        number = next(self.numbers)
        filled = {
            "code": f"P{number}",
            "name": f"第{number}园区",
            "seller_name": f"第{number}园区运营有限公司",
            "seller_uscc": uscc(9_000_000 + number),
            "bank_name": "示例银行嘉定支行",
            "bank_account": f"6222 0000 0000 {number:04d}",
            "mail_from": f"park{number}@park.example",
            "branch_email": f"branch{number}@park.example",
        }
        park: Park = self._keep(Park(**(filled | facts)))
        self.session.add(CalendarYear(park_id=park.id, year=2026, published=True, source="测试日历"))
        for day in (date(2026, 10, day) for day in range(1, 8)):
            self.session.add(CalendarDay(park_id=park.id, day=day, working=False, label="国庆节"))
        for day in (date(2026, 9, 20), date(2026, 10, 10)):
            self.session.add(CalendarDay(park_id=park.id, day=day, working=True, label="调休"))
        self.session.commit()
        return park

    def enterprise(self, park: Park, **facts: Any) -> Enterprise:
        """Make a small enterprise of the park."""
        number = next(self.numbers)
        filled = {
            "park_id": park.id,
            "name": f"第{number}科技有限公司",
            "short_name": f"企业{number}",
            "uscc": uscc(number),
            "size": Size.SMALL,
            "joined_on": date(2026, 1, 1),
            "billing_email": f"bills{number}@tenant.example",
        }
        enterprise: Enterprise = self._keep(Enterprise(**(filled | facts)))
        return enterprise

    def member(self, of: Enterprise | Park, role: Role | None = None, **facts: Any) -> Member:
        """Make a member of an enterprise (a plain one), or of the park itself (an administrator)."""
        number = next(self.numbers)
        tenant = isinstance(of, Enterprise)
        filled = {
            "park_id": of.park_id if isinstance(of, Enterprise) else of.id,
            "enterprise_id": of.id if tenant else None,
            "email": f"person{number}@people.example",
            "name": f"成员{number}",
            "role": role or (Role.MEMBER if tenant else Role.ADMIN),
            "created_at": self.now,
        }
        member: Member = self._keep(Member(**(filled | facts)))
        return member

    def area(self, park: Park, **facts: Any) -> Area:
        """Make an area of the park."""
        filled = {"park_id": park.id, "name": f"{next(self.numbers)}号楼"}
        area: Area = self._keep(Area(**(filled | facts)))
        return area

    def space(self, area: Area, kind: Kind = Kind.MEETING_ROOM, **facts: Any) -> Space:
        """Make a space; `equipment=["投影"]` and `parts=[a, b]` as they are."""
        number = next(self.numbers)
        filled = {
            "park_id": area.park_id,
            "area_id": area.id,
            "code": f"R{number}",
            "name": f"{number}号空间",
            "kind": kind,
            "capacity": 8,
            "area_hundredths": 20_00,
            "scan_code": f"scan-code-of-space-{number}",
            "position": number,
        }
        equipment = [Equipment(name=name) for name in facts.pop("equipment", [])]
        space: Space = self._keep(Space(**(filled | facts), equipment=equipment))
        return space

    def rule(self, park: Park, kind: Kind = Kind.MEETING_ROOM, **facts: Any) -> OpeningRule:
        """Make the opening rule of a kind (or of `space_id=`): 08:00-22:00, steps of 15 minutes."""
        rule: OpeningRule = self._keep(OpeningRule(**({"park_id": park.id, "kind": kind} | facts)))
        return rule

    def tariff(self, park: Park, kind: Kind = Kind.MEETING_ROOM, **facts: Any) -> Tariff:
        """Make the meeting-room tariff of the worked figures: 80 yuan an hour, off-peak 0.6 from 18:00."""
        bands = facts.pop("bands", [("错时", DayType.ALL, 18 * 60, 22 * 60, "0.6")])
        allowances = facts.pop("allowances", {})
        filled = {
            "park_id": park.id,
            "kind": kind,
            "name": "会议室价目",
            "valid_from": date(2025, 1, 1),
            "basis": Basis.HOUR,
            "rate": Money.yuan(80),
            "increment_minutes": 15,
            "minimum_minutes": 30,
            "vat_permille": 60,
            "vat_source": "测试税率",
            "created_at": self.now,
        }
        rows = [
            TariffBand(name=name, days=days, from_minute=start, to_minute=end, factor=Decimal(factor))
            for name, days, start, end, factor in bands
        ]
        free = [TariffAllowance(size=size, minutes=minutes) for size, minutes in allowances.items()]
        tariff: Tariff = self._keep(Tariff(**(filled | facts), bands=rows, allowances=free))
        return tariff

"""The demo's enterprises and their people, all invented."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session
from stdnum.cn import uscc

from booking.audit.actions import Actor
from booking.parks.models import Park
from booking.people.models import Enterprise, Member, Role, Size
from booking.values import Money


class Tenant(NamedTuple):
    """What is invented about an enterprise; uses a week when fully settled in, areas in m², price in fen."""

    word: str
    trade: str
    size: Size
    named: bool
    joined: int  # months after the park opened its shared space
    people: int
    desks: float
    rooms: float
    stores: int
    area: int | None  # None: there is no baseline yet
    own_area: int
    price: int
    documented: bool


TINY, SMALL, MIDDLE, LARGE = Size.MICRO, Size.SMALL, Size.MEDIUM, Size.LARGE
TENANTS = (
    Tenant("栎芽", "智能科技", SMALL, True, 0, 4, 4.0, 3.2, 1, 200, 105, 320, True),
    Tenant("鹿鸣坞", "数据技术", SMALL, True, 0, 3, 5.0, 2.0, 1, 160, 90, 310, True),
    Tenant("砚溪", "光学仪器", SMALL, True, 0, 3, 3.0, 3.0, 1, 240, 150, 305, True),
    Tenant("栀夏", "品牌设计", TINY, True, 0, 2, 7.0, 2.0, 0, 60, 0, 330, True),
    Tenant("椿屿", "生物科技", MIDDLE, True, 0, 4, 3.0, 4.0, 1, 520, 430, 300, True),
    Tenant("桐隐", "网络科技", TINY, True, 0, 2, 8.0, 1.0, 0, 45, 0, 320, False),
    Tenant("霁蓝", "仪表", SMALL, False, 0, 3, 3.0, 2.0, 1, 180, 110, 300, True),
    Tenant("苔原", "检测服务", SMALL, True, 1, 3, 3.0, 3.0, 1, 210, 140, 310, False),
    Tenant("潮间带", "文化传媒", TINY, True, 1, 3, 6.0, 3.0, 0, 80, 30, 325, True),
    Tenant("折光", "半导体设备", LARGE, True, 0, 4, 2.0, 6.0, 1, 1200, 1080, 290, True),
    Tenant("松针", "出版策划", TINY, False, 1, 2, 4.0, 1.0, 0, 50, 18, 315, False),
    Tenant("岚桥", "供应链管理", SMALL, True, 2, 3, 2.0, 3.0, 1, 260, 160, 300, True),
    Tenant("麦浪", "农业科技", SMALL, True, 2, 2, 3.0, 2.0, 1, 150, 85, 305, False),
    Tenant("青梧", "法务咨询", TINY, False, 2, 2, 3.0, 4.0, 0, 90, 60, 340, True),
    Tenant("沙洲", "职业培训", SMALL, True, 3, 3, 1.0, 6.0, 0, 30, 26, 280, False),
    Tenant("云杉", "财税咨询", TINY, True, 3, 2, 3.0, 3.0, 1, 70, 36, 320, True),
    Tenant("拾砾", "建筑设计", SMALL, True, 3, 3, 4.0, 2.0, 1, 170, 110, 315, True),
    Tenant("葭苇", "环保工程", SMALL, False, 4, 2, 2.0, 2.0, 0, 140, 95, 300, False),
    Tenant("澄泥", "文创", TINY, True, 4, 2, 5.0, 1.0, 1, 40, 12, 310, False),
    Tenant("榆火", "新能源", MIDDLE, True, 5, 4, 2.0, 4.0, 0, 680, 560, 295, True),
    Tenant("渡鸦", "信息安全", TINY, True, 5, 3, 6.0, 2.0, 0, 75, 24, 330, True),
    Tenant("木樨", "医疗器械", SMALL, True, 6, 2, 2.0, 3.0, 1, 190, 130, 310, True),
    Tenant("半山", "软件", TINY, True, 7, 2, 6.0, 1.0, 0, None, 0, 0, False),
    Tenant("流萤", "照明", SMALL, False, 8, 2, 2.0, 2.0, 1, 120, 80, 300, False),
    Tenant("远汀", "船舶设计", TINY, True, 9, 2, 4.0, 2.0, 0, None, 0, 0, False),
)
QUIET = ("葭苇", "青梧")  # nobody has seen them this month: they stand on the call list of the 15th
MANAGERS = (
    "周可", "陈小满", "吴谷雨", "郑立夏", "王白露", "冯霜降", "陈惊蛰", "褚春分", "卫立秋", "蒋处暑",
    "沈寒露", "韩立冬", "杨小雪", "朱冬至", "秦大寒", "尤小暑", "许芒种", "何夏至", "吕秋分", "施大暑",
    "张立春", "孔雨水", "曹大雪", "严小寒", "华清和",
)  # fmt: skip
SURNAMES = (
    "林金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝"
)
GIVEN = ("一", "川", "禾", "野", "溪", "舟", "宁", "安", "木", "石", "竹", "帆", "遥", "岸", "言", "朗")


@dataclass
class Household:
    """An enterprise with its people, as the demo's diary uses them; the manager comes first."""

    tenant: Tenant
    enterprise: Enterprise
    members: list[Member]
    since: date
    spent: dict[int, int] = field(default_factory=dict)  # fen expected, by month key

    @property
    def is_story(self) -> bool:
        """Tell whether this is the enterprise whose saving the demo is about."""
        return self.tenant is TENANTS[0]

    def actor(self, member: Member) -> Actor:
        """Act as one of them."""
        return Actor(
            name=member.name,
            member_id=member.id,
            park_id=member.park_id,
            enterprise_id=member.enterprise_id,
        )


def move_in(
    session: Session, park: Park, opened: date, password_hash: str, *, now: datetime
) -> tuple[list[Household], dict[Role, Member]]:
    """Add the enterprises and everybody's account; gives the park's own two by role.

    The four accounts of the demo come first, so that the sign-in page offers them.
    """
    enterprises = [_enterprise(park, number, tenant, opened) for number, tenant in enumerate(TENANTS)]
    session.add_all(enterprises)
    session.flush()

    def account(given: Account, enterprise: Enterprise | None) -> Member:
        member = _member(park, enterprise, given.role, given.name, given.email, password_hash, now)
        session.add(member)
        session.flush()
        return member

    story = enterprises[0]
    first = {given.role: account(given, story) for given in (MEMBER, MANAGER)}
    own = {given.role: account(given, None) for given in (ADMIN, BRANCH)}
    names = _names()
    households = []
    for number, (tenant, enterprise) in enumerate(zip(TENANTS, enterprises, strict=True)):
        members = [first[Role.MANAGER], first[Role.MEMBER]] if number == 0 else []
        members += [
            _person(park, enterprise, number, seat, next(names), password_hash, now)
            for seat in range(len(members), tenant.people)
        ]
        session.add_all(members)
        households.append(Household(tenant, enterprise, members, enterprise.joined_on))
    session.flush()
    return households, own


PLACE = "星野"  # in every name: there is no such place, so no such company
BANK = "示例银行星野支行"


def _enterprise(park: Park, number: int, tenant: Tenant, opened: date) -> Enterprise:
    name = f"{tenant.word}{tenant.trade}（{PLACE}）有限公司"
    joined = _months_later(opened, tenant.joined)
    return Enterprise(
        park_id=park.id,
        name=name,
        short_name=tenant.word + tenant.trade[:2],
        uscc=_uscc(number),
        size=tenant.size,
        may_be_named=tenant.named,
        joined_on=joined,
        billing_email=f"bills@e{number + 1:02d}.demo.example",
        billing_title=name,
        address=f"{PLACE}路 1 号 {'AB'[number % 2]} 座 {3 + number // 4}{number % 4 + 1:02d} 室",
        phone=f"021-5555 {number + 1:04d}",
        bank_name=BANK,
        bank_account=f"6200 0000 0000 {number + 1:04d}",
        monthly_budget=Money.yuan(1600) if number == 0 else None,
    )


def _person(
    park: Park, enterprise: Enterprise, number: int, seat: int, name: str, password_hash: str, now: datetime
) -> Member:
    role = Role.MANAGER if seat == 0 else Role.MEMBER
    email = f"{'manager' if seat == 0 else f'member{seat}'}@e{number + 1:02d}.demo.example"
    called = MANAGERS[number] if seat == 0 else name
    return _member(park, enterprise, role, called, email, password_hash, now)


def _member(
    park: Park,
    enterprise: Enterprise | None,
    role: Role,
    name: str,
    email: str,
    password_hash: str,
    now: datetime,
) -> Member:
    return Member(
        park_id=park.id,
        enterprise_id=enterprise.id if enterprise else None,
        email=email,
        name=name,
        role=role,
        password_hash=password_hash,
        created_at=now,
    )


def _names() -> Iterator[str]:
    number = 1
    while True:
        yield SURNAMES[number % len(SURNAMES)] + GIVEN[number % len(GIVEN)]
        number += 1


def _uscc(number: int) -> str:
    body = f"91310114MA{7_000_001 + number:07d}"
    return body + uscc.calc_check_digit(body)


def _months_later(day: date, months: int) -> date:
    for _ in range(months):
        day = (day + timedelta(days=31)).replace(day=1)
    return day


PARK_CODE = "XYD"
PASSWORD = "xingye-demo"  # noqa: S105 - printed on the screen for everybody to see


class Account(NamedTuple):
    """Who may come in."""

    role: Role
    name: str
    email: str


MEMBER = Account(Role.MEMBER, "林一", "member@demo.example")
MANAGER = Account(Role.MANAGER, "周可", "manager@demo.example")
ADMIN = Account(Role.ADMIN, "安澜", "admin@demo.example")
BRANCH = Account(Role.BRANCH, "向晨", "branch@demo.example")
ACCOUNTS = (MEMBER, MANAGER, ADMIN, BRANCH)

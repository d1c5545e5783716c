"""What the addresses of the product speak of: for each name in a route (`<int:space_id>`), how to make one.

A room with a new kind of thing registers it here:

    @thing("invoice_id", Owner.ENTERPRISE)
    def invoice(world, have): ...return id

`have` is what a park has so far: `have.park`, `have.enterprise`, `have.people[role]`, `have["space_id"]`.
Names that belong to nobody (a year, a format) stand in PLAIN; `(endpoint, name)` overrules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from booking.activities.models import ActivityKind, Audience
from booking.activities.plan_activity import ActivityPlan, plan_activity
from booking.activities.publish import publish
from booking.activities.sign_up import Attendee, sign_up
from booking.audit.actions import Actor
from booking.blueprints.kit.static_files import gather
from booking.charges.models import Charge, ChargeKind, Dispute
from booking.documents.store import store
from booking.invoices.models import CreditNote, Invoice, InvoiceState
from booking.mail.models import Letter
from booking.mail.outbox import LetterText, write_letter
from booking.needs.models import EarlierFigure, Matter, Need
from booking.needs.rules import NeedKind
from booking.notifications.models import GroupRobot
from booking.notifications.rules import RobotKind
from booking.parks.models import Park
from booking.payments.models import Payment, PaymentMethod
from booking.people.models import Enterprise, Member, Role
from booking.reservations.guests.models import BookingGuest
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.quotas.models import Quota
from booking.reservations.quotas.rules import Per, QuotaPeriod
from booking.reservations.series.models import Series, WishedOccurrence
from booking.reservations.waiting.models import Wait
from booking.savings.models import Baseline, DeclaredEffect, Evidence
from booking.spaces.models import Closure, ExtendedHours, IdlePlace, Kind, Space
from booking.usage.door.devices import add_device
from booking.usage.models import Stay
from booking.values import Money, Span
from tests.harness.months import TERMS
from tests.harness.world import World


class Owner(StrEnum):
    """Whose a thing is: nobody else's eyes find it."""

    PARK = "park"
    ENTERPRISE = "enterprise"


PLAIN: dict[str | tuple[str, str], object] = {
    "act": "open",
    ("month.needs", "kind"): "complaint",
    ("month.paper", "form"): "svg",
    "activity_code": "no-such-poster",
    "door_key": "no-such-device",
    "card_code": "no-such-card",
    "figure": "saving",
    "filename": "css/site.css",
    "fingerprint": gather().fingerprint,
    "form": "csv",
    ("feeds.file", "key"): "no-such-feed",
    "kind": "quarter",
    ("needs.card_file", "form"): "pdf",
    ("needs.my_card_file", "form"): "png",
    "how": "met",
    "month": "2026-10",
    "outcome": "done",
    "name": "meeting_room",
    "park_code": "no-such-park",
    "ticket": "no-such-file",
    "token": "no-such-link",
    "which": "before",
    "version": 1,
    "year": 2026,
}

# Routes whose answer to another's id is not 404, and why.
NOT_404 = {
    "inventory.move": "asks which way before it looks for the area",
    "needs.ask_at": "whoever stands at a door can say what they need there, of whichever park they are",
}

# POST routes without a form of ours, and why.
WITHOUT_CSRF = {"webhooks.stripe": "the payment provider signs what it sends"}


@dataclass
class Have:
    """The things of one park, or of one enterprise in it."""

    park: Park
    enterprise: Enterprise
    people: dict[Role, Member]
    ids: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.ids[name]


Maker = Callable[[World, Have], Any]
THINGS: dict[str, tuple[Owner, Maker]] = {}


def thing(name: str, owner: Owner) -> Callable[[Maker], Maker]:
    """Register how to make what `name` stands for; earlier ones are there already."""

    def keep_it(maker: Maker) -> Maker:
        THINGS[name] = (owner, maker)
        return maker

    return keep_it


def make_all(world: World, park: Park, beside: Have | None = None) -> Have:
    """Make an enterprise of the park with people of every role, and one of each thing.

    `beside` is a neighbour in the same park, whose park's things are shared.
    """
    enterprise = world.enterprise(park)
    people = {
        role: world.member(enterprise if role in {Role.MEMBER, Role.MANAGER} else park, role) for role in Role
    }
    have = Have(park, enterprise, people)
    for name, (owner, maker) in THINGS.items():
        shared = beside is not None and owner is Owner.PARK
        have.ids[name] = beside[name] if shared and beside else maker(world, have)
        world.session.commit()
    return have


def _add(world: World, row: Any) -> int:
    world.session.add(row)
    world.session.flush()
    found: int = row.id
    return found


@thing("enterprise_id", Owner.ENTERPRISE)
def enterprise(world, have):
    return have.enterprise.id


@thing("member_id", Owner.ENTERPRISE)
def member(world, have):
    return world.member(have.enterprise).id


@thing("area_id", Owner.PARK)
def area(world, have):
    return world.area(have.park).id


@thing("document_id", Owner.PARK)
def document(world, have):
    return store(world.session, have.park.id, "a.pdf", "application/pdf", b"%PDF-1.7", now=world.now).id


@thing("space_id", Owner.PARK)
def space(world, have):
    world.rule(have.park)
    tariff = world.tariff(have.park)
    have.ids["tariff_id"] = tariff.id
    made = world.space(world.area(have.park))
    have.ids["scan_code"] = made.scan_code
    return made.id


@thing("scan_code", Owner.PARK)
def scan_code(world, have):
    return have["scan_code"]


@thing("tariff_id", Owner.PARK)
def tariff(world, have):
    return have["tariff_id"]


@thing("idle_place_id", Owner.PARK)
def idle_place(world, have):
    return _add(
        world,
        IdlePlace(
            park_id=have.park.id,
            name="B 座 2 层东侧",
            area_hundredths=96_00,
            empty_since=date(2026, 3, 1),
            created_at=world.now,
        ),
    )


@thing("extended_id", Owner.PARK)
def extended_hours(world, have):
    return _add(
        world,
        ExtendedHours(
            park_id=have.park.id,
            day=date(2026, 12, 3),
            closes_minute=23 * 60,
            reason="赶标书",
            granted_at=world.now,
        ),
    )


@thing("closure_id", Owner.PARK)
def closure(world, have):
    start = world.now + timedelta(days=40)
    return _add(
        world,
        Closure(
            park_id=have.park.id,
            space_id=have["space_id"],
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            reason="检修",
            created_at=world.now,
        ),
    )


@thing("activity_id", Owner.PARK)
def activity(world, have):
    hall, start = world.space(world.area(have.park), Kind.HALL, capacity=30), world.now + timedelta(days=9)
    by = Actor("支部", have.people[Role.BRANCH].id, have.park.id)
    plan = ActivityPlan(
        kind=ActivityKind.SALON,
        title="年末沙龙",
        words="",
        audience=Audience.ALL,
        places=20,
        space=hall,
        span=Span(start, start + timedelta(hours=2)),
    )
    made = plan_activity(world.session, plan, code=f"activity-of-{have.park.id}", by=by, now=world.now)
    letter = LetterText("a", "b")
    publish(world.session, made.id, letter=lambda *_: letter, by=by, now=world.now)
    return made.id


@thing("sign_up_id", Owner.PARK)
def sign_up_id(world, have):
    who = Attendee("何外", "邻园企业", None)
    token = f"token-{have.enterprise.id}"
    return sign_up(world.session, have["activity_id"], who, token=token, now=world.now).id


@thing("reservation_id", Owner.ENTERPRISE)
def reservation(world, have):
    start = world.now + timedelta(days=2)
    return _add(
        world,
        Reservation(
            park_id=have.park.id,
            enterprise_id=have.enterprise.id,
            member_id=have.people[Role.MEMBER].id,
            space_id=have["space_id"],
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            state=ReservationState.BOOKED,
            quote=Money.yuan(80),
            created_at=world.now,
        ),
    )


@thing("guest_id", Owner.PARK)
def guest(world, have):
    named = {"reservation_id": have["reservation_id"], "name": "王客", "named_at": world.now}
    return _add(world, BookingGuest(**named))


@thing("quota_id", Owner.PARK)
def quota(world, have):
    facts = {"kind": Kind.HALL, "per": Per.PERSON, "period": QuotaPeriod.DAY, "minutes": 6_000}
    return _add(world, Quota(park_id=have.park.id, enterprise_id=have.enterprise.id, **facts))


@thing("series_id", Owner.ENTERPRISE)
def series(world, have):
    return _add(
        world,
        Series(
            park_id=have.park.id,
            enterprise_id=have.enterprise.id,
            member_id=have.people[Role.MEMBER].id,
            space_id=have["space_id"],
            rule="FREQ=WEEKLY;COUNT=4;BYDAY=WE",
            first_day=date(2026, 11, 4),
            starts_minute=600,
            ends_minute=660,
            working_days_only=False,
            people=1,
            purpose="",
            created_at=world.now,
        ),
    )


@thing("wished_id", Owner.ENTERPRISE)
def wished(world, have):
    start = world.now + timedelta(days=8)
    return _add(
        world,
        WishedOccurrence(
            park_id=have.park.id,
            series_id=have["series_id"],
            recurrence_id="2026-11-11T10:00",
            enterprise_id=have.enterprise.id,
            member_id=have.people[Role.MEMBER].id,
            space_id=have["space_id"],
            people=1,
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            created_at=world.now,
        ),
    )


@thing("wait_id", Owner.ENTERPRISE)
def wait(world, have):
    start = world.now + timedelta(days=9)
    return _add(
        world,
        Wait(
            park_id=have.park.id,
            enterprise_id=have.enterprise.id,
            member_id=have.people[Role.MEMBER].id,
            kind=Kind.MEETING_ROOM,
            space_id=have["space_id"],
            people=1,
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            created_at=world.now,
        ),
    )


@thing("stay_id", Owner.ENTERPRISE)
def stay(world, have):
    space = world.space(world.area(have.park))
    return _add(
        world,
        Stay(
            park_id=have.park.id,
            enterprise_id=have.enterprise.id,
            member_id=have.people[Role.MEMBER].id,
            space_id=space.id,
            space_kind=space.kind,
            started_at=world.now - timedelta(hours=1),
            held_until=world.now + timedelta(hours=1),
        ),
    )


PARTY = {
    "name": "示例公司",
    "credit_code": "",
    "address": "",
    "phone": "",
    "bank_name": "示例银行",
    "bank_account": "1",
}


@thing("invoice_id", Owner.ENTERPRISE)
def invoice(world, have):
    return _add(
        world,
        Invoice(
            park_id=have.park.id,
            enterprise_id=have.enterprise.id,
            month_key=202610,
            year=2026,
            serial=have.enterprise.id,
            number=f"{have.park.code}-2026-{have.enterprise.id:05d}",
            issued_at=world.now,
            due_on=date(2026, 11, 20),
            total=Money.yuan(80),
            tax=Money(453),
            tax_lines=[{"vat_permille": 60, "gross_fen": 8000, "tax_fen": 453}],
            seller=PARTY,
            buyer=PARTY,
            left_out=[],
            document_id=have["document_id"],
            state=InvoiceState.DUE,
        ),
    )


def _charge(world, have):
    return _add(
        world,
        Charge(
            park_id=have.park.id,
            enterprise_id=have.enterprise.id,
            month_key=202611,
            kind=ChargeKind.USE,
            space_id=have["space_id"],
            space_kind="meeting_room",
            space_name="1号空间",
            day=date(2026, 11, 2),
            band="peak",
            factor=1,
            minutes=60,
            amount=Money.yuan(80),
            uncapped=Money.yuan(80),
            terms=TERMS,
            vat_permille=60,
            created_at=world.now,
        ),
    )


@thing("charge_id", Owner.ENTERPRISE)
def charge(world, have):
    return _charge(world, have)


@thing("dispute_id", Owner.PARK)
def dispute(world, have):
    facts = {"park_id": have.park.id, "opened_at": world.now, "words": "没有用这么久"}
    opener = have.people[Role.MANAGER].id
    return _add(world, Dispute(charge_id=_charge(world, have), opened_by_id=opener, **facts))


@thing("figure_id", Owner.PARK)
def earlier_figure(world, have):
    kind, content = "application/pdf", b"%PDF-1.7 %%EOF"
    paper = store(world.session, have.park.id, "登记簿.pdf", kind, content, now=world.now)
    facts = {
        "park_id": have.park.id,
        "kind": NeedKind.COMPLAINT,
        "source": "物业登记簿",
        "declared_at": world.now,
    }
    return _add(world, EarlierFigure(month_key=202510, number=15, document_id=paper.id, **facts))


@thing("baseline_id", Owner.ENTERPRISE)
def baseline(world, have):
    return _add(
        world,
        Baseline(
            park_id=have.park.id,
            enterprise_id=have.enterprise.id,
            valid_from=date(2026, 1, 1),
            area_hundredths=200_0000,
            price=Money(320),
            own_area_hundredths=105_0000,
            own_price=Money(320),
            evidence=Evidence.DOCUMENTED,
            document_id=have["document_id"],
            created_at=world.now,
        ),
    )


@thing("effect_id", Owner.ENTERPRISE)
def effect(world, have):
    whose = {"park_id": have.park.id, "enterprise_id": have.enterprise.id}
    return _add(world, DeclaredEffect(declared_on=date(2026, 10, 1), title="订单", figure="+30%", **whose))


def add_need(world, have, kind, words):
    """Say a need that is due on Wednesday."""
    return _add(
        world,
        Need(
            park_id=have.park.id,
            kind=kind,
            words=words,
            enterprise_id=have.enterprise.id,
            member_id=have.people[Role.MEMBER].id,
            owner_id=have.people[Role.ADMIN].id,
            raised_at=world.now,
            opened_at=world.now,
            due_on=date(2026, 11, 4),
            due_at=world.now + timedelta(days=1),
        ),
    )


@thing("need_id", Owner.ENTERPRISE)
def need(world, have):
    return add_need(world, have, NeedKind.FAULT, "投影打不开")


@thing("matter_id", Owner.PARK)
def matter(world, have):
    return _add(world, Matter(park_id=have.park.id, title="会议室下午订不到", opened_at=world.now))


@thing("payment_id", Owner.ENTERPRISE)
def payment(world, have):
    return _add(
        world,
        Payment(
            park_id=have.park.id,
            invoice_id=have["invoice_id"],
            method=PaymentMethod.TRANSFER,
            amount=Money.yuan(1),
            received_on=date(2026, 11, 3),
            recorded_at=world.now,
        ),
    )


@thing("note_id", Owner.ENTERPRISE)
def credit_note(world, have):
    return _add(
        world,
        CreditNote(
            park_id=have.park.id,
            invoice_id=have["invoice_id"],
            year=2026,
            serial=have.enterprise.id,
            number=f"{have.park.code}-CN-2026-{have.enterprise.id:05d}",
            issued_at=world.now,
            amount=Money.yuan(1),
            tax=Money(6),
            reason="多收",
            document_id=have["document_id"],
        ),
    )


@thing("letter_id", Owner.PARK)
def letter(world, have):
    enclosures = [(have["document_id"], "a.pdf")]
    key = f"letter of {have.enterprise.id}"
    write_letter(
        world.session,
        have.park.id,
        key,
        "a@b.example",
        LetterText("a", "b"),
        now=world.now,
        enclosures=enclosures,
    )
    found: int = world.session.query(Letter.id).filter(Letter.key == key).scalar()
    return found


@thing("robot_id", Owner.ENTERPRISE)
def _robot(world: World, have: Have) -> int:
    robot = GroupRobot(
        park_id=have.park.id,
        enterprise_id=have.enterprise.id,
        added_by_id=have.people[Role.MANAGER].id,
        kind=RobotKind.FEISHU,
        name="行政群",
        closed="",
        tail="0000",
        tells_day=True,
        tells_changes=True,
        failures=0,
        added_at=world.now,
    )
    return _add(world, robot)


@thing("device_id", Owner.PARK)
def door_device(world, have):
    by, space = Actor("测试"), world.session.get_one(Space, have["space_id"])
    made = add_device(world.session, space, "门口", "zh", f"key-{space.id}", by=by, now=world.now)
    world.session.commit()
    return made.id

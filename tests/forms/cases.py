"""Every way to change something: which edit what is there, and why the others have nothing to lose.

An `Edit` is a form that shows what is there to be changed; it carries what it was drawn from, and the second
of two who change it is told. All else stands in NOTHING_TO_LOSE with the reason.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from booking.people.models import Role


@dataclass(frozen=True)
class Edit:
    """A form that edits: its page and address, and for one field what the first and the second type into it.

    `also` is what both must fill in besides, `beside` another field that only the second changes. `file` is
    the field of a file, for a form that takes nothing else.
    """

    role: Role
    page: str
    field: str = ""
    first: str = ""
    second: str = ""
    beside: tuple[str, str] | None = None
    also: dict[str, str] = dataclasses.field(default_factory=dict)
    file: str = ""
    said: tuple[str, str] = ("", "")  # both values in words, where they are not as they are typed
    again: bool = True  # the second press goes through
    twice: bool = True  # the same once more changes nothing


EDITS = {
    "activities.edit": Edit(
        Role.BRANCH, "/activities/{activity_id}/edit", "title", "秋季沙龙", "冬季沙龙", ("places", "25")
    ),
    "company.particulars": Edit(
        Role.MANAGER, "/company/particulars", "address", "一号楼", "二号楼", ("phone", "021-5555 0101")
    ),
    "rights.of_all": Edit(Role.MANAGER, "/company/rights", "up_to", "100.00", "200.00"),
    "rights.of_one": Edit(Role.MANAGER, "/company/people/{member_id}/rights", "up_to", "100.00", "200.00"),
    "enterprises.edit": Edit(
        Role.ADMIN, "/enterprises/{enterprise_id}/edit", "short_name", "新禾", "旧禾", ("size", "large")
    ),
    "enterprises.left": Edit(
        Role.ADMIN,
        "/enterprises/{enterprise_id}/leave?left_on=2026-12-31",
        "left_on",
        "2026-11-30",
        "2026-12-31",
    ),
    "front_desk.correct": Edit(
        Role.ADMIN,
        "/front-desk/stays/{ended_stay_id}",
        "ended_at",
        "2026-11-02T10:30",
        "2026-11-02T10:45",
        also={"reason": "门禁记录"},
    ),
    "idle_places.edit": Edit(
        Role.BRANCH,
        "/idle-places/{idle_place_id}/edit",
        "name",
        "东侧空房",
        "西侧空房",
        ("location", "电梯口"),
    ),
    "inventory.area": Edit(
        Role.ADMIN, "/inventory/areas/{area_id}", "name", "A座", "B座", ("name_en", "Tower")
    ),
    "inventory.change_space": Edit(
        Role.ADMIN, "/inventory/spaces/{space_id}/edit", "name", "大会议室", "小会议室", ("capacity", "12")
    ),
    "inventory.kind_rule": Edit(
        Role.ADMIN, "/inventory/rules/meeting_room", "horizon_days", "20", "40", ("lead_minutes", "15")
    ),
    "inventory.space_rule": Edit(
        Role.ADMIN, "/inventory/spaces/{space_id}/rule", "horizon_days", "20", "40", ("lead_minutes", "15")
    ),
    "inventory.picture": Edit(Role.ADMIN, "/inventory/spaces/{space_id}/picture", file="picture"),
    "inventory.plan": Edit(Role.ADMIN, "/inventory/areas/{area_id}", file="picture"),
    "plans.edit": Edit(Role.ADMIN, "/plan/{area_id}/edit", "columns", "30", "40", ("rows", "20")),
    "needs.matter": Edit(
        Role.BRANCH, "/matters/{matter_id}", "title", "会议室", "快递", ("proposal", "试开合并间")
    ),
    "park.particulars": Edit(
        Role.ADMIN, "/park/particulars", "seller_address", "一号楼", "二号楼", ("grace_minutes", "20")
    ),
    "park.day": Edit(
        Role.ADMIN,
        "/park/year/2026?day=2026-12-01",
        "label",
        "园庆",
        "检修",
        also={"working": "rest", "day": "2026-12-01"},
        said=("休息 园庆", "检修"),
    ),
    "park.mark": Edit(Role.ADMIN, "/park/year/2026", "source", "国办发〔2025〕1号", "国办发〔2025〕2号"),
    "front_desk.move_for": Edit(
        Role.ADMIN,
        "/front-desk/reservations/{held_id}",
        "starts",
        "10:15",
        "10:30",
        also={"ends": "12:00"},
    ),
    "reservations.name_guests": Edit(
        Role.MEMBER, "/reservations/{held_id}/guests", "guests", "王客", "李客", again=True
    ),
    "reservations.moved": Edit(
        Role.MEMBER, "/reservations/{held_id}/move", "starts", "10:15", "10:30", also={"ends": "12:00"}
    ),
    "reservations.changed_end": Edit(
        Role.MEMBER,
        "/reservations/{held_id}/end",
        "ends",
        "2026-11-04T02:30:00+00:00",
        "2026-11-04T03:00:00+00:00",
        said=("11月4日 周三 10:30", "11月4日 周三 11:00"),
        twice=False,  # "later than it is now"
    ),
    "savings.baseline": Edit(
        Role.MANAGER,
        "/savings/{enterprise_id}/baseline",
        "area",
        "300",
        "400",
        ("note", "合同 7 号"),
        {"own_area": "105"},
    ),
    "tariffs.publish": Edit(
        Role.ADMIN,
        "/tariffs/new?kind=meeting_room",
        "rate",
        "90",
        "95",
        ("minimum_minutes", "45"),
        again=False,  # of one day: the second begins another day
    ),
}

ONE_PRESS = (
    "one press that says what it does; it is judged by what is there, and there is nothing typed to lose"
)
ADDS = "adds something new; what is there stays as it is"
ANSWERS = "answers once: whoever comes second is told that it is answered, and keeps what they typed"
VERSIONED = "carries the version of what its page showed"

NOTHING_TO_LOSE = {
    "activities.away": ONE_PRESS,
    "activities.came": ONE_PRESS,
    "activities.drop": "calls off once; a second time changes nothing",
    "activities.here": ONE_PRESS,
    "activities.join": ONE_PRESS,
    "activities.look": "only shows what stands beside a form",
    "activities.new": ADDS,
    "activities.people": ADDS,
    "activities.remove": ONE_PRESS,
    "activities.useful": ANSWERS,
    "activities.withdraw": ONE_PRESS,
    "activity_guests.here": ONE_PRESS,
    "activity_guests.show": ADDS,
    "activity_guests.useful": ANSWERS,
    "activity_guests.withdraw": ONE_PRESS,
    "closing.ask": ONE_PRESS,
    "closing.close": "closes a month once; a second time changes nothing",
    "closing.credit": ADDS,
    "closing.pay": ADDS,
    "closing.reverse": "takes a payment back once; a second time changes nothing",
    "asked.say_no": VERSIONED,
    "asked.say_yes": VERSIONED,
    "company.act": VERSIONED,
    "company.people": ADDS,
    "disputes.answer": ANSWERS,
    "enterprises.act": VERSIONED,
    "cycle.propose": ONE_PRESS,
    "enterprises.come_back": ONE_PRESS,
    "enterprises.invite": ADDS,
    "enterprises.new": ADDS,
    "exchange.carry_out": "carries the fingerprint of the preview: what is done is what was shown",
    "exchange.upload": "only shows what a file would do",
    "front_desk.approve_all": ONE_PRESS,
    "front_desk.approve_request": VERSIONED,
    "front_desk.cancel_for": VERSIONED,
    "front_desk.check_in_for": ONE_PRESS,
    "front_desk.check_out_for": ONE_PRESS,
    "front_desk.undo": ONE_PRESS,
    "front_desk.decline_all": ONE_PRESS,
    "front_desk.decline_request": VERSIONED,
    "front_desk.propose_another": VERSIONED,
    "front_desk.guest_here": ONE_PRESS,
    "inventory.bring_back": ONE_PRESS,
    "inventory.drop_kind_rule": ONE_PRESS,
    "inventory.drop_space_rule": ONE_PRESS,
    "inventory.extend": "opens a day for longer, which has one exception at most",
    "inventory.lift": ONE_PRESS,
    "inventory.move": "one place up or down from wherever it stands",
    "inventory.new_area": ADDS,
    "inventory.new_closure": ADDS,
    "inventory.new_space": ADDS,
    "inventory.remove": ONE_PRESS,
    "inventory.remove_picture": ONE_PRESS,
    "inventory.remove_plan": ONE_PRESS,
    "inventory.renew_code": ONE_PRESS,
    "inventory.retire": ONE_PRESS,
    "inventory.take_back": "takes hours back once; the grant stays readable",
    "needs.again": ONE_PRESS,
    "needs.assign": "each row carries what it showed; what somebody changed meanwhile stays and is told",
    "needs.declare": "another figure takes the place of the one before, which the trail keeps",
    "needs.extend": "opens a day for longer and answers the need, once",
    "needs.liaison": "one's telephone and photograph; the last word counts, the trail keeps the others",
    "needs.owners": "who answers what; the last word counts, the trail keeps the others",
    "needs.visited": ONE_PRESS,
    "needs.answer": "another answer takes the place of the one before, which stays in the history",
    "needs.ask": ADDS,
    "needs.ask_at": ADDS,
    "needs.ask_for": ADDS,
    "needs.ask_in": ADDS,
    "needs.checked": ONE_PRESS,
    "needs.ended": ONE_PRESS,
    "needs.hand": ONE_PRESS,
    "month.decide": "decides while no decision stands; whoever comes second is told",
    "needs.decide": "decides while no decision stands; whoever comes second is told",
    "needs.join": ADDS,
    "needs.join_more": ADDS,
    "needs.join_one": ADDS,
    "needs.kind": ONE_PRESS,
    "needs.part": ONE_PRESS,
    "needs.settle": "settles once; a second time finds nothing that stands",
    "needs.reopen": ONE_PRESS,
    "needs.solved": ONE_PRESS,
    "needs.take": ONE_PRESS,
    "park.act": VERSIONED,
    "park.again": ADDS,
    "park.link": ADDS,
    "park.people": ADDS,
    "park.seed": "replaces a year's days by the published ones, after asking",
    "plans.undo": VERSIONED,
    "preferences.colours": "of one's own browser",
    "calendar.star": "of one's own, and a second press finds it so",
    "calendar.unstar": "of one's own, and a second press finds it so",
    "door.fault": ADDS,
    "inventory.add_door_device": ADDS,
    "inventory.revoke_door_device": ONE_PRESS,
    "feeds.make": "a second time gives the address there is",
    "feeds.revoke": ONE_PRESS,
    "preferences.copies": "of one's own account, one press",
    "reminders.index": "of one's own account: whoever saves last is the same person",
    "reminders.allow_device": "of one's own browser; a second time keeps it once",
    "reminders.drop_device": "of one's own browser, and a second press finds it so",
    "robots.index": ADDS,
    "robots.off": ONE_PRESS,
    "robots.on": ONE_PRESS,
    "robots.remove": ONE_PRESS,
    "robots.tells": ONE_PRESS,
    "robots.try_out": "says something in the group, as often as it is pressed",
    "preferences.language": "of one's own account, one press",
    "report.correct": "signs one version; a second time that version is there, and the page says so",
    "idle_places.empty": "says that a place stands empty again; what was made of it stays in the trail",
    "idle_places.new": "puts a new place on the register",
    "idle_places.photograph": "hangs a photograph; the one before is kept",
    "idle_places.propose": "says what could be made of a place; the trail keeps it, the matter is one",
    "idle_places.use": "ticks the spaces made of a place anew; each change stands in the trail",
    "quotas.drop": ONE_PRESS,
    "quotas.index": "sets one figure; the last word counts, the trail keeps the others",
    "report.sign": "signs a month once; a second time changes nothing",
    "reservations.take_proposed": VERSIONED,
    "reservations.ask_for_proposed": VERSIONED,
    "reservations.cancel": ONE_PRESS,
    "reservations.create": ADDS,
    "reservations.refuse_proposed": VERSIONED,
    "reservations.take_any": ADDS,
    "savings.check": "decides once; whoever comes second is told, and a corrected version is another page",
    "savings.effect": ADDS,
    "savings.withdraw": ONE_PRESS,
    "savings.withdraw_version": ONE_PRESS,
    "scan.come_in": ADDS,
    "series.cancelled": ONE_PRESS,
    "series.changed": VERSIONED,
    "series.create": ADDS,
    "series.drop": ONE_PRESS,
    "series.extended": ADDS,
    "series.take": ONE_PRESS,
    "sign_in.demo": "signs in",
    "sign_in.forgotten": "asks for a letter",
    "sign_in.out": "signs out",
    "sign_in.out_everywhere": "signs out",
    "sign_in.password": "asks for the password there is now",
    "sign_in.set_password": "a mailed link counts once",
    "sign_in.show": "signs in",
    "statement.question": ADDS,
    "tariffs.example": "only works an example",
    "tariffs.withdraw": "withdraws once; whoever comes second is told",
    "today.enter": ONE_PRESS,
    "today.leave": ONE_PRESS,
    "today.left": ANSWERS,
    "today.longer": ONE_PRESS,
    "today.undo": ONE_PRESS,
    "waiting.ask": ONE_PRESS,
    "waiting.join": ADDS,
    "waiting.take": ONE_PRESS,
    "waiting.withdraw": ONE_PRESS,
    "webhooks.stripe": "the payment provider speaks",
}

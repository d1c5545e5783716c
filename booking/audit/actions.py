"""Who does something, and what was done: the actor and the action of a verb.

An actor is a signed-in member, a device at a door, or the system itself; the trail and a reservation's
history say the action.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from booking.values import Money


@dataclass(frozen=True, slots=True)
class BookingRights:
    """What an employee books without asking their manager: kinds but for these, up to a sum a booking."""

    asks_for: frozenset[str] = frozenset()  # kinds of space
    up_to: Money | None = None  # the quote of one booking; None: whatever it costs


DEVICE = "device: "
"""What the kept name of a device that told something begins with, so that it is not taken for a job."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as facts that outlive the member's row."""

    name: str
    member_id: int | None = None
    park_id: int | None = None
    enterprise_id: int | None = None
    request_id: str | None = None
    wants_copies: bool = False  # of letters on what they do themselves
    rights: BookingRights | None = None  # None: books whatever the rules allow

    @classmethod
    def system(cls, job: str, park_id: int | None = None) -> Self:
        """Make the actor of a job or shell command."""
        return cls(name=job, park_id=park_id)

    @classmethod
    def device(cls, name: str, park_id: int | None = None) -> Self:
        """Make the actor of what a device tells, which knows no person: it is named itself."""
        return cls(name=DEVICE + name, park_id=park_id)


class Action(StrEnum):
    """What was done, as `noun.what_was_done_to_it`; the pages word it in the reader's language."""

    ACTIVITY_CALLED_OFF = "activity.called_off"
    ACTIVITY_CHANGED = "activity.changed"
    ACTIVITY_PLANNED = "activity.planned"
    ACTIVITY_PUBLISHED = "activity.published"
    ACTIVITY_SCHEDULED = "activity.scheduled"
    AREA_ADDED = "area.added"
    AREA_EDITED = "area.edited"
    AREA_MOVED = "area.moved"
    AREA_PICTURE_SET = "area.picture_set"
    AREA_PLAN_DRAWN = "area.plan_drawn"
    AREA_PLAN_UNDONE = "area.plan_undone"
    AREA_REMOVED = "area.removed"
    BASELINE_CHECKED = "baseline.checked"
    BASELINE_SENT_BACK = "baseline.sent_back"
    BASELINE_SET = "baseline.set"
    BASELINE_WITHDRAWN = "baseline.withdrawn"
    CALENDAR_DAY_SET = "calendar.day_set"
    CALENDAR_MARKED = "calendar.marked"
    CALENDAR_SEEDED = "calendar.seeded"
    CHARGE_CORRECTED = "charge.corrected"
    CHARGE_DISPUTED = "charge.disputed"
    CHARGE_OMITTED = "charge.omitted"
    CLOSURE_ADDED = "closure.added"
    CLOSURE_LIFTED = "closure.lifted"
    CREDIT_NOTE_ISSUED = "credit_note.issued"
    DISPUTE_ANSWERED = "dispute.answered"
    EARLIER_FIGURE_DECLARED = "earlier_figure.declared"
    EFFECT_DECLARED = "effect.declared"
    EFFECT_WITHDRAWN = "effect.withdrawn"
    DOOR_DEVICE_ADDED = "door_device.added"
    DOOR_DEVICE_REVOKED = "door_device.revoked"
    ENTERPRISE_ADDED = "enterprise.added"
    ENTERPRISE_EDITED = "enterprise.edited"
    ENTERPRISE_LEFT = "enterprise.left"
    ENTERPRISE_RIGHTS_SET = "enterprise.rights_set"
    ENTERPRISE_RETURNED = "enterprise.returned"
    GUEST_ARRIVED = "guest.arrived"
    GUEST_NOT_ARRIVED = "guest.not_arrived"
    HOURS_EXTENDED = "hours.extended"
    HOURS_TAKEN_BACK = "hours.taken_back"
    IDLE_EDITED = "idle.edited"
    IDLE_EMPTIED_AGAIN = "idle.emptied_again"
    IDLE_PICTURE_SET = "idle.picture_set"
    IDLE_PROPOSED = "idle.proposed"
    IDLE_PUT_TO_USE = "idle.put_to_use"
    IDLE_REGISTERED = "idle.registered"
    INVENTORY_IMPORTED = "inventory.imported"
    INVOICE_ISSUED = "invoice.issued"
    INVOICE_PAID_ONLINE = "invoice.paid_online"
    INVOICE_PUBLISHED = "invoice.published"
    INVOICE_RECHECK_REQUESTED = "invoice.recheck_requested"
    LEASE_BEGUN = "lease.begun"
    LETTER_SENT_AGAIN = "letter.sent_again"
    LIAISON_EDITED = "liaison.edited"
    LIAISON_SET = "liaison.set"
    MEMBER_ACCOUNT_CLOSED = "member.account_closed"
    MEMBER_ACCOUNT_OPENED = "member.account_opened"
    MEMBER_ADDED = "member.added"
    MEMBER_INVITED = "member.invited"
    MEMBER_INVITED_AGAIN = "member.invited_again"
    MEMBER_LINK_SENT = "member.link_sent"
    MEMBER_PASSWORD_CHANGED = "member.password_changed"  # noqa: S105 - no password
    MEMBER_PASSWORD_SET = "member.password_set"  # noqa: S105 - no password
    MEMBER_RIGHTS_SET = "member.rights_set"
    MEMBER_ROLE_CHANGED = "member.role_changed"
    MEMBER_SIGNED_OUT_EVERYWHERE = "member.signed_out_everywhere"
    MATTER_CARRIED_ON = "matter.carried_on"
    MATTER_DECIDED = "matter.decided"
    MATTER_EDITED = "matter.edited"
    MATTER_FINISHED = "matter.finished"
    MATTER_OPENED = "matter.opened"
    MONTH_CLOSED = "month.closed"
    MONTH_INVOICED = "month.invoiced"
    NEED_ANSWERED = "need.answered"
    NEED_ASKER_CHECKED = "need.asker_checked"
    NEED_CARD_LEFT = "need.card_left"
    NEED_CHASED = "need.chased"
    NEED_ENDED = "need.ended"
    NEED_HANDED_OVER = "need.handed_over"
    NEED_JOINED = "need.joined"
    NEED_KIND_CHANGED = "need.kind_changed"
    NEED_LAPSED = "need.lapsed"
    NEED_OWNER_SET = "need.owner_set"
    NEED_PARTED = "need.parted"
    NEED_RAISED = "need.raised"
    NEED_REOPENED = "need.reopened"
    NEED_TAKEN = "need.taken"
    NEED_VISITED = "need.visited"
    PARK_CREATED = "park.created"
    PARK_EDITED = "park.edited"
    PAYMENT_RECORDED = "payment.recorded"
    PAYMENT_REVERSED = "payment.reversed"
    QUOTA_DROPPED = "quota.dropped"
    QUOTA_SET = "quota.set"
    REPORT_SIGNED = "report.signed"
    RESERVATION_AGREED = "reservation.agreed"
    RESERVATION_APPROVED = "reservation.approved"
    RESERVATION_ASKED = "reservation.asked"
    RESERVATION_CANCELLED = "reservation.cancelled"
    RESERVATION_DECLINED = "reservation.declined"
    RESERVATION_EXPIRED = "reservation.expired"
    RESERVATION_EXTENDED = "reservation.extended"
    RESERVATION_GUESTS_NAMED = "reservation.guests_named"
    RESERVATION_HANDED_ON = "reservation.handed_on"
    RESERVATION_MADE = "reservation.made"
    RESERVATION_MOVED = "reservation.moved"
    RESERVATION_NOT_AGREED = "reservation.not_agreed"
    RESERVATION_PROPOSED = "reservation.proposed"
    RESERVATION_REINSTATED = "reservation.reinstated"
    RESERVATION_RELEASED = "reservation.released"
    RESERVATION_SHORTENED = "reservation.shortened"
    RULE_DROPPED = "rule.dropped"
    RULE_SET = "rule.set"
    ROBOT_ADDED = "robot.added"
    ROBOT_CHANGED = "robot.changed"
    ROBOT_REMOVED = "robot.removed"
    ROBOT_SWITCHED_OFF = "robot.switched_off"
    SERIES_BEGUN = "series.begun"
    SERIES_CANCELLED = "series.cancelled"
    SERIES_CHANGED = "series.changed"
    SERIES_WISH_DROPPED = "series.wish_dropped"
    SERIES_WISH_TAKEN = "series.wish_taken"
    SPACE_ADDED = "space.added"
    SPACE_BROUGHT_BACK = "space.brought_back"
    SPACE_EDITED = "space.edited"
    SPACE_PICTURE_SET = "space.picture_set"
    SPACE_RETIRED = "space.retired"
    SPACE_SCAN_CODE_RENEWED = "space.scan_code_renewed"
    STAY_CHECK_OUT_UNDONE = "stay.check_out_undone"
    STAY_CHECKED_IN = "stay.checked_in"
    STAY_CHECKED_OUT = "stay.checked_out"
    STAY_CORRECTED = "stay.corrected"
    STAY_ENDED_BY_SYSTEM = "stay.ended_by_system"
    STAY_EXTENDED = "stay.extended"
    STAY_WALKED_IN = "stay.walked_in"
    TARIFF_PUBLISHED = "tariff.published"
    TARIFF_WITHDRAWN = "tariff.withdrawn"
    WAIT_ENDED = "wait.ended"
    WAIT_JOINED = "wait.joined"
    WAIT_LAPSED = "wait.lapsed"
    WAIT_OFFERED = "wait.offered"
    WAIT_PUT_BACK = "wait.put_back"
    WAIT_TAKEN = "wait.taken"
    WAIT_WITHDRAWN = "wait.withdrawn"

    @classmethod
    def read(cls, kept: str) -> Self | None:
        """Read an action as it is kept, in the words of this or an earlier version; None for any other."""
        try:
            return cls(EARLIER.get(kept, kept))
        except ValueError:
            return None


EARLIER = {
    "answered": Action.DISPUTE_ANSWERED,
    "approved": Action.RESERVATION_APPROVED,
    "cancelled": Action.RESERVATION_CANCELLED,
    "charged anew": Action.CHARGE_CORRECTED,
    "checked in": Action.STAY_CHECKED_IN,
    "checked out": Action.STAY_CHECKED_OUT,
    "closed": Action.CLOSURE_ADDED,
    "corrected": Action.STAY_CORRECTED,
    "credit note issued": Action.CREDIT_NOTE_ISSUED,
    "declined": Action.RESERVATION_DECLINED,
    "desk asked again": Action.INVOICE_RECHECK_REQUESTED,
    "ended by the house": Action.STAY_ENDED_BY_SYSTEM,
    "extended": Action.RESERVATION_EXTENDED,
    "invoice made": Action.INVOICE_ISSUED,
    "invoices made": Action.MONTH_INVOICED,
    "laid out for payment": Action.INVOICE_PUBLISHED,
    "lapsed": Action.RESERVATION_EXPIRED,
    "lease began": Action.LEASE_BEGUN,
    "lifted": Action.CLOSURE_LIFTED,
    "member.closed_account": Action.MEMBER_ACCOUNT_CLOSED,
    "member.opened_account": Action.MEMBER_ACCOUNT_OPENED,
    "month closed": Action.MONTH_CLOSED,
    "moved": Action.RESERVATION_MOVED,
    "no_show": Action.RESERVATION_RELEASED,
    "not charged": Action.CHARGE_OMITTED,
    "paid online": Action.INVOICE_PAID_ONLINE,
    "payment recorded": Action.PAYMENT_RECORDED,
    "payment reversed": Action.PAYMENT_REVERSED,
    "published": Action.TARIFF_PUBLISHED,
    "questioned": Action.CHARGE_DISPUTED,
    "report.published": Action.REPORT_SIGNED,
    "released as no-show": Action.RESERVATION_RELEASED,
    "reserved": Action.RESERVATION_MADE,
    "shortened": Action.RESERVATION_SHORTENED,
    "stays longer": Action.STAY_EXTENDED,
    "walked in": Action.STAY_WALKED_IN,
    "withdrawn": Action.TARIFF_WITHDRAWN,
}
"""The words of earlier versions. What was written in them is never changed: the database refuses it."""

"""Beside which field of a form a refusal stands: rooms know facts, forms know their fields."""

from booking.activities import rules as activities
from booking.charges import rules as charges
from booking.invoices import rules as credit_notes, rules as invoices
from booking.needs import rules as needs
from booking.notifications import rules as notifications
from booking.parks import rules as parks
from booking.payments import rules as payments
from booking.people import rules as people
from booking.reservations import refusals as reservations
from booking.reservations.guests import rules as guests
from booking.reservations.quotas import rules as quotas
from booking.reservations.refusals import RequestPart
from booking.reservations.series import refusals as series
from booking.savings import rules as savings
from booking.savings.jumps import JumpUnconfirmed
from booking.spaces import floor_plan as plans, pictures, rules as spaces
from booking.spaces.exchange import reading, unpacking
from booking.spaces.extended import rules as extended
from booking.spaces.idle import rules as idle
from booking.tariffs import rules as tariffs
from booking.usage import rules as usage
from booking.values import ReasonMissing, Refusal
from booking.values.names import NameHoldsAddress


def field_of(refusal: Refusal) -> str | None:
    """Name the field that is to be put right; None where it concerns the form as a whole."""
    match refusal:
        case needs.DecisionMissing(part=part) | activities.HallClosedThen(part=part):
            return part
        case (
            reservations.InThePast(part=part)
            | reservations.EndsBeforeItStarts(part=part)
            | reservations.NotLonger(part=part)
            | reservations.NoSuchClock(part=part)
            | reservations.TooLong(part=part)
            | reservations.OutsideOpeningHours(part=part)
            | reservations.OffTheStep(part=part)
            | reservations.NoSuchSpace(part=part)
        ):
            return FIELD_OF_PART[part] if part else None
        case series.TooManyOccurrences(by_count=by_count) | series.LastsTooLong(by_count=by_count):
            return "count" if by_count else "until"
        case NameHoldsAddress(what=what) | savings.BadArea(what=what) | savings.BadPrice(what=what):
            return what  # fields are named like columns
        case spaces.BadRule(figure=figure) | plans.PlanSizeOutOfRange(side=figure):
            return figure
    return FIELDS.get(type(refusal))


FIELD_OF_PART = {
    RequestPart.DAY: "day",
    RequestPart.START: "starts",
    RequestPart.END: "ends",
    RequestPart.UNTIL: "until",
    RequestPart.EQUIPMENT: "equipment",
    RequestPart.AREA: "area",
}
BY_FIELD: dict[str, tuple[type[Refusal], ...]] = {
    "address": (notifications.NotARobot, notifications.RobotIsThere),
    "answer": (needs.AnswerMissing,),
    "amount": (
        charges.GivesBackTooMuch,
        invoices.AmountNotPositive,
        invoices.CreditedTooMuch,
        payments.PaidTooMuch,
    ),
    "audience": (activities.NobodyInvited,),
    "basis": (tariffs.BasisNotForKind,),
    "closes": (
        extended.ClosesTooEarly,
        extended.NoHourNamed,
        extended.NothingLonger,
        parks.ParkClosesBeforeItOpens,
    ),
    "code": (
        parks.ParkCodeTaken,
        spaces.CodeTaken,
    ),
    "day": (
        extended.ExtendedBefore,
        extended.ExtendedInPast,
        reservations.BeyondHorizon,
        reservations.ClosedThatDay,
        series.SeriesNotOpenYet,
    ),
    "count": (series.CountTooSmall,),
    "declared_on": (savings.EffectInFuture,),
    "document": (
        savings.EvidenceTooLarge,
        savings.EvidenceUnreadable,
    ),
    "decision": (savings.PaperMissing,),
    "email": (activities.AddressFull, people.EmailTaken),
    "empty_since": (idle.EmptyInFuture,),
    "by_when": (needs.DueBeforeDecided,),
    "ended_at": (
        usage.EndBeforeStart,
        usage.NotYet,
        usage.OverlapsAnotherStay,
    ),
    "ends": (
        reservations.ClosureTooLong,
        reservations.CrossesMidnight,
        reservations.NotShorter,
        reservations.TooShort,
    ),
    "file": (
        reading.FileEmpty,
        reading.FileTooLarge,
        reading.FileTooSlow,
        reading.FileUnreadable,
        unpacking.WorkbookTooComplex,
    ),
    "colleagues": (guests.NotAColleague,),
    "guests": (
        guests.GuestMailUnread,
        guests.GuestUnnamed,
        guests.TooManyAddresses,
        guests.TooManyGuests,
        reservations.TooManyNamed,
    ),
    "hours": (quotas.QuotaBeyondTime,),
    "kind": (reservations.AskForOne,),
    "interval": (series.BadInterval,),
    "left_on": (people.LeavesBeforeItJoined,),
    "month_on": (series.NoSuchMonthDay,),
    "month": (needs.DecidedOutOfTime,),
    "name": (spaces.AreaNameTaken,),
    "parts": (
        spaces.OnePartIsNoCombination,
        spaces.PartCannotBe,
        spaces.PartCannotCombine,
        spaces.PartsStillBooked,
    ),
    "password": (
        people.PasswordTooLong,
        people.PasswordTooPlain,
        people.PasswordTooShort,
    ),
    "places": (
        activities.FewerPlacesThanPeople,
        activities.MorePlacesThanSeats,
    ),
    "phone": (needs.PhoneUnreadable,),
    "people": (
        reservations.NobodyComes,
        reservations.TooManyPeople,
    ),
    "picture": (
        pictures.NotADrawing,
        pictures.NotAPicture,
        pictures.PictureTooLarge,
    ),
    "present": (people.WrongPassword,),
    "reason": (
        ReasonMissing,
        extended.HoursBooked,
        extended.HoursOver,
        invoices.ReviewRunning,
    ),
    "publish_on": (activities.PublishDayPast,),
    "received_on": (
        payments.PaidBeforeInvoice,
        payments.ReceivedInFuture,
    ),
    "shapes": (plans.TooManyShapes,),
    "seller_uscc": (parks.BadSellerUscc,),
    "source": (needs.SourceMissing,),
    "proposal": (idle.InUseAlready, idle.ProposalMissing),
    "since": (idle.UsedBeforeEmpty, idle.UsedInFuture),
    "space": (
        reservations.AnotherKind,
        reservations.AsksForApproval,
        reservations.Retired,
    ),
    "spaces": (idle.MadeOfAnother, idle.NoSpacesMade),
    "starts": (
        activities.BegunBefore,
        activities.HallTaken,
        reservations.AskedAlready,
        reservations.ClosureConflicts,
        reservations.NothingFree,
        quotas.OverQuota,
        reservations.Taken,
        reservations.TooSoon,
    ),
    "until_hour": (quotas.QuotaHoursBackwards,),
    "until": (
        people.EndsAfterLeaving,
        series.EndsNoLater,
        series.EndsTwice,
        series.NeverEnds,
        series.NeverHappens,
        series.UntilBeforeFirst,
    ),
    "urgent_reason": (activities.NoticeTooShort,),
    "uscc": (
        people.BadUscc,
        people.UsccTaken,
    ),
    "valid_from": (
        savings.BaselineInReport,
        savings.BaselineOutOfTime,
        savings.NotFirstOfMonth,
        tariffs.VersionThatDay,
        tariffs.VersionTooEarly,
    ),
    "weekdays": (series.NoWeekdayChosen,),
    "whole": (credit_notes.NothingPicked,),
    "why": (JumpUnconfirmed,),
    "words": (
        charges.WordsMissing,
        needs.NothingAsked,
    ),
    "zone_name": (parks.NoSuchZone,),
}
FIELDS = {kind: field for field, kinds in BY_FIELD.items() for kind in kinds}

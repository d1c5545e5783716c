"""Which forms an address takes, so that what was typed can be shown with its labels."""

from collections.abc import Sequence
from functools import cache
from importlib import import_module

from wtforms import Form

# By module and class: importing them here would be a ring.
FORMS: dict[str, tuple[str, ...]] = {
    "closing.close": ("closing.forms:CloseForm",),
    "closing.credit": ("closing.forms:CreditForm",),
    "closing.pay": ("closing.forms:PaymentForm",),
    "closing.reverse": ("closing.forms:ReversalForm",),
    "company.particulars": ("enterprise_forms:BillingForm",),
    "company.people": ("colleagues:InviteForm",),
    "disputes.answer": ("disputes.forms:AnswerForm",),
    "enterprises.edit": ("enterprise_forms:EnterpriseForm",),
    "enterprises.invite": ("colleagues:InviteForm",),
    "enterprises.left": ("enterprise_forms:LeaveForm",),
    "enterprises.new": ("enterprise_forms:NewEnterpriseForm",),
    "exchange.upload": ("exchange.forms:UploadForm",),
    "front_desk.cancel_for": ("front_desk.forms:ReasonForm",),
    "front_desk.correct": ("front_desk.forms:CorrectionForm",),
    "front_desk.decline_request": ("front_desk.forms:ReasonForm",),
    "front_desk.move_for": ("reservations.forms:MoveForm", "reservations.forms:MoveStoreForm"),
    "inventory.area": ("inventory.forms:AreaForm",),
    "inventory.change_space": ("inventory.forms:SpaceForm",),
    "inventory.kind_rule": ("inventory.forms:HoursForm", "inventory.forms:DaysForm"),
    "inventory.new_area": ("inventory.forms:AreaForm",),
    "inventory.new_closure": ("inventory.forms:ClosureForm",),
    "inventory.new_space": ("inventory.forms:SpaceForm",),
    "inventory.picture": ("inventory.forms:PictureForm",),
    "inventory.plan": ("inventory.forms:PictureForm",),
    "inventory.space_rule": ("inventory.forms:HoursForm", "inventory.forms:DaysForm"),
    "park.again": ("park.forms:SendAgainForm",),
    "park.day": ("park.forms:DayForm",),
    "park.mark": ("park.forms:YearForm",),
    "park.particulars": ("park.forms:ParkForm",),
    "park.people": ("colleagues:InviteForm",),
    "reservations.changed_end": ("reservations.forms:EndForm", "reservations.forms:EndStoreForm"),
    "reservations.create": ("reservations.forms:ReserveForm", "reservations.forms:ReserveStoreForm"),
    "reservations.moved": ("reservations.forms:MoveForm", "reservations.forms:MoveStoreForm"),
    "reservations.take_any": ("reservations.forms:PoolForm",),
    "savings.baseline": ("savings.forms:BaselineForm",),
    "savings.effect": ("savings.forms:EffectForm",),
    "sign_in.password": ("sign_in.forms:ChangePasswordForm",),
    "statement.question": ("statement.forms:QuestionForm",),
    "tariffs.publish": ("tariffs.forms:TariffForm",),
    "tariffs.withdraw": ("tariffs.forms:WithdrawalForm",),
    "today.left": ("today.forms:LeftForm",),
}


@cache
def forms_of(endpoint: str) -> Sequence[type[Form]]:
    """Give the forms that an endpoint takes; none where a press is all it takes."""
    return [_found(*name.split(":")) for name in FORMS.get(endpoint, ())]


def _found(module: str, name: str) -> type[Form]:
    found: type[Form] = getattr(import_module(f"booking.blueprints.{module}"), name)
    return found

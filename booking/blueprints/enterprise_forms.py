"""Forms about an enterprise, for its manager and for the administrator; field names are the columns."""

from wtforms import BooleanField, EmailField, SelectField, StringField, TelField
from wtforms.validators import InputRequired, Optional

from booking.blueprints.kit.forms.edit_form import EditForm, Thing
from booking.blueprints.kit.forms.fields import DayField, YuanField, options
from booking.blueprints.kit.forms.validators import an_email, at_most, must, tidy, tidy_email
from booking.blueprints.kit.labels.people import size_name
from booking.language import lazy_gettext as _
from booking.parks.models import Park
from booking.people.models import Enterprise, Size


class BillingForm(EditForm):
    """What an invoice needs, the budget, and whether the enterprise may be named."""

    uscc = StringField(_("统一社会信用代码"), [must(), at_most(30)], [tidy])
    billing_title = StringField(_("账单抬头"), [Optional(), at_most(120)], [tidy])
    billing_email = EmailField(_("账单邮箱"), [must(), an_email(), at_most(254)], [tidy_email])
    address = StringField(_("地址"), [Optional(), at_most(200)], [tidy])
    phone = TelField(_("电话"), [Optional(), at_most(40)], [tidy])
    bank_name = StringField(_("开户行"), [Optional(), at_most(120)], [tidy])
    bank_account = StringField(_("银行账号"), [Optional(), at_most(40)], [tidy])
    monthly_budget = YuanField(_("每月预算"), [Optional()])
    may_be_named = BooleanField(_("同意在节省报告中写出企业名称"))


class EnterpriseForm(EditForm):
    """Who an enterprise is."""

    name = StringField(_("企业全称"), [must(), at_most(120)], [tidy])
    short_name = StringField(_("简称"), [must(), at_most(40)], [tidy])
    uscc = StringField(_("统一社会信用代码"), [must(), at_most(30)], [tidy])
    size = SelectField(_("规模"))
    joined_on = DayField(_("入驻日期"), [InputRequired(_("请选择日期。"))])
    billing_email = EmailField(_("账单邮箱"), [must(), an_email(), at_most(254)], [tidy_email])

    def offer_sizes(self) -> None:
        """Name the sizes in the reader's language."""
        self.size.choices = options((size.value, size_name(size)) for size in Size)


class NewEnterpriseForm(EnterpriseForm):
    """A new enterprise, and who will run it here."""

    manager_name = StringField(_("负责人姓名"), [must(), at_most(60)], [tidy])
    email = EmailField(_("负责人邮箱"), [must(), an_email(), at_most(254)], [tidy_email])


class LeaveForm(EditForm):
    """The day an enterprise leaves."""

    left_on = DayField(_("离开日期"), [InputRequired(_("请选择日期。"))])


def thing_of(enterprise: Enterprise) -> Thing:
    """Name what the forms of an enterprise edit."""
    return Thing("enterprise", enterprise.id, ((Park, enterprise.park_id), (Enterprise, enterprise.id)))

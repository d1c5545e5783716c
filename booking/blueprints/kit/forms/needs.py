"""The forms of needs that more than one page shows: saying one, longer hours, and what the meeting decides.

A need is said by members and at a door; a day is opened for longer by itself or for a need; a matter is
decided on its own page, and on the month's.
"""

from collections.abc import Sequence

from flask import abort, flash
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import TextInput

from booking import clock
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.fields import ClockField, DayField, options
from booking.blueprints.kit.forms.validators import NeededAtTimes, at_most, must, tidy_line, tidy_text
from booking.blueprints.kit.labels.spaces import space_label
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.letters.branch import matter_decided
from booking.needs.matters import Decided, decide_matter
from booking.needs.models import WORDS, Matter
from booking.needs.rules import NeedKind, usual_due_day
from booking.parks.queries import park_calendar
from booking.spaces.extended.extended_hours import places_with_hours
from booking.spaces.models import Space
from booking.spaces.queries import space_in_park
from booking.spaces.rules import ExtendedDay
from booking.values import Month, Refusal, local_day


class LongerDayForm(FlaskForm):
    """Which day is open for longer, and where; the hour that is not named is as by rule."""

    space = SelectField(_("哪里"), coerce=whole)
    day = DayField(_("哪一天"), [InputRequired(_("请选择日期。"))])
    closes = ClockField(_("开到"), [NeededAtTimes()], widget=TextInput(), description=_("只提前开门就不填。"))
    opens = ClockField(
        _("提前到几点开"), [NeededAtTimes()], widget=TextInput(), description=_("照常开门就不填。")
    )

    def asked(self) -> ExtendedDay:
        """Give the day and the hours that were typed."""
        if self.day.data is None:
            raise TypeError("a validated form has a day")
        return ExtendedDay(self.day.data, self.opens.data, self.closes.data)


WHOLE_PARK = 0


def offer_places(form: LongerDayForm) -> Sequence[Space]:
    """Offer the whole park, and each space that is had by the hour; gives the spaces."""
    places = places_with_hours(db.session(), my_park().id)
    everywhere = (WHOLE_PARK, gettext("整个园区（按钟点用的都延时）"))
    form.space.choices = options([everywhere, *((one.id, space_label(one)) for one in places)])
    return places


def space_named(form: LongerDayForm) -> Space | None:
    """Find the space that was chosen; None is the whole park."""
    if form.space.data == WHOLE_PARK:
        return None
    return space_in_park(db.session(), my_park().id, form.space.data) or abort(404)


GUESS = "guess"


KINDS = (
    (GUESS, _("由文字判断")),
    (NeedKind.WISH.value, _("想要")),
    (NeedKind.FAULT.value, _("报修")),
    (NeedKind.COMPLAINT.value, _("投诉")),
)


class AskForm(FlaskForm):
    """A need; the three lines of somebody without an account are taken away for members."""

    words = TextAreaField(
        _("你需要什么"), [must(), at_most(WORDS)], [tidy_text], description=_("一句话就够：哪里、什么事。")
    )
    kind = RadioField(_("类型"), default=GUESS, choices=options(KINDS))
    picture = FileField(_("照片"), [Optional()], description=_("可以现拍。位置等拍摄信息会去掉。"))
    name = StringField(_("姓名"), [must(), at_most(60)], [tidy_line])
    company = StringField(_("企业名称"), [must(), at_most(120)], [tidy_line])
    phone = StringField(
        _("手机"), [must(), at_most(40)], [tidy_line], description=_("联络员会打这个电话核实。")
    )


OTHER_FAULT = "other"


USUAL_FAULTS = (
    ("screen", _("投影或屏幕打不开")),
    ("air", _("空调太热或太冷")),
    ("furniture", _("灯、桌椅或插座坏了")),
    (OTHER_FAULT, _("别的，写在下面")),
)


class FaultForm(AskForm):
    """What is broken at a door that knows nobody: what is usual, in words, or both; and whom to call."""

    usual = RadioField(_("哪里坏了"), default=OTHER_FAULT, choices=options(USUAL_FAULTS))
    words = TextAreaField(_("补充一句"), [Optional(), at_most(WORDS)], [tidy_text])
    company = StringField(_("企业名称"), [Optional(), at_most(120)], [tidy_line])
    kind = picture = None  # type: ignore[assignment]  # a fault it is, and a tablet takes no picture

    @property
    def said(self) -> str:
        """Give what is broken as it will be read: the usual thing first, then what was written."""
        usual = "" if self.usual.data == OTHER_FAULT else str(dict(USUAL_FAULTS)[self.usual.data])
        return " · ".join(part for part in (usual, self.words.data or "") if part)


class MeetingForm(FlaskForm):
    """What the meeting decides; the refusal says what is missing."""

    what = StringField(_("做什么"), [at_most(300)], [tidy_line])
    who = StringField(_("谁负责"), [at_most(60)], [tidy_line], description=_("物业、企业或园区的人都可以。"))
    by_when = DayField(_("什么时候前完成"), description=_("先填了十个工作日以后，可以改。"))
    month = SelectField(_("哪个月的例会"), [must()], choices=(), validate_choice=False)


NEXT = "to-decide"
"""The place on the month's page that is to be decided next, or what says that nothing is left."""


def next_to_decide(page: str) -> str:
    """Give the address of that place on a page; "" of no page."""
    return f"{page}#{NEXT}" if page else ""


def blank_decision(month: Month, *, what: str = "") -> MeetingForm:
    """Give the form of a month's meeting, with a day that what is decided today might be done by."""
    park = my_park()
    due = usual_due_day(park_calendar(db.session(), park.id), local_day(clock.now(), park.zone))
    return MeetingForm(formdata=None, month=str(month), what=what, by_when=due)


def is_decided(matter: Matter, form: MeetingForm) -> bool:
    """Write down what was sent; False where the form, or the matter, does not let it."""
    if not form.validate_on_submit():
        return False
    try:
        month = Month.parse(form.month.data or "", my_park().zone)
        terms = Decided(form.what.data or "", form.who.data or "", form.by_when.data)
        with transaction() as session:
            decide_matter(session, matter.id, month, terms, matter_decided, by=actor(), now=clock.now())
    except ValueError:
        abort(404)
    except Refusal as refusal:
        put_beside(form, refusal)
        return False
    flash(gettext("已议定，相关企业会收到答复。"), "success")
    return True

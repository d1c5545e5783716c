"""The forms of a need's page; that of longer hours is filled in as far as the need's words say it."""

from collections.abc import Sequence
from datetime import date

from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField
from wtforms.validators import Optional

from booking import clock
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.needs import KINDS, WHOLE_PARK, LongerDayForm, offer_places
from booking.blueprints.kit.forms.validators import at_most, must, tidy_text
from booking.blueprints.kit.labels.spaces import space_label
from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.language import gettext, lazy_gettext as _
from booking.needs.models import WORDS, Need
from booking.needs.rules import NeedKind
from booking.people.models import Role
from booking.spaces.extended.extended_hours import open_anyhow
from booking.spaces.extended.read_hours import HoursRead, named_place
from booking.spaces.models import Space
from booking.spaces.rules import ExtendedDay
from booking.values import local_day
from booking.values.writing import minute_clock


class NeedAnswerForm(FlaskForm):
    """The answer to a need."""

    answer = TextAreaField(
        _("答复"), [must(), at_most(WORDS)], [tidy_text], description=_("提出的人会收到这段话。")
    )


class GrantForm(LongerDayForm):
    """Longer hours for a need, and its answer; the need itself is the reason.

    `open_anyhow` says that the day is open for as long by itself, "" where it is not.
    """

    open_anyhow = ""

    reply = TextAreaField(
        _("答复"),
        [Optional(), at_most(WORDS)],
        [tidy_text],
        description=_("不填就写清哪一天、哪里、开到几点。"),
    )


class RemarkForm(FlaskForm):
    """What who asked says of the answer."""

    remark = TextAreaField(_("还差什么"), [Optional(), at_most(WORDS)], [tidy_text])


class HandForm(FlaskForm):
    """To whom a need is handed."""

    owner = SelectField(_("转给"), coerce=whole)


class FirmForm(FlaskForm):
    """Of which enterprise somebody is who asked without an account."""

    enterprise = SelectField(_("哪家企业"), coerce=whole)


class KindForm(FlaskForm):
    """The right kind of a need."""

    kind = SelectField(_("类型"), choices=options(KINDS[1:]))


def grant_form(need: Need, read: HoursRead) -> GrantForm | None:
    """Offer who may open the park for longer what the words ask for, as far as they say it."""
    if me().role is not Role.ADMIN or need.is_over or need.kind is NeedKind.VISIT:
        return None
    if need.kind is not NeedKind.WISH and read.opens is None and read.closes is None:
        return None  # of what is broken nobody asks for hours
    form = GrantForm(formdata=None, opens=read.opens, closes=read.closes)
    space = _place_of(need, offer_places(form))
    form.space.data = space.id if space else WHOLE_PARK
    today = local_day(clock.now(), my_park().zone)
    form.day.data = read.day if read.day and read.day >= today else None
    if form.day.data:
        form.open_anyhow = _open_anyhow(form.day.data, read, space)
    return form


def _place_of(need: Need, places: Sequence[Space]) -> Space | None:
    """Find the place that the words name, or else the need's own; None is the whole park."""
    own = next((one for one in places if one.id == need.space_id), None)
    return named_place(need.words, places) or own


def _open_anyhow(day: date, read: HoursRead, space: Space | None) -> str:
    """Say until when it is open that day by itself, where the hours asked for add nothing."""
    asked = ExtendedDay(day, read.opens, read.closes)
    if read.opens is None and read.closes is None:
        return ""
    hours = open_anyhow(db.session(), my_park(), space, asked)
    if hours is None:
        return ""
    where = space_label(space) if space else gettext("整个园区")
    if read.opens is None:
        facts = {"where": where, "closes": minute_clock(hours.closes)}
        return gettext("%(where)s那天本来就开放到 %(closes)s，不用延时，直接答复就好。", **facts)
    facts = {"where": where, "opens": minute_clock(hours.opens), "closes": minute_clock(hours.closes)}
    return gettext("%(where)s那天本来就开放 %(opens)s–%(closes)s，不用延时，直接答复就好。", **facts)

"""Quotas of a park: how much of a kind every enterprise, or one of them, or each of its people may have."""

import re
from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import Optional

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import hours_text
from booking.blueprints.kit.forms.fields import ClockField, ReadField, options
from booking.blueprints.kit.forms.validators import UNPROCESSABLE
from booking.blueprints.kit.labels.quotas import each_period, hours_label, per_name
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.people.models import Role
from booking.people.queries import enterprises_there
from booking.reservations.quotas.models import Quota
from booking.reservations.quotas.quotas import quotas_of
from booking.reservations.quotas.rules import Per, QuotaPeriod
from booking.reservations.quotas.set_quota import drop_quota, quota_like, set_quota
from booking.spaces.cells import half_width
from booking.spaces.models import Kind
from booking.spaces.rules import DAY_MINUTES
from booking.values import Refusal

blueprint = Blueprint("quotas", __name__, url_prefix="/quotas")

COUNTED = (Kind.MEETING_ROOM, Kind.WORKSTATION, Kind.HALL)
MOST_HOURS = 10_000


class HoursField(ReadField):
    """Hours, halves too; `data` is minutes."""

    data: int | None

    def read(self, text: str) -> int:
        """Read 1.5 or １．５; raises ValueError with what is wrong."""
        found = re.fullmatch(r"(\d{1,5})(?:[.。]([05])0*)?", half_width(text))
        if found is None or int(found[1]) > MOST_HOURS:
            most = f"{MOST_HOURS:,}"
            raise ValueError(gettext("请填写 0 到 %(most)s 之间的小时数，可以带半小时，如 1.5。", most=most))
        return int(found[1]) * 60 + int(found[2] or 0) * 6

    def written(self, value: int) -> str:
        """Write 1.5."""
        return f"{value / 60:g}"


class QuotaForm(FlaskForm):
    """A quota: whose, of what, how much; without hours, none of it counts for that enterprise."""

    enterprise = SelectField(_("企业"), coerce=whole)
    kind = SelectField(_("类型"))
    per = SelectField(_("按谁合计"))
    period = SelectField(_("每"))
    hours = HoursField(
        _("最多小时数"),
        [Optional()],
        description=_("可以填半小时，如 1.5。只有给单个企业能留空：它就不受这一条限制。"),
    )
    from_hour = ClockField(
        _("只算高峰：从"), [Optional()], description=_("不填就全天都算；填了只算工作日的这段时间。")
    )
    until_hour = ClockField(_("到"), [Optional()])

    def offer(self) -> None:
        """Offer the choices in the reader's language."""
        firms = [(one.id, one.short_name) for one in enterprises_there(db.session(), my_park().id)]
        self.enterprise.choices = options([(0, gettext("所有企业")), *firms])
        self.kind.choices = options((one.value, kind_name(one)) for one in COUNTED)
        self.per.choices = options((one.value, per_name(one)) for one in Per)
        self.period.choices = options((one.value, each_period(one)) for one in QuotaPeriod)

    def wanted(self) -> Quota:
        """Read the quota of a valid form."""
        peak = self.from_hour.data is not None or self.until_hour.data is not None
        last = self.until_hour.data
        return Quota(
            park_id=my_park().id,
            enterprise_id=self.enterprise.data or None,
            kind=Kind(self.kind.data),
            per=Per(self.per.data),
            period=QuotaPeriod(self.period.data),
            from_minute=(self.from_hour.data or 0) if peak else 0,
            until_minute=DAY_MINUTES if last is None else last,
            minutes=self.hours.data,
        )


@blueprint.route("", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("预订额度"), QuotaForm)
def index() -> ResponseReturnValue:
    """List the quotas there are, with the form that sets one."""
    form = QuotaForm()
    form.offer()
    if not form.is_submitted():
        return _page(form)
    if form.validate() and form.hours.data is None and not form.enterprise.data:
        form.hours.errors = [gettext("请填写小时数；只有给单个企业才能留空。")]
    if form.errors:
        return _page(form), UNPROCESSABLE
    wanted, by = form.wanted(), actor()
    try:
        with transaction() as session:
            there = quota_like(session, wanted)
            before = _most(there) if there is not None else ""
            said = _said(before, _most(set_quota(session, wanted, by=by, now=clock.now())))
    except Refusal as refusal:
        put_beside(form, refusal)
        return _page(form), UNPROCESSABLE
    flash(said, "success")
    return redirect(url_for(".index"))


def _said(before: str, now: str) -> str:
    """Say what was set, and what stood there before, so that it can be set back."""
    if not before:
        return gettext("额度已设定，已有的预订不变。")
    if before == now:
        return gettext("这条额度本来就是%(now)s，没有改动。", now=now)
    return gettext("这条额度本来是%(before)s，现在改为%(now)s；已有的预订不变。", before=before, now=now)


@blueprint.post("/<int:quota_id>/drop")
@allow(Role.ADMIN)
def drop(quota_id: int) -> ResponseReturnValue:
    """Take one away; pressed twice, the second finds it gone."""
    by = actor()
    with transaction() as session:
        quota = session.get(Quota, quota_id)
        if quota is None or quota.park_id != my_park().id:
            abort(404)
        drop_quota(session, quota, by=by, now=clock.now())
    flash(gettext("额度已移除。"), "success")
    return redirect(url_for(".index"))


def _page(form: QuotaForm) -> str:
    quotas = quotas_of(db.session(), my_park().id)
    return render_template("quotas/index.html", form=form, lines=_lines(quotas))


def _lines(quotas: Sequence[Quota]) -> list[tuple[Quota, str, str]]:
    """Put each in words: of what and how, and how much."""
    return [(one, _counts(one), _most(one)) for one in quotas]


def _counts(one: Quota) -> str:
    hours = hours_label(one.from_minute, one.until_minute)
    return " · ".join(part for part in (kind_name(one.kind), per_name(one.per), hours) if part)


def _most(one: Quota) -> str:
    if one.minutes is None:
        return gettext("每%(period)s不限", period=each_period(one.period))
    return gettext("每%(period)s最多 %(most)s", period=each_period(one.period), most=hours_text(one.minutes))

"""A place of the register: its blueprint, how one is found, its forms, and what may be said of it to whom.

The park's administrators may know every enterprise's figures. The branch knows those of enterprises
that may be named; of the others it is told no sum and no number.
"""

from dataclasses import replace
from datetime import date

from flask import Blueprint, abort, g
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import money
from booking.blueprints.kit.forms.edit_form import EditForm
from booking.blueprints.kit.forms.fields import AreaField, CheckboxesField, DayField
from booking.blueprints.kit.forms.validators import at_most, tidy_line, tidy_text
from booking.blueprints.kit.labels.utilisation import hours_text, or_dash, rounded_label, share_told
from booking.blueprints.kit.session import me, my_park
from booking.charges.queries import earned_since
from booking.db import db
from booking.language import CHINESE, force_locale, gettext, lazy_gettext as _, local_name
from booking.people.models import Enterprise, Role
from booking.rhythm.evaluate import LONGEST_PROPOSAL
from booking.savings.rules import SMALLEST_GROUP
from booking.savings.standings import named_since, shown_before, shown_enterprises
from booking.spaces.idle import rules
from booking.spaces.idle.queries import idle_place_in_park
from booking.spaces.idle.rules import IdleFacts
from booking.spaces.models import IdlePlace, IdleState
from booking.usage.measuring.heat_map import used_since
from booking.usage.utilisation import Told, Utilisation
from booking.values import Money

blueprint = Blueprint("idle_places", __name__, url_prefix="/idle-places")


def place_or_404(idle_place_id: int) -> IdlePlace:
    """Find a place of my park's register; another park's is not found."""
    return idle_place_in_park(db.session(), my_park().id, idle_place_id) or abort(404)


def is_admin() -> bool:
    """Tell whether the reader may know every enterprise's figures."""
    return me().role is Role.ADMIN


def may_know(enterprise: Enterprise) -> bool:
    """Tell whether the reader may know what an enterprise gave back: the branch, if it may be named now."""
    return is_admin() or enterprise.id in known_to_reader()


def known_to_reader() -> frozenset[int]:
    """Name whose figures the branch may see; asked once a request."""
    if "known_to_branch" not in g:
        g.known_to_branch = shown_enterprises(db.session(), my_park().id)
    known: frozenset[int] = g.known_to_branch
    return known


def whose_label(place: IdlePlace) -> str:
    """Say where it comes from.

    The area is exact: so the branch reads of a place whose giver it may not know what it reads of any place
    without one.
    """
    giver = place.given_back_by
    if giver is not None and may_know(giver):
        return str(gettext("由%(name)s退回", name=giver.short_name))
    return place.whose or str(gettext("未填写") if is_admin() else gettext("园区收回"))


def use_matter_title(place: IdlePlace) -> str:
    """Title the matter of its use in the park's language, whoever reads: by it one finds it again."""
    with force_locale(CHINESE):
        return str(gettext("闲置点“%(name)s”怎么用起来", name=place.name))


def where_label(place: IdlePlace) -> str:
    """Say where it is."""
    area = local_name(place.area.name, place.area.name_en) if place.area else ""
    return " · ".join(filter(None, [area, place.location]))


def idle_state_name(state: IdleState) -> str:
    """Name how far it has come."""
    names = {
        IdleState.IDLE: gettext("闲置中"),
        IdleState.PROPOSED: gettext("已提出用途"),
        IdleState.IN_USE: gettext("已投入使用"),
    }
    return str(names[state])


TONES = {IdleState.IDLE: "warning", IdleState.PROPOSED: "", IdleState.IN_USE: "accent"}


FigureCell = tuple[str, str, str, str]


def use_and_earnings(place: IdlePlace) -> list[FigureCell]:
    """Give the cards of a place's page; none of one that is not in use.

    Who reads for the branch chooses spaces and day, so of the unnamed it reads no sum and no number.
    """
    if place.put_to_use_on is None:
        return []
    ids, since = [space.id for space in place.spaces], place.put_to_use_on
    used, users = used_since(db.session(), ids, since)
    if is_admin():
        count = gettext("%(count)s 家", count=len(users))
        return [_use(used), (gettext("用过的企业"), count, gettext("投入使用以来"), ""), _earned(ids, since)]
    named = users & named_since(db.session(), my_park(), since)
    others = users - named
    few = bool(others) and len(others - shown_before(db.session(), my_park().id)) < SMALLEST_GROUP
    count = gettext("具名 %(count)s 家", count=len(named))
    return [
        _use_told(used, few=few) if others else _use(used),
        (gettext("用过的企业"), count, _beside(few=few) if others else gettext("投入使用以来"), ""),
        _earned(ids, since),
    ]


def _use(used: Utilisation) -> FigureCell:
    hours = gettext("%(used)s / %(open)s 小时", used=hours_text(used.used), open=hours_text(used.open))
    return gettext("利用率"), or_dash(used.share), hours, "accent"


def _use_told(used: Utilisation, *, few: bool) -> FigureCell:
    """Tell it where unnamed ones are among the users: exact hours could be taken from each other."""
    if few:
        return gettext("利用率"), "–", gettext("用过的未具名企业不足三家，不显示用了多少"), ""
    about = share_told(replace(used, told=Told.ROUNDED))
    return gettext("利用率"), about, rounded_label(), "accent"


def _beside(*, few: bool) -> str:
    if few:
        return gettext("投入使用以来；另有未具名企业，不足三家")
    return gettext("投入使用以来；另有未具名企业，三家以上")


def _earned(space_ids: list[int], since: date) -> FigureCell:
    earned, label = earned_since(db.session(), space_ids, since), gettext("收入")
    if is_admin():
        return label, money(Money.total(earned.values())), gettext("投入使用以来，含税"), ""
    named = named_since(db.session(), my_park(), since)
    known = Money.total(amount for one, amount in earned.items() if one in named)
    return label, money(known), gettext("具名企业付的，含税；未具名企业用的不在内"), ""


def id_or_none(text: str | int | None) -> int | None:
    """Read the id of a choice; nothing chosen is None."""
    return whole(text) if text else None


class IdlePlaceForm(EditForm):
    """What the register says of a place."""

    name = StringField(
        _("名称"),
        [DataRequired(_("请填写名称。")), at_most(rules.NAME_LENGTH)],
        [tidy_line],
        description=_("大家怎么称呼它，例如“B 座 2 层东侧”。"),
    )
    area_id = SelectField(_("所在区域"), [Optional()], coerce=id_or_none)
    location = StringField(_("具体位置"), [Optional(), at_most(rules.LOCATION_LENGTH)], [tidy_line])
    area_hundredths = AreaField(_("面积"), [InputRequired(_("请填写面积。"))])
    empty_since = DayField(_("闲置自"), [InputRequired(_("请填写从哪天起闲置。"))])
    given_back_by_id = SelectField(_("由哪家企业退回"), [Optional()], coerce=id_or_none)
    whose = StringField(
        _("不是企业退回的，归谁"), [Optional(), at_most(rules.WHOSE_LENGTH)], [tidy_line],
        description=_("例如“园区自有”“物业”。"),
    )  # fmt: skip
    proposal = StringField(
        _("可以做什么用"), [Optional(), at_most(rules.WORDS_LENGTH)], [tidy_line],
        description=_("写了就算“已提出用途”，可以拿到例会上定。"),
    )  # fmt: skip
    note = TextAreaField(_("备注"), [Optional(), at_most(rules.NOTE_LENGTH)], [tidy_text])

    def said(self, hidden_giver_id: int | None = None) -> IdleFacts:
        """Give what was said; only of a validated form.

        The giver whom the reader may not know stays where none is chosen.
        """
        if self.area_hundredths.data is None or self.empty_since.data is None:
            raise TypeError("a validated form has an area and a day")
        return IdleFacts(
            name=self.name.data or "",
            area_hundredths=self.area_hundredths.data,
            empty_since=self.empty_since.data,
            area_id=self.area_id.data,
            location=self.location.data or "",
            given_back_by_id=self.given_back_by_id.data or hidden_giver_id,
            whose=self.whose.data or "",
            proposal=self.proposal.data or "",
            note=(self.note.data or "").strip(),
        )


class ProposeUseForm(FlaskForm):
    """What could be made of it, for the committee to decide."""

    proposal = StringField(
        _("可以做什么用"),
        [DataRequired(_("请写一句可以做什么用。")), at_most(LONGEST_PROPOSAL)],
        [tidy_line],
        description=_("例会上当作建议念出来，例如“改作 6 个错时工位”。"),
    )


class PutToUseForm(FlaskForm):
    """As which spaces, and since when."""

    spaces = CheckboxesField(_("做成了哪些空间"), coerce=whole)
    since = DayField(_("投入使用日期"), [InputRequired(_("请填写日期。"))])


class EmptyAgainForm(FlaskForm):
    """Since when, and why."""

    since = DayField(_("重新闲置自"), [InputRequired(_("请填写日期。"))])
    reason = StringField(_("原因"), [at_most(rules.WORDS_LENGTH)], [tidy_line])

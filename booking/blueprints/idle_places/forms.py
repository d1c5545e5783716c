"""The forms of the register; field names are those of its columns."""

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.edit_form import EditForm
from booking.blueprints.kit.forms.fields import AreaField, CheckboxesField, DayField
from booking.blueprints.kit.forms.validators import at_most, tidy_line, tidy_text
from booking.language import lazy_gettext as _
from booking.rhythm.propose_matter import LONGEST_PROPOSAL
from booking.spaces.idle import rules
from booking.spaces.idle.rules import IdleFacts


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

"""The forms of the inventory; field names are those of the columns and figures."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError
from wtforms.widgets import TextInput

from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.edit_form import Beside, EditForm
from booking.blueprints.kit.forms.fields import AreaField, CheckboxesField, ClockField, LocalTimeField
from booking.blueprints.kit.forms.needs import LongerDayForm
from booking.blueprints.kit.forms.validators import at_most, between, tidy_line, tidy_text
from booking.language import gettext, lazy_gettext as _
from booking.spaces import cells, rules
from booking.spaces.inventory import SpaceFacts
from booking.spaces.models import Kind
from booking.spaces.rules import DAY_MINUTES, Opening


def needed(text: str) -> InputRequired:
    """Ask for a value, zero included, in words that name it."""
    return InputRequired(text)


def with_text(text: str) -> DataRequired:
    """Ask for a text with something in it."""
    return DataRequired(text)


class AreaForm(EditForm):
    """Names of an area."""

    name = StringField(
        _("名称"),
        [with_text(_("请填写区域名称。")), at_most(rules.NAME_LENGTH)],
        [tidy_line],
        description=_("楼栋、楼层或分区，例如“A座三层”。"),
    )
    name_en = StringField(_("英文名称"), [Optional(), at_most(rules.NAME_LENGTH)], [tidy_line])


class PlanPictureForm(EditForm):
    """A plan as a picture or a drawing."""

    picture = FileField(
        _("图片"),
        [FileRequired(_("请先选择一张图片。"))],
        description=_(
            "SVG（最多 2 MB）、JPEG、PNG 或 WebP（最多 10 MB）。会重新画成图片，里面的脚本和链接都不会留下。"
        ),
    )


def picture_there(document_id: int | None) -> dict[str, Beside]:
    """Name the picture there is beside a form that takes another."""
    number = str(document_id or "")
    return {"picture_id": Beside(gettext("图片"), number, f"#{number}" if number else gettext("没有"))}


class NamesField(Field):
    """A list of names separated by 、 as a tuple."""

    widget = TextInput()

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was sent."""
        if valuelist:
            self.data: tuple[str, ...] = cells.split_names(valuelist[0])

    def _value(self) -> str:
        return "、".join(self.data or ())


class SpaceForm(EditForm):
    """What is said about a space; the kind is chosen before and stays."""

    code = StringField(
        _("编号"),
        [with_text(_("请填写编号。")), at_most(rules.CODE_LENGTH)],
        [tidy_line],
        description=_("门上的编号，园区内不重复。"),
    )
    name = StringField(_("名称"), [with_text(_("请填写名称。")), at_most(rules.NAME_LENGTH)], [tidy_line])
    name_en = StringField(_("英文名称"), [Optional(), at_most(rules.NAME_LENGTH)], [tidy_line])
    area_id = SelectField(_("区域"), coerce=whole)
    capacity = IntegerField(
        _("容纳人数"), [needed(_("请填写容纳人数。")), between(1, rules.MOST_SEATS)], default=1
    )
    area_hundredths = AreaField(_("面积"), [needed(_("请填写面积；不清楚就填 0。"))], default=0)
    equipment = NamesField(
        _("设备"), [Optional()], description=_("用顿号或逗号分开，例如：投影、白板、视频会议。")
    )
    description = TextAreaField(_("说明"), [Optional(), at_most(rules.DESCRIPTION_LENGTH)], [tidy_text])
    position = IntegerField(
        _("列表次序"),
        [Optional(), between(0, 1_000_000)],
        description=_("同一区域里，数小的排在前面；空着就排在最后。"),
    )
    parts = CheckboxesField(_("由这些空间组成"), coerce=whole)

    def validate_code(self, field: Field) -> None:
        """Keep out what separates codes in a list of parts."""
        if cells.BETWEEN.search(field.data or ""):
            raise ValidationError(gettext("编号里不能有顿号、逗号、分号。"))

    def validate_equipment(self, field: Field) -> None:
        """Bound each name, and how many there are."""
        if any(len(name) > rules.EQUIPMENT_LENGTH for name in field.data or ()):
            raise ValidationError(gettext("每种设备的名称最多 %(most)s 个字。", most=rules.EQUIPMENT_LENGTH))
        if len(field.data or ()) > rules.MOST_EQUIPMENT:
            raise ValidationError(gettext("最多填写 %(most)s 种设备。", most=rules.MOST_EQUIPMENT))

    def said(self, kind: Kind) -> SpaceFacts:
        """Give what was said."""
        return SpaceFacts(
            code=self.code.data or "",
            name=self.name.data or "",
            name_en=self.name_en.data or None,
            kind=kind,
            area_id=self.area_id.data,
            capacity=self.capacity.data or 1,
            area_hundredths=self.area_hundredths.data or 0,
            description=(self.description.data or "").strip(),
            equipment=self.equipment.data or (),
            part_ids=tuple(self.parts.data or ()),
            position=self.position.data,
        )


class HoursForm(EditForm):
    """The opening rule of a place that is had by the hour."""

    opens_minute = ClockField(_("每天开放"), [needed(_("请填写开放时间。"))], widget=TextInput())
    closes_minute = ClockField(_("每天关闭"), [needed(_("请填写关闭时间。"))], widget=TextInput())
    open_on_rest_days = BooleanField(_("休息日和节假日也开放"))
    step_minutes = IntegerField(
        _("时间刻度"),
        [needed(_("请填写时间刻度。"))],
        description=_("开始和结束只能落在刻度上，例如 15 分钟：09:00、09:15……"),
    )
    minimum_minutes = IntegerField(_("一次最短"), [needed(_("请填写一次最短多久。"))])
    maximum_minutes = IntegerField(_("一次最长"), [needed(_("请填写一次最长多久。"))])
    lead_minutes = IntegerField(
        _("至少提前"),
        [needed(_("请填写；随时可订就填 0。"))],
        description=_("开始前多久必须订好；0 表示随到随订。"),
    )
    horizon_days = IntegerField(_("最多提前"), [needed(_("请填写最多提前几天。"))])
    buffer_minutes = IntegerField(
        _("每次用完后留空"),
        [needed(_("请填写；不留空就填 0。"))],
        description=_("打扫、通风的时间，不向企业收费。"),
    )
    needs_approval = BooleanField(_("预订须管理员批准"))

    def opening(self, was: Opening) -> Opening:
        """Give the rule that was typed."""
        del was
        return Opening(**self.facts())


class DaysForm(EditForm):
    """The opening rule of storage, which is had by the day, round the clock."""

    maximum_days = IntegerField(
        _("一次最长"),
        [needed(_("请填写最多几天。")), between(1, 3660)],
        description=_("不定期限的租用不受此限。"),
    )
    lead_minutes = IntegerField(_("至少提前"), [needed(_("请填写；随时可订就填 0。"))])
    horizon_days = IntegerField(_("最多提前"), [needed(_("请填写最多提前几天。"))])
    needs_approval = BooleanField(_("预订须管理员批准"))

    def opening(self, was: Opening) -> Opening:
        """Give the rule that was typed; what storage does not ask for stays."""
        longest = (self.maximum_days.data or 1) * DAY_MINUTES
        return Opening(
            opens_minute=0,
            closes_minute=DAY_MINUTES,
            step_minutes=was.step_minutes,
            minimum_minutes=min(was.minimum_minutes, longest),
            maximum_minutes=longest,
            lead_minutes=self.lead_minutes.data or 0,
            horizon_days=self.horizon_days.data or 0,
            needs_approval=self.needs_approval.data,
        )


class ClosureForm(FlaskForm):
    """When a space cannot be had, and why; times are the park's."""

    space = SelectField(_("空间"), coerce=whole)
    starts = LocalTimeField(_("开始"), [needed(_("请填写开始时间。"))])
    ends = LocalTimeField(_("结束"))
    open_end = BooleanField(
        _("直到另行通知"), description=_("不用填结束时间；能用了，在停用安排里取消这次停用。")
    )
    reason = StringField(
        _("原因"),
        [with_text(_("请写明原因。")), at_most(200)],
        [tidy_line],
        description=_("例如：空调检修、园区自用。"),
    )

    def validate_ends(self, field: Field) -> None:
        """Refuse an end that is not after its start, or none where the end is not said to be open."""
        if field.errors:
            return
        if self.open_end.data and field.data:
            raise ValidationError(gettext("选了“直到另行通知”，就请把结束时间清空；或不选它。"))
        if self.open_end.data:
            return
        if not field.data:
            raise ValidationError(gettext("请填写结束时间，或选“直到另行通知”。"))
        if self.starts.data and field.data <= self.starts.data:
            raise ValidationError(gettext("结束须晚于开始。"))


class ExtendForm(LongerDayForm):
    """The same, and why."""

    reason = StringField(
        _("原因"),
        [with_text(_("请写明原因。")), at_most(rules.REASON_LENGTH)],
        [tidy_line],
        description=_("只有管理员看得到。例如：企业赶标书。"),
    )


class TakeBackForm(FlaskForm):
    """Why hours are taken back."""

    reason = StringField(
        _("为什么收回"), [with_text(_("请写明原因。")), at_most(rules.REASON_LENGTH)], [tidy_line]
    )

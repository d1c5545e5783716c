"""The form that takes a file in."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from booking.language import lazy_gettext as _


class UploadForm(FlaskForm):
    """One file of spaces."""

    file = FileField(
        _("选择文件"),
        [FileRequired(_("请先选择一个文件。"))],
        description=_("CSV 或 XLSX，最多 2 MB、2000 行；不改动任何东西，先给你看结果。"),
    )

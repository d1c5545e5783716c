"""Words for what every room refuses alike."""

from booking.audit.edit_conflict import EditConflict
from booking.language import gettext
from booking.values.refusal import ReasonMissing, Refusal


def wording(refusal: Refusal) -> str | None:
    """Say what more than one room refuses; None for anybody else's."""
    return _of_reasons(refusal) or _of_meanwhile(refusal)


def _of_reasons(refusal: Refusal) -> str | None:
    return gettext("请写明原因。") if isinstance(refusal, ReasonMissing) else None


def _of_meanwhile(refusal: Refusal) -> str | None:
    """Say that the thing is not what the form was drawn from; None for another refusal."""
    match refusal:
        case EditConflict(known=False):
            return gettext(
                "看不出这张表单是从哪一版打开的，所以还没有保存。请核对下面的不同，再按一次就保存成表单里现在的样子。"
            )
        case EditConflict():
            return gettext(
                "你填写的时候，这里被改动过，所以还没有保存。请核对下面的不同，再按一次就保存成表单里现在的样子。"
            )
    return None

"""Words for what the register of idle places refuses."""

from booking.blueprints.kit.filters import full_day
from booking.language import gettext
from booking.spaces.idle import rules
from booking.values.refusal import Refusal


def wording(refusal: Refusal) -> str | None:
    """Say a refusal of the register; None where it is another room's."""
    text: str | None
    match refusal:
        case rules.EmptyInFuture(today=today):
            text = gettext("闲置日期最晚是今天（%(day)s）。", day=full_day(today))
        case rules.UsedBeforeEmpty(empty_since=day):
            text = gettext("它从 %(day)s 起才空出来，投入使用不能更早。", day=full_day(day))
        case rules.UsedInFuture(today=today):
            text = gettext(
                "投入使用的日期最晚是今天（%(day)s）；还没开始用的，先写成用途。", day=full_day(today)
            )
        case rules.NoSpacesMade():
            text = gettext("请至少勾选一个由它做成的空间。")
        case rules.MadeOfAnother(codes=codes):
            text = gettext("%(codes)s 已经记在另一处闲置点名下。", codes="、".join(codes))
        case rules.ProposalMissing():
            text = gettext("请写上可以做什么用。")
        case rules.InUseAlready(since=since):
            text = gettext("它从 %(day)s 起已经投入使用。", day=full_day(since))
        case _:
            text = None
    return text

"""Letters about savings: the month's report to the Party branch, and what became of a stated baseline."""

from booking.language import gettext
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.parks.models import Park
from booking.people.models import Member
from booking.savings.models import Baseline, BaselineState, Evidence
from booking.savings.visible_month import VisibleMonth


def signed(shown: VisibleMonth, *, park: Park) -> LetterText:
    """Tell the totals in a few lines, in Chinese; PDF and workbook go with the letter."""
    return render(
        park,
        None,
        "savings_report",
        lambda: gettext("%(month)s 共享空间节省报告", month=shown.month),
        shown=shown,
        total=shown.total,
    )


def draft_ready(park: Park, shown: VisibleMonth) -> LetterText:
    """Tell the branch, in Chinese, that a closed month's draft can be read and signed."""
    return render(
        park,
        None,
        "report_draft",
        lambda: gettext("%(month)s 节省报告草稿待签发", month=shown.month),
        shown=shown,
        total=shown.total,
    )


def checked(version: Baseline, reader: Member) -> LetterText:
    """Tell a manager that their baseline was accepted, and as what, or sent back and why."""
    sent_back = version.state is BaselineState.SENT_BACK

    def subject() -> str:
        return gettext("原租赁基线已退回") if sent_back else gettext("原租赁基线已核对")

    return render(
        reader.park,
        reader.language,
        "baseline_checked",
        subject,
        reader=reader,
        version=version,
        sent_back=sent_back,
        documented=version.evidence is Evidence.DOCUMENTED,
    )

"""The letter to the Party branch when a month's savings report is published."""

from booking.language import gettext
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.parks.models import Park
from booking.savings.report_data import Report


def published(report: Report, *, park: Park) -> LetterText:
    """Tell the totals in a few lines, in Chinese; PDF and workbook go with the letter."""
    month = f"{report.month.year}-{report.month.month:02d}"
    return render(
        park,
        None,
        "savings_report",
        lambda: gettext("%(month)s 共享空间节省报告", month=month),
        report=report,
        total=report.total,
    )

"""The month page as the first sheet of the branch's report: the same for whoever prints it."""

from collections.abc import Callable
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking.blueprints.kit.telling import known_to_the_branch
from booking.blueprints.month.board import board_of
from booking.language import CHINESE, force_locale
from booking.parks.models import Park
from booking.rhythm.board import MonthBoard, ReportPrinter
from booking.rhythm.month_facts import read_month
from booking.savings.papers.report_paper import ReportPaper
from booking.savings.visible_month import Signing
from booking.values.month import Month


def first_sheet(
    session: Session, park: Park, month: Month, *, now: datetime, signing: Signing | None = None
) -> MonthBoard:
    """Draw a month in Chinese, as the branch may know it: the paper goes from hand to hand."""
    knowing = known_to_the_branch(session, park)
    with force_locale(CHINESE):
        facts = read_month(session, park, month, now=now, knowing=knowing, signing=signing)
        return board_of(facts, current_app.config["BASE_URL"])


def signed_pdf(
    session: Session, park: Park, printer: ReportPrinter, *, now: datetime
) -> Callable[[ReportPaper, Signing], bytes]:
    """Give what sets the PDF of a version that is about to be signed; it raises PrintFailed."""

    def print_pdf(paper: ReportPaper, signing: Signing) -> bytes:
        board = first_sheet(session, park, paper.month, now=now, signing=signing)
        return printer.report(paper, board)

    return print_pdf

"""The ports to paper, answered by one Typst press."""

from booking.activities.poster_printer import Poster
from booking.gateways.typst.billing_printer import BillingPrinter
from booking.gateways.typst.savings_input import report_data
from booking.gateways.typst.signs_input import card_data, labels_data, month_data, poster_data
from booking.gateways.typst.svg_drawing import draw_svg
from booking.needs.card_printer import CardPaper
from booking.rhythm.board import MonthBoard
from booking.savings.papers.report_paper import ReportPaper
from booking.spaces.labels_printer import LabelsSheet

SCREEN_PPI = 1920 / (297 / 25.4)  # A4 across is as wide as a projector


class TypstPrinter(BillingPrinter):
    """Prints for each room that has a port to paper: invoices, savings, spaces, the month page.

    Make one for the process and keep it: the first paper costs the reading of the fonts. Safe to share
    between threads, which then take turns.
    """

    def report(self, paper: ReportPaper, month_page: MonthBoard | None) -> bytes:
        """Set a savings report behind its month page; raises PrintFailed."""
        return self._press.print(
            "savings",
            lambda: report_data(paper) | {"month_page": month_data(month_page) if month_page else None},
            made_on=paper.dated,
            label=f"savings report {paper.month}",
        )

    def labels(self, sheet: LabelsSheet) -> bytes:
        """Set the labels, eight to a page; raises PrintFailed."""
        return self._press.print(
            "labels",
            lambda: labels_data(sheet),
            made_on=sheet.printed_on,
            label=f"labels of {sheet.park}",
        )

    def month_page(self, board: MonthBoard) -> bytes:
        """Set the month page across A4; raises PrintFailed."""
        return self._press.print(
            "month", lambda: month_data(board), made_on=board.made_on, label=f"month page {board.title}"
        )

    def month_picture(self, board: MonthBoard, *, vector: bool) -> bytes:
        """Draw the month page; raises PrintFailed."""
        return self._press.draw(
            "month",
            lambda: month_data(board),
            label=f"month page {board.title}",
            picture="svg" if vector else "png",
            ppi=SCREEN_PPI,
        )

    def poster(self, poster: Poster) -> bytes:
        """Set the poster of an activity on A4; raises PrintFailed."""
        return self._press.print(
            "poster",
            lambda: poster_data(poster, picture=False),
            made_on=poster.made_on,
            label=f"poster {poster.title}",
        )

    def poster_picture(self, poster: Poster) -> bytes:
        """Draw it three by four; raises PrintFailed."""
        return self._press.draw(
            "poster", lambda: poster_data(poster, picture=True), label=f"poster {poster.title}"
        )

    def card(self, paper: CardPaper) -> bytes:
        """Set a contact card on an A6 page; raises PrintFailed."""
        return self._press.print(
            "card", lambda: card_data(paper), made_on=paper.printed_on, label=f"card of {paper.enterprise}"
        )

    def card_picture(self, paper: CardPaper) -> bytes:
        """Draw a contact card 1,080 pixels wide; raises PrintFailed."""
        return self._press.draw(
            "card", lambda: card_data(paper), label=f"card of {paper.enterprise}", ppi=CARD_PPI
        )

    def svg(self, content: bytes) -> bytes:
        """Draw somebody's SVG, apart from this process; raises PrintFailed."""
        return draw_svg(content)


CARD_PPI = 261  # 105 mm are then 1,080 pixels

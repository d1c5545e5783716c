"""The month page as plain data for its sheet."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from booking.gateways.typst.code import svg_code
from booking.gateways.typst.glyphs import Exact
from booking.rhythm.board import AgendaItem, KeyFigure, Meter, MonthBoard, MonthColumn, Phrase

Linked = Phrase | MonthColumn | AgendaItem | Meter | KeyFigure


def month_data(board: MonthBoard) -> dict[str, Any]:
    """Give everything that `month.typ` reads; addresses are whole, so that a file leads back here."""

    def linked(items: Sequence[Linked]) -> list[dict[str, Any]]:
        return [asdict(item) | {"url": Exact(board.server + item.url if item.url else "")} for item in items]

    return {
        "park": board.park,
        "title": board.title,
        "state": board.state,
        "headline": linked(board.headline),
        "basis": linked(board.basis),
        "columns": linked(board.columns),
        "columns_note": "".join(phrase.text for phrase in board.columns_note),
        "agenda": linked(board.agenda),
        "agenda_more": board.agenda_more.text,
        "uses": linked(board.uses),
        "uses_notes": linked(board.uses_notes),
        "cycle": linked(board.cycle),
        "hall": linked(board.hall),
        "foot": board.foot.text,
        "words": asdict(board.words),
        "code": svg_code(board.server + board.address),
    }

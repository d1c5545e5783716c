"""What carries a code to scan, as finished texts for its sheet: contact cards, labels, posters, a month."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps

from booking.activities.poster_printer import Poster
from booking.gateways.typst.press import Exact, svg_code
from booking.needs.card_printer import CardPaper, CardPerson
from booking.rhythm.board import AgendaItem, KeyFigure, Meter, MonthBoard, MonthColumn, Phrase
from booking.spaces.labels_printer import LabelsSheet


def card_data(paper: CardPaper) -> dict[str, Any]:
    """Give everything that `card.typ` reads."""
    return {
        "park": paper.park,
        "enterprise": paper.enterprise,
        "liaison": _person(paper.liaison),
        "deputy": _person(paper.deputy) if paper.deputy else None,
        "qr": svg_code(paper.url),
    }


def _person(person: CardPerson) -> dict[str, Any]:
    return {
        "name": person.name,
        "duty": person.duty,
        "phone": person.phone,
        "photo": _round(person.photo) if person.photo else BLANK,
        "sign": "" if person.photo else person.name[:1],
    }


SIDE = 420  # pixels


def _round(photo: bytes) -> Exact:
    """Cut the photograph to a circle, as an SVG that holds it."""
    with Image.open(BytesIO(photo)) as picture:
        square = ImageOps.fit(picture.convert("RGB"), (SIDE, SIDE), centering=(0.5, 0.35))
    out = BytesIO()
    square.save(out, "JPEG", quality=88)
    data = b64encode(out.getvalue()).decode()
    return Exact(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'viewBox="0 0 100 100">'
        '<clipPath id="c"><circle cx="50" cy="50" r="50"/></clipPath>'
        f'<image width="100" height="100" clip-path="url(#c)" xlink:href="data:image/jpeg;base64,{data}"/>'
        "</svg>"
    )


BLANK = Exact(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
    '<circle cx="50" cy="50" r="50" fill="#0b6675"/></svg>'
)
"""Where there is no photograph; the sheet writes the name's first sign on it."""


def labels_data(sheet: LabelsSheet) -> dict[str, Any]:
    """Give everything that `labels.typ` reads."""
    return {
        "park": sheet.park,
        "labels": [asdict(label) | {"qr": svg_code(label.url)} for label in sheet.labels],
    }


def poster_data(poster: Poster, *, picture: bool) -> dict[str, Any]:
    """Give everything that `poster.typ` reads."""
    facts = {name: value for name, value in asdict(poster).items() if name not in {"url", "made_on"}}
    return facts | {"qr": svg_code(poster.url), "picture": picture}


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

"""The month page on paper and as a picture: one page, whole addresses, and as wide as a projector."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from PIL import Image
from pypdf import PdfReader

from booking.gateways.typst.printer import TypstPrinter
from booking.rhythm.board import Phrase
from tests.gateways.month_samples import FULLEST, IN_ENGLISH, ORDINARY


@pytest.fixture(scope="module")
def printer():
    return TypstPrinter()


def links_of(page):
    return [note["/A"]["/URI"] for note in page.get("/Annots", []) if "/A" in note]


def test_the_page_is_one_across_and_each_figure_leads_back_to_the_product(printer):
    reader = PdfReader(BytesIO(printer.month_page(ORDINARY)))
    page = reader.pages[0]
    assert len(reader.pages) == 1
    assert page.mediabox.width > page.mediabox.height
    text = page.extract_text()
    assert "11.0 万元" in text
    assert "逾期 6 天" in text
    assert "https://booking.demo.example/report/2026-10/why/saving" in links_of(page)
    assert all(link.startswith("https://booking.demo.example/") for link in links_of(page))


def test_the_fullest_month_is_one_page_too_and_cuts_its_matters_with_a_mark(printer):
    reader = PdfReader(BytesIO(printer.month_page(FULLEST)))
    assert len(reader.pages) == 1
    assert "…" in reader.pages[0].extract_text()


def test_in_english_it_is_one_page_with_english_over_every_part(printer):
    assert Image.open(BytesIO(printer.month_picture(IN_ENGLISH, vector=False))).width == 1920
    reader = PdfReader(BytesIO(printer.month_page(IN_ENGLISH)))
    assert len(reader.pages) == 1
    text = reader.pages[0].extract_text()
    assert "Are idle places used?" in text
    assert "每月净节省" not in text
    assert "Turned away: 41" in text


def test_the_picture_is_as_wide_as_a_projector_and_the_drawing_has_no_letters_to_miss(printer):
    assert Image.open(BytesIO(printer.month_picture(ORDINARY, vector=False))).width == 1920
    drawing = printer.month_picture(ORDINARY, vector=True)
    assert drawing.startswith(b"<svg")
    assert b"<text" not in drawing


def test_the_drawing_is_a_whole_one_whatever_its_links_ask_for(printer):
    asked = "/utilisation/parts?from=2026-10&to=2026-10&kind=hall"
    drawing = printer.month_picture(replace(ORDINARY, basis=(Phrase("来历", asked),)), vector=True)
    every = [one.attrib for one in ET.fromstring(drawing).iter()]  # noqa: S314 - our own drawing
    links = {value for one in every for name, value in one.items() if "href" in name}
    assert ORDINARY.server + asked in links

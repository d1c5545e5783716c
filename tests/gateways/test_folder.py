"""The folder that shows the demo's mail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from booking.gateways.mail import FolderTransport
from booking.mail.transport import TryLater

if TYPE_CHECKING:
    from booking.mail.transport import Envelope


def test_a_repeated_letter_is_one_file(tmp_path: Path, invoice_letter: Envelope):
    transport = FolderTransport(tmp_path)
    transport.deliver(invoice_letter)
    transport.deliver(invoice_letter)
    (only,) = tmp_path.iterdir()
    assert only.name.startswith("20261103T083600Z-invoice-231_park.example-")
    assert only.suffix == ".eml"


def test_no_message_id_leads_out_of_the_folder(tmp_path: Path, invoice_letter: Envelope):
    transport = FolderTransport(tmp_path / "mail")
    transport.deliver(replace(invoice_letter, message_id="<../../etc/passwd@park.example>"))
    transport.deliver(replace(invoice_letter, message_id="<..=2F..=2Fetc/passwd@park.example>"))
    assert len(list((tmp_path / "mail").iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_tried_later(tmp_path: Path, invoice_letter: Envelope):
    (tmp_path / "mail").write_text("not a folder")
    with pytest.raises(TryLater, match="cannot write"):
        FolderTransport(tmp_path / "mail").deliver(invoice_letter)


def test_the_mail_is_read_by_its_owner_only(tmp_path: Path, invoice_letter: Envelope):
    transport = FolderTransport(tmp_path / "mail")
    transport.deliver(invoice_letter)
    (only,) = (tmp_path / "mail").iterdir()
    assert only.stat().st_mode & 0o077 == 0, "it may hold a link that opens an account"
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0

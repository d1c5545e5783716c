"""What every transport keeps: the letter arrives as it was written, and says what became of it."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from booking.gateways.mail import FolderTransport, SmtpTransport, Tls
from booking.mail.transport import Enclosure, Envelope, GivenUp, Transport
from tests.fakes.mail_server import mail_server
from tests.fakes.transport import FakeTransport
from tests.harness.run import HANGS

if TYPE_CHECKING:
    from collections.abc import Iterator


class Delivery(Protocol):
    def __call__(self, envelope: Envelope) -> EmailMessage: ...


def _read(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert not message.defects
    return message


@pytest.fixture(params=["smtp", "folder"])
def carried(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Delivery]:
    if request.param == "folder":
        yield _by_folder(FolderTransport(tmp_path / "var" / "mail"))
        return
    with mail_server() as pillarbox:
        transport: Transport = SmtpTransport("127.0.0.1", pillarbox.port, tls=Tls.NONE, timeout=HANGS)

        def by_smtp(envelope: Envelope) -> EmailMessage:
            transport.deliver(envelope)
            return _read(pillarbox.letters[-1])

        yield by_smtp


def _by_folder(transport: FolderTransport) -> Delivery:
    def by_folder(envelope: Envelope) -> EmailMessage:
        transport.deliver(envelope)
        return _read(
            max(transport.folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns).read_bytes()
        )

    return by_folder


def test_a_letter_arrives_in_chinese_with_its_attachment(carried: Delivery, invoice_letter: Envelope):
    message = carried(invoice_letter)
    assert message["Subject"] == invoice_letter.subject
    assert message["From"].addresses[0].display_name == "示范园区"
    assert message["From"].addresses[0].addr_spec == "no-reply@park.example"
    assert message["To"].addresses[0].display_name == "王小明（财务）"
    assert message["To"].addresses[0].addr_spec == "finance@enterprise.example"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == ["您好：", ".", "账单见附件。"]
    assert "账单见附件" in html.get_content()
    assert message.get_content_type() == "multipart/mixed"
    shapes = [part.get_content_type() for part in message.walk()]
    assert shapes[1:] == ["multipart/alternative", "text/plain", "text/html", "application/pdf"]
    (pdf,) = message.iter_attachments()
    assert pdf.get_filename() == "2026年10月账单 P01-2026-0001.pdf"
    assert pdf.get_content_type() == "application/pdf"
    assert pdf.get_content() == invoice_letter.enclosures[0].content


def test_a_repeated_letter_bears_the_same_message_id_and_date(carried: Delivery, invoice_letter: Envelope):
    first, second = carried(invoice_letter), carried(invoice_letter)
    assert first["Message-ID"] == second["Message-ID"] == "<invoice-231@park.example>"
    assert first["Date"].datetime == second["Date"].datetime == datetime(2026, 11, 3, 8, 36, tzinfo=UTC)


def test_a_letter_without_pictures_is_plain_text(carried: Delivery, invoice_letter: Envelope):
    message = carried(replace(invoice_letter, html=None, enclosures=()))
    assert message.get_content_type() == "text/plain"


@pytest.mark.parametrize(
    "poison", ["\r\nBcc: all@park.example", "\nBcc: all@park.example", "\rX: y", "\u2028X: y"]
)
def test_nothing_in_a_letter_can_add_a_header(carried: Delivery, invoice_letter: Envelope, poison: str):
    enclosure = Enclosure(f"a{poison}.pdf", "application/pdf", b"%PDF")
    message = carried(replace(invoice_letter, subject=f"沙龙{poison}", enclosures=(enclosure,)))
    assert message["Bcc"] is None
    assert message["X"] is None
    assert message["Subject"].startswith("沙龙 ")
    (pdf,) = message.iter_attachments()
    assert pdf["Bcc"] is None
    assert (pdf.get_filename() or "").startswith("a")
    assert not set(pdf.get_filename() or "") & set("\r\n\u2028:")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: c@d.example",
        "王@enterprise.example",
        "<>",
        "a b@c.example",
        "a\x01b@c.example",
        "名\x00称 <a@b.example>",
    ],
)
def test_what_is_not_one_address_is_given_up(carried: Delivery, invoice_letter: Envelope, address: str):
    with pytest.raises(GivenUp, match="not an address"):
        carried(replace(invoice_letter, to=address))
    with pytest.raises(GivenUp, match="not an address"):
        carried(replace(invoice_letter, sender=address))


def test_a_chinese_domain_is_written_in_ascii(carried: Delivery, invoice_letter: Envelope):
    message = carried(replace(invoice_letter, to="财务 <finance@企业.example>"))
    assert message["To"].addresses[0].addr_spec == "finance@xn--vhquv.example"


@pytest.mark.parametrize(
    "message_id", ["", "x", "<x>", "<a b@c>", "<a@b>\r\nBcc: c@d.example", "<甲@park.example>"]
)
def test_a_letter_without_a_proper_message_id_is_given_up(
    carried: Delivery, invoice_letter: Envelope, message_id: str
):
    with pytest.raises(GivenUp, match="Message-ID"):
        carried(replace(invoice_letter, message_id=message_id))


def test_a_long_message_id_arrives_in_one_piece(carried: Delivery, invoice_letter: Envelope):
    long = f"<{'statement-2026-10-' * 8}@park.example>"
    assert carried(replace(invoice_letter, message_id=long))["Message-ID"] == long


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "ascii only",
        "账单 " * 60,
        "年" * 200,
        "Invoice 账单 for October 十月 with a long mixed subject, commas; and (brackets) 和更多的中文",
        "表情 😀 与 “引号”",
        "=?utf-8?B?c2VjcmV0?= 看起来像编码",
    ],
)
def test_every_subject_arrives_as_written(carried: Delivery, invoice_letter: Envelope, subject: str):
    assert carried(replace(invoice_letter, subject=subject))["Subject"] == subject.strip()


@pytest.mark.parametrize(
    "name", ["园区 服务 " * 20, '"引号", 逗号; <尖> (括)', "O'Neill, \\ Ltd. " * 8, "=?utf-8?B?eA==?="]
)
def test_every_name_arrives_as_written(carried: Delivery, invoice_letter: Envelope, name: str):
    quoted = name.strip().replace("\\", "\\\\").replace('"', '\\"')
    message = carried(replace(invoice_letter, to=f'"{quoted}" <finance@enterprise.example>'))
    raw = email.message_from_bytes(message.as_bytes(policy=email.policy.default.clone(refold_source="none")))
    # By the older reader: the newer one puts spaces between the encoded words of a long name.
    ((phrase, address),) = getaddresses([raw["To"]])
    assert address == "finance@enterprise.example"
    assert str(make_header(decode_header(phrase))) == name.strip()


@pytest.mark.parametrize(
    ("name", "arrives"),
    [
        ("账单 " * 10 + ".pdf", ("账单 " * 10).strip() + ".pdf"),
        ("a'b;d=e%41.pdf", "a'b;d=e%41.pdf"),
        ('a"b.pdf', "a b.pdf"),
        ("../../账单.pdf", "账单.pdf"),
        ("plain.pdf", "plain.pdf"),
    ],
)
def test_every_attachment_keeps_its_name_as_far_as_files_may_bear_it(
    carried: Delivery, invoice_letter: Envelope, name: str, arrives: str
):
    enclosure = Enclosure(name, "application/pdf", b"%PDF")
    (pdf,) = carried(replace(invoice_letter, enclosures=(enclosure,))).iter_attachments()
    assert pdf.get_filename() == arrives


def test_half_a_character_is_given_up(carried: Delivery, invoice_letter: Envelope):
    with pytest.raises(GivenUp, match="cannot be written"):
        carried(replace(invoice_letter, text="坏 \ud83d 字"))


def test_the_fake_refuses_what_no_transport_would_take(invoice_letter: Envelope):
    transport = FakeTransport(answers=[GivenUp("550 no")])
    with pytest.raises(GivenUp):
        transport.deliver(replace(invoice_letter, to="nobody"))
    with pytest.raises(GivenUp, match="550"):
        transport.deliver(invoice_letter)
    transport.deliver(invoice_letter)
    assert transport.letters == [invoice_letter]

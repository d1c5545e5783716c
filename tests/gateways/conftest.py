"""Letters as the park writes them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from booking.post.carrier import Enclosure, Envelope

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def invoice_letter() -> Envelope:
    return Envelope(
        message_id="<invoice-231@park.example>",
        written_at=datetime(2026, 11, 3, 16, 36, tzinfo=SHANGHAI),
        sender="示范园区 <no-reply@park.example>",
        to="王小明（财务） <finance@enterprise.example>",
        subject="您的 2026 年 10 月账单：¥1,440.00，请于 11 月 20 日前付款（共享工位、共享会议室、共享仓储）",
        text="您好：\n.\n账单见附件。\n",
        html="<p>您好：账单见附件。</p>",
        enclosures=(
            Enclosure("2026年10月账单 P01-2026-0001.pdf", "application/pdf", b"%PDF-1.7 \x00\xff\r\n."),
        ),
    )

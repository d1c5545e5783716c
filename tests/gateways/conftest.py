"""A letter and an invoice as the park writes them, and a Stripe that lives in memory."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from booking.gateways.stripe_gateway import StripeGateway
from booking.mail.transport import Enclosure, Envelope
from booking.payments.gateway import GatewayInvoice, Payer
from booking.values import Money
from tests.fakes.stripe_http import API_KEY, WEBHOOK_SECRET, StripeHttp

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


NOW = datetime(2026, 11, 3, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def stripe_http() -> StripeHttp:
    return StripeHttp()


@pytest.fixture
def stripe_gateway(stripe_http: StripeHttp) -> StripeGateway:
    return StripeGateway(API_KEY, WEBHOOK_SECRET, http_client=stripe_http)


@pytest.fixture
def october_invoice() -> GatewayInvoice:
    return GatewayInvoice(
        key="invoice-231",
        number="P01-2026-0001",
        total=Money(144_000),
        description="示范园区 2026 年 10 月共享服务",
        due_at=datetime(2026, 11, 21, tzinfo=SHANGHAI),
        payer=Payer("enterprise-17", "示例科技有限公司", "finance@enterprise.example"),
    )

"""The nouns of billing."""

from booking.billing.models.charge import Charge, ChargeKind, Dispute, Outcome
from booking.billing.models.invoice import (
    CloseTrouble,
    CreditNote,
    CreditNoteLine,
    Invoice,
    InvoiceState,
    MonthClose,
    NumberSeries,
)
from booking.billing.models.payment import (
    NOT_REVERSED,
    Payment,
    PaymentMethod,
    PaymentReversal,
    WebhookEvent,
)
from booking.billing.models.tariff import Basis, DayType, Tariff, TariffAllowance, TariffBand

__all__ = [
    "NOT_REVERSED",
    "Basis",
    "Charge",
    "ChargeKind",
    "CloseTrouble",
    "CreditNote",
    "CreditNoteLine",
    "DayType",
    "Dispute",
    "Invoice",
    "InvoiceState",
    "MonthClose",
    "NumberSeries",
    "Outcome",
    "Payment",
    "PaymentMethod",
    "PaymentReversal",
    "Tariff",
    "TariffAllowance",
    "TariffBand",
    "WebhookEvent",
]

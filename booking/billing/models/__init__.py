"""The nouns of billing."""

from booking.billing.models.charge import Charge, ChargeKind, Dispute, Outcome
from booking.billing.models.invoice import (
    CloseTrouble,
    CreditNote,
    Invoice,
    InvoiceState,
    MonthClose,
    NumberSeries,
)
from booking.billing.models.payment import Payment, PaymentMethod, WebhookEvent
from booking.billing.models.tariff import Basis, DayType, Tariff, TariffAllowance, TariffBand

__all__ = [
    "Basis",
    "Charge",
    "ChargeKind",
    "CloseTrouble",
    "CreditNote",
    "DayType",
    "Dispute",
    "Invoice",
    "InvoiceState",
    "MonthClose",
    "NumberSeries",
    "Outcome",
    "Payment",
    "PaymentMethod",
    "Tariff",
    "TariffAllowance",
    "TariffBand",
    "WebhookEvent",
]

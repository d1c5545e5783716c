"""Which vendor stands behind which port, by the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booking.gateways.folder import FolderCarrier
from booking.gateways.smtp import SmtpCarrier, Tls
from booking.gateways.transfer_gateway import TransferOnlyGateway
from booking.gateways.typst.printer import TypstPrinter
from booking.ports import Ports

if TYPE_CHECKING:
    from booking.config import Config
    from booking.payments.gateway import PaymentGateway
    from booking.post.carrier import Carrier


def choose(config: Config) -> Ports:
    """Give SMTP where a host is set, else a folder; Stripe where keys are set, else transfer only."""
    printer = TypstPrinter()  # one for all three, so that the fonts are read once
    return Ports(
        carrier=_carrier(config),
        gateway=_gateway(config),
        printer=printer,
        report_printer=printer,
        labels_printer=printer,
    )


def _carrier(config: Config) -> Carrier:
    if config.smtp_host is None:
        return FolderCarrier(config.mail_folder)
    return SmtpCarrier(
        host=config.smtp_host,
        port=config.smtp_port,
        user=config.smtp_user,
        password=config.smtp_password,
        tls=Tls(config.smtp_security),
    )


def _gateway(config: Config) -> PaymentGateway:
    if config.stripe_key is None:
        return TransferOnlyGateway()
    from booking.gateways.stripe_gateway import StripeGateway  # noqa: PLC0415 - half a second that most starts need not spend

    return StripeGateway(config.stripe_key, config.stripe_webhook_secret or "")

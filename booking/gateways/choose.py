"""Which vendor stands behind which port, by the settings."""

from booking.config import Config
from booking.gateways.folder import FolderTransport
from booking.gateways.keys import FernetBox, LateRobots, WebPusher
from booking.gateways.smtp import SmtpTransport, Tls
from booking.gateways.transfer_gateway import TransferOnlyGateway
from booking.gateways.typst.printer import TypstPrinter
from booking.mail.transport import Transport
from booking.payments.gateway import PaymentGateway
from booking.ports import Ports


def choose(config: Config) -> Ports:
    """Give SMTP where a host is set, else a folder; Stripe where keys are set, else transfer only."""
    printer = TypstPrinter()  # one for all, so that the fonts are read once
    return Ports(
        transport=_transport(config),
        gateway=_gateway(config),
        printer=printer,
        report_printer=printer,
        labels_printer=printer,
        month_printer=printer,
        poster_printer=printer,
        card_printer=printer,
        svg_drawer=printer,
        pusher=WebPusher(config.secret_key, f"mailto:{config.bounces_to}"),
        box=FernetBox(config.secret_key),
        robots=LateRobots(),
    )


def _transport(config: Config) -> Transport:
    if config.smtp_host is None:
        return FolderTransport(config.mail_folder)
    return SmtpTransport(
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

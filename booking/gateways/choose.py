"""Which vendor stands behind which port, by the settings.

A park without an online provider has a payment gateway, too: everything is paid by bank transfer.
"""

from datetime import datetime

from booking.config import Config
from booking.gateways.keys import FernetBox, LateRobots, WebPusher
from booking.gateways.mail import FolderTransport, SmtpTransport, Tls
from booking.gateways.typst.printer import TypstPrinter
from booking.mail.transport import Transport
from booking.payments import gateway as port
from booking.ports import Ports
from booking.values import Money


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


def _gateway(config: Config) -> port.PaymentGateway:
    if config.stripe_key is None:
        return TransferOnlyGateway()
    from booking.gateways.stripe_gateway import StripeGateway  # noqa: PLC0415 - half a second that most starts need not spend

    return StripeGateway(config.stripe_key, config.stripe_webhook_secret or "")


class TransferOnlyGateway:
    """Publishes nothing and knows nothing, so that the product runs whole without keys."""

    online = False

    def publish(self, invoice: port.GatewayInvoice, *, now: datetime) -> port.PublishedInvoice:  # noqa: ARG002 - the port's shape
        """Give a provider id, and no page to pay at."""
        return port.PublishedInvoice(provider_id=f"transfer:{invoice.key}", pay_url=None)

    def settle_outside(self, provider_id: str, *, attempt: int = 0) -> None:
        """Do nothing: there is no provider."""

    def paid_outside(self, provider_id: str, paid: port.PaidOutside) -> None:
        """Do nothing: there is no provider."""

    def credit(self, provider_id: str, note: port.GatewayCredit) -> str:  # noqa: ARG002 - the port's shape
        """Do nothing: there is no provider."""
        return f"transfer:{note.key}"

    def look(self, provider_id: str) -> port.GatewayState:  # noqa: ARG002 - the port's shape
        """Answer ELSEWHERE: only the park's own records know its state."""
        return port.GatewayState(status=port.GatewayStatus.ELSEWHERE, total=Money.zero())

    def read_event(self, body: bytes, signature: str | None, *, now: datetime) -> port.GatewayEvent:  # noqa: ARG002 - the same
        """Refuse: no provider writes to us."""
        reason = "no online payment is set up"
        raise port.BadSignature(reason)

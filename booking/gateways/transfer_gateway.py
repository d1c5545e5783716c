"""The payment gateway of a park without an online provider: everything is paid by bank transfer."""

from datetime import datetime

from booking.payments.gateway import (
    BadSignature,
    GatewayCredit,
    GatewayEvent,
    GatewayInvoice,
    GatewayState,
    GatewayStatus,
    PaidOutside,
    PublishedInvoice,
)
from booking.values.money import Money


class TransferOnlyGateway:
    """Publishes nothing and knows nothing, so that the product runs whole without keys."""

    online = False

    def publish(self, bill: GatewayInvoice, *, now: datetime) -> PublishedInvoice:  # noqa: ARG002 - the port's shape
        """Give a provider id, and no page to pay at."""
        return PublishedInvoice(provider_id=f"transfer:{bill.key}", pay_url=None)

    def settle_outside(self, provider_id: str, *, attempt: int = 0) -> None:
        """Do nothing: there is no provider."""

    def paid_outside(self, provider_id: str, paid: PaidOutside) -> None:
        """Do nothing: there is no provider."""

    def credit(self, provider_id: str, note: GatewayCredit) -> str:  # noqa: ARG002 - the port's shape
        """Do nothing: there is no provider."""
        return f"transfer:{note.key}"

    def look(self, provider_id: str) -> GatewayState:  # noqa: ARG002 - the port's shape
        """Answer ELSEWHERE: only the park's own records know its state."""
        return GatewayState(status=GatewayStatus.ELSEWHERE, total=Money.zero())

    def read_event(self, body: bytes, signature: str | None, *, now: datetime) -> GatewayEvent:  # noqa: ARG002 - the same
        """Refuse: no provider writes to us."""
        reason = "no online payment is set up"
        raise BadSignature(reason)

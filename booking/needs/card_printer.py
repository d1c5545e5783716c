"""The port to the contact card 连心卡: a sheet to leave behind, and a picture to send."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from booking.values import PrintFailed

__all__ = ["CardPaper", "CardPerson", "CardPrinter", "PrintFailed"]


@dataclass(frozen=True, slots=True)
class CardPerson:
    """Who stands on a card; `photo` is a picture as it is kept, or None."""

    name: str
    duty: str
    phone: str
    photo: bytes | None = None


@dataclass(frozen=True, slots=True)
class CardPaper:
    """A card; `url` is the address behind its code, whole with its scheme."""

    park: str
    enterprise: str
    liaison: CardPerson
    deputy: CardPerson | None
    url: str
    printed_on: date


class CardPrinter(Protocol):
    """Makes the card; the same card gives the same bytes, and every failure is `PrintFailed`."""

    def card(self, paper: CardPaper) -> bytes:
        """Set it as a PDF file of one A6 page; raises PrintFailed."""
        ...

    def card_picture(self, paper: CardPaper) -> bytes:
        """Draw it as a PNG of a phone's width; raises PrintFailed."""
        ...

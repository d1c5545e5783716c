"""The vendors chosen for this installation, as rooms know them; `booking.app` fills it."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from booking.activities.poster_printer import PosterPrinter
from booking.invoices.printer import Printer
from booking.mail.transport import Transport
from booking.needs.card_printer import CardPrinter
from booking.notifications.ports import Pusher, RobotMessenger, SecretBox
from booking.payments.gateway import PaymentGateway
from booking.rhythm.board import MonthPrinter, ReportPrinter
from booking.spaces.labels_printer import LabelsPrinter
from booking.spaces.pictures import SvgDrawer


@dataclass(frozen=True, slots=True)
class Ports:
    """One object per port; tests replace them with fakes."""

    transport: Transport
    gateway: PaymentGateway
    printer: Printer
    report_printer: ReportPrinter
    labels_printer: LabelsPrinter
    month_printer: MonthPrinter
    poster_printer: PosterPrinter
    card_printer: CardPrinter
    svg_drawer: SvgDrawer
    pusher: Pusher
    box: SecretBox
    robots: RobotMessenger


def install(app: Flask, chosen: Ports) -> None:
    """Keep the chosen vendors with the app."""
    app.extensions["booking_ports"] = chosen


def ports() -> Ports:
    """Give the vendors of the running app."""
    return cast("Ports", current_app.extensions["booking_ports"])

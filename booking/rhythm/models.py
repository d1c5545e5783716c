"""When an enterprise first opened a month's list: of the cycle, the one thing that is kept."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base


class ListOpening(Base):
    """Somebody of the enterprise opened its list of a month, for the first time."""

    __tablename__ = "list_opening"

    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), primary_key=True)
    month_key: Mapped[int] = mapped_column(primary_key=True)  # of the month in which the list went out
    opened_at: Mapped[datetime]

"""The table of stored documents."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from booking.db import Base


class Document(Base):
    """A stored file, which never changes: a trigger refuses updates, and deletes but of calendar files."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    created_at: Mapped[datetime]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))

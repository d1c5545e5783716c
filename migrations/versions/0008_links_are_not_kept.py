"""links are not kept: a link that opens an account is made as its letter leaves, and stands in no row.

Letters that were kept with one are redacted, and know from now on for what they brought it, so that those
still waiting get a link as they leave. Links that are out already stay good until they are used or too old.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STILL_OPEN = sa.text("ended_at IS NULL")
LINK = re.compile(r"(/password/)[A-Za-z0-9_-]+")
MASKED = r"\1" + "•" * 12

# A letter's key holds the hash of the token it brought, and so does the ticket.
FILL = """
INSERT INTO link_request (member_id, kind, letter_id, asked_at, ended_at)
SELECT ticket.member_id, ticket.kind, letter.id, ticket.created_at, ticket.used_at
FROM letter JOIN ticket ON letter.key = ticket.kind || ':' || ticket.token_hash
"""
ALL_BUT_THE_LAST = """
UPDATE ticket SET used_at = created_at WHERE used_at IS NULL AND EXISTS (
    SELECT 1 FROM ticket AS later
    WHERE later.member_id = ticket.member_id AND later.kind = ticket.kind
    AND later.used_at IS NULL AND later.id > ticket.id
)
"""


def upgrade() -> None:
    op.create_table(
        "link_request",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("member_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("letter_id", NUMBER, nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_from", sa.String(length=64), nullable=True),
        sa.Column("asked_by_id", NUMBER, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("kind IN ('invitation', 'reset')", name=op.f("ck_link_request_kind")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["member.id"], name=op.f("fk_link_request_asked_by_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_link_request_letter_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_link_request_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_request")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_link_request_letter_id")),
    )
    op.execute(ALL_BUT_THE_LAST)
    op.execute(FILL)
    op.create_index(
        "uq_link_request_open",
        "link_request",
        ["member_id", "kind"],
        unique=True,
        sqlite_where=STILL_OPEN,
        postgresql_where=STILL_OPEN,
    )
    op.create_index("ix_link_request_member_id_asked_at", "link_request", ["member_id", "asked_at"])
    op.create_index("ix_link_request_asked_by_id_asked_at", "link_request", ["asked_by_id", "asked_at"])
    _redact()


def _redact() -> None:
    letter = sa.table("letter", *(sa.column(name) for name in ("id", "key", "body", "html", "last_error")))
    ours = sa.or_(letter.c.key.like("invitation:%"), letter.c.key.like("reset:%"))
    connection = op.get_bind()
    rows = connection.execute(sa.select(letter).where(ours)).all()
    for row in rows:
        clean = {name: _masked(getattr(row, name)) for name in ("body", "html", "last_error")}
        connection.execute(letter.update().where(letter.c.id == row.id).values(clean))


def _masked(text: str | None) -> str | None:
    return text and LINK.sub(MASKED, text)


def downgrade() -> None:
    op.drop_table("link_request")

"""tries to sign up: what somebody without an account signs up for is counted by itself."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BEFORE = "('sign_in', 'present', 'reset', 'need')"
KINDS = "('sign_in', 'present', 'reset', 'need', 'sign_up')"

ATTEMPTS = """
CREATE TABLE sign_in_attempt_new (
    id INTEGER NOT NULL,
    account VARCHAR(254) NOT NULL,
    address VARCHAR(64) NOT NULL,
    at DATETIME NOT NULL,
    device VARCHAR(43),
    kind VARCHAR(24) DEFAULT 'sign_in' NOT NULL CONSTRAINT ck_sign_in_attempt_kind CHECK (kind IN {kinds}),
    CONSTRAINT pk_sign_in_attempt PRIMARY KEY (id)
)
"""


def upgrade() -> None:
    try_kinds(KINDS)


def downgrade() -> None:
    op.execute("DELETE FROM sign_in_attempt WHERE kind = 'sign_up'")
    try_kinds(BEFORE)


def try_kinds(kinds) -> None:
    """Let tries be of these kinds; SQLite's table is written anew, to which no row refers."""
    if op.get_context().dialect.name != "sqlite":
        op.execute("ALTER TABLE sign_in_attempt DROP CONSTRAINT ck_sign_in_attempt_kind")
        op.execute(
            f"ALTER TABLE sign_in_attempt ADD CONSTRAINT ck_sign_in_attempt_kind CHECK (kind IN {kinds})"
        )
        return
    op.execute(ATTEMPTS.format(kinds=kinds))
    columns = "id, account, address, at, device, kind"
    op.execute(f"INSERT INTO sign_in_attempt_new ({columns}) SELECT {columns} FROM sign_in_attempt")  # noqa: S608
    op.execute("DROP TABLE sign_in_attempt")
    op.execute("ALTER TABLE sign_in_attempt_new RENAME TO sign_in_attempt")
    for column in ("account", "address"):
        op.execute(f"CREATE INDEX ix_sign_in_attempt_{column}_at ON sign_in_attempt ({column}, at)")

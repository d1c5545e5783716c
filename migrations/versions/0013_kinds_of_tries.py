"""kinds of tries: what is counted beside signing in no longer goes by a name that anybody can type."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

PRESENT, RESET = "present password of ", "reset from "
UNDER_A_NAME = "UPDATE sign_in_attempt SET {change} WHERE address = '' AND account LIKE '{name}%'"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE sign_in_attempt ADD COLUMN kind VARCHAR(24) DEFAULT 'sign_in' NOT NULL "
        "CONSTRAINT ck_sign_in_attempt_kind CHECK (kind IN ('sign_in', 'present', 'reset'))"
    )
    # At the door there was an address with every try.
    change = f"kind = 'present', account = substr(account, {len(PRESENT) + 1})"
    op.execute(UNDER_A_NAME.format(change=change, name=PRESENT))
    change = f"kind = 'reset', address = substr(account, {len(RESET) + 1}, 64), account = ''"
    op.execute(UNDER_A_NAME.format(change=change, name=RESET))


def downgrade() -> None:
    op.execute("DELETE FROM sign_in_attempt WHERE kind <> 'sign_in'")
    op.drop_column("sign_in_attempt", "kind")

"""tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "job_run",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_run")),
    )
    op.create_table(
        "park",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=True),
        sa.Column("zone_name", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("open_on_rest_days", sa.Boolean(), nullable=False),
        sa.Column("grace_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("early_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("review_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payment_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seller_name", sa.String(length=120), nullable=False),
        sa.Column("seller_uscc", sa.String(length=18), nullable=False),
        sa.Column("seller_address", sa.String(length=200), nullable=False),
        sa.Column("seller_phone", sa.String(length=40), nullable=False),
        sa.Column("bank_name", sa.String(length=120), nullable=False),
        sa.Column("bank_account", sa.String(length=40), nullable=False),
        sa.Column("mail_from", sa.String(length=254), nullable=False),
        sa.Column("branch_email", sa.String(length=254), nullable=False),
        sa.CheckConstraint("closes > opens", name=op.f("ck_park_opens_before_it_closes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_park")),
        sa.UniqueConstraint("code", name=op.f("uq_park_code")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempt_account_at", ["account", "at"], unique=False)
        batch_op.create_index("ix_sign_in_attempt_address_at", ["address", "at"], unique=False)

    op.create_table(
        "webhook_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.String(length=80), nullable=False),
        sa.Column("event_type", sa.String(length=80), nullable=False),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_webhook_event_event_id")),
    )
    with op.batch_alter_table("webhook_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_webhook_event_unhandled",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("handled_at IS NULL"),
            postgresql_where=sa.text("handled_at IS NULL"),
        )

    op.create_table(
        "calendar_day",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_calendar_day_park_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("park_id", "day", name=op.f("uq_calendar_day_park_id_day")),
    )
    op.create_table(
        "calendar_year",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_calendar_year_park_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_year")),
        sa.UniqueConstraint("park_id", "year", name=op.f("uq_calendar_year_park_id_year")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_document_park_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_park_id"), ["park_id"], unique=False)

    op.create_table(
        "enterprise",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("short_name", sa.String(length=40), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column(
            "size",
            sa.Enum(
                "micro",
                "small",
                "medium",
                "large",
                name=op.f("ck_enterprise_size"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("may_be_named", sa.Boolean(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("billing_email", sa.String(length=254), nullable=False),
        sa.Column("billing_title", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("bank_name", sa.String(length=120), nullable=False),
        sa.Column("bank_account", sa.String(length=40), nullable=False),
        sa.Column("monthly_budget", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_enterprise_park_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("park_id", "uscc", name=op.f("uq_enterprise_park_id_uscc")),
    )
    with op.batch_alter_table("enterprise", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enterprise_park_id"), ["park_id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("to", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_letter_park_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("key", name=op.f("uq_letter_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letter_message_id")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_park_id"), ["park_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_tried_at"), ["tried_at"], unique=False)
        batch_op.create_index(
            "ix_letter_waiting",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL AND failed_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND failed_at IS NULL"),
        )

    op.create_table(
        "month_close",
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.String(length=120), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_month_close_park_id")),
        sa.PrimaryKeyConstraint("park_id", "month_key", name=op.f("pk_month_close")),
    )
    op.create_table(
        "number_series",
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_number_series_park_id")),
        sa.PrimaryKeyConstraint("park_id", "name", "year", name=op.f("pk_number_series")),
    )
    op.create_table(
        "area",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=True),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_area_park_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["document.id"], name=op.f("fk_area_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("park_id", "name", name=op.f("uq_area_park_id_name")),
    )
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_area_park_id"), ["park_id"], unique=False)

    op.create_table(
        "close_trouble",
        sa.Column("enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_close_trouble_enterprise_id")
        ),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_close_trouble_park_id")),
        sa.PrimaryKeyConstraint("enterprise_id", "month_key", name=op.f("pk_close_trouble")),
    )
    with op.batch_alter_table("close_trouble", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_close_trouble_park_id"), ["park_id"], unique=False)

    op.create_table(
        "invoice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("tax_lines", sa.JSON(), nullable=False),
        sa.Column("seller", sa.JSON(), nullable=False),
        sa.Column("buyer", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "due",
                "paid",
                "credited",
                name=op.f("ck_invoice_state"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("pay_url", sa.String(length=500), nullable=True),
        sa.Column("publish_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("publish_attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("publish_error", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_invoice_document_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_invoice_enterprise_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_invoice_park_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("enterprise_id", "month_key", name="uq_invoice_one_a_month"),
        sa.UniqueConstraint("park_id", "number", name="uq_invoice_number"),
        sa.UniqueConstraint("park_id", "year", "serial", name="uq_invoice_serial"),
        sa.UniqueConstraint("provider_id", name=op.f("uq_invoice_provider_id")),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index("ix_invoice_park_month", ["park_id", "month_key"], unique=False)
        batch_op.create_index(
            "ix_invoice_to_publish",
            ["publish_due_at"],
            unique=False,
            sqlite_where=sa.text("publish_due_at IS NOT NULL"),
            postgresql_where=sa.text("publish_due_at IS NOT NULL"),
        )

    op.create_table(
        "letter_enclosure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_letter_enclosure_document_id")
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_enclosure_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_enclosure")),
    )
    with op.batch_alter_table("letter_enclosure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_enclosure_letter_id"), ["letter_id"], unique=False)

    op.create_table(
        "member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "member",
                "manager",
                "admin",
                "branch",
                name=op.f("ck_member_role"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column("session_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(role IN ('member', 'manager')) = (enterprise_id IS NOT NULL)",
            name=op.f("ck_member_tenants_have_an_enterprise"),
        ),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_member_enterprise_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_member_park_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("email", name=op.f("uq_member_email")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_enterprise_id"), ["enterprise_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_member_park_id"), ["park_id"], unique=False)

    op.create_table(
        "savings_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("pdf_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("xlsx_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_savings_report_park_id")),
        sa.ForeignKeyConstraint(["pdf_id"], ["document.id"], name=op.f("fk_savings_report_pdf_id")),
        sa.ForeignKeyConstraint(["xlsx_id"], ["document.id"], name=op.f("fk_savings_report_xlsx_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_savings_report")),
        sa.UniqueConstraint("park_id", "month_key", name=op.f("uq_savings_report_park_id_month_key")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["member.id"], name=op.f("fk_audit_entry_actor_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_audit_entry_park_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_park_at", ["park_id", "at"], unique=False)
        batch_op.create_index("ix_audit_entry_subject", ["subject", "subject_id"], unique=False)

    op.create_table(
        "baseline",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("area_cm2", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("own_area_cm2", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("own_price", sa.BigInteger(), nullable=False),
        sa.Column(
            "evidence",
            sa.Enum(
                "documented",
                "declared",
                name=op.f("ck_baseline_evidence"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("area_cm2 > 0", name=op.f("ck_baseline_area_is_positive")),
        sa.CheckConstraint("own_area_cm2 >= 0", name=op.f("ck_baseline_own_area_not_negative")),
        sa.ForeignKeyConstraint(["created_by_id"], ["member.id"], name=op.f("fk_baseline_created_by_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_baseline_document_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_baseline_enterprise_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_baseline_park_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
        sa.UniqueConstraint("enterprise_id", "valid_from", name=op.f("uq_baseline_enterprise_id_valid_from")),
    )
    with op.batch_alter_table("baseline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_baseline_enterprise_id"), ["enterprise_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_baseline_park_id"), ["park_id"], unique=False)

    op.create_table(
        "credit_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("once_key", sa.String(length=64), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_credit_note_amount_is_positive")),
        sa.ForeignKeyConstraint(["created_by_id"], ["member.id"], name=op.f("fk_credit_note_created_by_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_credit_note_document_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_credit_note_invoice_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_credit_note_park_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note")),
        sa.UniqueConstraint("once_key", name=op.f("uq_credit_note_once_key")),
        sa.UniqueConstraint("park_id", "number", name="uq_credit_note_number"),
        sa.UniqueConstraint("park_id", "year", "serial", name="uq_credit_note_serial"),
    )
    with op.batch_alter_table("credit_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credit_note_invoice_id"), ["invoice_id"], unique=False)

    op.create_table(
        "declared_effect",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("figure", sa.String(length=60), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["member.id"], name=op.f("fk_declared_effect_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_declared_effect_enterprise_id")
        ),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_declared_effect_park_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_effect")),
    )
    with op.batch_alter_table("declared_effect", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declared_effect_enterprise_id"), ["enterprise_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_declared_effect_park_id"), ["park_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "transfer",
                "stripe",
                name=op.f("ck_payment_method"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("once_key", sa.String(length=64), nullable=True),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount_is_positive")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_payment_invoice_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_payment_park_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["member.id"], name=op.f("fk_payment_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("once_key", name=op.f("uq_payment_once_key")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_payment_provider_id")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_park_id"), ["park_id"], unique=False)

    op.create_table(
        "space",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "workstation",
                "meeting_room",
                "storage",
                "hall",
                name=op.f("ck_space_kind"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("capacity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_cm2", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("picture_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("scan_code", sa.String(length=32), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_space_seats_somebody")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_space_area_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_space_park_id")),
        sa.ForeignKeyConstraint(["picture_id"], ["document.id"], name=op.f("fk_space_picture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_space")),
        sa.UniqueConstraint("park_id", "code", name=op.f("uq_space_park_id_code")),
        sa.UniqueConstraint("scan_code", name=op.f("uq_space_scan_code")),
    )
    with op.batch_alter_table("space", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_space_area_id"), ["area_id"], unique=False)
        batch_op.create_index("ix_space_park_kind", ["park_id", "kind", "position"], unique=False)

    op.create_table(
        "ticket",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "invitation",
                "reset",
                name=op.f("ck_ticket_kind"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_ticket_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_ticket_token_hash")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_member_id"), ["member_id"], unique=False)

    op.create_table(
        "closure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("space_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_closure_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["created_by_id"], ["member.id"], name=op.f("fk_closure_created_by_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_closure_park_id")),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_closure_space_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closure_park_id"), ["park_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_closure_space_id"), ["space_id"], unique=False)

    op.create_table(
        "equipment",
        sa.Column("space_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_equipment_space_id")),
        sa.PrimaryKeyConstraint("space_id", "name", name=op.f("pk_equipment")),
    )
    op.create_table(
        "opening_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "workstation",
                "meeting_room",
                "storage",
                "hall",
                name=op.f("ck_opening_rule_kind"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("space_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opens_minute", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("closes_minute", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("open_on_rest_days", sa.Boolean(), nullable=False),
        sa.Column("step_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minimum_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("maximum_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lead_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("horizon_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("buffer_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "closes_minute > opens_minute", name=op.f("ck_opening_rule_opens_before_it_closes")
        ),
        sa.CheckConstraint(
            "maximum_minutes >= minimum_minutes", name=op.f("ck_opening_rule_maximum_not_below_minimum")
        ),
        sa.CheckConstraint("step_minutes > 0", name=op.f("ck_opening_rule_step_is_positive")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_opening_rule_park_id")),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_opening_rule_space_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_rule")),
        sa.UniqueConstraint("space_id", name=op.f("uq_opening_rule_space_id")),
    )
    with op.batch_alter_table("opening_rule", schema=None) as batch_op:
        batch_op.create_index(
            "uq_opening_rule_kind",
            ["park_id", "kind"],
            unique=True,
            sqlite_where=sa.text("space_id IS NULL"),
            postgresql_where=sa.text("space_id IS NULL"),
        )

    op.create_table(
        "reservation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("space_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "booked",
                "in_use",
                "done",
                "no_show",
                "cancelled",
                "declined",
                name=op.f("ck_reservation_state"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("purpose", sa.String(length=120), nullable=False),
        sa.Column("people", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quote", sa.BigInteger(), nullable=False),
        sa.Column("once_key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_reservation_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_reservation_enterprise_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_reservation_member_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_reservation_park_id")),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_reservation_space_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
        sa.UniqueConstraint("once_key", name=op.f("uq_reservation_once_key")),
    )
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reservation_coming",
            ["enterprise_id", "starts_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('requested', 'booked', 'in_use')"),
            postgresql_where=sa.text("state IN ('requested', 'booked', 'in_use')"),
        )
        batch_op.create_index("ix_reservation_enterprise_start", ["enterprise_id", "starts_at"], unique=False)
        batch_op.create_index("ix_reservation_member_start", ["member_id", "starts_at"], unique=False)
        batch_op.create_index("ix_reservation_park_start", ["park_id", "starts_at"], unique=False)
        batch_op.create_index("ix_reservation_space_start", ["space_id", "starts_at"], unique=False)
        batch_op.create_index("ix_reservation_state_start", ["state", "starts_at"], unique=False)

    op.create_table(
        "space_part",
        sa.Column("whole_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("whole_id <> part_id", name=op.f("ck_space_part_no_part_of_itself")),
        sa.ForeignKeyConstraint(["part_id"], ["space.id"], name=op.f("fk_space_part_part_id")),
        sa.ForeignKeyConstraint(["whole_id"], ["space.id"], name=op.f("fk_space_part_whole_id")),
        sa.PrimaryKeyConstraint("whole_id", "part_id", name=op.f("pk_space_part")),
    )
    with op.batch_alter_table("space_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_space_part_part_id"), ["part_id"], unique=False)

    op.create_table(
        "tariff",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "workstation",
                "meeting_room",
                "storage",
                "hall",
                name=op.f("ck_tariff_kind"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("space_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "hour",
                "day",
                "m2_day",
                name=op.f("ck_tariff_basis"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("increment_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minimum_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("daily_cap", sa.BigInteger(), nullable=True),
        sa.Column("no_show_permille", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "late_cancel_permille", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "late_cancel_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("vat_permille", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vat_source", sa.String(length=200), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("increment_minutes > 0", name=op.f("ck_tariff_increment_is_positive")),
        sa.CheckConstraint(
            "late_cancel_permille BETWEEN 0 AND 1000", name=op.f("ck_tariff_late_cancel_is_a_share")
        ),
        sa.CheckConstraint("minimum_minutes >= 0", name=op.f("ck_tariff_minimum_not_negative")),
        sa.CheckConstraint("no_show_permille BETWEEN 0 AND 1000", name=op.f("ck_tariff_no_show_is_a_share")),
        sa.CheckConstraint("rate >= 0", name=op.f("ck_tariff_rate_not_negative")),
        sa.ForeignKeyConstraint(["created_by_id"], ["member.id"], name=op.f("fk_tariff_created_by_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_tariff_park_id")),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_tariff_space_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff")),
    )
    with op.batch_alter_table("tariff", schema=None) as batch_op:
        batch_op.create_index(
            "uq_tariff_kind_day",
            ["park_id", "kind", "valid_from"],
            unique=True,
            sqlite_where=sa.text("space_id IS NULL"),
            postgresql_where=sa.text("space_id IS NULL"),
        )
        batch_op.create_index(
            "uq_tariff_space_day",
            ["space_id", "valid_from"],
            unique=True,
            sqlite_where=sa.text("space_id IS NOT NULL"),
            postgresql_where=sa.text("space_id IS NOT NULL"),
        )

    op.create_table(
        "reservation_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reservation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("old_space_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("old_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("old_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_space_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("new_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["member.id"], name=op.f("fk_reservation_change_actor_id")),
        sa.ForeignKeyConstraint(
            ["new_space_id"], ["space.id"], name=op.f("fk_reservation_change_new_space_id")
        ),
        sa.ForeignKeyConstraint(
            ["old_space_id"], ["space.id"], name=op.f("fk_reservation_change_old_space_id")
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservation.id"], name=op.f("fk_reservation_change_reservation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation_change")),
    )
    with op.batch_alter_table("reservation_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reservation_change_reservation_id"), ["reservation_id"], unique=False
        )

    op.create_table(
        "stay",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("space_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "space_kind",
            sa.Enum(
                "workstation",
                "meeting_room",
                "storage",
                "hall",
                name=op.f("ck_stay_space_kind"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reservation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "ending",
            sa.Enum(
                "checked_out",
                "forgotten",
                "lease_end",
                name=op.f("ck_stay_ending"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= started_at", name=op.f("ck_stay_ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_stay_enterprise_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_stay_member_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_stay_park_id")),
        sa.ForeignKeyConstraint(["reservation_id"], ["reservation.id"], name=op.f("fk_stay_reservation_id")),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_stay_space_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay")),
        sa.UniqueConstraint("reservation_id", name=op.f("uq_stay_reservation_id")),
    )
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.create_index("ix_stay_enterprise_start", ["enterprise_id", "started_at"], unique=False)
        batch_op.create_index(
            "ix_stay_open",
            ["held_until"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "ix_stay_open_of_enterprise",
            ["enterprise_id", "started_at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index("ix_stay_park_start", ["park_id", "started_at"], unique=False)
        batch_op.create_index(
            "ix_stay_review",
            ["park_id", "ended_at"],
            unique=False,
            sqlite_where=sa.text("needs_review"),
            postgresql_where=sa.text("needs_review"),
        )
        batch_op.create_index(
            "uq_stay_one_open_per_space",
            ["space_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "tariff_allowance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tariff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "size",
            sa.Enum(
                "micro",
                "small",
                "medium",
                "large",
                name=op.f("ck_tariff_allowance_size"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["tariff_id"], ["tariff.id"], name=op.f("fk_tariff_allowance_tariff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff_allowance")),
        sa.UniqueConstraint("tariff_id", "size", name=op.f("uq_tariff_allowance_tariff_id_size")),
    )
    op.create_table(
        "tariff_band",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tariff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column(
            "days",
            sa.Enum(
                "working",
                "rest",
                "all",
                name=op.f("ck_tariff_band_days"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("from_minute", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_minute", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("factor", sa.Integer(), nullable=False),
        sa.CheckConstraint("factor >= 0", name=op.f("ck_tariff_band_factor_not_negative")),
        sa.CheckConstraint("to_minute > from_minute", name=op.f("ck_tariff_band_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["tariff_id"], ["tariff.id"], name=op.f("fk_tariff_band_tariff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff_band")),
    )
    with op.batch_alter_table("tariff_band", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tariff_band_tariff_id"), ["tariff_id"], unique=False)

    op.create_table(
        "charge",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "use",
                "storage",
                "no_show",
                "late_cancel",
                "adjustment",
                name=op.f("ck_charge_kind"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("stay_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reservation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("adjusts_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("space_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "space_kind",
            sa.Enum(
                "workstation",
                "meeting_room",
                "storage",
                "hall",
                name=op.f("ck_charge_space_kind"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("space_name", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("band", sa.String(length=40), nullable=False),
        sa.Column("factor", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("free_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("uncapped", sa.BigInteger(), nullable=False),
        sa.Column("reserved_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reserved_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("billed_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("billed_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tariff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("vat_permille", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["adjusts_id"], ["charge.id"], name=op.f("fk_charge_adjusts_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_charge_enterprise_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_charge_invoice_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_charge_park_id")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservation.id"], name=op.f("fk_charge_reservation_id")
        ),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_charge_space_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_charge_stay_id")),
        sa.ForeignKeyConstraint(["tariff_id"], ["tariff.id"], name=op.f("fk_charge_tariff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge")),
        sa.UniqueConstraint("adjusts_id", name=op.f("uq_charge_adjusts_id")),
    )
    with op.batch_alter_table("charge", schema=None) as batch_op:
        batch_op.create_index("ix_charge_enterprise_month", ["enterprise_id", "month_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_charge_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_charge_reservation_id"), ["reservation_id"], unique=False)
        batch_op.create_index("ix_charge_space_day", ["space_id", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_charge_stay_id"), ["stay_id"], unique=False)
        batch_op.create_index(
            "ix_charge_unbilled",
            ["park_id", "month_key", "enterprise_id"],
            unique=False,
            sqlite_where=sa.text("superseded_at IS NULL AND invoice_id IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL AND invoice_id IS NULL"),
        )
        batch_op.create_index(
            "uq_charge_fee_once",
            ["reservation_id", "kind"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL AND stay_id IS NULL AND adjusts_id IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL AND stay_id IS NULL AND adjusts_id IS NULL"),
        )
        batch_op.create_index(
            "uq_charge_stay_slice_once",
            ["stay_id", "day", "band", "factor"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL AND stay_id IS NOT NULL AND adjusts_id IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL AND stay_id IS NOT NULL AND adjusts_id IS NULL"),
        )

    op.create_table(
        "occupancy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("space_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "space_kind",
            sa.Enum(
                "workstation",
                "meeting_room",
                "storage",
                "hall",
                name=op.f("ck_occupancy_space_kind"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reservation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stay_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("closure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN reservation_id IS NULL THEN 0 ELSE 1 END + CASE WHEN stay_id IS NULL THEN 0 ELSE 1 END + CASE WHEN closure_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_occupancy_held_by_exactly_one"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_occupancy_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["closure_id"], ["closure.id"], name=op.f("fk_occupancy_closure_id")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_occupancy_enterprise_id")
        ),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_occupancy_park_id")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservation.id"], name=op.f("fk_occupancy_reservation_id")
        ),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_occupancy_space_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_occupancy_stay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupancy")),
    )
    with op.batch_alter_table("occupancy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occupancy_closure_id"), ["closure_id"], unique=False)
        batch_op.create_index(
            "ix_occupancy_kind_time", ["space_kind", "starts_at", "ends_at", "space_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_occupancy_reservation_id"), ["reservation_id"], unique=False)
        batch_op.create_index("ix_occupancy_space_start", ["space_id", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_occupancy_stay_id"), ["stay_id"], unique=False)

    op.create_table(
        "stay_correction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stay_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("old_started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("old_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["member.id"], name=op.f("fk_stay_correction_actor_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_stay_correction_stay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay_correction")),
    )
    with op.batch_alter_table("stay_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stay_correction_stay_id"), ["stay_id"], unique=False)

    op.create_table(
        "dispute",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("charge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("park_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "granted",
                "declined",
                name=op.f("ck_dispute_outcome"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["member.id"], name=op.f("fk_dispute_answered_by_id")),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_dispute_charge_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["member.id"], name=op.f("fk_dispute_opened_by_id")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_dispute_park_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("charge_id", name=op.f("uq_dispute_charge_id")),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispute_park_id"), ["park_id"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispute_park_id"))

    op.drop_table("dispute")
    with op.batch_alter_table("stay_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stay_correction_stay_id"))

    op.drop_table("stay_correction")
    with op.batch_alter_table("occupancy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_occupancy_stay_id"))
        batch_op.drop_index("ix_occupancy_space_start")
        batch_op.drop_index(batch_op.f("ix_occupancy_reservation_id"))
        batch_op.drop_index("ix_occupancy_kind_time")
        batch_op.drop_index(batch_op.f("ix_occupancy_closure_id"))

    op.drop_table("occupancy")
    with op.batch_alter_table("charge", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_charge_stay_slice_once",
            sqlite_where=sa.text("superseded_at IS NULL AND stay_id IS NOT NULL AND adjusts_id IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL AND stay_id IS NOT NULL AND adjusts_id IS NULL"),
        )
        batch_op.drop_index(
            "uq_charge_fee_once",
            sqlite_where=sa.text("superseded_at IS NULL AND stay_id IS NULL AND adjusts_id IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL AND stay_id IS NULL AND adjusts_id IS NULL"),
        )
        batch_op.drop_index(
            "ix_charge_unbilled",
            sqlite_where=sa.text("superseded_at IS NULL AND invoice_id IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL AND invoice_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_charge_stay_id"))
        batch_op.drop_index("ix_charge_space_day")
        batch_op.drop_index(batch_op.f("ix_charge_reservation_id"))
        batch_op.drop_index(batch_op.f("ix_charge_invoice_id"))
        batch_op.drop_index("ix_charge_enterprise_month")

    op.drop_table("charge")
    with op.batch_alter_table("tariff_band", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tariff_band_tariff_id"))

    op.drop_table("tariff_band")
    op.drop_table("tariff_allowance")
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_stay_one_open_per_space",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_stay_review", sqlite_where=sa.text("needs_review"), postgresql_where=sa.text("needs_review")
        )
        batch_op.drop_index("ix_stay_park_start")
        batch_op.drop_index(
            "ix_stay_open_of_enterprise",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_stay_open",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_stay_enterprise_start")

    op.drop_table("stay")
    with op.batch_alter_table("reservation_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reservation_change_reservation_id"))

    op.drop_table("reservation_change")
    with op.batch_alter_table("tariff", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_tariff_space_day",
            sqlite_where=sa.text("space_id IS NOT NULL"),
            postgresql_where=sa.text("space_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_tariff_kind_day",
            sqlite_where=sa.text("space_id IS NULL"),
            postgresql_where=sa.text("space_id IS NULL"),
        )

    op.drop_table("tariff")
    with op.batch_alter_table("space_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_space_part_part_id"))

    op.drop_table("space_part")
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.drop_index("ix_reservation_state_start")
        batch_op.drop_index("ix_reservation_space_start")
        batch_op.drop_index("ix_reservation_park_start")
        batch_op.drop_index("ix_reservation_member_start")
        batch_op.drop_index("ix_reservation_enterprise_start")
        batch_op.drop_index(
            "ix_reservation_coming",
            sqlite_where=sa.text("state IN ('requested', 'booked', 'in_use')"),
            postgresql_where=sa.text("state IN ('requested', 'booked', 'in_use')"),
        )

    op.drop_table("reservation")
    with op.batch_alter_table("opening_rule", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_opening_rule_kind",
            sqlite_where=sa.text("space_id IS NULL"),
            postgresql_where=sa.text("space_id IS NULL"),
        )

    op.drop_table("opening_rule")
    op.drop_table("equipment")
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closure_space_id"))
        batch_op.drop_index(batch_op.f("ix_closure_park_id"))

    op.drop_table("closure")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_member_id"))

    op.drop_table("ticket")
    with op.batch_alter_table("space", schema=None) as batch_op:
        batch_op.drop_index("ix_space_park_kind")
        batch_op.drop_index(batch_op.f("ix_space_area_id"))

    op.drop_table("space")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_park_id"))
        batch_op.drop_index(batch_op.f("ix_payment_invoice_id"))

    op.drop_table("payment")
    with op.batch_alter_table("declared_effect", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_declared_effect_park_id"))
        batch_op.drop_index(batch_op.f("ix_declared_effect_enterprise_id"))

    op.drop_table("declared_effect")
    with op.batch_alter_table("credit_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credit_note_invoice_id"))

    op.drop_table("credit_note")
    with op.batch_alter_table("baseline", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_baseline_park_id"))
        batch_op.drop_index(batch_op.f("ix_baseline_enterprise_id"))

    op.drop_table("baseline")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_subject")
        batch_op.drop_index("ix_audit_entry_park_at")

    op.drop_table("audit_entry")
    op.drop_table("savings_report")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_park_id"))
        batch_op.drop_index(batch_op.f("ix_member_enterprise_id"))

    op.drop_table("member")
    with op.batch_alter_table("letter_enclosure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_enclosure_letter_id"))

    op.drop_table("letter_enclosure")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_invoice_to_publish",
            sqlite_where=sa.text("publish_due_at IS NOT NULL"),
            postgresql_where=sa.text("publish_due_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_invoice_park_month")

    op.drop_table("invoice")
    with op.batch_alter_table("close_trouble", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_close_trouble_park_id"))

    op.drop_table("close_trouble")
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_area_park_id"))

    op.drop_table("area")
    op.drop_table("number_series")
    op.drop_table("month_close")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_letter_waiting",
            sqlite_where=sa.text("sent_at IS NULL AND failed_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND failed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_letter_tried_at"))
        batch_op.drop_index(batch_op.f("ix_letter_park_id"))

    op.drop_table("letter")
    with op.batch_alter_table("enterprise", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enterprise_park_id"))

    op.drop_table("enterprise")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_park_id"))

    op.drop_table("document")
    op.drop_table("calendar_year")
    op.drop_table("calendar_day")
    with op.batch_alter_table("webhook_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_webhook_event_unhandled",
            sqlite_where=sa.text("handled_at IS NULL"),
            postgresql_where=sa.text("handled_at IS NULL"),
        )

    op.drop_table("webhook_event")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempt_address_at")
        batch_op.drop_index("ix_sign_in_attempt_account_at")

    op.drop_table("sign_in_attempt")
    op.drop_table("park")
    op.drop_table("job_run")

"""Everything of the first version: all tables, and what guards the logs."""

import sqlalchemy as sa
from alembic import op

from reviewflow.store import append_only
from reviewflow.store.model import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("for_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("about_person_id", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("audit_about", "audit", ["about_person_id", "id"], unique=False)
    op.create_index("audit_subject", "audit", ["subject_id", "id"], unique=False)
    op.create_table(
        "audit_seal",
        sa.Column(
            "no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("row_count>0", name=op.f("ck_audit_seal_row_count")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("head", name=op.f("uq_audit_seal_head")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_seal_previous")),
    )
    op.create_table(
        "batch_counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id=1", name=op.f("ck_batch_counter_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_counter")),
    )
    op.create_table(
        "business_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("frozen_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("id=1", name=op.f("ck_business_clock_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_clock")),
    )
    op.create_table(
        "company",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("base_url", sa.String(length=200), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("logo", sa.Text(), nullable=True),
        sa.CheckConstraint("id=1", name=op.f("ck_company_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    op.create_table(
        "definition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind in('workflow','indicators','rubric','plan','template','calendar')",
            name=op.f("ck_definition_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition")),
        sa.UniqueConstraint("kind", "name", "digest", name=op.f("uq_definition_kind_name_digest")),
    )
    op.create_table(
        "lake_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("part", sa.String(length=4), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("from_no", sa.BigInteger(), nullable=False),
        sa.Column("until_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("part in('base','tail')", name=op.f("ck_lake_file_part")),
        sa.CheckConstraint("until_no is null or until_no>from_no", name=op.f("ck_lake_file_batches")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lake_file")),
    )
    op.create_index("lake_file_live", "lake_file", ["until_no"], unique=False)
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("held_until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("not_before_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=True),
        sa.Column("held_until", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("parked_reason", sa.String(length=400), nullable=True),
        sa.CheckConstraint("(holder is null)=(held_until is null)", name=op.f("ck_outbox_held")),
        sa.CheckConstraint("done_at is null or holder is null", name=op.f("ck_outbox_done")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "outbox_open",
        "outbox",
        ["kind", "not_before_at"],
        unique=False,
        sqlite_where=sa.text("done_at is null and parked_reason is null"),
        postgresql_where=sa.text("done_at is null and parked_reason is null"),
    )
    op.create_index(
        "outbox_parked",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("parked_reason is not null"),
        postgresql_where=sa.text("parked_reason is not null"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("hired_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.CheckConstraint("language in('en','zh')", name=op.f("ck_person_language")),
        sa.CheckConstraint(
            "left_on is null or hired_on is null or left_on>=hired_on",
            name=op.f("ck_person_left_after_hired"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("external_id", name=op.f("uq_person_external_id")),
    )
    op.create_index(
        "person_left",
        "person",
        ["left_on"],
        unique=False,
        sqlite_where=sa.text("left_on is not null"),
        postgresql_where=sa.text("left_on is not null"),
    )
    op.create_index("person_name", "person", ["name", "id"], unique=False)
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("delivers", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("last_ok_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.CheckConstraint("parent_id is null or parent_id<>id", name=op.f("ck_unit_not_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
    )
    op.create_index(op.f("ix_unit_parent_id"), "unit", ["parent_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("login", sa.String(length=254), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("theme", sa.String(length=5), nullable=False),
        sa.CheckConstraint("theme in('auto','light','dark')", name=op.f("ck_account_theme")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
    )
    op.create_table(
        "audit_sealed",
        sa.Column(
            "audit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("seal_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_sealed_audit_id")),
        sa.ForeignKeyConstraint(["seal_no"], ["audit_seal.no"], name=op.f("fk_audit_sealed_seal_no")),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit_sealed")),
    )
    op.create_index("audit_sealed_order", "audit_sealed", ["seal_no", "audit_id"], unique=False)
    op.create_table(
        "cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("workflow_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("calibration", sa.Boolean(), nullable=False),
        sa.Column("population", sa.Text(), nullable=False),
        sa.Column("launched_by", sa.Integer(), nullable=True),
        sa.Column("launched_at", UtcDateTime(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_on<=ends_on", name=op.f("ck_cycle_dates")),
        sa.ForeignKeyConstraint(["launched_by"], ["person.id"], name=op.f("fk_cycle_launched_by")),
        sa.ForeignKeyConstraint(["workflow_id"], ["definition.id"], name=op.f("fk_cycle_workflow_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
        sa.UniqueConstraint("key", name=op.f("uq_cycle_key")),
    )
    op.create_table(
        "duty",
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=4), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("allow", sa.Boolean(), nullable=False),
        sa.CheckConstraint("what in('task','move','may')", name=op.f("ck_duty_what")),
        sa.ForeignKeyConstraint(["definition_id"], ["definition.id"], name=op.f("fk_duty_definition_id")),
        sa.PrimaryKeyConstraint("definition_id", "stage", "item", "role", name=op.f("pk_duty")),
    )
    op.create_table(
        "landing_batch",
        sa.Column(
            "no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("holds", sa.String(length=6), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("mapping_digest", sa.String(length=64), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("landed_at", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("rows_new", sa.Integer(), nullable=False),
        sa.Column("rows_changed", sa.Integer(), nullable=False),
        sa.Column("rows_same", sa.Integer(), nullable=False),
        sa.Column("rows_voided", sa.Integer(), nullable=False),
        sa.Column("rows_bad", sa.Integer(), nullable=False),
        sa.Column("in_lake_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("holds in('facts','people')", name=op.f("ck_landing_batch_holds")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_landing_batch_by_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_landing_batch_source_id")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_landing_batch")),
    )
    op.create_index("landing_batch_file", "landing_batch", ["source_id", "file_digest"], unique=False)
    op.create_table(
        "membership",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.String(length=80), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.CheckConstraint("from_on<until_on", name=op.f("ck_membership_dates")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_membership_unit_id")),
        sa.PrimaryKeyConstraint("person_id", "from_on", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_unit_id"), "membership", ["unit_id"], unique=False)
    op.create_index("membership_from", "membership", ["from_on", "until_on"], unique=False)
    op.create_index("membership_position", "membership", ["position", "until_on"], unique=False)
    op.create_table(
        "pay_base",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("component", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("rate_e6", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.CheckConstraint(
            "(amount_minor is null)<>(rate_e6 is null)", name=op.f("ck_pay_base_amount_or_rate")
        ),
        sa.CheckConstraint("from_on<until_on", name=op.f("ck_pay_base_dates")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pay_base_person_id")),
        sa.PrimaryKeyConstraint("person_id", "component", "from_on", name=op.f("pk_pay_base")),
    )
    op.create_table(
        "reporting_line",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.CheckConstraint("kind in('solid','dotted','effective')", name=op.f("ck_reporting_line_kind")),
        sa.CheckConstraint("from_on<until_on", name=op.f("ck_reporting_line_dates")),
        sa.CheckConstraint("manager_id<>person_id", name=op.f("ck_reporting_line_not_own_manager")),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_reporting_line_manager_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reporting_line_person_id")),
        sa.PrimaryKeyConstraint("person_id", "kind", "from_on", name=op.f("pk_reporting_line")),
    )
    op.create_index(op.f("ix_reporting_line_manager_id"), "reporting_line", ["manager_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("before_leaving", sa.Date(), nullable=True),
        sa.Column("granted_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role in('hr','hrbp','sales_director','finance','data_inputter','auditor','system_admin')",
            name=op.f("ck_role_grant_role"),
        ),
        sa.CheckConstraint(
            "before_leaving is null or before_leaving>until_on", name=op.f("ck_role_grant_before_leaving")
        ),
        sa.CheckConstraint("from_on<until_on", name=op.f("ck_role_grant_dates")),
        sa.CheckConstraint("granted_by<>person_id", name=op.f("ck_role_grant_not_to_oneself")),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_role_grant_granted_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_role_grant_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "person_id",
            "role",
            "unit_id",
            "from_on",
            name=op.f("uq_role_grant_person_id_role_unit_id_from_on"),
        ),
    )
    op.create_table(
        "staged",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_staged_person_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_staged")),
    )
    op.create_index(op.f("ix_staged_person_id"), "staged", ["person_id"], unique=False)
    op.create_table(
        "unit_above",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("above_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["above_id"], ["unit.id"], name=op.f("fk_unit_above_above_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_above_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "above_id", name=op.f("pk_unit_above")),
    )
    op.create_index(op.f("ix_unit_above_above_id"), "unit_above", ["above_id"], unique=False)
    op.create_table(
        "bad_row",
        sa.Column("batch_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("col", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=400), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch_no"], ["landing_batch.no"], name=op.f("fk_bad_row_batch_no")),
        sa.PrimaryKeyConstraint("batch_no", "line", "col", name=op.f("pk_bad_row")),
    )
    op.create_table(
        "batch_coverage",
        sa.Column("batch_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("covers_from", sa.Date(), nullable=True),
        sa.Column("covers_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["batch_no"], ["landing_batch.no"], name=op.f("fk_batch_coverage_batch_no")),
        sa.PrimaryKeyConstraint("batch_no", "kind", name=op.f("pk_batch_coverage")),
    )
    op.create_table(
        "cycle_pin",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_pin_cycle_id")),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definition.id"], name=op.f("fk_cycle_pin_definition_id")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "kind", "name", name=op.f("pk_cycle_pin")),
    )
    op.create_table(
        "form_post",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("body_digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_form_post_account_id")),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_form_post")),
    )
    op.create_table(
        "landing",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("batch_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("person_ref", sa.String(length=120), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("amount_e4", sa.BigInteger(), nullable=True),
        sa.Column("amount2_e4", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("customer_ref", sa.String(length=120), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("product", sa.String(length=120), nullable=True),
        sa.Column("row_digest", sa.String(length=64), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.CheckConstraint("amount_e4 is null or currency is not null", name=op.f("ck_landing_currency")),
        sa.CheckConstraint("revision>=1", name=op.f("ck_landing_revision")),
        sa.ForeignKeyConstraint(["batch_no"], ["landing_batch.no"], name=op.f("fk_landing_batch_no")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_landing_person_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_landing_source_id")),
        sa.PrimaryKeyConstraint("source_id", "kind", "external_id", "revision", name=op.f("pk_landing")),
    )
    op.create_index("landing_batch_rows", "landing", ["batch_no"], unique=False)
    op.create_index("landing_customer", "landing", ["kind", "customer_ref", "on_date"], unique=False)
    op.create_index("landing_read", "landing", ["kind", "person_id", "on_date", "batch_no"], unique=False)
    op.create_table(
        "launch_item",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint("(state='created')=(reason is null)", name=op.f("ck_launch_item_reason")),
        sa.CheckConstraint("state in('created','skipped','failed')", name=op.f("ck_launch_item_state")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_launch_item_cycle_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_launch_item_person_id")),
        sa.PrimaryKeyConstraint("cycle_id", "person_id", name=op.f("pk_launch_item")),
    )
    op.create_index(
        "launch_item_not_created",
        "launch_item",
        ["cycle_id", "state", "reason"],
        unique=False,
        sqlite_where=sa.text("state<>'created'"),
        postgresql_where=sa.text("state<>'created'"),
    )
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_login_session_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
    )
    op.create_index(op.f("ix_login_session_account_id"), "login_session", ["account_id"], unique=False)
    op.create_table(
        "payout_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_payout_run_by_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_payout_run_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_run")),
        sa.UniqueConstraint("cycle_id", "no", name=op.f("uq_payout_run_cycle_id_no")),
    )
    op.create_table(
        "staged_file",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["token"], ["staged.token"], name=op.f("fk_staged_file_token")),
        sa.PrimaryKeyConstraint("token", "no", name=op.f("pk_staged_file")),
    )
    op.create_table(
        "subject",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("held_up", sa.Text(), nullable=True),
        sa.Column("tried_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind in('review','award')", name=op.f("ck_subject_kind")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_subject_cycle_id")),
        sa.ForeignKeyConstraint(["definition_id"], ["definition.id"], name=op.f("fk_subject_definition_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_subject_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_subject_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("id", "kind", name=op.f("uq_subject_id_kind")),
    )
    op.create_index(
        "subject_cycle", "subject", ["cycle_id", "part", "due_at", "kind", "unit_id"], unique=False
    )
    op.create_index(
        "subject_held_up",
        "subject",
        ["cycle_id"],
        unique=False,
        sqlite_where=sa.text("held_up is not null"),
        postgresql_where=sa.text("held_up is not null"),
    )
    op.create_index("subject_person", "subject", ["person_id"], unique=False)
    op.create_index(
        "subject_wait",
        "subject",
        ["definition_id", "stage", "due_at", "id", "unit_id", "person_id"],
        unique=False,
    )
    op.create_table(
        "survey_answer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("step>=0", name=op.f("ck_survey_answer_step")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_survey_answer_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_answer_cycle_id"), "survey_answer", ["cycle_id"], unique=False)
    op.create_table(
        "survey_ticket",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_survey_ticket_cycle_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_ticket_person_id")),
        sa.PrimaryKeyConstraint("cycle_id", "person_id", name=op.f("pk_survey_ticket")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "target",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("target_e4", sa.BigInteger(), nullable=False),
        sa.Column("batch_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("starts_on<=ends_on", name=op.f("ck_target_dates")),
        sa.ForeignKeyConstraint(["batch_no"], ["landing_batch.no"], name=op.f("fk_target_batch_no")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_target_person_id")),
        sa.PrimaryKeyConstraint("person_id", "indicator", "starts_on", name=op.f("pk_target")),
    )
    op.create_table(
        "answer",
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("page", sa.String(length=32), nullable=True),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.CheckConstraint("(page is null)=(step is null)", name=op.f("ck_answer_page")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_answer_author_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_answer_subject_id")),
        sa.PrimaryKeyConstraint("subject_id", "task", "round", "seat", name=op.f("pk_answer")),
    )
    op.create_index("answer_author", "answer", ["author_id", "submitted_at"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_attachment_by_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_attachment_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_subject_id"), "attachment", ["subject_id"], unique=False)
    op.create_table(
        "closed_task",
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_closed_task_subject_id")),
        sa.PrimaryKeyConstraint("subject_id", "task", name=op.f("pk_closed_task")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("problem", sa.String(length=400), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state='sent')=(sent_at is not null)", name=op.f("ck_message_sent")),
        sa.CheckConstraint("state in('due','sent','kept','failed')", name=op.f("ck_message_state")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_message_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
    )
    op.create_index(op.f("ix_message_person_id"), "message", ["person_id"], unique=False)
    op.create_index(op.f("ix_message_subject_id"), "message", ["subject_id"], unique=False)
    op.create_table(
        "move_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=40), nullable=False),
        sa.Column("from_stage", sa.String(length=40), nullable=True),
        sa.Column("to_stage", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("for_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("note", sa.String(length=4000), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("(actor_id is null)=(role='clock')", name=op.f("ck_move_log_actor")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_move_log_actor_id")),
        sa.ForeignKeyConstraint(["for_id"], ["person.id"], name=op.f("fk_move_log_for_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_move_log_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_log")),
        sa.UniqueConstraint("subject_id", "version", name=op.f("uq_move_log_subject_id_version")),
    )
    op.create_index("move_log_actor", "move_log", ["actor_id", "at"], unique=False)
    op.create_table(
        "review",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("goals_agreed_at", UtcDateTime(), nullable=True),
        sa.Column("frozen_at", UtcDateTime(), nullable=True),
        sa.Column("frozen_batch", sa.BigInteger(), nullable=True),
        sa.Column("score_e6", sa.BigInteger(), nullable=True),
        sa.Column("rating", sa.String(length=8), nullable=True),
        sa.Column("rating_computed", sa.String(length=8), nullable=True),
        sa.Column("rating_reason", sa.String(length=2000), nullable=True),
        sa.Column("rating_by", sa.Integer(), nullable=True),
        sa.Column("rating_trace", sa.Text(), nullable=True),
        sa.Column("rated_at", UtcDateTime(), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("acknowledged_at", UtcDateTime(), nullable=True),
        sa.Column("acknowledgement", sa.String(length=24), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("voided_at", UtcDateTime(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("collection", sa.Integer(), nullable=False),
        sa.Column("scored_collection", sa.Integer(), nullable=True),
        sa.Column("proposed_revision", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "acknowledgement in('acknowledged','acknowledged_disagree','refused','no_answer')",
            name=op.f("ck_review_acknowledgement"),
        ),
        sa.CheckConstraint("kind='review'", name=op.f("ck_review_kind")),
        sa.CheckConstraint(
            "rating is null or rating=coalesce(rating_computed,'') or rating_reason is not null",
            name=op.f("ck_review_override_has_reason"),
        ),
        sa.CheckConstraint(
            "(acknowledged_at is null)=(acknowledgement is null)", name=op.f("ck_review_acknowledged_how")
        ),
        sa.CheckConstraint("(frozen_at is null)=(frozen_batch is null)", name=op.f("ck_review_frozen_batch")),
        sa.CheckConstraint(
            "acknowledged_at is null or released_at is not null",
            name=op.f("ck_review_acknowledged_is_released"),
        ),
        sa.CheckConstraint(
            "closed_at is null or voided_at is not null or acknowledgement is not null",
            name=op.f("ck_review_closed_is_answered"),
        ),
        sa.CheckConstraint(
            "released_at is null or (rating is not null and frozen_at is not null)",
            name=op.f("ck_review_released_is_rated"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_review_cycle_id")),
        sa.ForeignKeyConstraint(
            ["id", "kind"], ["subject.id", "subject.kind"], name=op.f("fk_review_id_kind")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_review_person_id")),
        sa.ForeignKeyConstraint(["rating_by"], ["person.id"], name=op.f("fk_review_rating_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("cycle_id", "person_id", name=op.f("uq_review_cycle_id_person_id")),
    )
    op.create_index(
        "review_disagreed",
        "review",
        ["cycle_id", "acknowledged_at"],
        unique=False,
        sqlite_where=sa.text("acknowledgement='acknowledged_disagree'"),
        postgresql_where=sa.text("acknowledgement='acknowledged_disagree'"),
    )
    op.create_index(
        "review_results", "review", ["cycle_id", "rating", "acknowledgement", "released_at"], unique=False
    )
    op.create_index("review_totals", "review", ["cycle_id", "score_e6", "id"], unique=False)
    op.create_table(
        "award",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("component", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("zero_reason", sa.String(length=60), nullable=True),
        sa.Column("proposed_minor", sa.BigInteger(), nullable=True),
        sa.Column("changed_reason", sa.String(length=2000), nullable=True),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("rejected_at", UtcDateTime(), nullable=True),
        sa.Column("exported_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(component='promotion')=(amount_minor is null)", name=op.f("ck_award_promotion_amount")
        ),
        sa.CheckConstraint(
            "(component='promotion')=(currency is null)", name=op.f("ck_award_promotion_currency")
        ),
        sa.CheckConstraint(
            "(component='promotion')=(proposed_minor is null)", name=op.f("ck_award_promotion_proposed")
        ),
        sa.CheckConstraint("kind='award'", name=op.f("ck_award_kind")),
        sa.CheckConstraint(
            "(coalesce(amount_minor,1)=0)=(zero_reason is not null)", name=op.f("ck_award_zero_reason")
        ),
        sa.CheckConstraint(
            "amount_minor is null or amount_minor=proposed_minor or changed_reason is not null",
            name=op.f("ck_award_changed_reason"),
        ),
        sa.CheckConstraint(
            "approved_at is null or rejected_at is null", name=op.f("ck_award_approved_or_rejected")
        ),
        sa.CheckConstraint(
            "exported_at is null or approved_at is not null", name=op.f("ck_award_exported_is_approved")
        ),
        sa.ForeignKeyConstraint(
            ["id", "kind"], ["subject.id", "subject.kind"], name=op.f("fk_award_id_kind")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_award_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint(
            "review_id", "component", "revision", name=op.f("uq_award_review_id_component_revision")
        ),
    )
    op.create_index(op.f("ix_award_review_id"), "award", ["review_id"], unique=False)
    op.create_table(
        "goal",
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("target_e4", sa.BigInteger(), nullable=True),
        sa.Column("weight_e4", sa.Integer(), nullable=False),
        sa.Column("suggested_e4", sa.BigInteger(), nullable=True),
        sa.Column("last_e4", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("weight_e4>0 and weight_e4<=1000000", name=op.f("ck_goal_weight")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_goal_review_id")),
        sa.PrimaryKeyConstraint("review_id", "indicator", name=op.f("pk_goal")),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("problem", sa.String(length=400), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=False),
        sa.Column("printed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state='printed')=(pdf is not null)", name=op.f("ck_letter_printed")),
        sa.CheckConstraint("state in('due','printed','failed')", name=op.f("ck_letter_state")),
        sa.CheckConstraint("state<>'failed' or problem is not null", name=op.f("ck_letter_problem")),
        sa.CheckConstraint("(pdf is null)=(sha256 is null)", name=op.f("ck_letter_sha256")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_letter_review_id")),
        sa.ForeignKeyConstraint(["template_id"], ["definition.id"], name=op.f("fk_letter_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("code", name=op.f("uq_letter_code")),
        sa.UniqueConstraint("ref", name=op.f("uq_letter_ref")),
        sa.UniqueConstraint("review_id", "kind", "revision", name=op.f("uq_letter_review_id_kind_revision")),
    )
    op.create_index(
        "letter_open",
        "letter",
        ["state", "review_id"],
        unique=False,
        sqlite_where=sa.text("state<>'printed'"),
        postgresql_where=sa.text("state<>'printed'"),
    )
    op.create_table(
        "live_value",
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("batch_no", sa.BigInteger(), nullable=False),
        sa.Column("numerator_e4", sa.BigInteger(), nullable=True),
        sa.Column("denominator_e4", sa.BigInteger(), nullable=True),
        sa.Column("rows_used", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("computed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("state in('computed','left_out','missing')", name=op.f("ck_live_value_state")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_live_value_review_id")),
        sa.PrimaryKeyConstraint("review_id", "indicator", name=op.f("pk_live_value")),
    )
    op.create_table(
        "measured",
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("batch_no", sa.BigInteger(), nullable=False),
        sa.Column("numerator_e4", sa.BigInteger(), nullable=True),
        sa.Column("denominator_e4", sa.BigInteger(), nullable=True),
        sa.Column("rows_used", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.CheckConstraint("(state='by_hand')=(entered_by is not null)", name=op.f("ck_measured_entered_by")),
        sa.CheckConstraint(
            "state in('computed','by_hand','left_out','missing')", name=op.f("ck_measured_state")
        ),
        sa.CheckConstraint(
            "state<>'computed' or (numerator_e4 is not null and denominator_e4 is not null)",
            name=op.f("ck_measured_computed"),
        ),
        sa.CheckConstraint("state='computed' or reason is not null", name=op.f("ck_measured_reason")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_measured_entered_by")),
        sa.ForeignKeyConstraint(["evidence_id"], ["attachment.id"], name=op.f("fk_measured_evidence_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_measured_review_id")),
        sa.PrimaryKeyConstraint("review_id", "indicator", "revision", name=op.f("pk_measured")),
    )
    op.create_table(
        "score_line",
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=60), nullable=False),
        sa.Column("attainment_e6", sa.BigInteger(), nullable=True),
        sa.Column("points_e6", sa.BigInteger(), nullable=True),
        sa.Column("weight_e4", sa.Integer(), nullable=False),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_score_line_review_id")),
        sa.PrimaryKeyConstraint("review_id", "revision", "line", name=op.f("pk_score_line")),
    )
    op.create_table(
        "award_part",
        sa.Column("award_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.CheckConstraint("part in('preparer','earlier_approver')", name=op.f("ck_award_part_part")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_award_part_award_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_award_part_person_id")),
        sa.PrimaryKeyConstraint("award_id", "part", "person_id", "round", name=op.f("pk_award_part")),
    )
    op.create_index(op.f("ix_award_part_person_id"), "award_part", ["person_id"], unique=False)
    op.create_table(
        "payout_line",
        sa.Column(
            "award_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor<>0", name=op.f("ck_payout_line_amount")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_payout_line_award_id")),
        sa.ForeignKeyConstraint(["run_id"], ["payout_run.id"], name=op.f("fk_payout_line_run_id")),
        sa.PrimaryKeyConstraint("award_id", name=op.f("pk_payout_line")),
    )
    op.create_index(op.f("ix_payout_line_run_id"), "payout_line", ["run_id"], unique=False)
    append_only.protect(op.get_bind())


def downgrade() -> None:
    append_only.unprotect(op.get_bind())
    op.drop_index(op.f("ix_payout_line_run_id"), table_name="payout_line")
    op.drop_table("payout_line")
    op.drop_index(op.f("ix_award_part_person_id"), table_name="award_part")
    op.drop_table("award_part")
    op.drop_table("score_line")
    op.drop_table("measured")
    op.drop_table("live_value")
    op.drop_index(
        "letter_open",
        table_name="letter",
        sqlite_where=sa.text("state<>'printed'"),
        postgresql_where=sa.text("state<>'printed'"),
    )
    op.drop_table("letter")
    op.drop_table("goal")
    op.drop_index(op.f("ix_award_review_id"), table_name="award")
    op.drop_table("award")
    op.drop_index("review_totals", table_name="review")
    op.drop_index("review_results", table_name="review")
    op.drop_index(
        "review_disagreed",
        table_name="review",
        sqlite_where=sa.text("acknowledgement='acknowledged_disagree'"),
        postgresql_where=sa.text("acknowledgement='acknowledged_disagree'"),
    )
    op.drop_table("review")
    op.drop_index("move_log_actor", table_name="move_log")
    op.drop_table("move_log")
    op.drop_index(op.f("ix_message_subject_id"), table_name="message")
    op.drop_index(op.f("ix_message_person_id"), table_name="message")
    op.drop_table("message")
    op.drop_table("closed_task")
    op.drop_index(op.f("ix_attachment_subject_id"), table_name="attachment")
    op.drop_table("attachment")
    op.drop_index("answer_author", table_name="answer")
    op.drop_table("answer")
    op.drop_table("target")
    op.drop_table("survey_ticket")
    op.drop_index(op.f("ix_survey_answer_cycle_id"), table_name="survey_answer")
    op.drop_table("survey_answer")
    op.drop_index("subject_wait", table_name="subject")
    op.drop_index("subject_person", table_name="subject")
    op.drop_index(
        "subject_held_up",
        table_name="subject",
        sqlite_where=sa.text("held_up is not null"),
        postgresql_where=sa.text("held_up is not null"),
    )
    op.drop_index("subject_cycle", table_name="subject")
    op.drop_table("subject")
    op.drop_table("staged_file")
    op.drop_table("payout_run")
    op.drop_index(op.f("ix_login_session_account_id"), table_name="login_session")
    op.drop_table("login_session")
    op.drop_index(
        "launch_item_not_created",
        table_name="launch_item",
        sqlite_where=sa.text("state<>'created'"),
        postgresql_where=sa.text("state<>'created'"),
    )
    op.drop_table("launch_item")
    op.drop_index("landing_read", table_name="landing")
    op.drop_index("landing_customer", table_name="landing")
    op.drop_index("landing_batch_rows", table_name="landing")
    op.drop_table("landing")
    op.drop_table("form_post")
    op.drop_table("cycle_pin")
    op.drop_table("batch_coverage")
    op.drop_table("bad_row")
    op.drop_index(op.f("ix_unit_above_above_id"), table_name="unit_above")
    op.drop_table("unit_above")
    op.drop_index(op.f("ix_staged_person_id"), table_name="staged")
    op.drop_table("staged")
    op.drop_table("role_grant")
    op.drop_index(op.f("ix_reporting_line_manager_id"), table_name="reporting_line")
    op.drop_table("reporting_line")
    op.drop_table("pay_base")
    op.drop_index("membership_position", table_name="membership")
    op.drop_index("membership_from", table_name="membership")
    op.drop_index(op.f("ix_membership_unit_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index("landing_batch_file", table_name="landing_batch")
    op.drop_table("landing_batch")
    op.drop_table("duty")
    op.drop_table("cycle")
    op.drop_index("audit_sealed_order", table_name="audit_sealed")
    op.drop_table("audit_sealed")
    op.drop_table("account")
    op.drop_index(op.f("ix_unit_parent_id"), table_name="unit")
    op.drop_table("unit")
    op.drop_table("source")
    op.drop_index("person_name", table_name="person")
    op.drop_index(
        "person_left",
        table_name="person",
        sqlite_where=sa.text("left_on is not null"),
        postgresql_where=sa.text("left_on is not null"),
    )
    op.drop_table("person")
    op.drop_index(
        "outbox_parked",
        table_name="outbox",
        sqlite_where=sa.text("parked_reason is not null"),
        postgresql_where=sa.text("parked_reason is not null"),
    )
    op.drop_index(
        "outbox_open",
        table_name="outbox",
        sqlite_where=sa.text("done_at is null and parked_reason is null"),
        postgresql_where=sa.text("done_at is null and parked_reason is null"),
    )
    op.drop_table("outbox")
    op.drop_table("lease")
    op.drop_index("lake_file_live", table_name="lake_file")
    op.drop_table("lake_file")
    op.drop_table("definition")
    op.drop_table("company")
    op.drop_table("business_clock")
    op.drop_table("batch_counter")
    op.drop_table("audit_seal")
    op.drop_index("audit_subject", table_name="audit")
    op.drop_index("audit_about", table_name="audit")
    op.drop_table("audit")

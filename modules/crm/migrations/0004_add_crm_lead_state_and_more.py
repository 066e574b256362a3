"""crm_0004: add crm lead state and more."""

import sqlalchemy as sa
from alembic import op

revision = "crm_0004"
down_revision = "crm_0003"
branch_labels = None
depends_on = ("core_0003",)


def _close_leads() -> None:
    """Give the leads there are the state of their stages."""
    op.execute(
        "UPDATE crm_stage SET is_lost = true FROM record_reference AS reference"
        " WHERE reference.module = 'crm' AND reference.name = 'stage_lost'"
        " AND reference.record_id = crm_stage.id AND NOT crm_stage.is_won"
    )
    op.execute(
        "UPDATE crm_lead SET state = CASE WHEN stage.is_won THEN 'won' ELSE 'lost' END,"
        " probability = CASE WHEN stage.is_won THEN 100 ELSE 0 END,"
        " closed_on = coalesce(expected_on, (crm_lead.updated_at AT TIME ZONE 'UTC')::date)"
        " FROM crm_stage AS stage"
        " WHERE stage.id = crm_lead.stage_id AND (stage.is_won OR stage.is_lost)"
    )


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.add_column(
        "crm_lead",
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
    )
    op.alter_column("crm_lead", "state", server_default=None)
    op.add_column("crm_lead", sa.Column("closed_on", sa.Date()))
    op.add_column("crm_lead", sa.Column("lost_reason", sa.String(160)))
    op.add_column("crm_lead", sa.Column("score", sa.Integer()))
    op.add_column(
        "crm_stage",
        sa.Column("is_lost", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.alter_column("crm_stage", "is_lost", server_default=None)
    op.add_column("user", sa.Column("pipeline", sa.Numeric(16, 2)))
    _close_leads()
    op.create_check_constraint(
        "ck_crm_lead_closed_is_certain",
        "crm_lead",
        "state = 'open' OR state = 'won' AND probability = 100 OR state = 'lost' AND probability ="
        " 0",
    )
    op.create_check_constraint(
        "ck_crm_lead_state_options",
        "crm_lead",
        "state IN ('open', 'won', 'lost')",
    )
    op.create_index("ix_crm_lead_score", "crm_lead", ["score"])
    op.create_check_constraint(
        "ck_crm_stage_not_won_and_lost",
        "crm_stage",
        "is_won = false OR is_lost = false",
    )

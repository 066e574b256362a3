"""crm_0003: add triggers of crm lead."""

from alembic import op

revision = "crm_0003"
down_revision = "crm_0002"
branch_labels = None
depends_on = ("core_0002",)


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.execute(
        "CREATE TRIGGER erp_audit_create AFTER INSERT ON crm_lead REFERENCING NEW TABLE AS"
        " new_rows FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('CrmLead', '{\"created_by_id\":"
        ' "created_by", "contact_id": "contact", "stage_id": "stage", "salesperson_id":'
        ' "salesperson", "company_id": "company", "expected_revenue": "expected_revenue",'
        ' "probability": "probability", "weighted_revenue": "weighted_revenue"}\')',
    )
    op.execute(
        "CREATE TRIGGER erp_audit_delete AFTER DELETE ON crm_lead REFERENCING OLD TABLE AS"
        " old_rows FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('CrmLead', '{\"created_by_id\":"
        ' "created_by", "contact_id": "contact", "stage_id": "stage", "salesperson_id":'
        ' "salesperson", "company_id": "company", "expected_revenue": "expected_revenue",'
        ' "probability": "probability", "weighted_revenue": "weighted_revenue"}\')',
    )
    op.execute(
        "CREATE TRIGGER erp_audit_update AFTER UPDATE ON crm_lead REFERENCING OLD TABLE AS"
        " old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('CrmLead',"
        ' \'{"created_by_id": "created_by", "contact_id": "contact", "stage_id":'
        ' "stage", "salesperson_id": "salesperson", "company_id": "company", "expected_revenue":'
        ' "expected_revenue", "probability": "probability", "weighted_revenue":'
        ' "weighted_revenue"}\')',
    )

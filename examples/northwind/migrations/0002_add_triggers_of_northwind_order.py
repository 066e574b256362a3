"""northwind_0002: add triggers of northwind order."""

from alembic import op

revision = "northwind_0002"
down_revision = "northwind_0001"
branch_labels = None
depends_on = ("core_0002",)


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.execute(
        "CREATE TRIGGER erp_audit_create AFTER INSERT ON northwind_order REFERENCING NEW TABLE AS"
        " new_rows FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('NorthwindOrder',"
        ' \'{"created_by_id": "created_by", "customer_id": "customer", "employee_id":'
        ' "employee", "shipper_id": "shipper", "freight": "freight"}\')',
    )
    op.execute(
        "CREATE TRIGGER erp_audit_delete AFTER DELETE ON northwind_order REFERENCING OLD TABLE AS"
        " old_rows FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('NorthwindOrder',"
        ' \'{"created_by_id": "created_by", "customer_id": "customer", "employee_id":'
        ' "employee", "shipper_id": "shipper", "freight": "freight"}\')',
    )
    op.execute(
        "CREATE TRIGGER erp_audit_update AFTER UPDATE ON northwind_order REFERENCING OLD TABLE AS"
        " old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION"
        ' erp_audit(\'NorthwindOrder\', \'{"created_by_id": "created_by", "customer_id":'
        ' "customer", "employee_id": "employee", "shipper_id": "shipper", "freight":'
        ' "freight"}\')',
    )

"""northwind_0003: add northwind customer turnover and more.

Orders there are came from another system: their number becomes the external reference, and they
get a state and a number of ours.
"""

import sqlalchemy as sa
from alembic import op

revision = "northwind_0003"
down_revision = "northwind_0002"
branch_labels = None
depends_on = ("core_0003",)


def _take_over() -> None:
    """Number the orders there are as if they had been confirmed one after the other."""
    op.execute(
        "UPDATE northwind_order SET external_ref = northwind_order.number,"
        " state = CASE WHEN shipped_on IS NULL THEN 'confirmed' ELSE 'shipped' END,"
        " number = year || '-' || lpad(place, greatest(4, length(place)), '0')"
        " FROM (SELECT id, extract(year FROM ordered_on)::text AS year, (row_number() OVER"
        " (PARTITION BY extract(year FROM ordered_on) ORDER BY id))::text AS place"
        " FROM northwind_order) AS counted WHERE counted.id = northwind_order.id"
    )
    op.execute(
        "INSERT INTO erp_counter (sequence, company, period, value)"
        " SELECT 'northwind_order.number', 0, extract(year FROM ordered_on)::text, count(*)"
        " FROM northwind_order GROUP BY 3"
    )


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.execute("DROP TRIGGER erp_audit_create ON northwind_order")
    op.execute("DROP TRIGGER erp_audit_delete ON northwind_order")
    op.execute("DROP TRIGGER erp_audit_update ON northwind_order")
    op.add_column("northwind_customer", sa.Column("turnover", sa.Numeric(16, 2)))
    op.alter_column(
        "northwind_order",
        "number",
        type_=sa.String(32),
        postgresql_using="number::character varying(32)",
        nullable=True,
    )
    op.add_column("northwind_order", sa.Column("external_ref", sa.String(120)))
    op.add_column(
        "northwind_order",
        sa.Column("state", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
    )
    op.alter_column("northwind_order", "state", server_default=None)
    op.add_column("northwind_order", sa.Column("total", sa.Numeric(16, 2)))
    _take_over()
    op.create_check_constraint(
        "ck_northwind_order_day_of_shipping_is_made_by_shipping",
        "northwind_order",
        "shipped_on IS NULL OR external_ref IS NOT NULL OR state != 'draft'",
    )
    op.create_check_constraint(
        "ck_northwind_order_shipped_orders_have_a_day",
        "northwind_order",
        "state != 'shipped' OR shipped_on IS NOT NULL",
    )
    op.create_check_constraint(
        "ck_northwind_order_state_options",
        "northwind_order",
        "state IN ('draft', 'confirmed', 'shipped', 'cancelled')",
    )
    op.create_unique_constraint(
        "uq_northwind_order_external_ref",
        "northwind_order",
        ["external_ref"],
    )
    op.create_index("ix_northwind_order_total", "northwind_order", ["total"])
    op.execute(
        "CREATE TRIGGER erp_audit_create AFTER INSERT ON northwind_order REFERENCING NEW TABLE AS"
        " new_rows FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('NorthwindOrder',"
        ' \'{"created_by_id": "created_by", "customer_id": "customer", "employee_id": "employee",'
        ' "shipper_id": "shipper", "freight": "freight", "total": "total"}\')',
    )
    op.execute(
        "CREATE TRIGGER erp_audit_delete AFTER DELETE ON northwind_order REFERENCING OLD TABLE AS"
        " old_rows FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('NorthwindOrder',"
        ' \'{"created_by_id": "created_by", "customer_id": "customer", "employee_id": "employee",'
        ' "shipper_id": "shipper", "freight": "freight", "total": "total"}\')',
    )
    op.execute(
        "CREATE TRIGGER erp_audit_update AFTER UPDATE ON northwind_order REFERENCING OLD TABLE AS"
        " old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION"
        ' erp_audit(\'NorthwindOrder\', \'{"created_by_id": "created_by", "customer_id":'
        ' "customer", "employee_id": "employee", "shipper_id": "shipper", "freight": "freight",'
        ' "total": "total"}\')',
    )
    op.create_check_constraint(
        "ck_northwind_product_stock_not_negative",
        "northwind_product",
        "units_in_stock >= 0",
    )

"""northwind_0001: initial."""

import sqlalchemy as sa
from alembic import op

revision = "northwind_0001"
down_revision = None
branch_labels = ("northwind",)
depends_on = ("core_0001",)


def _create_northwind_category() -> None:
    op.create_table(
        "northwind_category",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by_id", sa.BigInteger()),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("updated_by_id", sa.BigInteger()),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("description", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_northwind_category"),
        sa.UniqueConstraint("name", name="uq_northwind_category_name"),
        sa.UniqueConstraint("number", name="uq_northwind_category_number"),
        comment="Category",
    )
    op.create_index("ix_northwind_category_created_by_id", "northwind_category", ["created_by_id"])
    op.create_index("ix_northwind_category_updated_by_id", "northwind_category", ["updated_by_id"])


def _create_northwind_customer() -> None:
    op.create_table(
        "northwind_customer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by_id", sa.BigInteger()),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("updated_by_id", sa.BigInteger()),
        sa.Column("code", sa.String(5), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("contact_name", sa.String(40)),
        sa.Column("contact_title", sa.String(40)),
        sa.Column("address", sa.String(80)),
        sa.Column("city", sa.String(30)),
        sa.Column("region", sa.String(30)),
        sa.Column("postal_code", sa.String(12)),
        sa.Column("country", sa.String(30)),
        sa.Column("phone", sa.String(24)),
        sa.Column("fax", sa.String(24)),
        sa.PrimaryKeyConstraint("id", name="pk_northwind_customer"),
        sa.UniqueConstraint("code", name="uq_northwind_customer_code"),
        comment="Customer",
    )
    op.create_index("ix_northwind_customer_country", "northwind_customer", ["country"])
    op.execute(
        "CREATE INDEX ix_northwind_customer_country_sort ON northwind_customer"
        " (erp_sort_key(country), country, id)",
    )
    op.create_index("ix_northwind_customer_created_by_id", "northwind_customer", ["created_by_id"])
    op.execute(
        "CREATE INDEX ix_northwind_customer_name_search ON northwind_customer USING gin"
        " (lower(name) gin_trgm_ops)",
    )
    op.create_index("ix_northwind_customer_updated_by_id", "northwind_customer", ["updated_by_id"])


def _create_northwind_employee() -> None:
    op.create_table(
        "northwind_employee",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by_id", sa.BigInteger()),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("updated_by_id", sa.BigInteger()),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(30), nullable=False),
        sa.Column("last_name", sa.String(30), nullable=False),
        sa.Column("title", sa.String(40)),
        sa.Column("title_of_courtesy", sa.String(10)),
        sa.Column("born_on", sa.Date()),
        sa.Column("hired_on", sa.Date()),
        sa.Column("address", sa.Text()),
        sa.Column("city", sa.String(30)),
        sa.Column("region", sa.String(30)),
        sa.Column("postal_code", sa.String(12)),
        sa.Column("country", sa.String(30)),
        sa.Column("home_phone", sa.String(24)),
        sa.Column("extension", sa.String(4)),
        sa.Column("notes", sa.Text()),
        sa.Column("reports_to_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_northwind_employee"),
        sa.CheckConstraint(
            "reports_to_id IS NULL OR (reports_to_id = id) IS NOT true",
            name="ck_northwind_employee_not_their_own_manager",
        ),
        sa.UniqueConstraint("number", name="uq_northwind_employee_number"),
        comment="Employee",
    )
    op.create_index("ix_northwind_employee_created_by_id", "northwind_employee", ["created_by_id"])
    op.create_index("ix_northwind_employee_reports_to_id", "northwind_employee", ["reports_to_id"])
    op.create_index("ix_northwind_employee_updated_by_id", "northwind_employee", ["updated_by_id"])


def _create_northwind_order() -> None:
    op.create_table(
        "northwind_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by_id", sa.BigInteger()),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("updated_by_id", sa.BigInteger()),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("employee_id", sa.BigInteger(), nullable=False),
        sa.Column("shipper_id", sa.BigInteger()),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("required_on", sa.Date()),
        sa.Column("shipped_on", sa.Date()),
        sa.Column("freight", sa.Numeric(12, 2), nullable=False),
        sa.Column("ship_name", sa.String(60)),
        sa.Column("ship_address", sa.String(80)),
        sa.Column("ship_city", sa.String(30)),
        sa.Column("ship_region", sa.String(30)),
        sa.Column("ship_postal_code", sa.String(12)),
        sa.Column("ship_country", sa.String(30)),
        sa.PrimaryKeyConstraint("id", name="pk_northwind_order"),
        sa.CheckConstraint(
            "shipped_on IS NULL OR (shipped_on >= ordered_on) IS true",
            name="ck_northwind_order_shipped_after_order",
        ),
        sa.UniqueConstraint("number", name="uq_northwind_order_number"),
        comment="Order",
    )
    op.create_index("ix_northwind_order_created_by_id", "northwind_order", ["created_by_id"])
    op.create_index("ix_northwind_order_customer_id", "northwind_order", ["customer_id"])
    op.create_index("ix_northwind_order_employee_id", "northwind_order", ["employee_id"])
    op.create_index("ix_northwind_order_ordered_on", "northwind_order", ["ordered_on"])
    op.create_index("ix_northwind_order_shipper_id", "northwind_order", ["shipper_id"])
    op.create_index("ix_northwind_order_updated_by_id", "northwind_order", ["updated_by_id"])


def _create_northwind_order_line() -> None:
    op.create_table(
        "northwind_order_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by_id", sa.BigInteger()),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("updated_by_id", sa.BigInteger()),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_price", sa.Numeric(12, 2), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("discount", sa.Numeric(4, 2), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_northwind_order_line"),
        sa.CheckConstraint(
            "discount >= 0 AND discount <= 1",
            name="ck_northwind_order_line_discount_is_a_share",
        ),
        sa.CheckConstraint("quantity > 0", name="ck_northwind_order_line_quantity_positive"),
        sa.UniqueConstraint(
            "order_id",
            "product_id",
            name="uq_northwind_order_line_product_once_per_order",
        ),
        comment="Order line",
    )
    op.create_index(
        "ix_northwind_order_line_created_by_id",
        "northwind_order_line",
        ["created_by_id"],
    )
    op.create_index("ix_northwind_order_line_product_id", "northwind_order_line", ["product_id"])
    op.create_index(
        "ix_northwind_order_line_updated_by_id",
        "northwind_order_line",
        ["updated_by_id"],
    )


def _create_northwind_product() -> None:
    op.create_table(
        "northwind_product",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by_id", sa.BigInteger()),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("updated_by_id", sa.BigInteger()),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity_per_unit", sa.String(40)),
        sa.Column("unit_price", sa.Numeric(12, 2), nullable=False),
        sa.Column("units_in_stock", sa.Integer(), nullable=False),
        sa.Column("units_on_order", sa.Integer(), nullable=False),
        sa.Column("reorder_level", sa.Integer(), nullable=False),
        sa.Column("discontinued", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_northwind_product"),
        sa.UniqueConstraint("number", name="uq_northwind_product_number"),
        comment="Product",
    )
    op.create_index("ix_northwind_product_category_id", "northwind_product", ["category_id"])
    op.create_index("ix_northwind_product_created_by_id", "northwind_product", ["created_by_id"])
    op.execute(
        "CREATE INDEX ix_northwind_product_name_search ON northwind_product USING gin (lower(name)"
        " gin_trgm_ops)",
    )
    op.create_index("ix_northwind_product_supplier_id", "northwind_product", ["supplier_id"])
    op.create_index("ix_northwind_product_updated_by_id", "northwind_product", ["updated_by_id"])


def _create_northwind_shipper() -> None:
    op.create_table(
        "northwind_shipper",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by_id", sa.BigInteger()),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("updated_by_id", sa.BigInteger()),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("phone", sa.String(24)),
        sa.PrimaryKeyConstraint("id", name="pk_northwind_shipper"),
        sa.UniqueConstraint("number", name="uq_northwind_shipper_number"),
        comment="Shipper",
    )
    op.create_index("ix_northwind_shipper_created_by_id", "northwind_shipper", ["created_by_id"])
    op.create_index("ix_northwind_shipper_updated_by_id", "northwind_shipper", ["updated_by_id"])


def _create_northwind_supplier() -> None:
    op.create_table(
        "northwind_supplier",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by_id", sa.BigInteger()),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("updated_by_id", sa.BigInteger()),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("contact_name", sa.String(40)),
        sa.Column("contact_title", sa.String(40)),
        sa.Column("address", sa.String(80)),
        sa.Column("city", sa.String(30)),
        sa.Column("region", sa.String(30)),
        sa.Column("postal_code", sa.String(12)),
        sa.Column("country", sa.String(30)),
        sa.Column("phone", sa.String(24)),
        sa.Column("fax", sa.String(24)),
        sa.Column("home_page", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_northwind_supplier"),
        sa.UniqueConstraint("number", name="uq_northwind_supplier_number"),
        comment="Supplier",
    )
    op.create_index("ix_northwind_supplier_created_by_id", "northwind_supplier", ["created_by_id"])
    op.create_index("ix_northwind_supplier_updated_by_id", "northwind_supplier", ["updated_by_id"])


def _relate_northwind_category() -> None:
    op.create_foreign_key(
        "fk_northwind_category_created_by_id",
        "northwind_category",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_category_updated_by_id",
        "northwind_category",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_northwind_customer() -> None:
    op.create_foreign_key(
        "fk_northwind_customer_created_by_id",
        "northwind_customer",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_customer_updated_by_id",
        "northwind_customer",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_northwind_employee() -> None:
    op.create_foreign_key(
        "fk_northwind_employee_created_by_id",
        "northwind_employee",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_employee_reports_to_id",
        "northwind_employee",
        "northwind_employee",
        ["reports_to_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_employee_updated_by_id",
        "northwind_employee",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_northwind_order() -> None:
    op.create_foreign_key(
        "fk_northwind_order_created_by_id",
        "northwind_order",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_order_customer_id",
        "northwind_order",
        "northwind_customer",
        ["customer_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_order_employee_id",
        "northwind_order",
        "northwind_employee",
        ["employee_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_order_shipper_id",
        "northwind_order",
        "northwind_shipper",
        ["shipper_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_order_updated_by_id",
        "northwind_order",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_northwind_order_line() -> None:
    op.create_foreign_key(
        "fk_northwind_order_line_created_by_id",
        "northwind_order_line",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_order_line_order_id",
        "northwind_order_line",
        "northwind_order",
        ["order_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_order_line_product_id",
        "northwind_order_line",
        "northwind_product",
        ["product_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_order_line_updated_by_id",
        "northwind_order_line",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_northwind_product() -> None:
    op.create_foreign_key(
        "fk_northwind_product_category_id",
        "northwind_product",
        "northwind_category",
        ["category_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_product_created_by_id",
        "northwind_product",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_product_supplier_id",
        "northwind_product",
        "northwind_supplier",
        ["supplier_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_product_updated_by_id",
        "northwind_product",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_northwind_shipper() -> None:
    op.create_foreign_key(
        "fk_northwind_shipper_created_by_id",
        "northwind_shipper",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_shipper_updated_by_id",
        "northwind_shipper",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_northwind_supplier() -> None:
    op.create_foreign_key(
        "fk_northwind_supplier_created_by_id",
        "northwind_supplier",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_northwind_supplier_updated_by_id",
        "northwind_supplier",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def upgrade() -> None:
    """Bring the tables to this revision."""
    _create_northwind_category()
    _create_northwind_customer()
    _create_northwind_employee()
    _create_northwind_order()
    _create_northwind_order_line()
    _create_northwind_product()
    _create_northwind_shipper()
    _create_northwind_supplier()
    _relate_northwind_category()
    _relate_northwind_customer()
    _relate_northwind_employee()
    _relate_northwind_order()
    _relate_northwind_order_line()
    _relate_northwind_product()
    _relate_northwind_shipper()
    _relate_northwind_supplier()

"""A declared change becomes the revision a person would write, and then nothing differs."""

import ast
import asyncio
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from install_project import Project

from graphql_erp.config import REPOSITORY, Settings
from graphql_erp.install.progress import Silent
from graphql_erp.install.revisions import check_migrations, make_migration
from graphql_erp.tenants.server import Server

pytestmark = pytest.mark.anyio

LEAD = """
model: Lead
fields:
  name: {type: Char, required: true, max_length: 120}
  email: {type: Char, max_length: 60}
  code: Char
  amount: {type: Decimal, digits: [12, 2]}
  rate: {type: Decimal, digits: [5, 2]}
  share: {type: Decimal, digits: [16, 2], compute: amount * rate / 100, store: true, index: true}
  state: {type: Selection, options: [open, won], required: true, default: open}
  order: {type: ManyToOne, to: Order}
checks:
  amount_positive: {where: Q(amount__gt=0), message: Too small.}
---
model: Order
fields: {name: {type: Char, index: true}}
"""

CHANGES = {
    "new_field": (
        ("  code: Char\n", "  code: Char\n  notes: Text\n"),
        'op.add_column("lead", sa.Column("notes", sa.Text()))',
        "add_lead_notes",
        [],
    ),
    "new_required_field_with_default": (
        ("  code: Char\n", "  code: Char\n  level: {type: Integer, required: true, default: 3}\n"),
        """
        op.add_column(
            "lead",
            sa.Column("level", sa.Integer(), server_default=sa.text("3"), nullable=False),
        )
        op.alter_column("lead", "level", server_default=None)
        """,
        "add_lead_level",
        [],
    ),
    "new_required_field_without_default": (
        ("  code: Char\n", "  code: Char\n  level: {type: Integer, required: true}\n"),
        'op.add_column("lead", sa.Column("level", sa.Integer(), nullable=False))',
        "add_lead_level",
        ["Needs a value for existing records: lead.level is required and has no default."],
    ),
    "removed_field": (
        ("  code: Char\n", ""),
        'op.drop_column("lead", "code")',
        "drop_lead_code",
        ["Destructive: drops column lead.code."],
    ),
    "longer_text": (
        ("max_length: 60", "max_length: 80"),
        'op.alter_column("lead", "email", type_=sa.String(80))',
        "change_lead_email",
        [],
    ),
    "shorter_text": (
        ("max_length: 60", "max_length: 40"),
        'op.alter_column("lead", "email", type_=sa.String(40))',
        "change_lead_email",
        [
            (
                "Destructive: narrows column lead.email from character varying(60) to character"
                " varying(40)."
            ),
        ],
    ),
    "another_type": (
        ("  code: Char\n", "  code: Integer\n"),
        'op.alter_column("lead", "code", type_=sa.Integer(), postgresql_using="code::integer")',
        "change_lead_code",
        ["Destructive: narrows column lead.code from text to integer."],
    ),
    "text_in_several_languages": (
        ("  code: Char\n", "  code: {type: Char, translate: true}\n"),
        """
        op.alter_column(
            "lead",
            "code",
            type_=postgresql.JSONB(),
            postgresql_using="CASE WHEN code IS NOT NULL THEN jsonb_build_object('en', code) END",
        )
        """,
        "change_lead_code",
        [],
    ),
    "new_required_field_per_company": (
        (
            "  email: {",
            "  level: {type: Integer, required: true, default: 3, per_company: true}\n  email: {",
        ),
        """
        op.add_column(
            "lead",
            sa.Column(
                "level",
                postgresql.JSONB(),
                server_default=sa.text("jsonb_build_object('0', 3)"),
                nullable=False,
            ),
        )
        op.alter_column("lead", "level", server_default=None)
        """,
        "add_lead_level",
        [],
    ),
    "required_with_default": (
        ("  code: Char\n", "  code: {type: Char, required: true, default: it's}\n"),
        """
        op.execute("UPDATE lead SET code = 'it''s' WHERE code IS NULL")
        op.alter_column("lead", "code", nullable=False)
        """,
        "change_lead_code",
        [],
    ),
    "new_check": (
        ("checks:\n", "checks:\n  has_code: {where: Q(code__neq=':x'), message: No code.}\n"),
        """
        op.create_check_constraint("ck_lead_has_code", "lead", "(code = '\\\\:x') IS NOT true")
        """,
        "add_ck_lead_has_code",
        [],
    ),
    "changed_check": (
        ("amount__gt=0", "amount__gte=1"),
        """
        op.drop_constraint("ck_lead_amount_positive", "lead", type_="check")
        op.create_check_constraint("ck_lead_amount_positive", "lead", "(amount >= 1) IS true")
        """,
        "change_ck_lead_amount_positive",
        [],
    ),
    "renamed_check": (
        ("  amount_positive:", "  amount_is_real:"),
        """
        op.execute(
            "ALTER TABLE lead RENAME CONSTRAINT ck_lead_amount_positive TO ck_lead_amount_is_real",
        )
        """,
        "rename_ck_lead_amount_is_real",
        [],
    ),
    "other_options": (
        ("[open, won]", "[open, lost]"),
        """
        op.drop_constraint("ck_lead_state_options", "lead", type_="check")
        op.create_check_constraint("ck_lead_state_options", "lead", "state IN ('open', 'lost')")
        """,
        "change_ck_lead_state_options",
        [],
    ),
    "new_unique": (
        ("  code: Char\n", "  code: {type: Char, unique: true}\n"),
        'op.create_unique_constraint("uq_lead_code", "lead", ["code"])',
        "add_uq_lead_code",
        [],
    ),
    "new_index": (
        ("  code: Char\n", "  code: {type: Char, index: search}\n"),
        """
        op.execute("CREATE INDEX ix_lead_code_search ON lead USING gin (lower(code) gin_trgm_ops)")
        """,
        "add_ix_lead_code_search",
        [],
    ),
    "changed_expression": (
        ("amount * rate / 100", "amount * rate"),
        """
        op.drop_index("ix_lead_share", table_name="lead")
        op.drop_column("lead", "share")
        op.add_column(
            "lead",
            sa.Column(
                "share",
                sa.Numeric(16, 2),
                sa.Computed("round(amount * rate, 2)", persisted=True),
            ),
        )
        op.create_index("ix_lead_share", "lead", ["share"])
        """,
        "change_lead_share",
        [],
    ),
    "changed_type_of_what_is_computed_from": (
        ("digits: [12, 2]", "digits: [14, 3]"),
        """
        op.drop_index("ix_lead_share", table_name="lead")
        op.drop_column("lead", "share")
        op.alter_column("lead", "amount", type_=sa.Numeric(14, 3))
        op.add_column(
            "lead",
            sa.Column(
                "share",
                sa.Numeric(16, 2),
                sa.Computed("round((amount * rate) / 100, 2)", persisted=True),
            ),
        )
        op.create_index("ix_lead_share", "lead", ["share"])
        """,
        "change_lead_share_and_more",
        [],
    ),
    "another_rule_of_deletion": (
        ("to: Order}", "to: Order, on_delete: cascade}"),
        """
        op.drop_constraint("fk_lead_order_id", "lead", type_="foreignkey")
        op.create_foreign_key(
            "fk_lead_order_id",
            "lead",
            "order",
            ["order_id"],
            ["id"],
            ondelete="CASCADE",
            deferrable=True,
            initially="IMMEDIATE",
        )
        """,
        "change_fk_lead_order_id",
        [],
    ),
    "another_table": (
        ("model: Order\n", "model: Order\ntable: business_order\n"),
        """
        op.rename_table("order", "business_order")
        op.execute("ALTER TABLE business_order RENAME CONSTRAINT pk_order TO pk_business_order")
        op.execute("ALTER INDEX ix_order_name RENAME TO ix_business_order_name")
        op.execute("ALTER INDEX ix_order_name_sort RENAME TO ix_business_order_name_sort")
        """,
        "rename_business_order",
        ["Takes business_order for order."],
    ),
    "another_description": (
        ("model: Order\n", "model: Order\ndescription: Who we work with.\n"),
        'op.create_table_comment("order", "Who we work with.")',
        "change_the_comment_of_table_order",
        [],
    ),
}
"""Change of the file, statements of the revision, its name, its warnings."""


class Told:
    """Progress that remembers what it was told."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int, int]] = []

    def step(self, text: str, done: int, total: int) -> None:
        self.steps.append((text, done, total))


def body(path: Path) -> str:
    """Return the statements of a revision's `upgrade`."""
    text = path.read_text()
    upgrade = ast.parse(text).body[-1]
    assert isinstance(upgrade, ast.FunctionDef)
    first, last = upgrade.body[1], upgrade.body[-1]
    return textwrap.dedent("\n".join(text.splitlines()[first.lineno - 1 : last.end_lineno]))


def write_lead(folder: Path, text: str = LEAD) -> Path:
    models = folder / "sale" / "models"
    models.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(text.split("---\n")):
        (models / f"{number}.yaml").write_text(file)
    (folder / "sale" / "manifest.yaml").write_text(
        'name: sale\nidentifier: sale\nversion: "1.0"\ndependencies: []\n'
    )
    return folder / "sale" / "migrations"


@pytest.fixture(scope="module")
def lead_revisions(
    server: Server, test_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("modules")
    migrations = write_lead(folder)
    chosen = test_settings.model_copy(update={"module_paths": str(folder)})
    asyncio.run(make_migration(server, chosen, "sale", progress=Silent()))
    return migrations


@pytest.mark.parametrize("case", CHANGES)
async def test_change_becomes_a_revision(project: Project, lead_revisions: Path, case: str) -> None:
    (old, new), statements, name, warnings = CHANGES[case]
    assert LEAD.count(old) == 1
    shutil.copytree(lead_revisions, write_lead(project.folder, LEAD.replace(old, new)))
    told = Told()

    path = await make_migration(project.server, project.shared, "sale", progress=told)

    assert path is not None
    assert path.name == f"0002_{name}.py"
    assert body(path) == textwrap.dedent(statements).strip()
    said = [text.partition(": ")[2] for text, _, _ in told.steps if text.startswith("0002")]
    assert said == warnings
    docstring = " ".join((ast.get_docstring(ast.parse(path.read_text())) or "").split())
    assert [warning in docstring for warning in warnings] == [True] * len(warnings)
    left = await check_migrations(project.server, project.shared, ["sale"], Silent())
    assert left == []


async def test_nothing_is_written_when_nothing_differs(
    project: Project, lead_revisions: Path
) -> None:
    migrations = write_lead(project.folder)
    shutil.copytree(lead_revisions, migrations)

    path = await make_migration(project.server, project.shared, "sale", progress=Silent())

    assert path is None
    assert [file.name for file in sorted(migrations.glob("*.py"))] == ["0001_initial.py"]


async def test_removed_model_drops_its_table_with_a_warning(
    project: Project, lead_revisions: Path
) -> None:
    text = LEAD.split("---\n", maxsplit=1)[0].replace("  order: {type: ManyToOne, to: Order}\n", "")
    shutil.copytree(lead_revisions, write_lead(project.folder, text))

    path = await make_migration(project.server, project.shared, "sale", progress=Silent())

    assert path is not None
    assert (path.name, body(path)) == (
        "0002_drop_order.py",
        textwrap.dedent(
            """
            op.drop_constraint("fk_lead_order_id", "lead", type_="foreignkey")
            op.drop_index("ix_lead_order_id", table_name="lead")
            op.drop_column("lead", "order_id")
            op.drop_table("order")
            """
        ).strip(),
    )
    assert "Destructive: drops table order with all its records." in path.read_text()
    assert await check_migrations(project.server, project.shared, ["sale"], Silent()) == []


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]])
def test_revisions_are_written_as_the_rest_of_the_code(
    lead_revisions: Path, arguments: list[str]
) -> None:
    files = [str(file) for file in lead_revisions.glob("*.py")]
    settings = ["--config", str(REPOSITORY / "pyproject.toml"), "--ignore", "INP001,N999"]
    chosen = settings if arguments == ["check"] else settings[:2]

    done = subprocess.run(  # noqa: S603 - our own files
        [sys.executable, "-m", "ruff", *arguments, *chosen, *files],
        capture_output=True,
        text=True,
        check=False,
    )

    assert len(files) == 1
    assert done.returncode == 0, done.stdout


async def test_name_of_a_revision_can_be_given(project: Project) -> None:
    write_lead(project.folder)

    path = await make_migration(
        project.server, project.shared, "sale", name="The first: leads!", progress=Silent()
    )

    assert path is not None
    assert path.name == "0001_the_first_leads.py"
    assert '"""sale_0001: the first leads."""' in path.read_text()

from pathlib import Path

import pytest

from graphql_erp import errors
from graphql_erp.cli.reference import COMMAND, PAGES, REFERENCE_FOLDER, page_text, write_pages
from graphql_erp.cli.reference_errors import checks, errors_reference


@pytest.mark.parametrize("name", PAGES)
def test_reference_page_is_current(name: str) -> None:
    kept = (REFERENCE_FOLDER / name).read_text(encoding="utf-8")

    assert kept == page_text(name), f"Run: {COMMAND}"


def test_pages_are_written_once(tmp_path: Path) -> None:
    assert [path.name for path in write_pages(tmp_path)] == list(PAGES)
    assert write_pages(tmp_path) == []


def test_every_mistake_leads_to_a_section_of_the_page() -> None:
    headings = {line for line in errors_reference().splitlines() if line.startswith("### ")}

    assert headings == {f"### {check}" for check in checks()}
    problem = str(errors.Problem("a.yaml", 1, 1, "unknown_model", "No."))
    assert problem.splitlines()[-1].strip() == "See docs/reference/errors.md#unknown_model"


def test_every_setting_has_a_sentence() -> None:
    rows = [line for line in page_text("settings.md").splitlines() if line.startswith("| `ERP_")]

    assert len(rows) > 20
    assert [row for row in rows if row.rstrip(" |").endswith("|")] == []


def test_every_command_option_has_a_sentence() -> None:
    rows = [line for line in page_text("commands.md").splitlines() if line.startswith("| `")]

    assert len(rows) > 20
    assert [row for row in rows if row.endswith("|  |")] == []

from pathlib import Path

import pytest
from typed_command import typed

HERE = Path(__file__).parent
DOCUMENT = (HERE / "explained.graphql").read_text()
VARIABLES = '{"first": 2, "stage": "New"}'


def explain(folder: Path, document: str, *options: str) -> int:
    file = folder / "document.graphql"
    file.write_text(document)
    return typed("explain", str(file), "--modules", "crm", *options)


def test_plan_and_sql_of_each_root_field_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(tmp_path, DOCUMENT, "--variables", VARIABLES) == 0

    assert capsys.readouterr().out == (HERE / "explained.txt").read_text()


@pytest.mark.parametrize(
    ("document", "options", "error"),
    [
        ("{ crmLead", (), "Syntax Error: Expected Name, found <EOF>."),
        (
            "{ crmLeadz { totalCount } }",
            (),
            "Cannot query field 'crmLeadz' on type 'Query'. Did you mean 'crmLead",
        ),
        (DOCUMENT, (), "Variable '$stage' has invalid value: Expected a value of"),
        (DOCUMENT, ("--variables", "[]"), "The variables must be a JSON object."),
        (DOCUMENT, ("--variables", "{"), "The variables are not JSON: "),
        (DOCUMENT, ("--operation", "X"), 'The document has no operation "X".'),
        (
            'mutation { crmTagCreate(data: {name: "x"}) { errors { code } } }',
            (),
            "Only queries have a plan.",
        ),
    ],
)
def test_document_that_cannot_be_explained_is_refused(
    document: str,
    options: tuple[str, ...],
    error: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert explain(tmp_path, document, *options) == 1

    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(error)

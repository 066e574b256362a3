"""Write the explanation of the document anew: `python tests/cli/regenerate.py`."""

from pathlib import Path

from typer.testing import CliRunner

from graphql_erp.cli.main import app

HERE = Path(__file__).parent
VARIABLES = '{"first": 2, "stage": "New"}'


def main() -> None:
    """Run the command and keep what it shows; the change is reviewed as code."""
    document = str(HERE / "explained.graphql")
    arguments = ["explain", document, "--modules", "crm", "--variables", VARIABLES]
    shown = CliRunner().invoke(app, arguments, catch_exceptions=False)
    (HERE / "explained.txt").write_text(shown.output)


if __name__ == "__main__":
    main()

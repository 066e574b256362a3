import json
import subprocess
import sys

import pytest
from served_process import environment

from graphql_erp.cli.logs import without_values
from graphql_erp.config import Settings

PROGRAM = """
import logging
import structlog
from graphql_erp.cli.logs import configure_logs
from graphql_erp.config import settings

def fail(password):
    raise ValueError(f"broken: Key (name)=({password}) is 'taken' by {password!r}")

configure_logs(settings())
log = structlog.get_logger("test")
log.info("begins", number=1)
logging.getLogger("uvicorn.error").warning("from a %s", "library")
logging.getLogger("uvicorn.error").info("chatter")
try:
    fail("s3cret")
except ValueError as error:
    log.error("failed", exc_info=error)
"""


def lines_of(settings: Settings) -> list[dict[str, object]]:
    done = subprocess.run(  # noqa: S603 -- fixed arguments, no shell
        [sys.executable, "-c", PROGRAM],
        env=environment(settings),
        capture_output=True,
        text=True,
        check=True,
    )
    assert settings.development or "s3cret" not in done.stderr
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_log_is_json_without_local_variables(cli_settings: Settings) -> None:
    lines = lines_of(cli_settings.model_copy(update={"development": False}))

    assert [(line["event"], line["level"]) for line in lines] == [
        ("begins", "info"),
        ("from a library", "warning"),
        ("failed", "error"),
    ]
    assert lines[0]["number"] == 1
    (failure,) = json.loads(json.dumps(lines[2]["exception"]))
    assert (failure["exc_type"], failure["exc_value"]) == (
        "ValueError",
        "broken: Key ... is ...",
    )
    assert [frame["name"] for frame in failure["frames"]] == ["<module>", "fail"]


@pytest.mark.parametrize(("level", "count"), [("warning", 2), ("error", 1)])
def test_level_is_that_of_the_settings(level: str, count: int, cli_settings: Settings) -> None:
    assert len(lines_of(cli_settings.model_copy(update={"log_level": level}))) == count


def test_values_in_errors_are_shown_in_development(cli_settings: Settings) -> None:
    lines = lines_of(cli_settings.model_copy(update={"development": True}))

    (failure,) = json.loads(json.dumps(lines[2]["exception"]))
    assert failure["exc_value"] == "broken: Key (name)=(s3cret) is 'taken' by 's3cret'"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("nothing quoted", "nothing quoted"),
        (
            "invalid input for query argument $1: 'se\\'cret\n' (an integer is required)",
            "invalid input for query argument $1: ... ...",
        ),
        (
            'invalid input syntax for type integer: "se"cret"',
            "invalid input syntax for type integer: ...",
        ),
        ("DETAIL:  Failing row contains (1, se)(cret, f).", "DETAIL:  Failing row contains ...."),
    ],
)
def test_values_are_left_out_of_the_texts_of_errors(text: str, shown: str) -> None:
    assert without_values(text) == shown

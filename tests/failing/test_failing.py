from pathlib import Path

import pytest
from failing_corpus import CORPUS, EXPECTED, Accepted, cases, check, message

from graphql_erp.declarations.checks import CHECKS

ELSEWHERE = {"duplicate_module"}
"""Needs two search paths; tested with the loading of modules."""


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_refused_with_the_exact_message(case: Path) -> None:
    assert message(case) == (case / EXPECTED).read_text(encoding="utf-8")


def test_every_check_of_the_declarations_has_a_case() -> None:
    found = {problem.check for case in cases() for problem in check([case]).problems}

    assert set(CHECKS) - found == ELSEWHERE


def test_every_folder_is_a_case() -> None:
    folders = {path.name for path in CORPUS.iterdir() if (path / EXPECTED).exists()}

    assert folders == {case.name for case in cases()}


def test_good_declarations_are_no_case(tmp_path: Path) -> None:
    module = tmp_path / "module"
    module.mkdir()
    (module / "manifest.yaml").write_text('name: M\nidentifier: module\nversion: "1.0"\n')

    with pytest.raises(Accepted):
        check([tmp_path])

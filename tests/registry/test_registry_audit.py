"""Audited models: the field that leads to their changes, and what refuses them."""

import pytest

from graphql_erp.errors import DeclarationError, Problem
from graphql_erp.registry.model import Relation, RelationKind
from graphql_erp.testing.declare import declare


def problem_of(text: str, *dependencies: str) -> Problem:
    with pytest.raises(DeclarationError) as refused:
        declare(text, dependencies=dependencies)
    (problem,) = refused.value.problems
    return problem


def test_changes_lead_to_the_entries_that_name_a_record() -> None:
    text = "model: Box\naudit: true\n---\nmodel: Shelf\nfields: {name: Char}"
    registry = declare(text, dependencies=["core"])
    field = registry.model("Box").field("changes")

    assert field.relation == Relation(
        kind=RelationKind.ATTACHED, target="AuditEntry", column="record_id", model_column="model"
    )
    assert (field.is_to_many, field.is_stored, field.is_writable) == (True, False, False)
    assert "changes" not in registry.model("Shelf").fields
    assert registry.is_audited


def test_nothing_is_audited_unasked() -> None:
    assert not declare("model: Box\nfields: {name: Char}").is_audited


def test_extension_turns_audit_on() -> None:
    registry = declare("extend: Company\naudit: true", dependencies=["core"])

    assert registry.model("Company").is_audited


def test_entries_need_a_model() -> None:
    problem = problem_of("model: Box\naudit: true")

    assert problem.check == "bad_audit"
    assert problem.message == "Box is audited, but no module here has the model AuditEntry."
    assert problem.hint == 'Add "core" to the dependencies of "test".'


def test_entries_are_not_audited() -> None:
    problem = problem_of("extend: AuditEntry\naudit: true", "core")

    assert (problem.check, problem.hint) == ("bad_audit", "Remove `audit`.")


def test_changes_is_no_name_of_a_field() -> None:
    problem = problem_of("model: Box\naudit: true\nfields: {changes: Char}", "core")

    assert problem.check == "reserved_field"

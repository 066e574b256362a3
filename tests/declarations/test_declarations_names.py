import pytest

from graphql_erp.declarations.names import NameKind, did_you_mean, name_problem, nearest
from graphql_erp.declarations.source import Source

PLACE = Source("f.yaml", 2, 3)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (NameKind.FIELD, "is_won"),
        (NameKind.FIELD, "address2"),
        (NameKind.MODEL, "UoM"),
        (NameKind.IDENTIFIER, "uom_3"),
    ],
)
def test_good_names_pass(kind: NameKind, name: str) -> None:
    assert name_problem(kind, name, "thing", PLACE) is None


@pytest.mark.parametrize(
    ("kind", "name", "better"),
    [
        (NameKind.FIELD, "address_2", "address2"),
        (NameKind.FIELD, "isWon", "is_won"),
        (NameKind.FIELD, "_private", "private"),
        (NameKind.FIELD, "a__b", "a_b"),
        (NameKind.MODEL, "crm_lead", "CrmLead"),
        (NameKind.IDENTIFIER, "Big-Deal", "big_deal"),
    ],
)
def test_bad_name_comes_with_a_good_one(kind: NameKind, name: str, better: str) -> None:
    problem = name_problem(kind, name, "thing", PLACE)

    assert problem is not None
    assert (problem.line, problem.column, problem.check) == (2, 3, "bad_name")
    assert problem.message == f'"{name}" cannot be the name of a thing.'
    assert problem.hint.endswith(f': "{better}".')


@pytest.mark.parametrize("name", ["", "2nd", "ä", "é__"])
def test_bad_name_without_a_good_one_says_the_rule(name: str) -> None:
    problem = name_problem(NameKind.FIELD, name, "field", PLACE)

    assert problem is not None
    assert problem.hint.endswith("converts back.")


def test_swapped_letters_win_over_other_likeness() -> None:
    assert nearest("lable", ["table", "label"]) == "label"


def test_case_does_not_matter_for_likeness() -> None:
    assert nearest("crmstage", ["CrmLead", "CrmStage"]) == "CrmStage"


def test_unlike_names_are_all_listed() -> None:
    assert did_you_mean("zzz", ["a", "b"]) == "Known: a, b."
    assert did_you_mean("zzz", []) == ""

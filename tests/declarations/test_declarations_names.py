import pytest

from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.names import NameKind, refuse_name
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
    mistakes = Mistakes()

    assert not refuse_name(kind, name, "thing", PLACE, mistakes)
    assert mistakes == Mistakes()


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
    mistakes = Mistakes()

    assert refuse_name(kind, name, "thing", PLACE, mistakes)
    (problem,) = mistakes.problems
    assert (problem.line, problem.column, problem.check) == (2, 3, "bad_name")
    assert problem.message == f'"{name}" cannot be the name of a thing.'
    assert problem.hint.endswith(f': "{better}".')
    assert mistakes.is_lost(better)


@pytest.mark.parametrize("name", ["", "2nd", "ä", "é__"])
def test_bad_name_without_a_good_one_says_the_rule(name: str) -> None:
    mistakes = Mistakes()

    assert refuse_name(NameKind.FIELD, name, "field", PLACE, mistakes)
    (problem,) = mistakes.problems
    assert problem.hint.endswith("converts back.")

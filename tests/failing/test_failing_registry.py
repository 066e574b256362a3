from failing_corpus import cases, check

from graphql_erp.registry.checks import CHECKS


def test_every_check_of_the_registry_has_a_case() -> None:
    found = {problem.check for case in cases() for problem in check([case]).problems}

    assert set(CHECKS) - found == set()

"""The language of an actor."""

import pytest

from graphql_erp.security.actor import Actor, language_of


def test_nobody_reads_the_source_language() -> None:
    assert Actor().language == "en"


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("en_GB", "en"),
        ("fr_CA", "fr"),
        ("fr", "fr"),
        ("es_419", "es"),
        ("zh_Hant_TW", "zh_Hant"),
        ("ca_ES_VALENCIA", "ca_ES_VALENCIA"),
    ],
)
def test_language_of_a_locale_is_that_of_all_its_places(locale: str | None, language: str) -> None:
    assert language_of(locale) == language

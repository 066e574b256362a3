"""VariesBy: what of the actor a field's value depends on."""

from enum import StrEnum

SOURCE_LANGUAGE = "en"
"""Language of a text that is not translated, and of the texts modules ship."""
ALL_COMPANIES = "0"
"""Stands for every company that has no value of its own; no company has this id."""


class VariesBy(StrEnum):
    """The column holds a JSON object with a value per key; this says what the keys are."""

    LANGUAGE = "language"
    """Codes of languages: `{"en": "New", "fr": "Nouveau"}`."""
    COMPANY = "company"
    """Ids of companies: `{"0": "10.00", "3": "12.50"}`."""

    @property
    def source_key(self) -> str:
        """The key whose value holds for all that have none of their own."""
        return SOURCE_LANGUAGE if self is VariesBy.LANGUAGE else ALL_COMPANIES

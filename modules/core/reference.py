"""Countries, subdivisions, currencies and languages, read from the libraries that keep them.

The libraries are imported where they are needed: they are used once, when the module is installed.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from graphql_erp import records

Record = tuple[str, Mapping[str, object]]

ACTIVE_CURRENCIES = frozenset({"CHF", "EUR", "GBP", "JPY", "USD"})
ACTIVE_LANGUAGES = frozenset({"de_DE", "en_GB", "en_US", "es_ES", "fr_FR", "it_IT", "pt_PT"})

_LANGUAGES_PER_SWEEP = 64
_ANNOTATION = re.compile(r" \[.*\]$")
"""A second name after the first, as in `Cardiff [Caerdydd GB-CRD]`."""


@records("Currency")
def currencies() -> Iterator[Record]:
    """Give every currency and fund of ISO 4217 with the digits of its minor unit."""
    import iso4217
    import pycountry
    from babel import Locale
    from babel.numbers import get_currency_precision, get_currency_symbol

    english = Locale("en")
    digits = {item.code: item.exponent for item in iso4217.Currency}
    for item in pycountry.currencies:
        # CLDR tells how prices are written, ISO what is counted: Serbian accounts have two digits.
        # Metals, test codes and the like have no minor unit, but amounts in them need digits too.
        exponent = digits.get(item.alpha_3)
        places = get_currency_precision(item.alpha_3) if exponent is None else exponent
        yield (
            _key("currency", item.alpha_3),
            {
                "code": item.alpha_3,
                "numeric": item.numeric,
                "name": english.currencies.get(item.alpha_3, item.name),
                "symbol": get_currency_symbol(item.alpha_3, english),
                "decimal_places": places,
                "rounding": str(Decimal(1).scaleb(-places)),
                "active": item.alpha_3 in ACTIVE_CURRENCIES,
            },
        )


@records("Country")
def countries() -> Iterator[Record]:
    """Give every country of ISO 3166-1 with its English name, calling code and currency."""
    import phonenumbers
    import pycountry
    from babel import Locale

    names = Locale("en").territories
    calling_codes = {
        region: code
        for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()
        for region in regions
    }
    for item in pycountry.countries:
        yield (
            _key("country", item.alpha_2),
            {
                "name": names.get(item.alpha_2, item.name),
                "official_name": getattr(item, "official_name", None),
                "code": item.alpha_2,
                "alpha3": item.alpha_3,
                "numeric": item.numeric,
                "flag": item.flag,
                "phone_code": calling_codes.get(item.alpha_2),
                "currency": _currency_of(item.alpha_2),
            },
        )


@records("CountryState")
def country_states() -> Iterator[Record]:
    """Give every subdivision of ISO 3166-2."""
    import pycountry

    for item in pycountry.subdivisions:
        yield (
            _key("state", item.code),
            {
                "name": _ANNOTATION.sub("", item.name),
                "code": item.code,
                "kind": item.type,
                "country": _key("country", item.country_code),
                "parent": _key("state", item.parent_code) if item.parent_code else None,
            },
        )


@records("Language")
def languages() -> Iterator[Record]:
    """Give every language of Unicode CLDR as it is written in one place, such as `fr_CA`."""
    from babel import Locale, localedata
    from babel.core import parse_locale

    codes = sorted(code for code in localedata.locale_identifiers() if parse_locale(code)[1])
    for number, code in enumerate(codes, 1):
        yield _key("language", code), _language(code, Locale.parse(code))
        if number % _LANGUAGES_PER_SWEEP == 0 or number == len(codes):
            # Babel keeps all it has read for the life of the process: 200 MB for all languages.
            localedata._cache.clear()  # noqa: SLF001 - there is no public way


def _language(code: str, locale: Any) -> Mapping[str, object]:
    symbols = locale.number_symbols["latn"]
    native_name = locale.get_display_name()
    name = locale.english_name or native_name or code
    return {
        "code": code,
        "tag": code.replace("_", "-"),
        "name": name,
        "native_name": native_name or name,
        "direction": "rtl" if locale.text_direction == "rtl" else "ltr",
        "date_format": locale.date_formats["short"].pattern,
        "time_format": locale.time_formats["short"].pattern,
        "decimal_point": symbols["decimal"],
        "thousands_separator": symbols["group"],
        "first_day_of_week": locale.first_week_day + 1,
        "active": code in ACTIVE_LANGUAGES,
    }


def _currency_of(country: str) -> str | None:
    """Return the currency of a country, its own one before those of its neighbours."""
    import pycountry
    from babel.numbers import get_territory_currencies

    used = [
        code for code in get_territory_currencies(country) if pycountry.currencies.get(alpha_3=code)
    ]
    own = [code for code in used if code.startswith(country)]
    found = next(iter(own or used), None)
    return found and _key("currency", found)


def _key(prefix: str, code: str) -> str:
    return f"{prefix}_{code}".replace("-", "_").lower()

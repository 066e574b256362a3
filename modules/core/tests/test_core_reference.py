from collections.abc import Mapping
from pathlib import Path

import pycountry
import pytest
from babel import localedata

from graphql_erp.declarations.discover import load_modules
from graphql_erp.registry.build import build_registry
from graphql_erp.registry.registry import Registry

MODULES = Path(__file__).parent.parent.parent

Records = Mapping[str, Mapping[str, Mapping[str, object]]]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return build_registry(load_modules([MODULES], ["core"]))


@pytest.fixture(scope="module")
def made(registry: Registry) -> Records:
    return {source.model: dict(source.function()) for source in registry.record_sources}


def test_every_iso_code_becomes_one_record(made: Records) -> None:
    codes = {model: sorted(str(item["code"]) for item in made[model].values()) for model in made}

    assert len(codes["Country"]) == 249
    assert codes["Country"] == sorted(item.alpha_2 for item in pycountry.countries)
    assert codes["CountryState"] == sorted(item.code for item in pycountry.subdivisions)
    assert codes["Currency"] == sorted(item.alpha_3 for item in pycountry.currencies)


def test_keys_do_not_repeat(registry: Registry) -> None:
    for source in registry.record_sources:
        keys = [key for key, _ in source.function()]
        assert len(keys) == len(set(keys))


def test_country_has_names_codes_and_currency(made: Records) -> None:
    assert made["Country"]["country_fr"] == {
        "name": "France",
        "official_name": "French Republic",
        "code": "FR",
        "alpha3": "FRA",
        "numeric": "250",
        "flag": "🇫🇷",
        "phone_code": 33,
        "currency": "currency_eur",
    }


@pytest.mark.parametrize(
    ("country", "currency"),
    [
        ("us", "currency_usd"),
        ("gg", "currency_gbp"),
        ("ls", "currency_lsl"),
        ("pa", "currency_pab"),
        ("zw", "currency_zwg"),
        ("aq", None),
    ],
)
def test_currency_of_a_country_is_its_own_before_a_shared_one(
    made: Records, country: str, currency: str | None
) -> None:
    assert made["Country"][f"country_{country}"]["currency"] == currency


def test_country_without_telephones_has_no_calling_code(made: Records) -> None:
    assert made["Country"]["country_bv"]["phone_code"] is None


def test_state_names_its_country_and_parent(made: Records) -> None:
    assert made["CountryState"]["state_az_bab"] == {
        "name": "Babək",
        "code": "AZ-BAB",
        "kind": "Rayon",
        "country": "country_az",
        "parent": "state_az_nx",
    }


def test_second_name_of_a_state_is_left_out(made: Records) -> None:
    assert made["CountryState"]["state_gb_crf"]["name"] == "Cardiff"


@pytest.mark.parametrize(
    ("code", "places", "rounding"),
    [
        ("jpy", 0, "1"),
        ("eur", 2, "0.01"),
        ("rsd", 2, "0.01"),
        ("iqd", 3, "0.001"),
        ("clf", 4, "0.0001"),
        ("xau", 2, "0.01"),
    ],
)
def test_currency_rounds_to_its_iso_minor_unit(
    made: Records, code: str, places: int, rounding: str
) -> None:
    currency = made["Currency"][f"currency_{code}"]

    assert (currency["decimal_places"], currency["rounding"]) == (places, rounding)


def test_few_currencies_are_active(made: Records) -> None:
    active = {item["code"] for item in made["Currency"].values() if item["active"]}

    assert active == {"CHF", "EUR", "GBP", "JPY", "USD"}


def test_language_says_how_dates_and_numbers_are_written(made: Records) -> None:
    assert made["Language"]["language_de_ch"] == {
        "code": "de_CH",
        "tag": "de-CH",
        "name": "German (Switzerland)",
        "native_name": "Deutsch (Schweiz)",
        "direction": "ltr",
        "date_format": "dd.MM.yy",
        "time_format": "HH:mm",
        "decimal_point": ".",
        "thousands_separator": "’",  # noqa: RUF001 - what CLDR says
        "first_day_of_week": 1,
        "active": False,
    }


def test_language_knows_its_direction_and_week(made: Records) -> None:
    assert made["Language"]["language_he_il"]["direction"] == "rtl"
    assert made["Language"]["language_en_us"]["first_day_of_week"] == 7


def test_babel_keeps_nothing_after_the_languages_are_read(made: Records) -> None:
    assert made["Language"]
    assert localedata._cache == {}  # noqa: SLF001 - Babel says it nowhere else


def test_every_value_fits_its_field(made: Records, registry: Registry) -> None:
    for model, items in made.items():
        fields = registry.models[model].fields
        for values in items.values():
            for name, value in values.items():
                field = fields[name]
                if value is None:
                    assert not field.type.required
                elif field.is_to_one and field.relation:
                    assert value in made[field.relation.target]
                else:
                    field.type.clean(value)


def test_required_fields_have_values(made: Records, registry: Registry) -> None:
    for model, items in made.items():
        required = {
            name
            for name, field in registry.models[model].fields.items()
            if field.type.required and not field.is_system and field.type.default is None
        }
        assert all(required <= values.keys() for values in items.values())


def test_unique_fields_do_not_repeat(made: Records, registry: Registry) -> None:
    for model, items in made.items():
        for name in (
            name for name, field in registry.models[model].fields.items() if field.type.unique
        ):
            values = [item[name] for item in items.values()]
            assert len(values) == len(set(values))

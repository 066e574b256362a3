"""Values per language and company, written by actors of several languages and companies."""

import random
from decimal import Decimal
from typing import Any

import orjson
import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import DeclaredModels
from graphql_erp.writing.scoped_values import shown_value

pytestmark = pytest.mark.anyio

MODELS = """
    model: Stage
    fields:
      name: {type: Char, required: true, max_length: 20, translate: true}
      note: {type: Text, translate: true}
      price: {type: Decimal, digits: [10, 3], per_company: true}
      is_open: {type: Boolean, required: true, default: true, per_company: true}
      secret: {type: Char, translate: true, readonly: true}
    checks:
      price_not_negative:
        where: Q(price__isnull=True) | Q(price__gte=0)
        message: Too cheap.
"""


@pytest.fixture
def declared(models: DeclaredModels) -> DeclaredModels:
    models.declare(MODELS)
    return models


async def actor(models: DeclaredModels, language: str = "en", company: int | None = None) -> Client:
    return await models.client(Actor(language=language, company=company))


async def create(client: Client, data: str) -> Any:
    result = await client(
        f"mutation {{ stageCreate(data: {data}) {{ errors {{ code path message }} }} }}"
    )
    return result.data["stageCreate"]["errors"]


async def update(client: Client, data: str) -> Any:
    result = await client(
        f'mutation {{ stageUpdate(id: "1", data: {data}) {{ errors {{ code path message }} }} }}'
    )
    return result.data["stageUpdate"]["errors"]


async def stored(models: DeclaredModels, column: str) -> Any:
    pool = await models.pool()
    async with pool.acquire() as connection:
        return await connection.fetchval(f"SELECT {column}::text FROM stage")


async def test_new_text_is_the_source_and_the_writer_s_own(declared: DeclaredModels) -> None:
    assert await create(await actor(declared, "fr"), '{name: "Nouveau"}') == []

    assert await stored(declared, "name") == '{"en": "Nouveau", "fr": "Nouveau"}'
    assert await stored(declared, "note") is None


async def test_new_text_in_the_source_language_is_there_once(declared: DeclaredModels) -> None:
    assert await create(await actor(declared), '{name: "New", note: ""}') == []

    assert await stored(declared, "name") == '{"en": "New"}'
    assert await stored(declared, "note") == '{"en": ""}'


async def test_update_sets_the_writer_s_language_only(declared: DeclaredModels) -> None:
    english, french = await actor(declared), await actor(declared, "fr")
    await create(english, '{name: "New"}')

    assert await update(french, '{name: "Nouveau"}') == []
    assert await update(english, '{name: "Fresh"}') == []

    assert await stored(declared, "name") == '{"en": "Fresh", "fr": "Nouveau"}'


async def test_first_text_of_a_field_is_the_source_too(declared: DeclaredModels) -> None:
    await create(await actor(declared), '{name: "New"}')

    assert await update(await actor(declared, "fr"), '{note: "Notez"}') == []

    assert await stored(declared, "note") == '{"en": "Notez", "fr": "Notez"}'


async def test_null_removes_the_writer_s_language(declared: DeclaredModels) -> None:
    english, french = await actor(declared), await actor(declared, "fr")
    await create(english, '{name: "New", note: "Note"}')
    await update(french, '{note: "Notez"}')

    assert await update(french, "{note: null}") == []

    assert await stored(declared, "note") == '{"en": "Note"}'


async def test_null_in_a_language_without_a_text_changes_nothing(declared: DeclaredModels) -> None:
    french = await actor(declared, "fr")
    await create(await actor(declared), '{name: "New"}')

    assert await update(french, "{note: null}") == []

    assert await stored(declared, "note") is None


async def test_null_in_the_source_language_removes_all(declared: DeclaredModels) -> None:
    english = await actor(declared)
    await create(english, '{name: "New", note: "Note", translations: {note: {fr: "Notez"}}}')

    assert await update(english, "{note: null}") == []

    assert await stored(declared, "note") is None


async def test_text_too_long_or_blank_is_refused(declared: DeclaredModels) -> None:
    french = await actor(declared, "fr")

    assert [item["code"] for item in await create(french, '{name: "  "}')] == ["REQUIRED"]
    assert [item["code"] for item in await create(french, f'{{name: "{"x" * 21}"}}')] == ["INVALID"]

    assert await stored(declared, "name") is None


# ---- companies ------------------------------------------------------------------------------


async def test_new_value_holds_for_all_companies(declared: DeclaredModels) -> None:
    assert await create(await actor(declared, company=3), '{name: "New", price: "1.5"}') == []

    assert await stored(declared, "price") == '{"0": "1.500"}'
    assert await stored(declared, "is_open") == '{"0": true}'


async def test_update_sets_the_value_of_the_writer_s_company(declared: DeclaredModels) -> None:
    await create(await actor(declared), '{name: "New", price: "1.5"}')

    assert await update(await actor(declared, company=3), '{price: "2"}') == []
    assert await update(await actor(declared), '{price: "7"}') == []

    assert await stored(declared, "price") == '{"0": "7.000", "3": "2.000"}'


async def test_update_of_nothing_sets_the_value_of_one_company(declared: DeclaredModels) -> None:
    await create(await actor(declared), '{name: "New"}')

    assert await update(await actor(declared, company=3), '{price: "2"}') == []

    assert await stored(declared, "price") == '{"3": "2.000"}'


async def test_null_removes_the_value_of_the_writer_s_company(declared: DeclaredModels) -> None:
    third = await actor(declared, company=3)
    await create(third, '{name: "New", price: "1.5"}')
    await update(third, '{price: "2"}')

    assert await update(third, "{price: null}") == []
    assert await stored(declared, "price") == '{"0": "1.500"}'

    assert await update(await actor(declared), "{price: null}") == []
    assert await stored(declared, "price") is None


async def test_required_value_of_a_company_cannot_be_removed(declared: DeclaredModels) -> None:
    third = await actor(declared, company=3)
    await create(third, '{name: "New"}')

    errors = await update(third, "{isOpen: null}")

    assert errors == [{"code": "REQUIRED", "path": ["isOpen"], "message": "Is open is required."}]
    assert await stored(declared, "is_open") == '{"0": true}'


async def test_check_is_made_of_the_writer_s_value(declared: DeclaredModels) -> None:
    third = await actor(declared, company=3)
    await create(third, '{name: "New", price: "1.5"}')

    errors = await update(third, '{price: "-1"}')

    assert errors == [{"code": "BUSINESS_RULE", "path": ["price"], "message": "Too cheap."}]
    assert await stored(declared, "price") == '{"0": "1.500"}'


# ---- several languages at once --------------------------------------------------------------


async def test_create_with_translations(declared: DeclaredModels) -> None:
    data = (
        '{name: "New", translations: {name: {fr: "Nouveau", pt_BR: "Novo"}, note: {de: "Notiz"}}}'
    )

    assert await create(await actor(declared), data) == []

    expected = '{"en": "New", "fr": "Nouveau", "pt_BR": "Novo"}'
    assert await stored(declared, "name") == expected
    assert await stored(declared, "note") == '{"de": "Notiz", "en": "Notiz"}'


async def test_plain_text_is_the_writer_s_unless_translations_say_otherwise(
    declared: DeclaredModels,
) -> None:
    data = '{name: "Neu", translations: {name: {en: "New"}}}'
    assert await create(await actor(declared, "de"), data) == []
    assert await stored(declared, "name") == '{"de": "Neu", "en": "New"}'

    assert await update(await actor(declared), '{name: "A", translations: {name: {en: "B"}}}') == []
    assert await stored(declared, "name") == '{"de": "Neu", "en": "B"}'


async def test_update_of_translations_sets_and_removes_languages(declared: DeclaredModels) -> None:
    english = await actor(declared)
    await create(english, '{name: "New", translations: {name: {fr: "Nouveau", de: "Neu"}}}')

    data = '{translations: {name: {fr: null, it: "Nuovo"}, note: {fr: "Notez"}}}'
    assert await update(english, data) == []

    assert await stored(declared, "name") == '{"de": "Neu", "en": "New", "it": "Nuovo"}'
    assert await stored(declared, "note") == '{"en": "Notez", "fr": "Notez"}'


async def test_null_translations_change_nothing(declared: DeclaredModels) -> None:
    english = await actor(declared)
    await create(english, '{name: "New"}')

    assert await update(english, '{note: "Note", translations: null}') == []

    assert await stored(declared, "name") == '{"en": "New"}'


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ('"text"', "INVALID", ["translations"]),
        ('{name: "text"}', "INVALID", ["translations", "name"]),
        ('{price: {fr: "1"}}', "INVALID", ["translations", "price"]),
        ('{secret: {fr: "x"}}', "INVALID", ["translations", "secret"]),
        ('{nobody: {fr: "x"}}', "INVALID", ["translations", "nobody"]),
        ('{name: {FR: "x"}}', "INVALID", ["translations", "name"]),
        ('{name: {fr_: "x"}}', "INVALID", ["translations", "name"]),
        ("{name: {fr: 5}}", "INVALID", ["translations", "name"]),
        (f'{{name: {{fr: "{"x" * 21}"}}}}', "INVALID", ["translations", "name"]),
        ("{name: {en: null}}", "REQUIRED", ["translations", "name", "en"]),
        ('{name: {fr: " "}}', "REQUIRED", ["translations", "name", "fr"]),
    ],
)
async def test_translations_that_do_not_fit(
    declared: DeclaredModels, given: str, code: str, path: list[str]
) -> None:
    english = await actor(declared)
    await create(english, '{name: "New"}')

    errors = await update(english, f"{{translations: {given}}}")

    assert [(item["code"], item["path"]) for item in errors] == [(code, path)]
    assert await stored(declared, "name") == '{"en": "New"}'


# ---- the rule -------------------------------------------------------------------------------

LANGUAGES = ("en", "fr", "de")


def after_text(texts: dict[str, str], language: str, text: str | None) -> dict[str, str]:
    """Return what the rule makes of the texts of a field."""
    if text is None:
        return {} if language == "en" else {k: v for k, v in texts.items() if k != language}
    return (texts or {"en": text}) | {language: text}


async def test_any_sequence_of_texts_follows_the_rule(declared: DeclaredModels) -> None:
    chance = random.Random(5)  # noqa: S311 - the same sequence every time
    clients = {language: await actor(declared, language) for language in LANGUAGES}
    await create(clients["en"], '{name: "New"}')
    expected: dict[str, str] = {}

    for number in range(60):
        language = chance.choice(LANGUAGES)
        text = chance.choice((None, f"text {number}"))
        data = f"{{note: {orjson.dumps(text).decode()}}}"
        assert await update(clients[language], data) == []
        expected = after_text(expected, language, text)

        found = orjson.loads(await stored(declared, "note") or "{}")
        assert found == expected


async def test_records_of_one_bulk_change_different_fields(declared: DeclaredModels) -> None:
    english, french = await actor(declared), await actor(declared, "fr", company=2)
    for data in ('{name: "One", note: "1", price: "1"}', '{name: "Two", note: "2", price: "2"}'):
        await create(english, data)

    result = await french(
        """mutation { stageUpdateEach(items: [
          {id: "1", data: {name: "Un", price: null}}
          {id: "2", data: {note: null, price: "5"}}
        ]) { affected errors { message } } }"""
    )

    assert result.data["stageUpdateEach"] == {"affected": 2, "errors": []}
    pool = await declared.pool()
    async with pool.acquire() as connection:
        rows = await connection.fetch(
            "SELECT name::text, note::text, price::text FROM stage ORDER BY id"
        )
    assert [tuple(row) for row in rows] == [
        ('{"en": "One", "fr": "Un"}', '{"en": "1"}', '{"0": "1.000"}'),
        ('{"en": "Two"}', '{"en": "2"}', '{"0": "2.000", "2": "5.000"}'),
    ]


async def test_value_that_is_written_is_shown_in_the_writer_s_language(
    declared: DeclaredModels,
) -> None:
    fields = declared.engine.registry.models["Stage"].fields
    name, price = fields["name"], fields["price"]
    french = Actor(language="fr")

    assert shown_value(name, {"en": "New", "fr": "Nouveau"}, french) == "Nouveau"
    assert shown_value(name, {"en": "New", "fr": None}, french) == "New"
    assert shown_value(name, {"de": "Neu"}, french) == "Neu"
    assert shown_value(name, {"de": None}, french) is None
    assert shown_value(name, "Nouveau", french) == "Nouveau"
    assert shown_value(name, {"en": "New"}, french, "Nouveau") == "Nouveau"
    assert shown_value(name, {"en": "New", "fr": "Neuf"}, french, "Nouveau") == "Neuf"
    assert shown_value(price, Decimal("1.500"), french) == Decimal("1.500")


PYTHON = """
    from graphql_erp import Model


    class Stage(Model):
        def before_update(self) -> None:
            if "name" in self.changed:
                old = self.stored("name")
                self.note = f"renamed {old} to {self.name}"

        def before_create(self) -> None:
            self.note = self.name.upper()
"""


async def test_hooks_see_the_writer_s_text(models: DeclaredModels) -> None:
    models.declare(MODELS, python=PYTHON)
    english, french = await actor(models), await actor(models, "fr")

    assert await create(french, '{name: "Neuf", translations: {name: {en: "New"}}}') == []
    assert await stored(models, "note") == '{"en": "NEUF", "fr": "NEUF"}'

    assert await update(french, '{name: "Nouveau"}') == []
    assert await stored(models, "note ->> 'fr'") == "renamed Neuf to Nouveau"

    assert await update(english, '{translations: {name: {de: "Neu"}}}') == []
    assert await stored(models, "note ->> 'en'") == "renamed New to New"
    assert await stored(models, "name") == '{"de": "Neu", "en": "New", "fr": "Nouveau"}'

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from docs_pages import DOCS, REPOSITORY, Block, blocks, is_document, named, pages
from docs_scenarios import ON_DEMO, ON_EMPTY, ON_OWN, TUTORIAL
from graphql import GraphQLSchema, Source, parse, validate

from graphql_erp.api.schema import ApiSchema, build_schema
from graphql_erp.config import Settings
from graphql_erp.declarations.discover import load_modules
from graphql_erp.fields import text, text_lookups
from graphql_erp.fields.base import InvalidValue
from graphql_erp.registry.build import build_registry
from graphql_erp.testing.declare import declare

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+?)\s*$", re.MULTILINE)
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_ANSWERED = (*ON_DEMO, *ON_EMPTY, *ON_OWN, TUTORIAL)


def prose(path: Path) -> str:
    """Return the text of a page without its fenced blocks."""
    return re.sub(
        r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )


def anchors(path: Path) -> set[str]:
    found = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in _HEADING.findall(prose(path))
    }
    return found | set(re.findall(r'<a (?:id|name)="([^"]+)"', prose(path)))


def links(path: Path) -> list[str]:
    return [link for link in _LINK.findall(prose(path)) if "://" not in link]


@pytest.mark.parametrize("path", pages(), ids=named)
def test_links_lead_to_a_file_and_heading(path: Path) -> None:
    broken = []
    for link in links(path):
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)

    assert broken == []


def test_every_page_is_reached_from_the_index() -> None:
    index = DOCS / "index.md"
    linked = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    expected = {path for path in pages() if path.is_relative_to(DOCS)} - {index}

    assert sorted(named(path) for path in expected - linked) == []


@pytest.fixture(scope="module")
def everything() -> ApiSchema:
    folders = [REPOSITORY / "modules", REPOSITORY / "examples"]
    return build_schema(build_registry(load_modules(folders, ["crm", "northwind"])))


@pytest.mark.parametrize("path", [path for path in pages() if path not in _ANSWERED], ids=named)
def test_documents_that_are_not_answered_are_valid(path: Path, everything: ApiSchema) -> None:
    mistakes = [
        f"{block}: {error.message}"
        for block in blocks(path)
        if is_document(block)
        for error in checked(everything.graphql, block.text)
    ]

    assert mistakes == []


def checked(schema: GraphQLSchema, text: str) -> list[Exception]:
    return list(validate(schema, parse(Source(text))))


def test_parts_of_the_schema_are_in_the_schema(everything: ApiSchema) -> None:
    lines = {line.strip() for line in everything.sdl.splitlines()}
    shown = {
        line.strip()
        for path in pages()
        for block in blocks(path)
        if block.title.startswith("schema")
        for line in block.text.splitlines()
        if line.strip()
    }

    assert len(shown) >= 9
    assert sorted(shown - lines) == []


def test_modules_of_the_guide_have_no_mistakes(tmp_path: Path) -> None:
    for block in blocks(DOCS / "guides" / "write-a-module.md"):
        if block.language in {"yaml", "python"} and block.title:
            path = tmp_path / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")

    modules = load_modules([REPOSITORY / "modules", tmp_path], ["workshop", "workshop_rental"])

    assert [module.identifier for module in modules] == ["core", "workshop", "workshop_rental"]
    assert len(build_registry(modules).records) > 0


def test_model_of_the_numbering_guide_has_the_counter_it_tells() -> None:
    model, counter = blocks(DOCS / "guides" / "numbering.md")

    registry = declare(model.text, dependencies=["core"])
    sequence = registry.model("SaleOrder").field("number").sequence

    assert sequence is not None
    assert f"VALUES ('{sequence.name}', 1, '2026', 417)" in counter.text


@pytest.mark.parametrize("path", pages(), ids=named)
def test_every_block_says_its_language_and_can_be_read(path: Path) -> None:
    for block in blocks(path):
        if block.language == "yaml":
            assert yaml.compose(block.text) is not None, str(block)
        elif block.language == "python":
            compile(block.text, str(block), "exec")
        elif block.language == "graphql":
            parse(Source(block.text))
        else:
            assert block.language in {"json", "sh", "sql", "text", "http", ""}, str(block)


def test_settings_named_in_the_pages_exist() -> None:
    known = {f"ERP_{name.upper()}" for name in Settings.model_fields}
    named_there = {
        name
        for path in pages()
        for name in re.findall(r"\bERP_[A-Z_]+[A-Z]\b", path.read_text(encoding="utf-8"))
    }

    assert sorted(named_there - known) == []


def test_lines_of_files_are_in_the_files() -> None:
    excerpts = [
        block for block in blocks(REPOSITORY / "README.md") if block.language in {"yaml", "python"}
    ]

    assert [block.title for block in excerpts] == [
        "modules/crm/models/lead.yaml",
        "modules/crm/models/lead.py",
    ]
    for block in excerpts:
        kept = (REPOSITORY / block.title).read_text(encoding="utf-8").splitlines()
        assert [line for line in block.text.splitlines() if line not in kept] == []


def test_field_type_of_the_guide_works() -> None:
    code, _case = python_blocks("add-a-field-type.md")
    names = dict(vars(text))

    exec(compile(code.text, str(code), "exec"), names)  # noqa: S102 - what the page tells to write
    color = names["Color"]()

    assert color.clean("#FFFFFF") == "#ffffff"
    with pytest.raises(InvalidValue, match=r"must be a colour such as #336699\."):
        color.clean("red")


def test_lookup_of_the_guide_works() -> None:
    (code,) = python_blocks("add-a-lookup.md")
    names = {**vars(text_lookups), "TEXT_LOOKUPS": {}}

    exec(compile(code.text, str(code), "exec"), names)  # noqa: S102 - what the page tells to write
    found = names["TEXT_LOOKUPS"]["length"]

    assert str(found.sql(sa.column("name"), sa.column("given"))) == "char_length(name) = given"
    assert [found.python("ab", 2), found.python("abc", 2)] == [True, False]


def python_blocks(page: str) -> list[Block]:
    return [block for block in blocks(DOCS / "guides" / page) if block.language == "python"]

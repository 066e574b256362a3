from collections.abc import Callable
from pathlib import Path

import pytest
from crm_files import CORE_MANIFEST, EXTENSION, FILES

from graphql_erp.declarations.discover import load_modules
from graphql_erp.declarations.nodes import (
    AccessDecl,
    CheckDecl,
    GroupDecl,
    IndexDecl,
    ModuleDecl,
    RuleDecl,
    UniqueDecl,
)
from graphql_erp.declarations.source import Located, Source
from graphql_erp.errors import DeclarationError

Write = Callable[[dict[str, str]], Path]
LEAD = "modules/crm/models/lead.yaml"
SECURITY = "modules/crm/security.yaml"


def crm(write: Write) -> ModuleDecl:
    return load_modules([write(FILES)], ["crm"])[-1]


def thing(write: Write, files: dict[str, str]) -> ModuleDecl:
    manifest = CORE_MANIFEST.replace("core", "thing")
    inside = {f"thing/{name}": text for name, text in files.items()}
    return load_modules([write({"thing/manifest.yaml": manifest, **inside})], ["thing"])[0]


def test_manifest_is_read(write: Write) -> None:
    manifest = crm(write).manifest

    assert (manifest.name, manifest.identifier, manifest.version) == ("CRM", "crm", "1.0")
    assert (manifest.category, manifest.dependencies) == ("sales", ("core",))
    assert manifest.dependencies[0].source == Source("modules/crm/manifest.yaml", 6, 16)


def test_fields_keep_their_options_and_places(write: Write) -> None:
    lead, _ = crm(write).models

    assert [item.name for item in lead.fields] == [
        "name",
        "email",
        "stage",
        "salesperson",
        "expected_revenue",
        "probability",
        "weighted_revenue",
        "score",
    ]
    stage = lead.fields[2]
    assert (stage.type, stage.module, stage.source) == ("ManyToOne", "crm", Source(LEAD, 9, 3))
    assert {name: item.plain() for name, item in stage.options.items()} == {
        "to": "CrmStage",
        "required": True,
        "on_delete": "restrict",
    }
    assert stage.options["to"].source == Source(LEAD, 9, 32)
    assert stage.options["to"].key == Source(LEAD, 9, 28)


def test_bare_word_is_the_type_of_a_field(write: Write) -> None:
    email = crm(write).models[0].fields[1]

    assert (email.type, email.options) == ("Email", {})


def test_model_keeps_its_other_keys(write: Write) -> None:
    lead, _ = crm(write).models

    assert (lead.name, lead.label, lead.order_by, lead.api) == ("CrmLead", "Lead", ("-id",), "full")
    assert (lead.module, lead.is_extension, lead.source) == ("crm", False, Source(LEAD, 2, 8))
    assert lead.checks == (
        CheckDecl(
            name="probability_range",
            where="Q(probability__gte=0) & Q(probability__lte=100)",
            message="Probability must be between 0 and 100.",
            source=Source(LEAD, 21, 3),
        ),
    )
    assert lead.unique == (
        UniqueDecl(name="email_once", fields=("email",), source=Source(LEAD, 26, 3)),
        UniqueDecl(
            name="name_and_stage",
            fields=("name", "stage"),
            message="This lead exists already.",
            source=Source(LEAD, 27, 3),
        ),
    )
    assert lead.indexes == (
        IndexDecl(name="by_name", fields=("name", "stage"), source=Source(LEAD, 30, 3)),
    )


def test_extension_may_leave_out_the_type(write: Write) -> None:
    (extension,) = thing(write, {"lead.yaml": EXTENSION}).models

    assert extension.is_extension
    assert [(item.name, item.type) for item in extension.fields] == [
        ("hotness", "Integer"),
        ("name", ""),
    ]


def test_groups_are_read(write: Write) -> None:
    assert crm(write).groups == (
        GroupDecl(name="crm_user", label="CRM user", source=Source(SECURITY, 2, 3)),
        GroupDecl(
            name="crm_manager",
            label="CRM manager",
            implies=("crm_user",),
            source=Source(SECURITY, 3, 3),
        ),
    )


def test_every_form_of_access_is_read(write: Write) -> None:
    rows = [(item.model, item.group, item.allow, item.where) for item in crm(write).access]

    assert rows == [
        ("CrmStage", "crm_user", ("read",), ""),
        ("CrmStage", "crm_manager", ("all",), ""),
        (
            "CrmLead",
            "crm_user",
            ("read", "create", "update"),
            "Q(salesperson=user) | Q(salesperson__isnull=True)",
        ),
        ("CrmLead", "crm_manager", ("all",), ""),
        ("CrmLead", "crm_guest", ("read",), "Q(stage__is_won=True)"),
        ("CrmLead", "crm_guest", ("all",), "Q(salesperson=user)"),
    ]


def test_access_points_at_the_group(write: Write) -> None:
    assert crm(write).access[0] == AccessDecl(
        model="CrmStage", group="crm_user", allow=("read",), source=Source(SECURITY, 6, 14)
    )


def test_rules_are_read(write: Write) -> None:
    assert crm(write).rules == (
        RuleDecl(
            name="own_company",
            model="CrmLead",
            where="Q(company=company)",
            source=Source(SECURITY, 18, 3),
        ),
    )


def test_records_have_their_full_identifier(write: Write) -> None:
    new, won = crm(write).records

    assert (new.model, new.identifier, new.demo) == ("CrmStage", "crm.stage_new", False)
    assert new.values == {"name": Located("New"), "sequence": Located(1)}
    assert won.identifier == "crm.stage_won"
    assert won.source == Source("modules/crm/data/stages.yml", 4, 5)


def test_records_below_demo_are_demo_records(write: Write) -> None:
    module = thing(write, {"demo/deep/a.yaml": "records: {Lead: {one: {name: One}}}"})

    assert [(item.identifier, item.demo) for item in module.records] == [("thing.one", True)]


def test_sections_of_one_file_may_be_mixed(write: Write) -> None:
    text = "model: Thing\nfields: {name: Char}\naccess: {Thing: {user: all}}\n"
    module = thing(write, {"all.yaml": text})

    assert [item.name for item in module.models] == ["Thing"]
    assert [item.group for item in module.access] == ["user"]


def test_only_the_special_folders_are_left_out(write: Write) -> None:
    bad, python = "not: a section\n", "raise SystemExit\n"
    module = thing(
        write,
        {
            "deep/er/a.yaml": "model: A\n",
            "tests/b.yaml": bad,
            "tests/b.py": python,
            "migrations/c.yaml": bad,
            "migrations/c.py": python,
            "i18n/de.yaml": bad,
            "demo/d.py": python,
            ".hidden/e.yaml": bad,
            "__init__.py": "",
            "models/deep/a.py": python,
            "reference.py": python,
            "client.py": python,
            "loading/steps.py": python,
            "empty.yaml": "# nothing yet\n",
        },
    )

    assert [item.name for item in module.models] == ["A"]
    found = [item.path.relative_to(module.folder).as_posix() for item in module.behaviours]
    assert found == ["models/deep/a.py", "reference.py"]
    assert {item.module for item in module.behaviours} == {"thing"}


def test_digest_follows_every_byte_and_name(write: Write) -> None:
    base = {"a.yaml": "model: A\n", "models/a.py": "x = 1\n"}
    digests = [thing(write, base).digest, thing(write, base).digest]
    digests.append(thing(write, {**base, "models/a.py": "x = 2\n"}).digest)
    digests.append(thing(write, {**base, "models/b.py": ""}).digest)

    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_link_to_nothing_is_a_problem(write: Write) -> None:
    folder = write(FILES)
    (folder / "crm/gone.yaml").symlink_to("nowhere.yaml")

    with pytest.raises(DeclarationError) as raised:
        load_modules([folder], ["crm"])

    assert [(item.path, item.message) for item in raised.value.problems] == [
        ("modules/crm/gone.yaml", "the file cannot be read: No such file or directory.")
    ]


def test_file_that_is_not_utf8_is_a_problem(write: Write) -> None:
    folder = write(FILES)
    (folder / "crm/broken.yaml").write_bytes(b"a: 1\nb: \xc3\xa9\xff\n")

    with pytest.raises(DeclarationError) as raised:
        load_modules([folder], ["crm"])

    (problem,) = raised.value.problems
    assert (problem.path, problem.line, problem.column) == ("modules/crm/broken.yaml", 2, 5)
    assert problem.message == "the byte 0xFF is not UTF-8."

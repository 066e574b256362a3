from pathlib import Path

from graphql_erp.declarations.discover import load_modules
from graphql_erp.declarations.nodes import ModuleDecl

MODULES = Path(__file__).parent.parent.parent


def core() -> ModuleDecl:
    return load_modules([MODULES], ["core"])[-1]


def test_core_needs_no_other_module() -> None:
    assert [module.identifier for module in load_modules([MODULES], ["core"])] == ["core"]


def test_reference_data_custom_fields_grants_and_accounts_are_its_python() -> None:
    names = [decl.path.name for decl in core().behaviours]

    assert names == [
        "access.py",
        "api_key.py",
        "custom_field.py",
        "group.py",
        "rule.py",
        "user.py",
        "reference.py",
    ]


def test_what_the_engine_keeps_is_only_read_by_clients() -> None:
    apis = {model.name: model.api for model in core().models if not model.abstract}

    assert apis == {
        "Access": "full",
        "ApiKey": "read",
        "AuditEntry": "read",
        "Company": "full",
        "Contact": "full",
        "Country": "full",
        "CountryState": "full",
        "CustomField": "full",
        "Currency": "full",
        "Group": "full",
        "Language": "full",
        "RecordReference": "read",
        "Rule": "full",
        "User": "full",
    }


def test_main_company_and_administrator_come_without_demo_data() -> None:
    shipped = [decl.identifier for decl in core().records if not decl.demo]

    assert shipped == ["core.company_main", "core.user_admin"]


def test_every_model_is_granted_to_a_group() -> None:
    models = {model.name for model in core().models if not model.abstract}

    assert {grant.model for grant in core().access} == models


def test_other_ends_of_relations_are_named() -> None:
    inverses = {
        f"{field.options['to'].value}.{field.options['inverse'].value}"
        for model in core().models
        for field in model.fields
        if "inverse" in field.options
    }

    assert inverses == {
        "Company.branches",
        "Company.contacts",
        "Company.users",
        "Contact.children",
        "Country.contacts",
        "Country.states",
        "CountryState.children",
        "Currency.countries",
        "Group.accesses",
        "Group.implied_by",
        "Group.users",
    }

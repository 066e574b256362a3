from datetime import datetime
from decimal import Decimal
from pathlib import Path

from graphql_erp.declarations.discover import load_modules
from graphql_erp.declarations.nodes import ModuleDecl, RecordDecl

MODULES = Path(__file__).parent.parent.parent


def crm() -> ModuleDecl:
    return load_modules([MODULES], ["crm"])[-1]


def records(model: str) -> dict[str, RecordDecl]:
    return {decl.identifier: decl for decl in crm().records if decl.model == model}


def test_crm_builds_on_core() -> None:
    assert [module.identifier for module in load_modules([MODULES], ["crm"])] == ["core", "crm"]


def test_every_model_is_granted_to_a_group() -> None:
    own = {model.name for model in crm().models if not model.is_extension}

    assert {grant.model for grant in crm().access} == own


def test_stages_and_tags_come_without_demo_data() -> None:
    shipped = {decl.model: 0 for decl in crm().records if not decl.demo}
    for decl in crm().records:
        shipped[decl.model] = shipped.get(decl.model, 0) + (not decl.demo)

    assert shipped == {
        "CrmStage": 6,
        "CrmTag": 6,
        "CrmLead": 0,
        "CrmMeeting": 0,
        "User": 0,
    }


def test_exactly_one_stage_is_won() -> None:
    won = [name for name, decl in records("CrmStage").items() if "is_won" in decl.values]

    assert won == ["crm.stage_won"]


def test_demo_pipeline_has_leads_in_every_stage() -> None:
    leads = records("CrmLead").values()

    assert len(leads) == 26
    assert {f"crm.{lead.values['stage'].value}" for lead in leads} == set(records("CrmStage"))


def test_demo_leads_belong_to_several_salespeople_and_to_nobody() -> None:
    salespeople = {
        lead.values["salesperson"].value if "salesperson" in lead.values else None
        for lead in records("CrmLead").values()
    }

    assert salespeople == {
        "user_lena",
        "user_omar",
        "user_ingrid",
        "user_carla",
        None,
    }


def test_demo_leads_that_are_won_are_certain_and_lost_ones_hopeless() -> None:
    for lead in records("CrmLead").values():
        probability = (
            Decimal(str(lead.values["probability"].value)) if "probability" in lead.values else 10
        )
        stage = lead.values["stage"].value
        assert (probability == 100) == (stage == "stage_won")
        assert (probability == 0) == (stage == "stage_lost")


def test_demo_meetings_end_after_they_start() -> None:
    meetings = records("CrmMeeting").values()

    assert len(meetings) == 15
    for meeting in meetings:
        start = datetime.fromisoformat(meeting.values["starts_at"].value)
        end = datetime.fromisoformat(meeting.values["ends_at"].value)
        assert start < end

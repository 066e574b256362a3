"""Stories about leads: how they come in, are worked on, won, lost and opened again."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from graphql_erp.declarations.discover import load_modules
from graphql_erp.registry.build import build_registry
from graphql_erp.testing.client import Result
from graphql_erp.testing.models import DeclaredModels
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODULES = Path(__file__).parent.parent.parent
OFFICE = """
mutation {
  currencyCreate(data: {code: "EUR", numeric: "978", name: "Euro", symbol: "€"}) {
    errors { message }
  }
  companyCreateMany(data: [
    {name: "Main", currency: {id: 1}}, {name: "North", currency: {id: 1}}
  ]) { errors { message } }
  userCreateMany(data: [
    {name: "Ada", login: "ada", company: {id: 1}}
    {name: "Omar", login: "omar", company: {id: 2}, companies: {link: [1]}}
  ]) { errors { message } }
  crmStageCreateMany(data: [
    {name: "New", sequence: 1}
    {name: "Talks", sequence: 2}
    {name: "Won", sequence: 8, isWon: true}
    {name: "Lost", sequence: 9, isLost: true}
  ]) { errors { message } }
}
"""
SEEN = "state probability closedOn lostReason score notes stage { name }"


class Office:
    """Two companies, a salesperson in each, and a pipeline of four stages."""

    def __init__(self, models: DeclaredModels) -> None:
        self.models = models

    async def ask(self, document: str, **variables: Any) -> Result:
        result = await self.models.gql(document, **variables)
        assert result.errors == [], result.errors
        return result

    async def lead(self, **data: Any) -> str:
        document = """mutation($data: CrmLeadCreateInput!) {
          made: crmLeadCreate(data: $data) { record { id } errors { message path } } }"""
        made = (await self.ask(document, data={"name": "Brewery line", **data})).data["made"]
        assert made["errors"] == []
        return str(made["record"]["id"])

    async def call(self, method: str, lead: str, arguments: str = "", record: str = SEEN) -> Any:
        document = (
            f"mutation($id: ID!) {{ made: crmLead{method}(id: $id{arguments})"
            f" {{ record {{ {record} }} errors {{ message path }} }} }}"
        )
        return (await self.ask(document, id=lead)).data["made"]

    async def pipelines(self) -> dict[str, str]:
        users = (await self.ask("{ users { nodes { name pipeline } } }")).data["users"]["nodes"]
        return {user["name"]: user["pipeline"] for user in users}


@pytest.fixture
async def office(models: DeclaredModels) -> Office:
    models.use(build_registry(load_modules([MODULES], ["crm"])), pool_max=6)
    office = Office(models)
    made = (await office.ask(OFFICE)).data
    assert [payload["errors"] for payload in made.values()] == [[]] * 4
    return office


async def test_a_leads_life(office: Office) -> None:
    # It comes in without a stage and waits in the first one.
    lead = await office.lead(expectedRevenue="1000", probability=30, salesperson={"id": "1"})
    assert await office.pipelines() == {"Ada": "300.00", "Omar": "0.00"}

    # A meeting makes it more urgent.
    met = await office.ask(
        """mutation($lead: ID!) { crmMeetingCreate(data: {
          name: "Call", startsAt: "2026-06-16T09:00Z", endsAt: "2026-06-16T10:00Z",
          organiser: {id: 1}, lead: {id: $lead}
        }) { record { lead { score stage { name openRevenue } } } errors { message } } }""",
        lead=lead,
    )
    assert met.data["crmMeetingCreate"] == {
        "record": {"lead": {"score": 35, "stage": {"name": "New", "openRevenue": "300.00"}}},
        "errors": [],
    }

    # Somebody else takes it on.
    await office.ask(
        """mutation($lead: ID!) {
          crmLeadUpdate(id: $lead, data: {salesperson: {id: 2}, company: {id: 1}, stage: {id: 2}}) {
            errors { message } } }""",
        lead=lead,
    )
    assert await office.pipelines() == {"Ada": "0.00", "Omar": "300.00"}

    # It is lost, for a reason.
    assert await office.call("MarkLost", lead, ', reason: "Too dear"') == {
        "record": {
            "state": "LOST",
            "probability": "0.00",
            "closedOn": "2026-06-15",
            "lostReason": "Too dear",
            "score": 20,
            "notes": None,
            "stage": {"name": "Lost"},
        },
        "errors": [],
    }
    assert await office.pipelines() == {"Ada": "0.00", "Omar": "0.00"}

    # They call again, and buy.
    reopened = await office.call("Reopen", lead, ", probability: 50")
    assert reopened["record"] == {
        "state": "OPEN",
        "probability": "50.00",
        "closedOn": None,
        "lostReason": None,
        "score": 45,
        "notes": None,
        "stage": {"name": "New"},
    }
    won = await office.call("MarkWon", lead, ', note: "Signed on the fair."')
    assert won["record"] == {
        "state": "WON",
        "probability": "100.00",
        "closedOn": "2026-06-15",
        "lostReason": None,
        "score": 70,
        "notes": "Signed on the fair.",
        "stage": {"name": "Won"},
    }

    # All of it can be read in the lead's history.
    told = await office.ask(
        "query($lead: ID!) { crmLead(by: {id: $lead}) { changes { nodes { newValues } } } }",
        lead=lead,
    )
    states = [node["newValues"].get("state") for node in told.data["crmLead"]["changes"]["nodes"]]
    assert [state for state in states if state] == ["won", "open", "lost", "open"]


async def test_a_lead_is_won_twice(office: Office) -> None:
    lead = await office.lead()

    payloads = await asyncio.gather(
        *(office.call("MarkWon", lead, f', note: "{name}"', "version") for name in ("Ada", "Omar"))
    )

    assert sorted(payload["errors"] == [] for payload in payloads) == [False, True]
    assert [error for payload in payloads for error in payload["errors"]] == [
        {"message": "Lead Brewery line is already won.", "path": None}
    ]
    read = await office.ask("{ crmLeads { nodes { version notes state } } }")
    (found,) = read.data["crmLeads"]["nodes"]
    assert (found["version"], found["state"]) == (2, "WON")
    assert found["notes"] in {"Ada", "Omar"}


async def test_a_lead_dragged_to_another_stage_has_its_state(office: Office) -> None:
    lead = await office.lead(probability=40)

    document = f"""mutation($lead: ID!, $stage: ID!) {{
      made: crmLeadUpdate(id: $lead, data: {{stage: {{id: $stage}}}}) {{
        record {{ {SEEN} }} errors {{ message }} }} }}"""
    seen = [
        (await office.ask(document, lead=lead, stage=stage)).data["made"]["record"]
        for stage in ("2", "3", "4", "1")
    ]

    assert [(item["state"], item["probability"], item["closedOn"]) for item in seen] == [
        ("OPEN", "40.00", None),
        ("WON", "100.00", "2026-06-15"),
        ("LOST", "0.00", "2026-06-15"),
        ("OPEN", "0.00", None),
    ]


async def test_leads_of_an_import_have_the_state_of_their_stage(
    office: Office, queries: Queries
) -> None:
    document = """mutation($data: [CrmLeadCreateInput!]!) {
      made: crmLeadCreateMany(data: $data) {
        records { state probability score } errors { message path index } } }"""
    sent = []
    for count in (2, 40):
        stages = [{"id": str(2 + number % 3)} for number in range(count)]
        queries.clear()
        made = await office.ask(document, data=[{"name": "Old", "stage": item} for item in stages])
        assert made.data["made"]["errors"] == []
        sent.append((await queries.told()).count)

    assert [record["state"] for record in made.data["made"]["records"][:3]] == [
        "OPEN",
        "WON",
        "LOST",
    ]
    assert sent[0] == sent[1]


async def test_what_is_not_so_is_refused(office: Office) -> None:
    lead = await office.lead(company={"id": "1"})
    won = await office.lead(stage={"id": "3"})

    refused = await office.ask(
        """mutation($lead: ID!, $won: ID!) {
          stranger: crmLeadUpdate(id: $lead, data: {salesperson: {id: 1}, company: {id: 2}}) {
            errors { message path } }
          unsure: crmLeadUpdate(id: $won, data: {probability: 90}) { errors { message path } }
          reason: crmLeadMarkLost(id: $lead, reason: " ") { errors { message path } }
          open: crmLeadReopen(id: $lead) { errors { message path } }
          lost: crmLeadMarkLost(id: $won, reason: "Late") { errors { message path } }
          both: crmStageUpdate(id: 3, data: {isLost: true}) { errors { message } }
        }""",
        lead=lead,
        won=won,
    )

    assert {name: payload["errors"] for name, payload in refused.data.items()} == {
        "stranger": [
            {
                "message": "Ada does not work for the company of this lead.",
                "path": ["salesperson"],
            }
        ],
        "unsure": [
            {
                "message": "The probability of a won lead is 100, of a lost one 0.",
                "path": ["state"],
            }
        ],
        "reason": [{"message": "Say why the lead was lost.", "path": ["reason"]}],
        "open": [{"message": "Lead Brewery line is open.", "path": None}],
        "lost": [{"message": "Lead Brewery line is already won.", "path": None}],
        "both": [{"message": "A stage cannot stand for won and lost."}],
    }


async def test_duplicates_of_a_lead_are_found_in_any_spelling(office: Office) -> None:
    await office.lead(email="Jo@aldermoor.example")
    await office.lead(email="jo@aldermoor.example", active=False)
    await office.lead(email="jo@aldermoor.example.org")
    await office.lead()

    found = await office.ask('{ crmLeadDuplicates(email: " JO@aldermoor.example ") { id } }')

    assert found.data["crmLeadDuplicates"] == [{"id": "2"}, {"id": "1"}]


async def test_contacts_of_an_import_are_found_by_their_reference(office: Office) -> None:
    document = """mutation($data: [ContactCreateInput!]!) {
      made: contactUpsert(data: $data, on: [EXTERNAL_REF]) {
        records { id name } errors { message } } }"""
    await office.ask(document, data=[{"name": "Jo", "externalRef": "C-1"}])

    again = await office.ask(
        document,
        data=[{"name": "Jo Field", "externalRef": "C-1"}, {"name": "Éva", "externalRef": "C-2"}],
    )

    assert again.data["made"] == {
        "records": [{"id": "1", "name": "Jo Field"}, {"id": "2", "name": "Éva"}],
        "errors": [],
    }


async def test_a_lead_drafted_for_a_contact_takes_its_address(office: Office) -> None:
    await office.ask(
        """mutation {
          contactCreate(data: {name: "Jo", email: "jo@aldermoor.example", mobile: "1"}) {
            errors { message } } }"""
    )
    document = """query($data: CrmLeadUpdateInput!) {
      crmLeadDraft(data: $data, changed: [CONTACT]) { values errors { message } } }"""

    empty = await office.ask(document, data={"contact": {"id": "1"}})
    given = await office.ask(document, data={"contact": {"id": "1"}, "phone": "2"})

    assert empty.data["crmLeadDraft"]["values"]["email"] == "jo@aldermoor.example"
    assert empty.data["crmLeadDraft"]["values"]["phone"] == "1"
    assert "phone" not in given.data["crmLeadDraft"]["values"]
    assert (await office.ask("{ crmLeads { totalCount } }")).data["crmLeads"]["totalCount"] == 0

"""A key limited to a group keeps to it when the group is gone (copy to tests/identity/)."""

from typing import Any

import pytest
from identity_place import PASSWORD, Place

from graphql_erp.security.request_facts import NO_REQUEST

pytestmark = pytest.mark.anyio


async def test_key_does_not_gain_rights_when_its_group_is_deleted(place: Place) -> None:
    await place.rows(
        """INSERT INTO "group" (name, label, kind) VALUES ('narrow', '{"en": "N"}', 'internal')"""
    )
    user = await place.user(groups=["core_user", "narrow"])
    (row,) = await place.rows("SELECT id FROM \"group\" WHERE name = 'narrow'")
    document = """mutation ($groups: [ID!]) {
      apiKeyMake(name: "Limited", groups: $groups) { secret errors { message } }
    }"""
    token = (await place.gate.accounts.login(user, PASSWORD, None, NO_REQUEST)).access_token
    made: Any = await place.ask(document, by=token, groups=[str(row["id"])])
    secret = made["data"]["apiKeyMake"]["secret"]
    assert (await place.ask("{ me { groups } }", by=secret))["data"]["me"] == {"groups": ["narrow"]}

    await place.rows("DELETE FROM \"group\" WHERE name = 'narrow'")
    place.later(seconds=1)

    assert (await place.ask("{ me { groups } }", by=secret))["data"]["me"] == {"groups": []}

from typing import Any

import pytest
from identity_place import PASSWORD, Place

from graphql_erp.errors import Unauthenticated
from graphql_erp.security.request_facts import NO_REQUEST

pytestmark = pytest.mark.anyio

MAKE = """
mutation ($name: String!, $expires: Date, $readOnly: Boolean! = false) {
  apiKeyMake(name: $name, expiresOn: $expires, readOnly: $readOnly) {
    key { id name prefix user { login } readOnly revoked lastUsedAt }
    secret errors { code message path }
  }
}
"""
REVOKE = "mutation ($id: ID!) { apiKeyRevoke(id: $id) { record { revoked } errors { code } } }"
ME = "{ me { user { login } } }"


async def made(place: Place, user: str, **options: Any) -> Any:
    token = (await place.gate.accounts.login(user, PASSWORD, None, NO_REQUEST)).access_token
    answer = await place.ask(MAKE, by=token, name="Robot", **options)
    return answer["data"]["apiKeyMake"]


async def test_key_acts_for_its_user_until_it_is_revoked(place: Place) -> None:
    user = await place.user()
    key = await made(place, user)
    secret = key["secret"]

    assert key["errors"] == []
    assert key["key"] == {
        "id": key["key"]["id"],
        "name": "Robot",
        "prefix": secret[:29],
        "user": {"login": user},
        "readOnly": False,
        "revoked": False,
        "lastUsedAt": None,
    }
    assert secret.startswith("erpk_")
    assert (await place.ask(ME, by=secret))["data"]["me"]["user"]["login"] == user

    await place.ask(REVOKE, by=secret, id=key["key"]["id"])
    place.later(seconds=0.5)

    with pytest.raises(Unauthenticated, match="The API key is not valid"):
        await place.ask(ME, by=secret)


async def test_use_is_noted_to_the_minute(place: Place) -> None:
    key = await made(place, await place.user())
    sql = "SELECT last_used_at FROM api_key WHERE id = $1"
    number = int(key["key"]["id"])

    await place.ask(ME, by=key["secret"])
    first = place.now
    place.later(seconds=30)
    await place.ask(ME, by=key["secret"])
    assert (await place.rows(sql, number))[0]["last_used_at"] == first
    place.later(seconds=31)
    await place.ask(ME, by=key["secret"])

    assert (await place.rows(sql, number))[0]["last_used_at"] == place.now


async def test_key_that_only_reads_writes_nothing(place: Place) -> None:
    key = await made(place, await place.user(), readOnly=True)

    answer = await place.ask(
        'mutation { contactCreate(data: {name: "By a robot"}) { errors { code } } }',
        by=key["secret"],
    )

    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert answer["errors"][0]["message"] == "This API key may only read."
    assert await place.rows("SELECT 1 FROM contact WHERE name = 'By a robot'") == []
    assert (await place.ask(ME, by=key["secret"]))["data"]["me"] is not None


async def test_key_is_good_through_its_last_day(place: Place) -> None:
    user = await place.user()
    key = await made(place, user, expires="2026-06-16")
    past = await made(place, user, expires="2026-06-14")

    assert past["errors"][0]["path"] == ["expiresOn"]
    assert past["secret"] is None
    place.later(days=1)
    assert (await place.ask(ME, by=key["secret"]))["data"]["me"] is not None
    place.later(days=1)
    with pytest.raises(Unauthenticated):
        await place.ask(ME, by=key["secret"])


async def test_suspension_of_its_user_ends_a_key(place: Place) -> None:
    user = await place.user()
    key = await made(place, user)
    found = await place.gate.accounts.find(user)
    assert found is not None

    await place.gate.accounts.set_active(found.user, active=False)

    with pytest.raises(Unauthenticated):
        await place.ask(ME, by=key["secret"])


async def test_key_cannot_change_how_its_user_signs_in(place: Place) -> None:
    user = await place.user()
    key = await made(place, user)
    documents = [
        (
            f'mutation {{ userChangePassword(current: "{PASSWORD}", new: "{PASSWORD}2") '
            "{ errors { code } } }"
        ),
        f'mutation {{ userEnrolCode(password: "{PASSWORD}") {{ secret }} }}',
        "mutation { userLogoutEverywhere { errors { code } } }",
        'mutation { apiKeyMake(name: "More") { secret } }',
    ]

    for document in documents:
        answer = await place.ask(document, by=key["secret"])
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await place.rows("SELECT 1 FROM api_key WHERE name = 'More'") == []
    assert await place.gate.accounts.login(user, PASSWORD, None, NO_REQUEST)


@pytest.mark.parametrize(
    "change",
    [
        lambda secret: secret[:-1] + ("a" if secret[-1] != "a" else "b"),
        lambda secret: secret + "a",
        lambda secret: secret[:-1],
        lambda secret: "erpk_" + "0" * 24 + secret[29:],
        lambda secret: secret.replace("erpk", "erpr"),
        lambda secret: secret.upper(),
        lambda _: "erpk_",
    ],
)
async def test_secret_that_is_not_quite_right_opens_nothing(place: Place, change: Any) -> None:
    key = await made(place, await place.user())

    with pytest.raises(Unauthenticated):
        await place.ask(ME, by=change(key["secret"]))


async def test_warm_requests_ask_nothing_of_the_database(place: Place) -> None:
    user = await place.user()
    key = (await made(place, user))["secret"]
    token = (await place.gate.accounts.login(user, PASSWORD, None, NO_REQUEST)).access_token
    headers = [[(b"authorization", f"Bearer {text}".encode())] for text in (key, token)]
    for shown in headers:
        await place.gate.authenticator.caller(shown)

    taken: list[object] = []
    take, place.pool.take_free = place.pool.take_free, lambda: taken.append(1)  # type: ignore[method-assign]
    try:
        for shown in headers:
            assert (await place.gate.authenticator.caller(shown)).actor.user is not None
    finally:
        place.pool.take_free = take  # type: ignore[method-assign]
    assert taken == []


async def grant(place: Place, user: str, *groups: str) -> None:
    await place.rows(
        "INSERT INTO user_groups_link (user_id, group_id)"
        ' SELECT u.id, g.id FROM "user" u, "group" g WHERE u.login = $1 AND g.name = ANY($2)',
        user,
        list(groups),
    )


GROUPS = "{ me { groups } }"


async def test_groups_are_those_of_the_user_and_what_they_imply(place: Place) -> None:
    user = await place.user(groups=[])
    token = (await place.gate.accounts.login(user, PASSWORD, None, NO_REQUEST)).access_token
    assert (await place.ask(GROUPS, by=token))["data"]["me"] == {"groups": []}

    await grant(place, user, "core_administrator")
    place.later(seconds=0.5)

    assert (await place.ask(GROUPS, by=token))["data"]["me"] == {
        "groups": ["core_administrator", "core_user"]
    }


async def test_key_is_limited_to_groups_and_never_has_more_than_its_user(place: Place) -> None:
    user = await place.user()
    rows = await place.rows("SELECT id, name FROM \"group\" WHERE name LIKE 'core_%'")
    ids = {row["name"]: str(row["id"]) for row in rows}
    document = """mutation ($groups: [ID!]) {
      apiKeyMake(name: "Limited", groups: $groups) { secret errors { message } }
    }"""
    token = (await place.gate.accounts.login(user, PASSWORD, None, NO_REQUEST)).access_token
    found = {}

    for names in ([], ["core_user"], ["core_administrator"], ["core_portal"]):
        made_key = await place.ask(document, by=token, groups=[ids[name] for name in names])
        secret = made_key["data"]["apiKeyMake"]["secret"]
        me = (await place.ask(GROUPS, by=secret))["data"]["me"]
        found[",".join(names)] = me["groups"]

    assert found == {
        "": ["core_user"],
        "core_user": ["core_user"],
        "core_administrator": ["core_user"],
        "core_portal": [],
    }

import asyncio
from typing import Any

import pytest
from identity_place import PASSWORD, Place

from graphql_erp.errors import UserError
from graphql_erp.security.request_facts import NO_REQUEST

pytestmark = pytest.mark.anyio

NEW = "another horse battery"
CHANGE = """
mutation ($current: String!, $new: String!) {
  userChangePassword(current: $current, new: $new) { accessToken errors { code message path } }
}
"""
REQUEST = "mutation ($login: String!) { userRequestReset(login: $login) { errors { code } } }"
RESET = """
mutation ($token: String!, $password: String!) {
  userResetPassword(token: $token, password: $password) { errors { code message path } }
}
"""


async def token_of(place: Place, user: str, password: str = PASSWORD) -> str:
    return (await place.gate.accounts.login(user, password, None, NO_REQUEST)).access_token


async def can_sign_in(place: Place, user: str, password: str) -> bool:
    try:
        await token_of(place, user, password)
    except UserError:
        return False
    return True


async def test_password_is_changed_by_who_knows_it_and_ends_other_sessions(place: Place) -> None:
    user = await place.user()
    token = await token_of(place, user)

    wrong = await place.ask(CHANGE, by=token, current="wrong", new=NEW)
    short = await place.ask(CHANGE, by=token, current=PASSWORD, new="short")
    assert wrong["data"]["userChangePassword"]["errors"] == [
        {"code": "INVALID", "message": "The password is wrong.", "path": ["current"]}
    ]
    assert short["data"]["userChangePassword"]["errors"] == [
        {
            "code": "INVALID",
            "message": "A password has 10 characters at least.",
            "path": ["password"],
        }
    ]
    assert await can_sign_in(place, user, PASSWORD)

    answer = await place.ask(CHANGE, by=token, current=PASSWORD, new=NEW)

    following = answer["data"]["userChangePassword"]["accessToken"]
    me = await place.ask("{ me { user { login } } }", by=following)
    assert me["data"]["me"]["user"]["login"] == user
    assert not await can_sign_in(place, user, PASSWORD)
    assert await can_sign_in(place, user, NEW)


async def test_nobody_has_no_password_to_change(place: Place) -> None:
    answer = await place.ask(CHANGE, current=PASSWORD, new=NEW)

    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def reset(place: Place, token: str, password: str = NEW) -> Any:
    answer = await place.ask(RESET, token=token, password=password)
    return answer["data"]["userResetPassword"]["errors"]


async def test_reset_token_is_good_once(place: Place) -> None:
    user = await place.user()

    answer = await place.ask(REQUEST, login=user)
    (made,) = place.delivered

    assert answer == {"data": {"userRequestReset": {"errors": []}}}
    assert made.login == user
    assert (await reset(place, made.token, "short"))[0]["path"] == ["password"]
    assert await reset(place, made.token) == []
    assert (await reset(place, made.token, "third horse battery")) == [
        {
            "code": "INVALID",
            "message": "The token is not valid: ask for another one.",
            "path": ["token"],
        }
    ]
    assert await can_sign_in(place, user, NEW)


async def test_request_says_nothing_of_whether_there_is_such_a_user(place: Place) -> None:
    assert await place.ask(REQUEST, login="nobody") == await place.ask(
        REQUEST, login=await place.user()
    )
    assert len(place.delivered) == 1


async def test_requests_are_counted(place: Place) -> None:
    user = await place.user()
    for _ in range(10):
        await place.ask(REQUEST, login=user)

    answer = await place.ask(REQUEST, login=user)

    assert answer["data"]["userRequestReset"]["errors"] == [{"code": "RATE_LIMITED"}]
    assert len(place.delivered) == 10
    assert await can_sign_in(place, user, PASSWORD)


async def test_reset_token_ends_with_its_time_the_password_and_the_user(place: Place) -> None:
    user, other = await place.user(), await place.user()
    for login in (user, user, other):
        await place.ask(REQUEST, login=login)
    first, second, others = place.delivered

    assert await reset(place, first.token) == []
    # The other token of the same user went with the password it was to set.
    assert await reset(place, second.token) != []
    place.later(minutes=30)
    assert await reset(place, others.token) != []
    assert await can_sign_in(place, other, PASSWORD)

    await place.ask(REQUEST, login=other)
    found = await place.gate.accounts.find(other)
    assert found is not None
    await place.gate.accounts.set_active(found.user, active=False)
    assert await reset(place, place.delivered[-1].token) != []


async def test_reset_token_used_twice_at_once_sets_one_password(place: Place) -> None:
    user = await place.user()
    await place.ask(REQUEST, login=user)
    token = place.delivered[0].token

    answers = await asyncio.gather(*(reset(place, token, f"horse battery {n}") for n in range(5)))

    assert sorted(len(errors) for errors in answers) == [0, 1, 1, 1, 1]


async def test_answers_with_secrets_are_not_kept_by_a_key(place: Place) -> None:
    user = await place.user()
    document = """mutation ($login: String!, $password: String!) {
      userLogin(login: $login, password: $password) @idempotent(key: "k1") { accessToken }
    }"""

    answer = await place.ask(document, login=user, password=PASSWORD)

    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert answer["errors"][0]["message"] == (
        "userLogin cannot be called with @idempotent, which keeps answers."
    )
    assert await place.rows("SELECT 1 FROM erp_answer") == []


async def test_hash_of_less_cost_is_renewed_at_the_next_sign_in(place: Place) -> None:
    user = await place.user()
    costly = place.settings.model_copy(update={"password_kib": 128})
    place.gate = place.process(costly)

    await token_of(place, user)
    (row,) = await place.rows(
        'SELECT password FROM erp_credential JOIN "user" ON id = user_id WHERE login = $1', user
    )

    assert "m=128," in row["password"]
    assert await can_sign_in(place, user, PASSWORD)

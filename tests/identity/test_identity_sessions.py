from typing import Any

import pytest
from identity_place import PASSWORD, Place

from graphql_erp.auth.keys import TOKEN_KEYS, KeyFile
from graphql_erp.errors import Unauthenticated
from graphql_erp.security.request_facts import NO_REQUEST as _FACTS

pytestmark = pytest.mark.anyio

LOGIN = """
mutation ($login: String!, $password: String!, $code: String) {
  userLogin(login: $login, password: $password, code: $code) {
    accessToken refreshToken expiresIn errors { code message path }
  }
}
"""
REFRESH = """
mutation ($token: String!) {
  userRefresh(token: $token) { accessToken refreshToken errors { code message path } }
}
"""
ME = "{ me { user { login } companies { name } permissions } }"
WRONG = {"code": "INVALID", "message": "The login or the password is wrong.", "path": ["password"]}


async def login(place: Place, name: str, password: str = PASSWORD, **more: Any) -> Any:
    return (await place.ask(LOGIN, login=name, password=password, **more))["data"]["userLogin"]


async def refresh(place: Place, token: str) -> Any:
    return (await place.ask(REFRESH, token=token))["data"]["userRefresh"]


async def is_in(place: Place, token: str, **more: Any) -> bool:
    try:
        answer = await place.ask(ME, by=token, **more)
    except Unauthenticated:
        return False
    return answer["data"]["me"] is not None


async def test_login_gives_tokens_that_say_who_asks(place: Place) -> None:
    user = await place.user()

    given = await login(place, user)

    assert (given["errors"], given["expiresIn"]) == ([], 600)
    answer = await place.ask(ME, by=given["accessToken"])
    me = answer["data"]["me"]
    assert me["user"] == {"login": user}
    assert me["companies"] == [{"name": "My Company"}]
    assert me["permissions"] == sorted(me["permissions"])
    assert {"Contact.read", "ApiKey.make", "User.log_out"} <= set(me["permissions"])
    assert "User.delete" not in me["permissions"]
    assert (await place.ask(ME)) == {"data": {"me": None}}


async def test_email_address_that_one_user_has_is_a_login(place: Place) -> None:
    first = await place.user(email="one@example.com")
    await place.user(email="both@example.com")
    await place.user(email="both@example.com")

    assert (await login(place, "ONE@example.com"))["errors"] == []
    assert (await login(place, first))["errors"] == []
    assert (await login(place, "both@example.com"))["errors"] == [WRONG]


async def test_everything_wrong_is_answered_alike_and_starts_nothing(place: Place) -> None:
    user, without = await place.user(), await place.user(password=None)
    before = await place.rows("SELECT count(*) FROM erp_session")

    answers = [
        await login(place, user, "wrong horse battery"),
        await login(place, user, ""),
        await login(place, "nobody at all"),
        await login(place, ""),
        await login(place, "x" * 10_000, "y" * 10_000),
        await login(place, without, ""),
    ]

    for answer in answers:
        assert answer == {
            "accessToken": None,
            "refreshToken": None,
            "expiresIn": None,
            "errors": [WRONG],
        }
    assert await place.rows("SELECT count(*) FROM erp_session") == before


async def test_refresh_token_is_good_once_and_used_twice_ends_the_session(place: Place) -> None:
    user = await place.user()
    first = await login(place, user)
    other = await login(place, user)

    second = await refresh(place, first["refreshToken"])
    third = await refresh(place, second["refreshToken"])
    assert third["errors"] == []
    assert await is_in(place, third["accessToken"])

    reused = await refresh(place, second["refreshToken"])

    assert [error["code"] for error in reused["errors"]] == ["INVALID"]
    assert reused["accessToken"] is None
    assert (await refresh(place, third["refreshToken"]))["accessToken"] is None
    place.later(seconds=1)
    assert not await is_in(place, third["accessToken"])
    assert await is_in(place, other["accessToken"])


async def test_token_nobody_was_given_ends_no_session(place: Place) -> None:
    given = (await login(place, await place.user()))["refreshToken"]
    for wrong in ("", "x", given[:-1], f"erpr_{given[5:29]}_{'a' * 64}_{'a' * 64}"):
        assert (await refresh(place, wrong))["accessToken"] is None

    assert (await refresh(place, given))["errors"] == []


async def test_session_is_over_after_its_life(place: Place) -> None:
    given = await login(place, await place.user())
    place.later(days=30)

    assert (await refresh(place, given["refreshToken"]))["accessToken"] is None


async def test_logout_ends_this_session_alone(place: Place) -> None:
    user = await place.user()
    one, two = await login(place, user), await login(place, user)

    await place.ask("mutation { userLogout { errors { code } } }", by=one["accessToken"])

    assert not await is_in(place, one["accessToken"])
    assert (await refresh(place, one["refreshToken"]))["accessToken"] is None
    assert await is_in(place, two["accessToken"])


@pytest.mark.parametrize(
    "what",
    ["logout everywhere", "password", "suspension", "suspended by a mutation", "key revoked"],
)
async def test_other_processes_know_within_a_second(place: Place, what: str) -> None:
    user = await place.user()
    one, two = await login(place, user), await login(place, user)
    other = place.process(place.settings)
    assert await is_in(place, two["accessToken"], gate=other)
    found = await place.gate.accounts.find(user)
    assert found is not None

    token = one["accessToken"]
    match what:
        case "logout everywhere":
            document = "mutation { userLogoutEverywhere { errors { code } } }"
            assert "errors" not in await place.ask(document, by=token)
        case "password":
            await place.gate.accounts.set_password(found.user, "another horse battery")
        case "suspension":
            await place.gate.accounts.set_active(found.user, active=False)
        case "suspended by a mutation":
            document = """mutation ($id: ID!) {
              userUpdate(id: $id, data: {active: false}) { errors { code } }
            }"""
            administrator = await login(place, await place.user(groups=["core_administrator"]))
            by = administrator["accessToken"]
            answer = await place.ask(document, by=by, id=str(found.user))
            assert answer["data"]["userUpdate"]["errors"] == []
        case "key revoked":
            KeyFile(place.settings.data_dir / TOKEN_KEYS).rotate(keep_old=False)

    place.later(seconds=0.5)
    assert not await is_in(place, two["accessToken"], gate=other)
    assert not await is_in(place, one["accessToken"])
    if what != "key revoked":
        assert (await refresh(place, two["refreshToken"]))["accessToken"] is None


async def test_user_who_is_back_needs_a_new_session(place: Place) -> None:
    user = await place.user()
    given = await login(place, user)
    found = await place.gate.accounts.find(user)
    assert found is not None

    await place.gate.accounts.set_active(found.user, active=False)
    assert (await login(place, user))["errors"] == [WRONG]
    await place.gate.accounts.set_active(found.user, active=True)

    assert not await is_in(place, given["accessToken"])
    assert (await refresh(place, given["refreshToken"]))["accessToken"] is None
    assert (await login(place, user))["errors"] == []


async def test_company_and_time_zone_follow_the_user_within_half_a_second(place: Place) -> None:
    user = await place.user(time_zone="Europe/Paris")
    token = (await login(place, user))["accessToken"]
    claims = place.gate.accounts.tokens.read(token, place.now)

    async def zone() -> str:
        caller = await place.gate.accounts.callers.get(claims.session, place.now)
        assert caller is not None
        return caller.actor.timezone

    assert await zone() == "Europe/Paris"
    await place.rows("UPDATE \"user\" SET time_zone = 'Asia/Tokyo' WHERE login = $1", user)
    assert await zone() == "Europe/Paris"
    place.later(seconds=0.5)
    assert await zone() == "Asia/Tokyo"


async def test_token_of_another_tenant_or_of_an_ended_epoch_is_refused(place: Place) -> None:
    user = await place.user()
    found = await place.gate.accounts.find(user)
    assert found is not None
    token = (await login(place, user))["accessToken"]
    other = place.process(place.settings.model_copy(update={"tenant": "other"}))
    claims = place.gate.accounts.tokens.read(token, place.now)
    give = place.gate.accounts.tokens.give

    wrong = [
        give(user=found.user + 1, session=claims.session, epoch=claims.epoch, now=place.now),
        give(user=found.user, session=claims.session, epoch=claims.epoch + 1, now=place.now),
        give(user=found.user, session="s" + "0" * 24, epoch=claims.epoch, now=place.now),
        give(user=found.user, session="", epoch=claims.epoch, now=place.now),
        give(user=found.user, session="\x00", epoch=claims.epoch, now=place.now),
        give(user=2**80, session=claims.session, epoch=claims.epoch, now=place.now),
    ]

    assert await is_in(place, token)
    assert not await is_in(place, token, gate=other)
    for text in wrong:
        assert not await is_in(place, text)


async def test_cookie_session_is_no_access_token_and_refresh_token_no_cookie(place: Place) -> None:
    user = await place.user()
    browser = await place.gate.accounts.login_browser(user, PASSWORD, None, _FACTS)
    given = await login(place, user)

    for text in (str(browser.secret), given["refreshToken"]):
        assert not await is_in(place, text)
    forged = place.gate.accounts.tokens.give(
        user=browser.user, session=f"s{browser.secret.id}", epoch=browser.epoch, now=place.now
    )
    assert not await is_in(place, forged)
    with pytest.raises(Unauthenticated):
        await place.gate.authenticator.cookie(given["refreshToken"])
    assert (await place.gate.authenticator.cookie(str(browser.secret))).actor.user == browser.user


async def test_nothing_that_opens_anything_is_in_the_database(place: Place) -> None:
    given = await login(place, await place.user())
    browser = await place.gate.accounts.login_browser(await place.user(), PASSWORD, None, _FACTS)

    tables = ("erp_session", "erp_credential", "erp_login_attempt", '"user"')
    kept = str([await place.rows(f"SELECT t::text FROM {table} t") for table in tables])

    secrets = [given["accessToken"], *given["refreshToken"].split("_")[2:], PASSWORD]
    for secret in (*secrets, browser.secret.secret):
        assert len(secret) > 10
        assert secret not in kept

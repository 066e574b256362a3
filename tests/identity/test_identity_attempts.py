import asyncio
from typing import Any

import pytest
from identity_place import PASSWORD, Place

from graphql_erp.auth.totp import totp_code
from graphql_erp.errors import UserError
from graphql_erp.identity.attempts import _address_key
from graphql_erp.security.request_facts import RequestFacts

pytestmark = pytest.mark.anyio

LOGIN = 'userLogin(login: "%s", password: "%s") { accessToken errors { code message } }'


def aliased(logins: list[tuple[str, str]]) -> str:
    fields = (f"a{number}: " + LOGIN % pair for number, pair in enumerate(logins))
    return "mutation {" + " ".join(fields) + "}"


async def one(place: Place, login: str, password: str = PASSWORD, ip: str | None = None) -> Any:
    answer = await place.ask(aliased([(login, password)]), ip=ip)
    return answer["data"]["a0"]


async def codes(answer: Any) -> list[str]:
    return [
        item["errors"][0]["code"] if item["errors"] else "IN" for item in answer["data"].values()
    ]


async def test_account_is_closed_after_too_many_failures_and_open_again_later(
    place: Place,
) -> None:
    user = await place.user()
    for _ in range(10):
        assert (await one(place, user, "wrong"))["errors"][0]["code"] == "INVALID"

    refused = await one(place, user)

    assert refused == {
        "accessToken": None,
        "errors": [
            {
                "code": "RATE_LIMITED",
                "message": "Too many sign-ins failed. Try again in 901 seconds.",
            }
        ],
    }
    place.later(seconds=899)
    assert (await one(place, user))["errors"][0]["code"] == "RATE_LIMITED"
    place.later(seconds=1)
    assert (await one(place, user))["errors"] == []


async def test_account_that_does_not_exist_is_closed_in_the_same_way(place: Place) -> None:
    user = await place.user()

    known = [await one(place, user, "wrong") for _ in range(12)]
    unknown = [await one(place, "nobody", "wrong") for _ in range(12)]

    assert known == unknown
    assert [item["errors"][0]["code"] for item in known] == ["INVALID"] * 10 + ["RATE_LIMITED"] * 2


async def test_case_and_blanks_do_not_make_another_account(place: Place) -> None:
    user = await place.user()
    for number in range(10):
        await one(place, [user.upper(), f" {user}", user][number % 3], "wrong")

    assert (await one(place, user))["errors"][0]["code"] == "RATE_LIMITED"


async def test_right_password_forgets_the_failures_of_the_account(place: Place) -> None:
    user = await place.user()
    for _ in range(3):
        for _ in range(9):
            await one(place, user, "wrong")
        assert (await one(place, user))["errors"] == []


async def test_address_is_closed_whatever_accounts_it_tries(place: Place) -> None:
    place.gate = place.process(place.settings.model_copy(update={"login_max_address": 5}))
    user = await place.user()
    for number in range(5):
        await one(place, f"nobody{number}", "wrong", ip="192.0.2.7")

    assert (await one(place, user, ip="192.0.2.7"))["errors"][0]["code"] == "RATE_LIMITED"
    assert (await one(place, user, ip="192.0.2.8"))["errors"] == []


async def test_own_successes_do_not_open_an_address(place: Place) -> None:
    place.gate = place.process(place.settings.model_copy(update={"login_max_address": 5}))
    user = await place.user()
    for number in range(4):
        await one(place, f"nobody{number}", "wrong", ip="192.0.2.7")
        assert (await one(place, user, ip="192.0.2.7"))["errors"] == []
    await one(place, "nobody", "wrong", ip="192.0.2.7")

    assert (await one(place, user, ip="192.0.2.7"))["errors"][0]["code"] == "RATE_LIMITED"


async def test_processes_count_together(place: Place) -> None:
    user = await place.user()
    other = place.process(place.settings)
    for _ in range(5):
        await one(place, user, "wrong")
    place.gate, first = other, place.gate
    for _ in range(5):
        await one(place, user, "wrong")

    assert (await one(place, user))["errors"][0]["code"] == "RATE_LIMITED"
    place.gate = first
    assert (await one(place, user))["errors"][0]["code"] == "RATE_LIMITED"


async def test_thousand_aliased_logins_count_one_by_one(place: Place) -> None:
    user = await place.user()
    guesses = [(user, f"guess {number}") for number in range(999)] + [(user, PASSWORD)]
    more = place.settings.model_copy(
        update={
            "max_aliases": 2_000,
            "max_same_response_name": 2_000,
            "max_root_mutations": 2_000,
            "max_tokens": 100_000,
            "max_fields": 10_000,
            "max_objects": 10_000,
        }
    )
    strict = place.engine
    place.engine = type(strict)(strict.registry, more)

    answer = await place.ask(aliased(guesses), ip="192.0.2.7")
    assert answer.get("errors") is None
    found = await codes(answer)

    assert found == ["INVALID"] * 10 + ["RATE_LIMITED"] * 990
    # The settings a server has refuse such a document before anything is tried.
    place.engine = strict
    too_many = {11: "COST_EXCEEDED", 51: "COST_EXCEEDED", 1_000: "GRAPHQL_PARSE_FAILED"}
    for count, code in too_many.items():
        refused = await place.ask(aliased(guesses[:count]), ip="192.0.2.8")
        assert refused["errors"][0]["extensions"]["code"] == code
        assert "data" not in refused or refused["data"] is None
    assert await place.rows("SELECT 1 FROM erp_login_attempt WHERE key LIKE '%192.0.2.8'") == []


async def test_attempts_at_once_are_not_more_than_one_by_one(place: Place) -> None:
    user = await place.user()

    answers = await asyncio.gather(*(one(place, user, f"guess {n}") for n in range(30)))

    found = [answer["errors"][0]["code"] for answer in answers]
    # As many as are hashed at once and may wait, of the ten that may be tried.
    assert 1 <= found.count("INVALID") <= 10
    assert found.count("RATE_LIMITED") == 30 - found.count("INVALID")


async def test_reads_do_not_wait_for_passwords(place: Place) -> None:
    costly = {"password_kib": 65_536, "login_max_address": 1_000}
    place.gate = place.process(place.settings.model_copy(update=costly))
    user = await place.user(password=None)
    read = "{ countries(first: 1) { nodes { name } } }"

    flood = [asyncio.create_task(one(place, f"{user}{n}", "guess")) for n in range(40)]
    await asyncio.sleep(0.05)
    answer = await place.ask(read)
    still = [task for task in flood if not task.done()]
    answers = await asyncio.gather(*flood)

    assert "errors" not in answer
    # The read did not wait for the passwords.
    assert still
    refused = [item for item in answers if item["errors"][0]["code"] == "RATE_LIMITED"]
    assert len(refused) >= 30
    assert refused[0]["errors"][0]["message"] == (
        "Too many sign-ins at this moment. Try again in a second."
    )


async def test_old_failures_are_forgotten(place: Place) -> None:
    for number in range(3):
        await one(place, f"nobody{number}", "wrong", ip="192.0.2.7")
    place.later(seconds=901)

    await one(place, "nobody", "wrong")

    assert len(await place.rows("SELECT 1 FROM erp_login_attempt")) == 1


@pytest.mark.parametrize(
    ("ip", "key"),
    [
        (None, ""),
        ("192.0.2.7", "address:192.0.2.7"),
        ("::ffff:192.0.2.7", "address:192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::/64"),
        ("testclient", "address:testclient"),
    ],
)
def test_network_of_version_6_counts_as_one_address(ip: str | None, key: str) -> None:
    assert _address_key(ip) == key


# ---- second factor --------------------------------------------------------------------------

ENROL = "mutation ($p: String!) { userEnrolCode(password: $p) { secret uri errors { code } } }"
CONFIRM = "mutation ($c: String!) { userConfirmCode(code: $c) { errors { code } } }"
DISABLE = "mutation ($p: String!) { userDisableCode(password: $p) { errors { code } } }"


async def with_code(place: Place) -> tuple[str, str, str]:
    """Return login, secret and an access token of a new user with a second factor."""
    user = await place.user()
    token = (await one(place, user))["accessToken"]
    enrolled = (await place.ask(ENROL, by=token, p=PASSWORD))["data"]["userEnrolCode"]
    secret = enrolled["secret"]
    assert enrolled["uri"].startswith(f"otpauth://totp/{place.settings.tenant}:{user}?secret=")
    # It does not count before it is confirmed.
    assert (await one(place, user))["errors"] == []
    code = totp_code(secret, place.now)
    confirmed = await place.ask(CONFIRM, by=token, c=code)
    assert confirmed["data"]["userConfirmCode"]["errors"] == []
    return user, secret, token


async def test_second_factor_is_asked_for_after_the_password_and_good_once(place: Place) -> None:
    user, secret, _ = await with_code(place)
    facts = RequestFacts()

    assert (await one(place, user))["errors"] == [
        {"code": "REQUIRED", "message": "Enter the code of your authenticator app."}
    ]
    assert (await one(place, user, "wrong"))["errors"][0]["code"] == "INVALID"
    # The code that confirmed it is used up.
    used = totp_code(secret, place.now)
    with pytest.raises(UserError, match="The code is wrong"):
        await place.gate.accounts.login(user, PASSWORD, used, facts)
    place.later(seconds=30)
    code = totp_code(secret, place.now)
    assert (await place.gate.accounts.login(user, PASSWORD, code, facts)).expires_in == 600
    with pytest.raises(UserError, match="The code is wrong"):
        await place.gate.accounts.login(user, PASSWORD, code, facts)


async def test_codes_cannot_be_tried_out(place: Place) -> None:
    user, secret, _ = await with_code(place)
    place.later(seconds=30)
    facts = RequestFacts()
    right = totp_code(secret, place.now)
    wrong = "000000" if right != "000000" else "000001"

    for _ in range(10):
        with pytest.raises(UserError, match="The code is wrong"):
            await place.gate.accounts.login(user, PASSWORD, wrong, facts)
    with pytest.raises(UserError, match="Too many"):
        await place.gate.accounts.login(user, PASSWORD, right, facts)


async def test_second_factor_is_disabled_by_the_password_alone(place: Place) -> None:
    user, _, token = await with_code(place)

    wrong = await place.ask(DISABLE, by=token, p="wrong")
    assert wrong["data"]["userDisableCode"]["errors"] == [{"code": "INVALID"}]
    assert (await one(place, user))["errors"][0]["code"] == "REQUIRED"
    await place.ask(DISABLE, by=token, p=PASSWORD)

    assert (await one(place, user))["errors"] == []


async def test_secret_of_the_second_factor_is_kept_encrypted(place: Place) -> None:
    _, secret, _ = await with_code(place)

    rows = await place.rows("SELECT totp FROM erp_credential WHERE totp IS NOT NULL")

    assert rows
    assert all(secret.encode() not in bytes(row["totp"]) for row in rows)

"""Signing in over HTTP: cookies with their header, OAuth 2.0, answers of status 401."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from identity_place import PASSWORD, Place
from starlette.types import Scope

from graphql_erp.api.call import Answer, Call
from graphql_erp.auth.totp import totp_code
from graphql_erp.environment.environment import Environment
from graphql_erp.http.app import create_app
from graphql_erp.http.hosts import HostCheck
from graphql_erp.http.request_facts import request_facts
from graphql_erp.http.schema import SchemaFiles
from graphql_erp.http.service import Service
from graphql_erp.identity.gate import Gate
from graphql_erp.security.actor import Actor

pytestmark = pytest.mark.anyio

ME = "{ me { user { login } } }"
JSON = {"content-type": "application/json", "accept": "application/graphql-response+json"}
CREATE = 'mutation { contactCreate(data: {name: "Forged"}) { errors { code } } }'
HOST = "http://erp.example"


class Server:
    """Serves the tenant of a place over HTTP."""

    def __init__(self, place: Place) -> None:
        self.place = place
        files = SchemaFiles.of(sdl=b"", introspection=b"{}", schema_hash="none")
        self.service = Service(
            execute=self.execute,
            schema=lambda: files,
            ready=self.ready,
            startup=self.nothing,
            shutdown=self.nothing,
            gate=self.gate,
            queries_by_get="open",
        )

    async def nothing(self) -> None:
        pass

    async def ready(self) -> str:
        return ""

    async def gate(self, _scope: Scope) -> Gate:
        return self.place.gate

    async def execute(self, call: Call, scope: Scope) -> Answer:
        place = self.place
        base = Environment(pool=place.pool, actor=Actor(), clock=lambda: place.now)
        facts = request_facts(scope)
        environment = await place.gate.admit(
            base, place.engine, scope["headers"], facts, scope["scheme"]
        )
        return await place.engine.execute(call, environment)


def client_of(place: Place, base: str = HOST) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(
        app=HostCheck(create_app(Server(place).service), {b"erp.example": "id"}, default="id")
    )
    return httpx2.AsyncClient(transport=transport, base_url=base)


@pytest.fixture
async def client(place: Place) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(place) as opened:
        yield opened


async def ask(client: httpx2.AsyncClient, document: str = ME, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/graphql", json={"query": document}, headers={**JSON, **named})


async def sign_in(client: httpx2.AsyncClient, user: str, **more: Any) -> httpx2.Response:
    body = {"login": user, "password": PASSWORD, **more}
    return await client.post("/auth/login", json=body)


async def forged(place: Place) -> int:
    return len(await place.rows("SELECT 1 FROM contact WHERE name = 'Forged'"))


def code(response: httpx2.Response) -> str:
    found: str = response.json()["errors"][0]["extensions"]["code"]
    return found


# ---- cookies --------------------------------------------------------------------------------


async def test_cookie_and_header_of_its_session_sign_a_browser_in(
    place: Place, client: httpx2.AsyncClient
) -> None:
    user = await place.user()

    signed_in = await sign_in(client, user)
    cookies = signed_in.headers.get_list("set-cookie")
    csrf = client.cookies["erp_csrf"]
    answer = await ask(client, x_csrf_token=csrf)

    assert (signed_in.status_code, signed_in.headers["cache-control"]) == (200, "no-store")
    session = client.cookies["erp_session"]
    assert session not in signed_in.text
    attributes = "HttpOnly; Max-Age=2592000; Path=/; SameSite=Lax"
    assert cookies == [
        f"erp_session={session}; {attributes}",
        f"erp_csrf={csrf}; {attributes.removeprefix('HttpOnly; ')}",
    ]
    assert answer.json() == {"data": {"me": {"user": {"login": user}}}}


async def test_cookies_on_https_are_for_this_host_and_https_alone(place: Place) -> None:
    async with client_of(place, "https://erp.example") as client:
        signed_in = await sign_in(client, await place.user())
        names = [text.partition("=")[0] for text in signed_in.headers.get_list("set-cookie")]
        answer = await ask(client, x_csrf_token=client.cookies["__Host-erp_csrf"])
        session = client.cookies["__Host-erp_session"]

    assert names == ["__Host-erp_session", "__Host-erp_csrf"]
    assert all("Secure" in text for text in signed_in.headers.get_list("set-cookie"))
    assert answer.json()["data"]["me"] is not None
    # A cookie that another host of the domain could have set means nothing on https.
    async with client_of(place, "https://erp.example") as client:
        client.cookies.set("erp_session", session)
        assert (await ask(client)).json() == {"data": {"me": None}}


async def test_cookie_without_its_header_writes_nothing(
    place: Place, client: httpx2.AsyncClient
) -> None:
    await sign_in(client, await place.user())
    async with client_of(place) as other:
        await sign_in(other, await place.user())
        others = other.cookies["erp_csrf"]
    own = client.cookies["erp_csrf"]

    sent = {
        "missing": await ask(client, CREATE),
        "empty": await ask(client, CREATE, x_csrf_token=""),
        "wrong": await ask(client, CREATE, x_csrf_token="0" * 64),
        "of another session": await ask(client, CREATE, x_csrf_token=others),
        "the session itself": await ask(client, CREATE, x_csrf_token=client.cookies["erp_session"]),
        "cut": await ask(client, CREATE, x_csrf_token=own[:-1]),
        "in upper case": await ask(client, CREATE, x_csrf_token=own.upper()),
        "not ASCII": await client.post(
            "/graphql",
            json={"query": CREATE},
            headers=[*JSON.items(), ("x-csrf-token", "é".encode())],  # type: ignore[list-item]
        ),
        "twice": await client.post(
            "/graphql",
            json={"query": CREATE},
            headers=[*JSON.items(), ("x-csrf-token", own), ("x-csrf-token", own)],
        ),
        "under another name": await ask(client, CREATE, x_requested_with=own),
    }

    for name, response in sent.items():
        assert (name, response.status_code, code(response)) == (name, 403, "FORBIDDEN")
    # Under application/json, too, where most answers have status 200.
    plain = await client.post("/graphql", json={"query": CREATE})
    assert plain.status_code == 403
    assert await forged(place) == 0


async def test_forms_and_pages_of_other_sites_write_nothing(
    place: Place, client: httpx2.AsyncClient
) -> None:
    await sign_in(client, await place.user())
    own = client.cookies["erp_csrf"]
    form = {"content-type": "application/x-www-form-urlencoded"}
    plain = {"content-type": "text/plain"}
    body = b'{"query": "mutation { contactCreate(data: {name: \\"Forged\\"}) { node { id } } }"}'

    statuses = {
        "form": (await client.post("/graphql", data={"query": CREATE})).status_code,
        "form with header": (
            await client.post("/graphql", content=b"query=x", headers={**form, "x-csrf-token": own})
        ).status_code,
        "text": (await client.post("/graphql", content=body, headers=plain)).status_code,
        "multipart": (
            await client.post("/graphql", files={"query": ("q", CREATE.encode())})
        ).status_code,
        "other site": (
            await ask(client, CREATE, origin="http://evil.example", x_csrf_token=own)
        ).status_code,
        "sandbox": (await ask(client, CREATE, origin="null", x_csrf_token=own)).status_code,
    }

    assert statuses == {
        "form": 415,
        "form with header": 415,
        "text": 415,
        "multipart": 415,
        "other site": 403,
        "sandbox": 403,
    }
    assert await forged(place) == 0


async def test_cookie_alone_reads_nothing_by_get(place: Place, client: httpx2.AsyncClient) -> None:
    await sign_in(client, await place.user())
    accept = {"accept": JSON["accept"]}

    bare = await client.get("/graphql", params={"query": ME}, headers=accept)
    write = await client.get(
        "/graphql",
        params={"query": CREATE},
        headers={**accept, "x-csrf-token": client.cookies["erp_csrf"]},
    )

    assert (bare.status_code, code(bare)) == (403, "FORBIDDEN")
    assert write.status_code == 405
    assert await forged(place) == 0


async def test_sign_in_by_a_form_or_for_another_site_is_refused(
    place: Place, client: httpx2.AsyncClient
) -> None:
    user = await place.user()
    body = {"login": user, "password": PASSWORD}

    form = await client.post("/auth/login", data=body)
    site = await client.post("/auth/login", json=body, headers={"origin": "http://evil.example"})
    fetched = await client.post("/auth/login", json=body, headers={"sec-fetch-site": "cross-site"})
    assert [item.status_code for item in (form, site, fetched)] == [415, 403, 403]
    assert dict(client.cookies) == {}


async def test_sign_out_needs_the_header_and_ends_the_session(
    place: Place, client: httpx2.AsyncClient
) -> None:
    await sign_in(client, await place.user())
    csrf, session = client.cookies["erp_csrf"], client.cookies["erp_session"]

    refused = await client.post("/auth/logout")
    still = await ask(client, x_csrf_token=csrf)
    done = await client.post("/auth/logout", headers={"x-csrf-token": csrf})

    assert refused.status_code == 403
    assert still.json()["data"]["me"] is not None
    assert done.status_code == 200
    assert dict(client.cookies) == {}
    client.cookies.set("erp_session", session)
    ended = await ask(client, x_csrf_token=csrf)
    assert (ended.status_code, code(ended)) == (401, "UNAUTHENTICATED")
    assert (await client.get("/auth/logout")).status_code == 405


async def test_sign_in_that_fails_tells_what_the_page_needs(
    place: Place, client: httpx2.AsyncClient
) -> None:
    user = await place.user()
    wrong = await sign_in(client, user, password="wrong")
    bodies = [b"", b"[]", b'"x"', b"{}", b'{"login": 1, "password": "x"}', b"{" * 10_000]
    malformed = [
        await client.post(
            "/auth/login", content=body, headers={"content-type": JSON["content-type"]}
        )
        for body in bodies
    ]
    large = await sign_in(client, user, password="x" * 100_000)
    for _ in range(10):
        await sign_in(client, user, password="wrong")
    limited = await sign_in(client, user)

    assert wrong.status_code == 400
    assert wrong.json()["errors"][0]["message"] == "The login or the password is wrong."
    assert [item.status_code for item in malformed] == [400] * len(bodies)
    assert large.status_code == 413
    assert (limited.status_code, code(limited)) == (429, "RATE_LIMITED")
    assert 1 <= int(limited.headers["retry-after"]) <= 901
    assert dict(client.cookies) == {}


async def test_browser_is_led_to_the_sign_in_page(place: Place, client: httpx2.AsyncClient) -> None:
    browser = {"accept": "text/html"}

    led = await client.get("/graphql?query=%7Bme%7D", headers=browser)
    page = await client.get(led.headers["location"], headers=browser)
    anonymous = await client.get("/graphql?anonymous", headers=browser)
    await sign_in(client, await place.user())
    inside = await client.get("/graphql", headers=browser)

    assert (led.status_code, led.headers["location"]) == (303, "/auth/login?query=%7Bme%7D")
    assert page.status_code == 200
    assert "<script>" not in page.text
    assert 'src="/graphiql/sign_in.js"' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert (await client.get("/graphiql/sign_in.js")).status_code == 200
    assert {anonymous.status_code, inside.status_code} <= {200, 503}


# ---- the header Authorization ---------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a.b.c",
        "Basic YTpi",
        "Token x",
        "x",
        "",
        "Bearer erpk_x",
        "Bearer é",
    ],
)
async def test_header_that_is_no_good_is_told_at_once(
    client: httpx2.AsyncClient, header: str
) -> None:
    for accept in (JSON["accept"], "application/json"):
        response = await client.post(
            "/graphql",
            json={"query": ME},
            headers=[("accept", accept), ("authorization", header.encode())],  # type: ignore[list-item]
        )

        assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
        assert response.headers["www-authenticate"] == 'Bearer realm="erp", error="invalid_token"'


async def test_header_is_believed_in_place_of_the_cookie(
    place: Place, client: httpx2.AsyncClient
) -> None:
    await sign_in(client, await place.user())
    user = await place.user()
    token = (await grant(client, grant_type="password", username=user, password=PASSWORD)).json()

    answer = await ask(client, authorization=f"bearer {token['access_token']}")
    expired = await ask(client, authorization="Bearer x", x_csrf_token=client.cookies["erp_csrf"])

    assert answer.json()["data"]["me"]["user"]["login"] == user
    assert expired.status_code == 401


# ---- OAuth 2.0 ------------------------------------------------------------------------------


async def grant(
    client: httpx2.AsyncClient, headers: dict[str, str] | None = None, **fields: str
) -> httpx2.Response:
    return await client.post("/auth/token", data=fields, headers=headers)


async def test_password_and_refresh_token_are_changed_into_tokens(
    place: Place, client: httpx2.AsyncClient
) -> None:
    user = await place.user()

    first = await grant(client, grant_type="password", username=user, password=PASSWORD)
    token = first.json()["refresh_token"]
    second = await grant(client, grant_type="refresh_token", refresh_token=token)
    again = await grant(client, grant_type="refresh_token", refresh_token=token)

    for response in (first, second):
        assert response.status_code == 200
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["pragma"] == "no-cache"
        assert response.json()["token_type"] == "Bearer"
        assert response.json()["expires_in"] == 600
    assert first.json().keys() == {"token_type", "access_token", "expires_in", "refresh_token"}
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert "set-cookie" not in first.headers
    bearer = f"Bearer {second.json()['access_token']}"
    place.later(seconds=1)
    # The token was used twice: its whole family is over.
    assert (await ask(client, authorization=bearer)).status_code == 401


async def key_of(place: Place, client: httpx2.AsyncClient) -> tuple[str, str]:
    user = await place.user()
    given = await grant(client, grant_type="password", username=user, password=PASSWORD)
    make = 'mutation { apiKeyMake(name: "Tool") { secret } }'
    answer = await ask(client, make, authorization=f"Bearer {given.json()['access_token']}")
    secret: str = answer.json()["data"]["apiKeyMake"]["secret"]
    return user, secret


async def test_key_is_a_client_with_a_secret(place: Place, client: httpx2.AsyncClient) -> None:
    user, secret = await key_of(place, client)
    name = secret.rpartition("_")[0]
    basic = "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()

    answers = [
        await grant(client, grant_type="client_credentials", client_id=name, client_secret=secret),
        await grant(client, {"authorization": basic}, grant_type="client_credentials"),
    ]

    for response in answers:
        assert response.json().keys() == {"token_type", "access_token", "expires_in"}
        bearer = f"Bearer {response.json()['access_token']}"
        me = await ask(client, authorization=bearer)
        assert me.json()["data"]["me"]["user"]["login"] == user
    direct = await ask(client, authorization=f"Bearer {secret}")
    assert direct.json()["data"]["me"]["user"]["login"] == user
    await place.rows("UPDATE api_key SET revoked = true")
    place.later(seconds=0.5)
    assert (await ask(client, authorization=bearer)).status_code == 401


async def test_errors_are_those_of_the_standard(place: Place, client: httpx2.AsyncClient) -> None:
    user, secret = await key_of(place, client)
    name = secret.rpartition("_")[0]
    wrong = "Basic " + base64.b64encode(f"{name}:{secret[:-1]}x".encode()).decode()
    form = {"content-type": "application/x-www-form-urlencoded"}

    async def raw(body: bytes, headers: dict[str, str]) -> httpx2.Response:
        return await client.post("/auth/token", content=body, headers=headers)

    password = {"grant_type": "password", "username": user, "password": "wrong"}
    answers = {
        "no grant": await grant(client),
        "other grant": await grant(client, grant_type="authorization_code", code="x"),
        "no password": await grant(client, grant_type="password", username=user),
        "empty password": await grant(client, **{**password, "password": ""}),
        "wrong password": await grant(client, **password),
        "NUL": await grant(client, **{**password, "username": "\x00", "password": "\x00"}),
        "no token": await grant(client, grant_type="refresh_token"),
        "wrong token": await grant(client, grant_type="refresh_token", refresh_token="x"),
        "JSON": await client.post("/auth/token", json=password),
        "twice": await raw(b"grant_type=password&grant_type=password", form),
        "not UTF-8": await raw(b"grant_type=%ff", form),
        "not ASCII": await raw("grant_type=é".encode(), form),
        "many": await raw(b"&".join(b"a%d=1" % n for n in range(100)), form),
        "no client": await grant(client, grant_type="client_credentials"),
        "other client": await grant(
            client, grant_type="client_credentials", client_id="x", client_secret=secret
        ),
        "wrong basic": await grant(
            client, {"authorization": wrong}, grant_type="client_credentials"
        ),
        "no basic": await grant(
            client, {"authorization": "Basic !"}, grant_type="client_credentials"
        ),
        "both": await grant(
            client, {"authorization": wrong}, grant_type="client_credentials", client_id=name
        ),
    }

    told = {what: (item.status_code, item.json()["error"]) for what, item in answers.items()}
    assert told == {
        "no grant": (400, "invalid_request"),
        "other grant": (400, "unsupported_grant_type"),
        "no password": (400, "invalid_request"),
        "empty password": (400, "invalid_request"),
        "wrong password": (400, "invalid_grant"),
        "NUL": (400, "invalid_grant"),
        "no token": (400, "invalid_request"),
        "wrong token": (400, "invalid_grant"),
        "JSON": (400, "invalid_request"),
        "twice": (400, "invalid_request"),
        "not UTF-8": (400, "invalid_request"),
        "not ASCII": (400, "invalid_request"),
        "many": (400, "invalid_request"),
        "no client": (401, "invalid_client"),
        "other client": (401, "invalid_client"),
        "wrong basic": (401, "invalid_client"),
        "no basic": (401, "invalid_client"),
        "both": (400, "invalid_request"),
    }
    assert answers["wrong basic"].headers["www-authenticate"] == 'Basic realm="erp"'
    assert {item.headers["cache-control"] for item in answers.values()} == {"no-store"}
    assert (await client.get("/auth/token")).status_code == 405
    for _ in range(10):
        await grant(client, **password)
    limited = await grant(client, **{**password, "password": PASSWORD})
    assert (limited.status_code, limited.json()["error"]) == (429, "slow_down")
    assert int(limited.headers["retry-after"]) > 0


async def test_second_factor_travels_in_the_field_code(
    place: Place, client: httpx2.AsyncClient
) -> None:
    user = await place.user()
    accounts = place.gate.accounts
    found = await accounts.find(user)
    assert found is not None
    facts = request_facts({"headers": []})
    secret = (await accounts.enrol_code(found.user, PASSWORD, facts)).secret
    await accounts.confirm_code(found.user, totp_code(secret, place.now), facts)
    place.later(seconds=30)
    fields = {"grant_type": "password", "username": user, "password": PASSWORD}

    asked = await grant(client, **fields)
    page = await sign_in(client, user)
    given = await grant(client, **fields, code=totp_code(secret, place.now))

    assert asked.json() == {
        "error": "invalid_grant",
        "error_description": "Enter the code of your authenticator app.",
    }
    assert page.json()["errors"][0]["extensions"]["hint"] == "code"
    assert given.status_code == 200

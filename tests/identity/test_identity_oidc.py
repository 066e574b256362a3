from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from identity_place import Place
from oidc_provider import CLIENT, SECRET, OidcProvider, provided
from test_identity_http import HOST, Server, ask

from graphql_erp.auth.sealing import Sealer
from graphql_erp.config import Settings
from graphql_erp.errors import SettingsError
from graphql_erp.http.app import create_app
from graphql_erp.http.oidc import provider_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def provider(place: Place) -> Iterator[OidcProvider]:
    with provided() as opened:
        opened.now = int(place.now.timestamp())
        yield opened


@pytest.fixture
async def client(place: Place, provider: OidcProvider) -> AsyncIterator[httpx2.AsyncClient]:
    settings = place.settings.model_copy(
        update={
            "oidc_issuer": provider.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            "public_url": HOST,
        }
    )
    oidc = provider_of(settings, Sealer(settings.data_dir))
    app = create_app(replace(Server(place).service, oidc=oidc))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=HOST) as opened:
        yield opened
    await place.rows('UPDATE "user" SET email = NULL')


async def come_back(
    client: httpx2.AsyncClient, provider: OidcProvider, **changed: str
) -> httpx2.Response:
    start = await client.get("/auth/oidc/start")
    assert start.status_code == 303
    back = {**provider.authorize(start.headers["location"]), **changed}
    return await client.get("/auth/oidc/callback", params=back)


async def test_user_of_the_provider_is_signed_in_by_the_address_it_verified(
    place: Place, client: httpx2.AsyncClient, provider: OidcProvider
) -> None:
    user = await place.user(password=None, email=provider.email)

    back = await come_back(client, provider)
    answer = await ask(client, x_csrf_token=client.cookies["erp_csrf"])

    assert (back.status_code, back.headers["location"]) == (303, "/graphql")
    assert answer.json()["data"]["me"]["user"]["login"] == user
    assert "erp_oidc" not in client.cookies
    asked = provider.asked
    assert (asked["response_type"], asked["scope"]) == ("code", "openid email")
    assert (asked["client_id"], asked["redirect_uri"]) == (CLIENT, f"{HOST}/auth/oidc/callback")
    assert asked["code_challenge_method"] == "S256"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    page = await client.get("/auth/login")
    assert 'href="/auth/oidc/start"' in page.text


async def test_state_of_another_sign_in_is_refused(
    place: Place, client: httpx2.AsyncClient, provider: OidcProvider
) -> None:
    await place.user(email=provider.email)

    other = await come_back(client, provider, state="x")
    denied = await client.get("/auth/oidc/callback", params={"error": "access_denied"})
    wrong = await come_back(client, provider, code="another code")
    late = await client.get("/auth/oidc/start")
    place.later(minutes=11)
    too_late = await client.get(
        "/auth/oidc/callback", params=provider.authorize(late.headers["location"])
    )
    client.cookies.clear()
    without = await client.get("/auth/oidc/callback", params={"code": "x", "state": "x"})
    client.cookies.set("erp_oidc", "x")
    forged = await client.get("/auth/oidc/callback", params={"code": "x", "state": "x"})

    statuses = [item.status_code for item in (other, denied, wrong, too_late, without, forged)]
    assert statuses == [401] * 6
    assert "erp_session" not in client.cookies


CLAIMS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another issuer": lambda claims: claims.update(iss="https://evil.example"),
    "another client": lambda claims: claims.update(aud="other"),
    "several clients": lambda claims: claims.update(aud=[CLIENT, "other"]),
    "made for another": lambda claims: claims.update(azp="other"),
    "nonce of another": lambda claims: claims.update(nonce="x"),
    "without nonce": lambda claims: claims.pop("nonce"),
    "expired": lambda claims: claims.update(exp=claims["iat"] - 61),
    "of tomorrow": lambda claims: claims.update(iat=claims["iat"] + 86_400),
    "expiry a text": lambda claims: claims.update(exp="9999999999"),
    "without expiry": lambda claims: claims.pop("exp"),
    "not verified": lambda claims: claims.update(email_verified=False),
    "verified in words": lambda claims: claims.update(email_verified="true"),
    "without address": lambda claims: claims.pop("email"),
    "nobody here": lambda claims: claims.update(email="nobody@example.com"),
}


@pytest.mark.parametrize("name", CLAIMS)
async def test_token_that_says_anything_else_signs_nobody_in(
    place: Place, client: httpx2.AsyncClient, provider: OidcProvider, name: str
) -> None:
    await place.user(email=provider.email)
    provider.claims = CLAIMS[name]

    back = await come_back(client, provider)

    assert back.status_code == 401
    assert "erp_session" not in client.cookies


SIGNATURES: dict[str, Callable[[OidcProvider, dict[str, Any]], str]] = {
    "none": lambda _, claims: jwt.encode(claims, None, "none"),
    "our secret": lambda _, claims: jwt.encode(claims, SECRET.ljust(32), "HS256"),
    "another key": lambda provider, claims: jwt.encode(
        claims, generate_private_key(65537, 2048), "RS256", headers={"kid": provider.kid}
    ),
    "unknown key": lambda provider, claims: jwt.encode(
        claims, provider.key, "RS256", headers={"kid": "other"}
    ),
    "crit": lambda provider, claims: jwt.encode(
        claims, provider.key, "RS256", headers={"kid": provider.kid, "crit": ["x"], "x": 1}
    ),
    "nothing": lambda _, __: "",
    "not a token": lambda _, __: "a.b.c",
}


@pytest.mark.parametrize("name", SIGNATURES)
async def test_token_signed_by_anybody_else_signs_nobody_in(
    place: Place, client: httpx2.AsyncClient, provider: OidcProvider, name: str
) -> None:
    await place.user(email=provider.email)
    provider.sign = lambda claims: SIGNATURES[name](provider, claims)

    back = await come_back(client, provider)

    assert back.status_code == 401
    assert "erp_session" not in client.cookies


async def test_new_key_of_the_provider_is_asked_for(
    place: Place, client: httpx2.AsyncClient, provider: OidcProvider
) -> None:
    await place.user(email=provider.email)
    assert (await come_back(client, provider)).status_code == 303

    provider.key, provider.kid = generate_private_key(65537, 2048), "second"

    assert (await come_back(client, provider)).status_code == 303


async def test_suspended_user_is_not_let_in(
    place: Place, client: httpx2.AsyncClient, provider: OidcProvider
) -> None:
    found = await place.gate.accounts.find(await place.user(email=provider.email))
    assert found is not None
    await place.gate.accounts.set_active(found.user, active=False)

    assert (await come_back(client, provider)).status_code == 401


async def test_provider_that_does_not_answer_is_told(place: Place) -> None:
    with provided() as gone:
        issuer = gone.issuer
    changes = {"oidc_issuer": issuer, "oidc_client_id": CLIENT, "public_url": HOST}
    oidc = provider_of(place.settings.model_copy(update=changes), Sealer(place.settings.data_dir))
    app = create_app(replace(Server(place).service, oidc=oidc))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=HOST) as client:
        response = await client.get("/auth/oidc/start")

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == "The provider does not answer."


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"oidc_issuer": "http://example.com"}, "ERP_OIDC_ISSUER must be an address of https."),
        (
            {"oidc_issuer": "https://example.com"},
            "ERP_OIDC_ISSUER needs ERP_OIDC_CLIENT_ID and ERP_PUBLIC_URL.",
        ),
    ],
)
def test_settings_that_are_not_enough_are_told(
    identity_settings: Settings, changes: dict[str, str], message: str
) -> None:
    sealer = Sealer(identity_settings.data_dir)

    with pytest.raises(SettingsError) as refused:
        provider_of(identity_settings.model_copy(update=changes), sealer)

    assert refused.value.message == message
    assert provider_of(identity_settings, sealer) is None

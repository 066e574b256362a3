import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from graphql_erp.auth.keys import LOOK_SECONDS, TOKEN_KEYS, KeyFile
from graphql_erp.auth.tokens import AccessTokens, Claims
from graphql_erp.errors import SettingsError, Unauthenticated

NOW = datetime(2026, 6, 15, 10, 30, tzinfo=UTC)
SECONDS = 600


@dataclass
class Ticks:
    value: float = 100.0

    def __call__(self) -> float:
        return self.value


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def file(tmp_path: Path, ticks: Ticks) -> KeyFile:
    return KeyFile(tmp_path / TOKEN_KEYS, monotonic=ticks)


@pytest.fixture
def tokens(file: KeyFile) -> AccessTokens:
    return AccessTokens(file, tenant="demo", seconds=SECONDS)


def given(tokens: AccessTokens) -> str:
    return tokens.give(user=7, session="abc", epoch=3, now=NOW)


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims, _ = token.split(".")
    return json.loads(decoded(header)), json.loads(decoded(claims))


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(value: object) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def test_token_tells_whose_it_is_until_it_expires(tokens: AccessTokens) -> None:
    token = given(tokens)

    claims = tokens.read(token, NOW + timedelta(seconds=SECONDS - 1))

    expires = int(NOW.timestamp()) + SECONDS
    assert claims == Claims(user=7, session="abc", epoch=3, expires=expires)
    with pytest.raises(Unauthenticated, match="expired"):
        tokens.read(token, NOW + timedelta(seconds=SECONDS))


def test_token_that_expired_unseen_is_refused(tokens: AccessTokens) -> None:
    with pytest.raises(Unauthenticated, match="expired"):
        tokens.read(given(tokens), NOW + timedelta(days=1))


def signed(file: KeyFile, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return a token with a right signature over whatever it says."""
    algorithm = jwt.get_algorithm_by_name("HS256")
    text = f"{encoded(header)}.{encoded(claims)}"
    return f"{text}.{encoded(algorithm.sign(text.encode(), file.keys()[0].secret))}"


Change = Callable[[dict[str, Any], dict[str, Any]], Any]
CHANGES: dict[str, Change] = {
    "alg none": lambda header, _: header.update(alg="none"),
    "alg None": lambda header, _: header.update(alg="None"),
    "alg HS512": lambda header, _: header.update(alg="HS512"),
    "alg RS256": lambda header, _: header.update(alg="RS256"),
    "alg in lower case": lambda header, _: header.update(alg="hs256"),
    "alg missing": lambda header, _: header.pop("alg"),
    "crit": lambda header, _: header.update(crit=["exp"]),
    "crit empty": lambda header, _: header.update(crit=[]),
    "b64 false": lambda header, _: header.update(b64=False, crit=["b64"]),
    "jwk of its own": lambda header, _: header.update(jwk={"kty": "oct", "k": "AAAA"}),
    "jku": lambda header, _: header.update(jku="https://example.com/keys"),
    "kid unknown": lambda header, _: header.update(kid="00000000"),
    "kid a path": lambda header, _: header.update(kid="../../dev/null"),
    "kid a number": lambda header, _: header.update(kid=1),
    "kid missing": lambda header, _: header.pop("kid"),
    "another type": lambda header, _: header.update(typ="at+jwt"),
    "audience of another tenant": lambda _, claims: claims.update(aud="other"),
    "several audiences": lambda _, claims: claims.update(aud=["demo", "other"]),
    "audience missing": lambda _, claims: claims.pop("aud"),
    "another issuer": lambda _, claims: claims.update(iss="other"),
    "subject missing": lambda _, claims: claims.pop("sub"),
    "subject a number": lambda _, claims: claims.update(sub=7),
    "subject a name": lambda _, claims: claims.update(sub="admin"),
    "subject in other digits": lambda _, claims: claims.update(sub="\uff17"),
    "session missing": lambda _, claims: claims.pop("sid"),
    "epoch missing": lambda _, claims: claims.pop("epoch"),
    "epoch true": lambda _, claims: claims.update(epoch=True),
    "expiry missing": lambda _, claims: claims.pop("exp"),
    "expiry a text": lambda _, claims: claims.update(exp="9999999999"),
    "expiry not a number": lambda _, claims: claims.update(exp=float("inf")),
    "life of a year": lambda _, claims: claims.update(exp=claims["exp"] + 31_536_000),
    "issued tomorrow": lambda _, claims: claims.update(
        iat=claims["iat"] + 86_400, exp=claims["exp"] + 86_400
    ),
    "issue missing": lambda _, claims: claims.pop("iat"),
    "id missing": lambda _, claims: claims.pop("jti"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_signed_token_that_says_anything_else_is_refused(
    tokens: AccessTokens, file: KeyFile, name: str
) -> None:
    header, claims = parts(given(tokens))
    assert tokens.read(signed(file, header, claims), NOW).user == 7

    CHANGES[name](header, claims)

    with pytest.raises(Unauthenticated) as refused:
        tokens.read(signed(file, header, claims), NOW)
    assert refused.value.message == "The access token is not valid."


def test_unsigned_and_wrongly_signed_tokens_are_refused(
    tokens: AccessTokens, file: KeyFile
) -> None:
    token = given(tokens)
    head, body, signature = token.split(".")
    header, claims = parts(token)
    wrong = [
        "",
        "a.b.c",
        "....",
        token + "A",
        f"{head}.{body}.",
        f"{head}.{body}",
        f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        f"{head}.{encoded({**claims, 'sub': '1'})}.{signature}",
        f"{encoded([])}.{body}.{signature}",
        f"{head}.{encoded(b'nothing')}.{signature}",
        jwt.encode(claims, file.keys()[0].secret * 2, "HS512", headers={"kid": header["kid"]}),
        jwt.encode(claims, b"0" * 32, "HS256", headers={"kid": header["kid"]}),
        token.replace(".", " ."),
        "é" + token,
        "x" * 1_000_000,
        f"{head}.{encoded({**claims, 'more': 'x' * 5_000})}.{signature}",
    ]

    for text in wrong:
        with pytest.raises(Unauthenticated):
            tokens.read(text, NOW)


def test_verified_token_is_not_verified_again(tokens: AccessTokens) -> None:
    token = given(tokens)
    tokens.read(token, NOW)

    started = time.perf_counter()
    for _ in range(1_000):
        tokens.read(token, NOW)

    assert tokens.read(token, NOW) is tokens.read(token, NOW)
    # Verifying takes 30 microseconds; this says only that it is not done 1 000 times.
    assert time.perf_counter() - started < 0.5


def test_rotated_key_signs_and_the_one_before_verifies(
    tokens: AccessTokens, file: KeyFile, ticks: Ticks
) -> None:
    first = given(tokens)
    file.rotate()
    ticks.value += LOOK_SECONDS
    second = given(tokens)

    assert tokens.read(first, NOW) == tokens.read(second, NOW)
    assert parts(first)[0]["kid"] != parts(second)[0]["kid"]

    file.rotate()
    ticks.value += LOOK_SECONDS

    assert tokens.read(second, NOW).user == 7
    with pytest.raises(Unauthenticated):
        tokens.read(first, NOW)


def test_key_dropped_by_another_process_ends_its_tokens_within_half_a_second(
    tokens: AccessTokens, tmp_path: Path, ticks: Ticks
) -> None:
    token = given(tokens)
    assert tokens.read(token, NOW).user == 7

    KeyFile(tmp_path / TOKEN_KEYS).rotate(keep_old=False)
    ticks.value += LOOK_SECONDS

    with pytest.raises(Unauthenticated):
        tokens.read(token, NOW)


def test_keys_are_generated_once_and_readable_by_us_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / TOKEN_KEYS

    (key,) = KeyFile(path).keys()

    assert KeyFile(path).keys() == (key,)
    assert len(key.secret) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == [TOKEN_KEYS]
    assert "secret" not in repr(key)


@pytest.mark.parametrize("text", ["", "a", "a c2hvcnQ=", "a !!!!", "a b c"])
def test_file_without_proper_keys_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / TOKEN_KEYS
    path.write_text(text)

    with pytest.raises(SettingsError, match="does not hold keys of 32 bytes"):
        KeyFile(path).keys()

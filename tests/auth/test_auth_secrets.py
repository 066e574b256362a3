import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graphql_erp.auth.passwords import AT_ONCE, LONGEST, WAITING, Passwords
from graphql_erp.auth.sealing import Sealer
from graphql_erp.auth.secrets import (
    API_KEY,
    REFRESH,
    csrf_token,
    digest,
    new_password,
    new_secret,
    read_secret,
)
from graphql_erp.auth.totp import matching_step, new_totp_secret, totp_code, totp_uri
from graphql_erp.errors import RateLimited

NOW = datetime(2026, 6, 15, 10, 30, tzinfo=UTC)


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(kib=64, passes=1)


@pytest.mark.anyio
async def test_only_the_password_that_was_hashed_is_right(passwords: Passwords) -> None:
    kept = await passwords.hash("correct horse")

    assert kept.startswith("$argon2id$v=19$m=64,t=1,p=4$")
    assert await passwords.verify(kept, "correct horse")
    assert not await passwords.verify(kept, "correct horses")
    assert not await passwords.verify(kept, "")
    assert not await passwords.verify(None, "correct horse")
    assert not await passwords.verify("no hash", "correct horse")


@pytest.mark.anyio
async def test_password_is_never_cut(passwords: Passwords) -> None:
    kept = await passwords.hash("x" * LONGEST)

    assert await passwords.verify(kept, "x" * LONGEST)
    assert not await passwords.verify(kept, "x" * (LONGEST + 1))


@pytest.mark.anyio
async def test_hash_of_less_memory_is_outdated(passwords: Passwords) -> None:
    kept = await passwords.hash("correct horse")

    assert not passwords.is_outdated(kept)
    assert Passwords(kib=128, passes=1).is_outdated(kept)
    assert await Passwords(kib=128, passes=1).verify(kept, "correct horse")


@pytest.mark.anyio
async def test_more_passwords_than_may_wait_are_refused(passwords: Passwords) -> None:
    most = AT_ONCE + WAITING

    outcomes = await asyncio.gather(
        *(passwords.verify(None, "x") for _ in range(most + 3)), return_exceptions=True
    )

    assert [type(item) for item in outcomes] == [bool] * most + [RateLimited] * 3
    assert not await passwords.verify(None, "x")


def test_secret_is_read_as_what_it_is() -> None:
    secret = new_secret(REFRESH, is_rotated=True)

    assert read_secret(REFRESH, str(secret)) == secret
    assert read_secret(API_KEY, str(secret)) is None
    assert read_secret(REFRESH, str(secret) + "x") is None
    assert read_secret(REFRESH, "") is None
    after = secret.next()
    assert (after.id, after.secret) == (secret.id, secret.secret)
    assert after.rotated != secret.rotated
    assert secret.secret not in repr(secret)
    assert secret.rotated not in repr(secret)
    assert len(digest(secret.secret)) == 32


def test_page_token_belongs_to_one_cookie() -> None:
    assert csrf_token("a") == csrf_token("a")
    assert csrf_token("a") != csrf_token("b")


def test_generated_passwords_differ() -> None:
    assert len({new_password() for _ in range(100)}) == 100
    assert len(new_password()) == 23


def test_code_counts_once_and_for_a_minute_and_a_half() -> None:
    secret = new_totp_secret()
    code = totp_code(secret, NOW)
    step = int(NOW.timestamp()) // 30

    assert matching_step(secret, code, NOW, after=0) == step
    assert matching_step(secret, f"{code[:3]} {code[3:]}", NOW, after=0) == step
    assert matching_step(secret, code, NOW, after=step) is None
    assert matching_step(secret, code, NOW + timedelta(seconds=30), after=0) == step
    assert matching_step(secret, code, NOW + timedelta(seconds=90), after=0) is None
    assert matching_step(secret, code, NOW - timedelta(seconds=60), after=0) is None
    assert matching_step(new_totp_secret(), code, NOW, after=0) is None
    for wrong in ("", "1", code + "0", "١٢٣٤٥٦", "abcdef"):
        assert matching_step(secret, wrong, NOW, after=0) is None


def test_app_reads_whose_account_it_is() -> None:
    secret = "JBSWY3DPEHPK3PXP" * 2

    uri = totp_uri(secret, account="lena", issuer="demo")

    assert uri == f"otpauth://totp/demo:lena?secret={secret}&issuer=demo"


def test_sealed_text_is_opened_by_the_keys_of_this_place_alone(tmp_path: Path) -> None:
    sealed = Sealer(tmp_path / "a").seal("JBSWY3DPEHPK3PXP")

    assert b"JBSWY3DPEHPK3PXP" not in sealed
    assert Sealer(tmp_path / "a").unseal(sealed) == "JBSWY3DPEHPK3PXP"
    assert Sealer(tmp_path / "b").unseal(sealed) is None
    assert Sealer(tmp_path / "a").unseal(sealed[:-1] + b"x") is None

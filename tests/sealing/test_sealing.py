from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphql_erp.errors import SettingsError
from graphql_erp.sealing.keys import KeyFile
from graphql_erp.sealing.sealer import NO_SEALER, CannotOpen, KeySealer, Sealed
from graphql_erp.testing.keys import TEST_SEALER


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys" / "secrets.key")


@given(st.text())
def test_what_is_sealed_is_opened_in_its_place_alone(text: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        return
    sealed = TEST_SEALER.seal(text, "Mailbox", "password")

    assert TEST_SEALER.open(sealed, "Mailbox", "password") == text
    for model, field in (("Mailbox", "token"), ("Gate", "password"), ("Mailboxpassword", "")):
        with pytest.raises(CannotOpen):
            TEST_SEALER.open(sealed, model, field)


def test_every_bit_counts() -> None:
    sealed = TEST_SEALER.seal("swordfish", "Mailbox", "password")

    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(CannotOpen):
            TEST_SEALER.open(bytes(changed), "Mailbox", "password")
    for length in range(len(sealed)):
        with pytest.raises(CannotOpen):
            TEST_SEALER.open(sealed[:length], "Mailbox", "password")


def test_tenants_cannot_open_each_others(file: KeyFile) -> None:
    sealed = KeySealer(file, "acme").seal("swordfish", "Mailbox", "password")

    assert KeySealer(file, "acme").open(sealed, "Mailbox", "password") == "swordfish"
    with pytest.raises(CannotOpen, match="for another field or tenant"):
        KeySealer(file, "beta").open(sealed, "Mailbox", "password")


def test_file_is_made_when_needed_for_its_owner_alone(file: KeyFile) -> None:
    assert file.read() == ()
    assert not file.path.exists()

    KeySealer(file, "acme").seal("swordfish", "Mailbox", "password")

    assert file.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.path.parent.iterdir()] == ["secrets.key"]
    assert len(file.read()) == 1
    assert KeyFile(file.path).sealing_key() == file.sealing_key()


def test_rotation_is_noticed_and_older_keys_still_open(file: KeyFile) -> None:
    here, elsewhere = KeySealer(file, "acme"), KeySealer(KeyFile(file.path), "acme")
    before = here.seal("swordfish", "Mailbox", "password")
    digest = here.digest("text")
    assert elsewhere.open(before, "Mailbox", "password") == "swordfish"

    key = file.rotate()

    after = elsewhere.seal("swordfish", "Mailbox", "password")
    assert after.key_id == key.id != before.key_id
    assert here.open(after, "Mailbox", "password") == "swordfish"
    assert here.open(before, "Mailbox", "password") == "swordfish"
    assert here.digest("text") == digest
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_value_whose_key_is_gone_says_which(file: KeyFile) -> None:
    sealer = KeySealer(file, "acme")
    sealed = sealer.seal("swordfish", "Mailbox", "password")
    key = file.sealing_key()
    file.path.unlink()
    file.sealing_key()

    with pytest.raises(CannotOpen) as refused:
        sealer.open(sealed, "Mailbox", "password")
    assert refused.value.message == f"The key {key.id.hex()} of a secret is not in the key file."


def test_file_others_can_read_is_refused(file: KeyFile) -> None:
    file.sealing_key()
    file.path.chmod(0o640)

    with pytest.raises(SettingsError) as refused:
        KeyFile(file.path).read()
    assert refused.value.hint == f"Run: chmod 600 {file.path}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The key file {} holds no key."),
        ("# nothing\n\n", "The key file {} holds no key."),
        ("c2hvcnQ=\n", "Line 1 of the key file {} is no key."),
        ("# a\nnot base64\n", "Line 2 of the key file {} is no key."),
    ],
)
def test_file_without_keys_is_refused(file: KeyFile, text: str, message: str) -> None:
    file.path.parent.mkdir()
    file.path.write_text(text)
    file.path.chmod(0o600)

    with pytest.raises(SettingsError) as refused:
        file.read()
    assert refused.value.message == message.format(file.path)


def test_nothing_shows_a_key_or_a_secret(file: KeyFile) -> None:
    key = file.sealing_key()
    sealed = TEST_SEALER.seal("swordfish", "Mailbox", "password")

    assert repr(key) == f"Key({key.id.hex()})"
    assert (repr(sealed), str(sealed), f"{sealed}") == ("<a secret>",) * 3
    assert isinstance(sealed, Sealed)


def test_without_keys_nothing_is_sealed() -> None:
    with pytest.raises(CannotOpen):
        NO_SEALER.seal("swordfish", "Mailbox", "password")
    with pytest.raises(CannotOpen):
        NO_SEALER.open(b"x", "Mailbox", "password")

import pytest

from graphql_erp.fields import Secret
from graphql_erp.fields.base import InvalidValue
from graphql_erp.sealing.sealer import Sealed


def test_text_is_kept_as_it_is_written() -> None:
    # The composed form would be another password.
    assert Secret().clean("e\u0301 ") == "e\u0301 "
    sealed = Sealed(b"x")
    assert Secret().clean(sealed) is sealed


@pytest.mark.parametrize("value", [1, True, b"x", "\ud800", "a\0b", "x" * 4001, ["x"]])
def test_what_is_no_short_text_is_refused(value: object) -> None:
    with pytest.raises(InvalidValue):
        Secret().clean(value)


def test_json_tells_presence() -> None:
    assert Secret().to_json_python(Sealed(b"x")) is True
    assert Secret().to_json_python(None) is False

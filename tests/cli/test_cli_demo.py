import pytest

from graphql_erp.cli.demo import demo_settings
from graphql_erp.config import Settings
from graphql_erp.config import settings as process_settings


def test_a_server_keeps_suggestions_back_unless_told_otherwise() -> None:
    assert Settings.model_fields["development"].default is False


@pytest.mark.usefixtures("typed_settings")
@pytest.mark.parametrize(("given", "expected"), [(None, True), ("False", False), ("True", True)])
def test_demo_is_for_development_unless_told_otherwise(
    given: str | None,
    expected: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ERP_DEVELOPMENT")
    if given is not None:
        monkeypatch.setenv("ERP_DEVELOPMENT", given)
    process_settings.cache_clear()

    chosen = demo_settings(None, 0)

    assert (chosen.development, chosen.tenant, chosen.workers) == (expected, "demo", 1)

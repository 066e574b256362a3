"""Sites whose pages may use the API, as a setting names them."""

import re

from graphql_erp.errors import SettingsError

_ORIGIN = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?")


def origins_of(names: str) -> tuple[str, ...]:
    """Return the origins in a setting, separated there by commas.

    Raises:
        SettingsError: One is no origin; `*` is none either.
    """
    found = tuple(name.strip() for name in names.split(",") if name.strip())
    for name in found:
        if _ORIGIN.fullmatch(name) is None:
            raise SettingsError(
                f'"{name}" in ERP_CORS_ORIGINS is not the origin of a site.',
                hint="Give origins such as https://shop.example, separated by commas.",
            )
    return found

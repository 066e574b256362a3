"""A key for tests, kept nowhere."""

from __future__ import annotations

from graphql_erp.sealing.keys import KEY_BYTES, Key
from graphql_erp.sealing.sealer import KeySealer, Sealer


class FixedKeys:
    """Keys that are always the same."""

    def read(self) -> tuple[Key, ...]:
        """Return the one key there is."""
        return (Key(bytes(KEY_BYTES)),)

    def sealing_key(self) -> Key:
        """Return that key."""
        return self.read()[0]


TEST_SEALER: Sealer = KeySealer(FixedKeys(), "test")
"""Seals the secrets of models that a test declares."""

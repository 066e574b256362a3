"""KnownDocuments: the registered documents of one tenant, as far as a process knows them."""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from graphql_erp.errors import BadRequest, DocumentNotFound
from graphql_erp.tenants.pool import TenantPool

PREFIX = "sha256:"
"""What the id of a document begins with; the hash of its text follows."""

NEWS_SECONDS = 1.0
"""How long an id may stay unknown after it was registered; at most one look in that time."""

TRUST_SECONDS = 10.0
"""How long a document may be answered after it was forgotten."""

_MAX_CHARACTERS = 20_000_000
_WELL_FORMED = re.compile(r"sha256:[0-9a-f]{64}")
_HASHES = "SELECT hash FROM erp_document"
_TEXT = "SELECT text FROM erp_document WHERE hash = $1"


def document_hash(text: str) -> str:
    """Return the hash by which a document is known: SHA-256 of its text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True, eq=False)
class KnownDocuments:
    """Hashes of all registered documents, and the texts of those that were asked for.

    An unknown id costs no statement: whether it is one is answered from the hashes, which are
    read anew at most once in a second however many unknown ids are sent.
    """

    _hashes: frozenset[str] = frozenset()
    _texts: OrderedDict[str, str] = field(default_factory=OrderedDict)
    _characters: int = 0
    _looked: float = float("-inf")
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def text(self, document_id: str, pool: TenantPool) -> str:
        """Return the text of a registered document.

        Args:
            document_id: As the client sent it.
            pool: Connections to the tenant.

        Raises:
            BadRequest: It is not an id.
            DocumentNotFound: Nothing is registered under it.
        """
        if _WELL_FORMED.fullmatch(document_id) is None:
            raise BadRequest(
                "`documentId` is not the id of a document.",
                hint="It is `sha256:` and the SHA-256 of the document's text in 64 digits 0-9a-f.",
            )
        wanted = document_id.removeprefix(PREFIX)
        if not await self._is_known(wanted, pool):
            raise DocumentNotFound(
                "No document is registered under this id.",
                hint="Send the document as `query`, or register it: erp documents register.",
            )
        known = self._texts.get(wanted)
        if known is not None:
            self._texts.move_to_end(wanted)
            return known
        return await self._read(wanted, pool)

    async def require(self, text: str, pool: TenantPool) -> None:
        """Refuse a document that is not registered.

        Raises:
            DocumentNotFound: It is not.
        """
        if not await self._is_known(document_hash(text), pool):
            raise DocumentNotFound(
                "This server answers registered documents only.",
                hint="Register the document: erp documents register.",
            )

    def known_text(self, document_id: str) -> str | None:
        """Return the text of a document that was asked for before; None when it was not."""
        return self._texts.get(document_id.removeprefix(PREFIX))

    async def _is_known(self, wanted: str, pool: TenantPool) -> bool:
        is_known = wanted in self._hashes
        if time.monotonic() - self._looked < (TRUST_SECONDS if is_known else NEWS_SECONDS):
            return is_known
        async with self._lock:
            # Others waited here for the look that has just ended.
            if time.monotonic() - self._looked >= NEWS_SECONDS:
                await self._look(pool)
        return wanted in self._hashes

    async def _look(self, pool: TenantPool) -> None:
        async with pool.acquire() as connection:
            rows = await connection.fetch(_HASHES)
        self._hashes = frozenset(row["hash"] for row in rows)
        self._looked = time.monotonic()
        for forgotten in self._texts.keys() - self._hashes:
            self._characters -= len(self._texts.pop(forgotten))

    async def _read(self, wanted: str, pool: TenantPool) -> str:
        async with pool.acquire() as connection:
            text: str | None = await connection.fetchval(_TEXT, wanted)
        if text is None:
            raise DocumentNotFound("The document was forgotten.", hint="Register it again.")
        if wanted not in self._texts:
            self._texts[wanted] = text
            self._characters += len(text)
        while self._characters > _MAX_CHARACTERS:
            _, oldest = self._texts.popitem(last=False)
            self._characters -= len(oldest)
        return text

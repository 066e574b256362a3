"""What behaviour may ask of its environment; the engine's own classes have these methods."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Any, Protocol, TypeVar, overload

from graphql_erp.behaviour.explanation import AccessExplanation, AccessOperation
from graphql_erp.behaviour.identity import Identity
from graphql_erp.expressions.q import Q

M = TypeVar("M")
Values = Mapping[str, Any]
"""Values of a record by field name: to-one as record, id or `{"create": {...}}`, to-many as a list
of records or new values, or as `{"create": [...], "update": [...], "link": [...], ...}`."""


class RecordQuery(Protocol[M]):
    """Records of one model: refine the query, then await what it gives.

    Example:
        orders = await self.env["Order"].where(Q(state="draft")).order_by("-date").limit(10).all()
    """

    def where(self, condition: Q) -> RecordQuery[M]:
        """Keep the records for which a condition holds, beside those given before."""

    def order_by(self, *keys: str) -> RecordQuery[M]:
        """Order by fields or dotted to-one paths, `-` in front for descending."""

    def limit(self, count: int) -> RecordQuery[M]:
        """Give this many records at most."""

    def offset(self, count: int) -> RecordQuery[M]:
        """Skip this many records."""

    def load(self, *paths: str) -> RecordQuery[M]:
        """Load these dotted paths too; own columns are loaded always."""

    def archived(self) -> RecordQuery[M]:
        """Give archived records too."""

    def lock(self) -> RecordQuery[M]:
        """Lock the records, in the order of their ids, until the transaction ends."""

    async def all(self) -> list[M]:
        """Return the records."""

    async def first(self) -> M | None:
        """Return the first record, None when there is none."""

    async def get(self, record_id: int | None = None, /, **key: Any) -> M:
        """Return the one record with an id or the values of a unique key.

        Raises:
            UserError: There is no such record.
        """

    async def count(self) -> int:
        """Return how many records there are, limit and offset ignored."""

    async def exists(self) -> bool:
        """Tell whether there is any record."""

    async def aggregate(self, **figures: str) -> Mapping[str, Any]:
        """Return figures by name, each `count`, or a function of a field such as `sum(total)`."""

    async def group_by(self, *keys: str, **figures: str) -> list[Mapping[str, Any]]:
        """Return one mapping per group: the keys and the figures."""

    async def create(self, values: Values | None = None, /, **more: Any) -> M:
        """Create a record and return it with its own columns loaded."""

    async def create_many(self, rows: Sequence[Values]) -> list[M]:
        """Create records in one go and return them in the same order."""

    async def duplicate(self, record: M, values: Values | None = None, /, **more: Any) -> M:
        """Create a copy of a record, its owned lines included; fields given here are not copied."""

    async def update(self, values: Values | None = None, /, **more: Any) -> int:
        """Change all records of the query in one go and return how many there were."""

    async def delete(self) -> int:
        """Delete all records of the query in one go and return how many there were."""

    async def get_or_create(self, values: Values | None = None, /, **key: Any) -> M:
        """Return the record with the values of a unique key; create it when there is none."""

    async def upsert(self, rows: Sequence[Values], on: Sequence[str]) -> list[M]:
        """Create the records that do not exist by the fields of `on`, update the others."""


class Environment(Protocol):
    """On whose behalf behaviour runs, and in which transaction: `self.env`."""

    @property
    def now(self) -> datetime:
        """The moment of the request, the same for all of it."""

    @property
    def today(self) -> date:
        """The day it is for the actor."""

    @property
    def user(self) -> int | None:
        """Id of the user, None for nobody."""

    @property
    def company(self) -> int | None:
        """Id of the company the user works in."""

    @property
    def permissions(self) -> list[str]:
        """What the user may do, as Model.operation and Model.method, in order."""

    @property
    def identity(self) -> Identity:
        """The accounts of the tenant: signing in and out, passwords, codes and keys."""

    @overload
    def __getitem__(self, model: str) -> RecordQuery[Any]: ...
    @overload
    def __getitem__(self, model: type[M]) -> RecordQuery[M]: ...

    def elevated(self) -> Environment:
        """Return the same transaction with access, rules and field groups set aside."""

    def with_company(self, company: Any) -> Environment:
        """Return the same transaction, working in another company: a record or its id."""

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """Undo what is written inside when an error leaves the block."""

    def check_condition(self, model: str, text: str) -> None:
        """Refuse a text that is no Q expression about the records of a model."""

    async def explain_access(
        self,
        model: str,
        record: int | None,
        operation: AccessOperation,
        user: int | None = None,
    ) -> AccessExplanation:
        """Return why a user, the caller by default, may or may not do something."""

    def reveal(self, record: Any, name: str) -> str | None:
        """Return the text of a secret of a record, None when there is none."""

    async def accept_custom_fields(self, records: Sequence[Any]) -> None:
        """Refuse records of CustomField that the models cannot have; the others get served."""

    def after_commit(self, call: Callable[[], Awaitable[None]]) -> None:
        """Call something when the transaction has been committed; never when it is undone."""

    async def fetch(self, records: Sequence[Any], paths: Sequence[str]) -> None:
        """Load dotted paths of records of one model, in one statement per level."""

    async def update_records(self, records: Sequence[Any], values: Values) -> None:
        """Change records of one model in one go."""

    async def update_each(self, changes: Mapping[Any, Values]) -> None:
        """Change records of one model, each by its own values, in one go."""

    async def delete_records(self, records: Sequence[Any]) -> None:
        """Delete records of one model in one go."""


class Definition(Protocol):
    """What a record knows of its model."""

    @property
    def name(self) -> str:
        """Name of the model."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """The model's fields by name."""

"""Transaction: what behaviour sees as `self.env`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime

from graphql_erp.behaviour.explanation import AccessExplanation, AccessOperation
from graphql_erp.behaviour.identity import Identity, NoIdentity
from graphql_erp.behaviour.model import Model
from graphql_erp.behaviour.protocols import Values
from graphql_erp.environment.access_explained import explain_access
from graphql_erp.environment.custom_fields import accept_custom_fields
from graphql_erp.environment.record_query import Records
from graphql_erp.environment.serving import NOT_SERVED, Serving
from graphql_erp.errors import UserError
from graphql_erp.expressions.error import ExpressionError
from graphql_erp.naming import did_you_mean
from graphql_erp.reading.records import load_paths
from graphql_erp.registry.model import ModelDef
from graphql_erp.security.permission import UNRESTRICTED, Operation
from graphql_erp.security.stored import bound_condition
from graphql_erp.writing.batches import changed, changed_each, deleted, write_all
from graphql_erp.writing.refusals import Refused, refused_problems
from graphql_erp.writing.savepoint import savepoint
from graphql_erp.writing.writer import Writer


class Transaction:
    """A registry, an actor and a transaction of a tenant: `behaviour.protocols.Environment`."""

    def __init__(
        self, writer: Writer, serving: Serving = NOT_SERVED, identity: Identity | None = None
    ) -> None:
        self.writer = replace(writer, env=self)
        self._serving = serving
        self.identity: Identity = identity or NoIdentity()
        """The accounts of the tenant, on behalf of the caller."""

    # ---- who and when -----------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The moment of the request, the same for all of it."""
        return self.writer.now

    @property
    def today(self) -> date:
        """The day it is for the actor."""
        return self.writer.today

    @property
    def user(self) -> int | None:
        """Id of the user, None for nobody."""
        return self.writer.actor.user

    @property
    def company(self) -> int | None:
        """Id of the company the user works in."""
        return self.writer.actor.company

    @property
    def permissions(self) -> list[str]:
        """What the user may do, as Model.operation and Model.method, in order."""
        permission = self.writer.permission
        models = self.writer.registry.models.values()
        operations = [
            f"{model.name}.{operation}"
            for model in models
            for operation in Operation
            if permission.grants(model.name, operation)
        ]
        methods = [
            f"{model.name}.{method}"
            for model in models
            for method in model.methods
            if permission.calls(model.name, method)
        ]
        return sorted((*operations, *methods))

    def elevated(self) -> Transaction:
        """Return the same transaction with access, rules and field groups set aside."""
        writer = replace(self.writer, permission=UNRESTRICTED)
        return Transaction(writer, self._serving, self.identity)

    def with_company(self, company: Model | int) -> Transaction:
        """Return the same transaction, working in another company: a record or its id."""
        chosen = company.id if isinstance(company, Model) else company
        companies = tuple(dict.fromkeys((chosen, *self.writer.actor.companies)))
        actor = replace(self.writer.actor, company=chosen, companies=companies)
        return Transaction(replace(self.writer, actor=actor), self._serving, self.identity)

    # ---- records ----------------------------------------------------------------------------

    def __getitem__(self, model: str | type) -> Records:
        """Return a query over all records of a model, given by its name or class.

        Raises:
            KeyError: There is no such model.
        """
        name = model if isinstance(model, str) else model.__name__
        known = self.writer.registry.models
        if name not in known:
            raise KeyError(f"There is no model {name}. {did_you_mean(name, list(known))}".rstrip())
        return Records(self.writer, known[name])

    async def fetch(self, records: Sequence[Model], paths: Sequence[str]) -> None:
        """Load dotted paths of records of one model, in one statement per level."""
        await load_paths(self.writer.record_reader(), records, paths)

    async def update_records(self, records: Sequence[Model], values: Values) -> None:
        """Change records of one model in one go; they are loaded anew.

        Raises:
            UserError: With what is wrong.
        """
        if not records:
            return
        model = self._model(records)
        ids = [record.id for record in records]
        await write_all(self.writer, changed(self.writer, model, ids, values))
        await self._refresh(model, records)

    async def update_each(self, changes: Mapping[Model, Values]) -> None:
        """Change records of one model, each by its own values, in one go; they are loaded anew.

        Raises:
            UserError: With what is wrong, `index` telling the record.
        """
        if not changes:
            return
        records = list(changes)
        model = self._model(records)
        items = [{"id": record.id, "data": values} for record, values in changes.items()]
        await write_all(self.writer, changed_each(self.writer, model, items, range(len(items))))
        await self._refresh(model, records)

    async def delete_records(self, records: Sequence[Model]) -> None:
        """Delete records of one model in one go.

        Raises:
            UserError: With what is wrong.
        """
        if records:
            model = self._model(records)
            await write_all(self.writer, deleted(model, [record.id for record in records]))

    def _model(self, records: Sequence[Model]) -> ModelDef:
        return self.writer.model(records[0]._definition.name)  # noqa: SLF001 - ours to know

    async def _refresh(self, model: ModelDef, records: Sequence[Model]) -> None:
        """Load own columns anew and forget what was computed or led to other records."""
        found = await Records(self.writer, model).written([record.id for record in records])
        for record in records:
            loaded = found.get(record.id)
            if loaded is None:
                continue
            held = record.__dict__
            for name, value in loaded.__dict__.items():
                is_same = isinstance(value, Model) and held.get(name) == value
                if name[0] != "_" and not is_same:
                    held[name] = value
            for name, field in model.fields.items():
                if not field.is_stored:
                    held.pop(name, None)

    # ---- the transaction --------------------------------------------------------------------

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo what is written inside when an error leaves the block.

        Raises:
            UserError: Also for what the database refused.
        """
        try:
            async with savepoint(self.writer):
                yield
        except Refused as refused:
            problems = await refused_problems(self.writer, refused)
            raise UserError("", *problems) from refused

    def check_condition(self, model: str, text: str) -> None:
        """Refuse a text that is no Q expression about the records of a model.

        Raises:
            UserError: There is no such model, or the text does not fit it.
        """
        known = self.writer.registry.models
        if model not in known:
            hint = did_you_mean(model, list(known))
            raise UserError(f"There is no model {model}. {hint}".rstrip()).at("model")
        try:
            bound_condition(self.writer.registry, model, text)
        except ExpressionError as error:
            raise UserError(f"{error.message} {error.hint}".rstrip()).at("where") from error

    async def explain_access(
        self,
        model: str,
        record: int | None,
        operation: AccessOperation,
        user: int | None = None,
    ) -> AccessExplanation:
        """Return why a user, the caller by default, may or may not do something.

        Raises:
            Forbidden: The caller may not change access.
            UserError: There is no such model, user or record.
        """
        return await explain_access(self.writer, model, record, operation, user)

    def reveal(self, record: Model, name: str) -> str | None:
        """Return the text of a secret of a record that was loaded, None when there is none.

        Raises:
            TypeError: The field is no Secret.
            CannotOpen: Its key is gone, or it was sealed for another field or tenant.
        """
        definition = record._definition  # noqa: SLF001 - ours to know
        field = definition.fields.get(name)
        if field is None or not field.type.is_secret:
            raise TypeError(f"{definition.name}.{name} is no Secret.")
        sealed = getattr(record, name)
        return None if sealed is None else self.writer.sealer.open(sealed, field.model, name)

    async def accept_custom_fields(self, records: Sequence[Model]) -> None:
        """Refuse records of CustomField that the models cannot have; the others get served.

        Raises:
            UserError: With what is wrong.
        """
        await accept_custom_fields(self.writer, self._serving, records)

    def after_commit(self, call: Callable[[], Awaitable[None]]) -> None:
        """Call something when the transaction has been committed; never when it is undone."""
        self.writer.journal.after_commit.append(call)

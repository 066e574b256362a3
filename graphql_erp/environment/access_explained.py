"""Explains to administrators why a user may or may not do something."""

from __future__ import annotations

from dataclasses import replace

from graphql_erp.behaviour.explanation import AccessExplanation, AccessOperation
from graphql_erp.errors import Forbidden, UserError
from graphql_erp.naming import did_you_mean
from graphql_erp.reading.explained import USER, read_held, read_user
from graphql_erp.reading.grant_rows import read_grant_rows
from graphql_erp.reading.scope import Build
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.security.actor import Actor
from graphql_erp.security.explain import Question, explained
from graphql_erp.security.grants import Grants
from graphql_erp.security.permission import NO_CONDITIONS, Operation
from graphql_erp.security.stored import ACCESS, grants_of
from graphql_erp.writing.writer import Writer

_NEEDS_READING = {Operation.UPDATE, Operation.DELETE}


async def explain_access(
    writer: Writer,
    model: str,
    record: int | None,
    operation: AccessOperation,
    user: int | None,
) -> AccessExplanation:
    """Return why a user may or may not do something; the caller when no user is given.

    Only whether conditions hold is told of the record, whatever the caller may read of it.

    Raises:
        Forbidden: The caller may not change access.
        UserError: There is no such model, user or record.
    """
    if not writer.permission.grants(ACCESS, Operation.UPDATE):
        raise Forbidden(
            "You may not see why others may do what they may.",
            hint="It is for those who may change access.",
        )
    if model not in writer.registry.models:
        hint = did_you_mean(model, list(writer.registry.models))
        raise UserError(f"There is no model {model}. {hint}".rstrip()).at("model")
    rows = await read_grant_rows(writer.connection, writer.registry, writer.tables)
    grants = grants_of(writer.registry, rows)
    actor, is_active = await _asked(writer, grants, user)
    question = Question(grants, actor.groups, model, Operation(operation))
    told = await _explained(writer, question, actor, record)
    if told.allowed and question.operation in _NEEDS_READING and record is not None:
        reading = replace(question, operation=Operation.READ)
        seen = await _explained(writer, reading, actor, record)
        if not seen.allowed:
            # What decides is told in full, which is about reading then.
            told = replace(seen, reason=f"The record cannot be read: {seen.reason}")
    if not is_active:
        reason = f"The user is archived and cannot sign in. {told.reason}"
        told = replace(told, allowed=False, reason=reason)
    return told


async def _asked(writer: Writer, grants: Grants, user: int | None) -> tuple[Actor, bool]:
    if user is None:
        return writer.actor, True
    found = None
    if USER in writer.registry.models:
        found = await read_user(writer.connection, writer.registry, writer.tables, user)
    if found is None:
        raise UserError(f"There is no user {user}.").at("user")
    actor, is_active = found
    return replace(actor, groups=grants.closed(actor.groups)), is_active


async def _explained(
    writer: Writer, question: Question, actor: Actor, record: int | None
) -> AccessExplanation:
    if record is None:
        return explained(question)
    held = await read_held(
        writer.connection,
        Build(writer.registry, writer.tables, NO_CONDITIONS),
        question.model,
        record,
        question.conditions,
        surroundings(actor, writer.now),
    )
    if held is None:
        raise UserError(f"There is no {question.model} {record}.").at("id")
    return explained(question, held)

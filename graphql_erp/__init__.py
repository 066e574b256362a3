"""A business server whose only data surface is GraphQL: the names module authors use."""

from graphql_erp.behaviour.actions import (
    ActionResult,
    Close,
    Download,
    NoticeLevel,
    Notification,
    OpenAction,
    OpenUrl,
    RecordId,
    Reload,
)
from graphql_erp.behaviour.decorators import check, mutation, onchange, query, records
from graphql_erp.behaviour.explanation import AccessExplanation, AccessOperation
from graphql_erp.behaviour.identity import CodeEnrolment, Tokens
from graphql_erp.behaviour.model import Model
from graphql_erp.behaviour.protocols import Environment
from graphql_erp.behaviour.providers import dispatch, provider
from graphql_erp.behaviour.upload import Upload
from graphql_erp.errors import UserError
from graphql_erp.expressions.q import Q

__all__ = [
    "AccessExplanation",
    "AccessOperation",
    "ActionResult",
    "Close",
    "CodeEnrolment",
    "Download",
    "Environment",
    "Model",
    "NoticeLevel",
    "Notification",
    "OpenAction",
    "OpenUrl",
    "Q",
    "RecordId",
    "Reload",
    "Tokens",
    "Upload",
    "UserError",
    "check",
    "dispatch",
    "mutation",
    "onchange",
    "provider",
    "query",
    "records",
]

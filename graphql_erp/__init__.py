"""A business server whose only data surface is GraphQL: the names module authors use."""

from graphql_erp.behaviour.decorators import check, mutation, query, records
from graphql_erp.behaviour.model import Model
from graphql_erp.errors import UserError
from graphql_erp.expressions.q import Q

__all__ = ["Model", "Q", "UserError", "check", "mutation", "query", "records"]

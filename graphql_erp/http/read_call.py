"""Request body or query string -> Call."""

from typing import Any
from urllib.parse import parse_qsl

from graphql_erp.api.call import Call
from graphql_erp.errors import BadRequest
from graphql_erp.http.json_text import read_json

_PARAMETERS = frozenset({"query", "documentId", "variables", "operationName", "extensions"})
_MAX_PARAMETERS = 100
_KINDS = {
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def call_from_body(body: bytes) -> Call:
    """Return the call that a POST body holds.

    Raises:
        BadRequest: The body is not a well-formed GraphQL request.
    """
    members = read_json(body, part="request body")
    if type(members) is dict:
        return _call(members, read_only=False, size=len(body))
    if type(members) is list:
        raise BadRequest(
            "Lists of requests are not answered.",
            hint="Send one request; a document may select many root fields.",
        )
    raise BadRequest(f"The request body must be an object, not {_KINDS[type(members)]}.")


def call_from_query(query_string: bytes) -> Call:
    """Return the read-only call that the query string of a GET holds.

    Empty `variables`, `operationName` and `extensions` count as absent.

    Raises:
        BadRequest: The query string is not a well-formed GraphQL request.
    """
    members: dict[str, Any] = {}
    for name, value in _pairs(query_string):
        if name not in _PARAMETERS:
            continue
        if name in members:
            raise BadRequest(f"The parameter `{name}` is given more than once.")
        members[name] = value
    for name in ("variables", "operationName", "extensions"):
        if not members.get(name):
            members.pop(name, None)
        elif name != "operationName":
            members[name] = read_json(members[name].encode(), part=f"parameter `{name}`")
    return _call(members, read_only=True, size=len(query_string))


def _pairs(query_string: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_PARAMETERS,
        )
    except UnicodeError:
        raise BadRequest("The query string is not encoded in UTF-8.") from None
    except ValueError:
        raise BadRequest(f"The query string has more than {_MAX_PARAMETERS} parameters.") from None


def _call(members: dict[str, Any], *, read_only: bool, size: int) -> Call:
    document = members.get("query")
    document_id = members.get("documentId")
    variables = members.get("variables")
    operation_name = members.get("operationName")
    extensions = members.get("extensions")
    if document_id is not None and type(document_id) is not str:
        raise _wrong("documentId", "a string or null", document_id)
    if document is None and document_id is not None:
        document = ""
    if type(document) is not str:
        if "query" not in members:
            raise BadRequest(
                "`query` is missing.",
                hint="It holds the GraphQL document; `documentId` may name a registered one.",
            )
        raise _wrong("query", "a string", document)
    if variables is not None and type(variables) is not dict:
        raise _wrong("variables", "an object or null", variables)
    if operation_name is not None and type(operation_name) is not str:
        raise _wrong("operationName", "a string or null", operation_name)
    if extensions is not None and type(extensions) is not dict:
        raise _wrong("extensions", "an object or null", extensions)
    return Call(document, variables, operation_name, read_only, document_id, size)


def _wrong(name: str, wanted: str, value: object) -> BadRequest:
    return BadRequest(f"`{name}` must be {wanted}, not {_KINDS[type(value)]}.")

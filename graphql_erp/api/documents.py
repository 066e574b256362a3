"""Documents: parsed, limited and validated once, kept with their plans."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableDefinitionNode,
    get_named_type,
    get_variable_values,
    parse,
    specified_rules,
    type_from_ast,
    validate,
)
from graphql.execution.values import VariableValues

from graphql_erp.api.coercion import Coerce, Coercers, OutOfTheOrdinary
from graphql_erp.api.document_limits import DocumentLimits, check_limits, check_lines
from graphql_erp.api.input_budget import InputBudget
from graphql_erp.api.node_id import node_input, read_node_id
from graphql_erp.api.plan_shelf import PlanShelf
from graphql_erp.api.selection import SelectionReader
from graphql_erp.api.usage import Key, Use, variable_key, variable_uses
from graphql_erp.environment.documents import document_hash
from graphql_erp.errors import BadRequest, BadUserInput, ParseFailed, RequestError, ValidationFailed

PLANS_PER_OPERATION = 64
_INTROSPECTION = frozenset({"__schema", "__type"})
_BYTES_PER_TOKEN = 350
_MAX_PLAN_CHARACTERS = 10_000_000
_NO_VARIABLES = VariableValues({}, {})


class RequestErrors(RequestError):
    """Several errors of one request, all of one kind."""

    def __init__(self, errors: list[RequestError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


@dataclass(slots=True)
class Operation:
    """One operation of a document, and its compiled plans by key."""

    document: DocumentNode
    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    schema: GraphQLSchema
    max_input_objects: int
    shelf: PlanShelf
    key: Key
    has_objects: bool
    """Whether a variable is made of input objects."""
    roots: int
    """Root fields, those of a fragment counted once."""
    has_introspection: bool
    """Whether it asks for the schema; `__typename` is no question about the schema."""
    node_ids: tuple[str, ...]
    """Variables that hold global ids."""
    coercers: Mapping[str, Coerce]
    """What coerces the variables."""
    programs: OrderedDict[Any, Any] = field(default_factory=OrderedDict)

    @property
    def name(self) -> str:
        """Its name, "" when it has none."""
        return self.node.name.value if self.node.name else ""

    @property
    def is_query(self) -> bool:
        """Whether it only reads."""
        return self.node.operation is OperationType.QUERY

    def coerce(
        self, variables: Mapping[str, Any] | None, *, hide_suggestions: bool = False
    ) -> VariableValues:
        """Return the coerced variables.

        Args:
            variables: As the client sent them.
            hide_suggestions: Whether errors keep names of the schema to themselves.

        Raises:
            RequestErrors: Variables do not fit their types.
        """
        if not self.node.variable_definitions:
            return _NO_VARIABLES
        if self.is_query and self.has_objects:
            # Coercing a megabyte of filters takes seconds, and none of it could be used.
            InputBudget(self.max_input_objects).spend(list((variables or {}).values()))
        coerced = self._plain(variables or {})
        if coerced is not None:
            return VariableValues({}, coerced)
        result = get_variable_values(
            self.schema,
            self.node.variable_definitions,
            dict(variables or {}),
            max_errors=20,
            hide_suggestions=hide_suggestions,
        )
        if isinstance(result, VariableValues):
            return result
        raise RequestErrors([_request_error(BadUserInput, error) for error in result])

    def reader(self, variables: VariableValues) -> SelectionReader:
        """Return what reads the selections, with coerced variables."""
        budget = InputBudget(self.max_input_objects)
        return SelectionReader(self.schema, self.fragments, variables, budget)

    def _plain(self, variables: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return coerced variables when all are given and plain, which is most requests.

        The library resolves the types of all variables anew each time. None when anything is
        out of the ordinary: it then coerces them, and words the errors.
        """
        coerced: dict[str, Any] = {}
        for name, coerce in self.coercers.items():
            value = variables.get(name)
            if value is None:
                return None
            try:
                coerced[name] = coerce(value, 0)
            except OutOfTheOrdinary:
                return None
        return coerced

    def read_node_ids(self, variables: Mapping[str, Any]) -> dict[str, int]:
        """Return the ids in the variables that hold global ids, as statements ask for them."""
        return {node_input(name): read_node_id(variables.get(name))[1] for name in self.node_ids}

    def remember(self, key: Any, program: Any, size: int) -> None:
        """Keep a program of some size in characters; the oldest ones make room."""
        self.programs[key] = program
        self.shelf.put(self.programs, key, size)
        if len(self.programs) > PLANS_PER_OPERATION:
            self.programs.popitem(last=False)


@dataclass(slots=True)
class Document:
    """A valid document and its operations by name."""

    operations: Mapping[str, Operation]
    hash: str
    """SHA-256 of its text."""
    size: int
    """About how many bytes it takes."""

    def operation(self, name: str | None) -> Operation:
        """Return the operation to run.

        Raises:
            BadRequest: There is no such operation, or no name among several.
        """
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None:
            raise BadRequest(
                "The document has several operations.", hint="Say which one in `operationName`."
            )
        if name not in self.operations:
            raise BadRequest(
                f'The document has no operation "{name}".',
                hint="Give the name of one of its operations.",
            )
        return self.operations[name]


class DocumentCache:
    """Documents by their text, the least recently used ones forgotten."""

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: DocumentLimits,
        *,
        size: int,
        max_bytes: int = 100_000_000,
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._size = size
        self._max_bytes = max_bytes
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._bytes = 0
        self._shelf = PlanShelf(_MAX_PLAN_CHARACTERS)
        self._coercers = Coercers()

    def knows(self, text: str) -> bool:
        """Tell whether a document is there, read and valid."""
        return text in self._documents

    def get(self, text: str, *, hide_suggestions: bool = False) -> Document:
        """Return the document of a text.

        Args:
            text: The document.
            hide_suggestions: Whether errors keep names of the schema to themselves.

        Raises:
            ParseFailed: The text is not GraphQL.
            CostExceeded: The document is beyond a limit.
            RequestErrors: The document does not fit the schema.
        """
        document = self._documents.get(text)
        if document is not None:
            self._documents.move_to_end(text)
            return document
        document = self._load(text, hide_suggestions=hide_suggestions)
        self._keep(text, document)
        return document

    def _keep(self, text: str, document: Document) -> None:
        """Keep a document; the least recently used ones make room, by number and by size."""
        self._documents[text] = document
        self._bytes += document.size
        while len(self._documents) > self._size or self._bytes > self._max_bytes:
            _, forgotten = self._documents.popitem(last=False)
            self._bytes -= forgotten.size

    def clear(self) -> None:
        """Forget all documents and their plans."""
        self._documents.clear()
        self._bytes = 0
        self._shelf = PlanShelf(_MAX_PLAN_CHARACTERS)

    def _load(self, text: str, *, hide_suggestions: bool) -> Document:
        check_lines(text)
        try:
            node = parse(text, max_tokens=self._limits.max_tokens)
        except GraphQLError as error:
            raise _request_error(ParseFailed, error) from error
        except RecursionError as error:
            raise ParseFailed("The document is nested too deeply.") from error
        check_limits(node, self._limits)
        errors = validate(
            self._schema,
            node,
            specified_rules,
            max_errors=self._limits.max_validation_errors,
            hide_suggestions=hide_suggestions,
        )
        if errors:
            raise RequestErrors([_request_error(ValidationFailed, error) for error in errors])
        fragments = {
            item.name.value: item
            for item in node.definitions
            if isinstance(item, FragmentDefinitionNode)
        }
        uses = variable_uses(self._schema, node)
        operations = {
            item.name.value if item.name else "": self._operation(node, item, fragments, uses)
            for item in node.definitions
            if isinstance(item, OperationDefinitionNode)
        }
        size = len(text) + _BYTES_PER_TOKEN * (node.token_count or 0)
        return Document(operations, document_hash(text), size)

    def _operation(
        self,
        document: DocumentNode,
        node: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        uses: Mapping[str, set[Use]],
    ) -> Operation:
        names = _root_names(node.selection_set, fragments)
        return Operation(
            document=document,
            node=node,
            fragments=fragments,
            schema=self._schema,
            max_input_objects=self._limits.max_input_objects,
            shelf=self._shelf,
            key=variable_key(uses, self._schema, node),
            node_ids=tuple(name for name, use in uses.items() if Use.NODE_ID in use),
            coercers=_coercers(self._schema, node, self._coercers),
            has_objects=_has_objects(self._schema, node),
            roots=len(names),
            has_introspection=not _INTROSPECTION.isdisjoint(names),
        )


def _root_names(
    selection_set: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> list[str]:
    """Return the names of root fields, those of each fragment once."""
    names: list[str] = []
    seen: set[str] = set()
    left = [selection_set]
    while left:
        for node in left.pop().selections:
            if isinstance(node, FieldNode):
                names.append(node.name.value)
            elif isinstance(node, InlineFragmentNode):
                left.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                left.append(fragments[node.name.value].selection_set)
    return names


def _coercers(
    schema: GraphQLSchema, operation: OperationDefinitionNode, known: Coercers
) -> dict[str, Coerce]:
    """Return what coerces an operation's variables."""
    return {
        definition.variable.name.value: known.of(_type_of(schema, definition))
        for definition in operation.variable_definitions or ()
    }


def _has_objects(schema: GraphQLSchema, operation: OperationDefinitionNode) -> bool:
    kinds = (_type_of(schema, item) for item in operation.variable_definitions or ())
    return any(isinstance(get_named_type(kind), GraphQLInputObjectType) for kind in kinds)


def _type_of(schema: GraphQLSchema, definition: VariableDefinitionNode) -> Any:
    return type_from_ast(schema, definition.type)


def _request_error(kind: type[RequestError], error: GraphQLError) -> RequestError:
    locations = [(place.line, place.column) for place in error.locations or ()]
    return kind(error.message, path=error.path or (), locations=locations)

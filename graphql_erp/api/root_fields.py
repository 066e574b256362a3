"""Root fields: what Query and Mutation offer of each model."""

from collections.abc import Iterator

from graphql_erp import naming
from graphql_erp.api.connection_types import list_arguments
from graphql_erp.api.method_types import method_roots
from graphql_erp.api.offer import Offer, model_origin
from graphql_erp.api.roles import RootMeaning, RootRole
from graphql_erp.api.shapes import ENGINE, ArgumentShape, Default, FieldShape
from graphql_erp.api.write_types import version_arguments, written_fields
from graphql_erp.registry.model import ModelDef

RootField = tuple[FieldShape, RootMeaning]
_ID = ArgumentShape("id", "ID!")
_LIMIT = ArgumentShape("limit", "Int", description="Records expected at most; more are an error.")
_ON_ERROR = ArgumentShape(
    "onError",
    "BulkErrorPolicy!",
    Default("REJECT_ALL", "REJECT_ALL"),
    "What becomes of the other records when one cannot be written.",
)


def query_fields(offer: Offer) -> Iterator[RootField]:
    """Give the fields of Query: `node`, and one record, the list and the draft of every model."""
    node = FieldShape("node", "Node", (ArgumentShape("nodeId", "ID!"),), origin=ENGINE)
    yield node, RootMeaning(RootRole.NODE)
    for model in offer.models.values():
        yield (
            FieldShape(
                model.singular,
                model.name,
                (ArgumentShape("by", f"{model.name}UniqueKey!"),),
                origin=model_origin(model),
            ),
            RootMeaning(RootRole.ONE, model.name),
        )
        yield (
            FieldShape(
                model.plural,
                f"{model.name}Connection!",
                list_arguments(model),
                origin=model_origin(model, "the list"),
            ),
            RootMeaning(RootRole.LIST, model.name),
        )
        if model.api == "full" and written_fields(offer, model):
            yield _draft(model)
    yield from method_roots(offer, mutations=False)


def mutation_fields(offer: Offer) -> Iterator[RootField]:
    """Give the fields of Mutation for every model that can be written."""
    for model in offer.models.values():
        if model.api == "full":
            yield from _writes(offer, model)
    yield from method_roots(offer, mutations=True)


def _writes(offer: Offer, model: ModelDef) -> Iterator[RootField]:
    name = model.name
    many = f"{name}BulkPayload!"
    version = version_arguments(model)
    data = ArgumentShape("data", f"{name}CreateInput!")
    rows = ArgumentShape("data", f"[{name}CreateInput!]!")
    changes = ArgumentShape("data", f"{name}UpdateInput!")
    target = ArgumentShape("target", f"{name}Target!")
    items = ArgumentShape("items", f"[{name}UpdateItem!]!")
    on = ArgumentShape("on", f"[{name}FieldName!]!", description="Fields of a unique key.")
    if written_fields(offer, model):
        yield _write(model, RootRole.CREATE, f"{name}Payload!", data)
        yield _write(model, RootRole.UPDATE, f"{name}Payload!", _ID, changes, *version)
        yield _write(model, RootRole.DUPLICATE, f"{name}Payload!", _ID, _differences(model))
    yield _write(model, RootRole.DELETE, "DeletePayload!", _ID, *version)
    if written_fields(offer, model):
        yield _write(model, RootRole.CREATE_MANY, many, rows, _ON_ERROR)
        yield _write(model, RootRole.UPDATE_MANY, many, target, changes, _LIMIT)
        yield _write(model, RootRole.UPDATE_EACH, many, items, _ON_ERROR)
    yield _write(model, RootRole.DELETE_MANY, many, target, _LIMIT)
    if written_fields(offer, model) and model.unique:
        yield _write(model, RootRole.UPSERT, many, rows, on, _ON_ERROR)


def _draft(model: ModelDef) -> RootField:
    name = model.name
    changed = "Fields the user changed, whose methods run; all that are given when left out."
    field = FieldShape(
        f"{model.singular}Draft",
        f"{name}DraftPayload!",
        (
            ArgumentShape("id", "ID", description="The record that is edited; none: a new one."),
            ArgumentShape("data", f"{name}UpdateInput!"),
            ArgumentShape("changed", f"[{name}FieldName!]", description=changed),
        ),
        description="Defaults, methods and computed fields on a form's data; nothing is written.",
        origin=model_origin(model, "the draft query"),
    )
    return field, RootMeaning(RootRole.DRAFT, name)


def _differences(model: ModelDef) -> ArgumentShape:
    description = "What the duplicate has instead; a field given here is not copied."
    return ArgumentShape("data", f"{model.name}UpdateInput", description=description)


def _write(model: ModelDef, role: RootRole, payload: str, *arguments: ArgumentShape) -> RootField:
    field = FieldShape(
        model.singular + naming.pascal(role.value),
        payload,
        arguments,
        origin=model_origin(model, f"the {role.value.replace('_', ' ')} mutation"),
    )
    return field, RootMeaning(role, model.name)

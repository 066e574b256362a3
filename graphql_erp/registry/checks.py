"""The ids of the checks of this layer, each with the sentence its reference page starts from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CHECKS: Mapping[str, str] = MappingProxyType(
    {
        "abstract_model": "An abstract model is used as if it had records.",
        "bad_archive": "`archive` names no required Boolean of the model.",
        "bad_audit": "A model cannot be audited.",
        "bad_compute": "The inputs or the method of a computed field do not fit it.",
        "bad_currency": "A Monetary field names no to-one field to Currency.",
        "bad_expression": "An expression cannot be read, or does not fit the model.",
        "bad_index": "An index does not suit the type of the field.",
        "bad_key": "A unique key or an index names fields that are not stored.",
        "bad_method": "A method for clients has arguments, a result or a name they cannot use.",
        "bad_onchange": "A method with `@onchange` would never be called, or cannot be.",
        "bad_order": "An order names something that has no order.",
        "bad_provider": "A provider has no method or no key to provide for.",
        "bad_search": "`search` names a field that is no text.",
        "bad_sequence": "A sequence contradicts its own keys, its field or its model.",
        "bad_transient": "A lasting record would need a transient one.",
        "bad_tree": "The `parent` of a tree does not lead to a record of the same model.",
        "compute_cycle": "Computed fields need each other in a circle.",
        "bad_rule": "A rule says both, or neither, of a model and models with a field.",
        "cannot_store": "A stored value would change without a record being written.",
        "duplicate_behaviour": "A module has two behaviour classes for one model.",
        "duplicate_field": "An extension declares a field that exists with another type.",
        "duplicate_group": "Two groups have one name.",
        "duplicate_model": "Two models have one name.",
        "duplicate_name": "Two checks, keys or indexes of one model have one name.",
        "duplicate_record": "Two records have one identifier.",
        "import_failed": "A Python file of the module raises when it is imported.",
        "invalid_default": "A default does not fit its field.",
        "invalid_value": "A record has a value that does not fit its field.",
        "inverse_clash": "An inverse would have the name of another field.",
        "inverse_mismatch": "The two ends of a relation do not agree.",
        "missing_dependency": "A module uses another one it does not depend on.",
        "missing_method": "A field is computed by a method that is not there.",
        "missing_type": "A field has no type.",
        "missing_value": "A record lacks a value its model requires.",
        "mixin_clash": "Two mixins of a model declare one name differently.",
        "mixin_cycle": "Mixins need each other in a circle.",
        "name_clash": "Two things would have one name in GraphQL or in the database.",
        "not_abstract": "A mixin is an ordinary model.",
        "not_extensible": "An extension changes what only the owner may change.",
        "not_writable": "A record sets a field that the engine sets.",
        "reserved_field": "A field has a name that is taken.",
        "unknown_field": "A name is no field of the model.",
        "unknown_field_type": "A name is no field type.",
        "unknown_group": "A name is no group.",
        "unknown_inverse": "A OneToMany names no to-one field that leads back.",
        "unknown_model": "A name is no model.",
        "unknown_operation": "A grant names neither an operation nor a method.",
        "unknown_record": "A name is no record's identifier.",
        "wrong_expression_type": "An expression gives values of another type than its field.",
        "wrong_reference": "A record refers to a record of another model.",
    }
)
"""Sentence by id; every id has a case among the tests of refused declarations."""

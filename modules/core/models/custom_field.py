"""Custom fields: added and hidden, never changed or dropped, so that no value is ever lost."""

from typing import Self

from graphql_erp import Model, UserError

_FIXED = ("model", "name", "type", "options")


class CustomField(Model):
    """A new or changed one is kept only when the models can have it."""

    @classmethod
    async def before_create(cls, records: list[Self]) -> None:
        """Refuse fields that the models cannot have."""
        await records[0].env.accept_custom_fields(records)

    @classmethod
    async def before_update(cls, records: list[Self]) -> None:
        """Refuse changes of what the columns are made of."""
        errors = [
            UserError("This cannot be changed: hide the field and add another.").at(name).of(item)
            for item in records
            for name in _FIXED
            if name in item.changed and item.stored(name) != getattr(item, name)
        ]
        if errors:
            raise UserError.joined(errors)
        await records[0].env.accept_custom_fields(records)

    def before_delete(self) -> None:
        """Refuse: the column with its values would be forgotten."""
        raise UserError("A custom field cannot be deleted: set active to false to hide it.")

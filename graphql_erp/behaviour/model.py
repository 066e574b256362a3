"""Model: base of behaviour classes."""

RESERVED_NAMES = frozenset({"create", "delete", "env", "id", "load", "log", "update"})
"""Attributes every record has; a field of such a name would hide them."""


class Model:
    """A record of a model, with its methods; a class is called like the model it belongs to.

    A class of the same name in another module extends it: both are bases of the finished class,
    the extending one first, so that `super()` leads from extension to extended.

    Example:
        class CrmLead(Model):
            @mutation(load=["stage.is_won"])
            async def mark_won(self) -> Self: ...
    """

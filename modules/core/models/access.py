"""Access: what is written must mean something to the models."""

from graphql_erp import (
    AccessExplanation,
    AccessOperation,
    Environment,
    Model,
    RecordId,
    UserError,
    check,
    query,
)


class Access(Model):
    """Access is checked when it is saved, not when somebody is refused by it."""

    @query
    @classmethod
    async def explain(
        cls,
        env: Environment,
        model: str,
        operation: AccessOperation,
        id: RecordId | None = None,  # noqa: A002 - the name clients write
        user: RecordId | None = None,
    ) -> AccessExplanation:
        """Tell why a user may or may not do something; for those who may change access.

        Args:
            model: The model, such as CrmLead.
            operation: What they want to do.
            id: The record; without one, what is granted on some records at least.
            user: The user; without one, yourself.
        """
        return await env.explain_access(model, id, operation, user)

    @check
    def condition_fits_the_model(self) -> None:
        """Refuse a model that is not there, and a condition that does not fit it."""
        self.env.check_condition(self.model, self.where or "Q()")

    @check
    def methods_are_names(self) -> None:
        """Refuse anything but a list of names."""
        names = self.methods or []
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise UserError("Give the names of methods as a list of texts.").at("methods")

"""Access: what is written must mean something to the models."""

from graphql_erp import Model, UserError, check


class Access(Model):
    """Access is checked when it is saved, not when somebody is refused by it."""

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

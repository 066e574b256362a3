"""Rule: what is written must mean something to the models."""

from graphql_erp import Model, UserError, check


class Rule(Model):
    """Rules are checked when they are saved: one that means nothing would hide everything."""

    @check
    def says_what_it_narrows(self) -> None:
        """Refuse a rule of no model, or of both a model and models with a field."""
        if bool(self.model) == bool(self.models_with):
            raise UserError("Give either a model or the field that models have.").at("model")

    @check
    def condition_fits_the_model(self) -> None:
        """Refuse a model that is not there, and a condition that does not fit it."""
        if self.model:
            self.env.check_condition(self.model, self.where)

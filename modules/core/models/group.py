"""Group: people of the companies and their customers stay apart."""

from graphql_erp import Model, UserError, check


class Group(Model):
    """Implication does not lead from the portal into the companies."""

    @check(load=["implies"])
    def implies_its_own_kind(self) -> None:
        """Refuse that a portal or public group implies one of people with more rights."""
        reach = {"internal": 2, "portal": 1, "public": 0}
        for group in self.implies:
            if reach[group.kind] > reach[self.kind]:
                raise UserError(
                    "{name} is a group of another kind of people.", name=group.label
                ).at("implies")

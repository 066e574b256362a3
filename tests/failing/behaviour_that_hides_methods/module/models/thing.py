from graphql_erp.behaviour.decorators import mutation
from graphql_erp.behaviour.model import Model

raise RuntimeError("not today")


class Thing(Model):
    @mutation
    async def mend(self) -> None:
        """Mend it."""

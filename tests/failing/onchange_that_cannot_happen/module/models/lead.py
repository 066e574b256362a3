from graphql_erp import Model, onchange


class Lead(Model):
    @onchange("nmae", "revenue")
    def misspelt(self) -> None:
        self.revenue = 1

    @onchange("tax", "version")
    def made(self) -> None:
        self.name = "taxed"

    @onchange("name")
    @classmethod
    def of_all(cls) -> None:
        pass

    @onchange("name", load=["stage.name"])
    def with_more(self, much: int) -> None:
        pass

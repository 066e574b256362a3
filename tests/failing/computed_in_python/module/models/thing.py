from graphql_erp import Model


class Thing(Model):
    def compute_score(self) -> int:
        return 1

    def compute_title(self) -> str | None:
        return self.name

    def compute_misspelt(self) -> int:
        return 1

    def compute_nothing(self) -> int:
        return 1

    async def compute_slow(self) -> int:
        return 1

    def compute_greedy(self, more: int) -> int:
        return more

    @classmethod
    def compute_shared(cls) -> int:
        return 1

    def compute_wrong(self) -> float | None:
        return 1.0

    def compute_untyped(self):  # noqa: ANN201
        return None

    def compute_nearest(self) -> int:
        return 1

    def compute_one(self) -> int:
        return 1

    def compute_total(self) -> int:
        return 1

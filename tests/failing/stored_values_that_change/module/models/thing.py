from graphql_erp import Model


class Thing(Model):
    def compute_known(self) -> int:
        return len([part for part in self.parts if part.name])

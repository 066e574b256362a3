from graphql_erp import Model


class Mailbox(Model):
    def compute_by_method(self) -> str:
        return str(self.password)

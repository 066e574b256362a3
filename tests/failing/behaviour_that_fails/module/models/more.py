from graphql_erp import Model


class Thing(Model):
    pass

from graphql_erp import Model


class Thing(Model):
    pass


class Thign(Model):
    pass

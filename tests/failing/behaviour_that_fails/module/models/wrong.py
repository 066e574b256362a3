from graphql_erp import Model

VALUE = 1 / 0

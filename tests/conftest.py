pytest_plugins = ["graphql_erp.testing.plugin"]

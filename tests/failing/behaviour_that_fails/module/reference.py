from graphql_erp import records


@records("Thig")
def things():
    yield "one", {"name": "One"}

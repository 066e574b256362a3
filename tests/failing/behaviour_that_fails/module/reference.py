from collections.abc import Iterator

from graphql_erp import records


@records("Thig")
def things() -> Iterator[tuple[str, dict[str, object]]]:
    yield "one", {"name": "One"}

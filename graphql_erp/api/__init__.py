"""The GraphQL schema and the execution of documents; Strawberry lives only here."""

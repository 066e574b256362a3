"""One request or job: registry, tenant, actor and transaction."""

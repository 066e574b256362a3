"""Tables: the registry as PostgreSQL keeps it."""

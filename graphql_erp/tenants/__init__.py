"""The PostgreSQL server and its tenant databases: one outside system, nothing above it."""

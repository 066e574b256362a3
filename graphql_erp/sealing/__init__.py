"""Values nobody may read in the database: sealed with keys that are kept outside of it."""

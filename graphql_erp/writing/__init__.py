"""Create, update and delete: every way in passes the same steps."""

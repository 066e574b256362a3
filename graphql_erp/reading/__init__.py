"""Plan -> SQL -> JSON."""

"""Values that Python computes from the declared inputs of a field."""

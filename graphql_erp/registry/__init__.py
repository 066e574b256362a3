"""Registry: merged, checked, frozen models of one set of modules."""

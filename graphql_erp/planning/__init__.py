"""Selection -> plan -> restricted plan; printable values, no SQL."""

"""Q and arithmetic: text to tree, tree to SQL, Python and JSON."""

"""Forms before they are saved: defaults, onchange methods and computed fields of unsaved data."""

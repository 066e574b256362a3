"""The author's Python: behaviour classes and their decorators."""

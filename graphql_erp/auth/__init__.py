"""Passwords, tokens, codes and keys as values: nothing here knows a database."""

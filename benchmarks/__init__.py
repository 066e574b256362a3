"""Ratios of the engine's speed to a hand-written limit, measured in one run."""

"""Rows that a schema allows, and rows that it must refuse, found by logic and by search."""

from verification.generation.strategies import rows

__all__ = ["rows"]

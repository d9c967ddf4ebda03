"""Rows that a schema allows, and rows that it must refuse, found by logic and by search."""

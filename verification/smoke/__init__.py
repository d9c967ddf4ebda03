"""Verify a live Neon branch, or one that is made for it and deleted again."""

"""Prove, before a deploy, that the database is what the code believes it is."""

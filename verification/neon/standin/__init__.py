"""A stand-in for Neon on this machine: the same API and the same manners, real databases behind.

What it does not cover: channel binding, roles of a branch's own (all branches share the server's
role), the name that `current_database()` gives, computes of different sizes, archiving; and, where
no PgBouncer of 1.21 or newer is installed, pooling itself: `-pooler` hosts then only refuse what
Neon's pooler refuses. Making a branch ends the sessions of its parent.
"""

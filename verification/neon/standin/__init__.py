"""A stand-in for Neon on this machine: the same API and the same manners, real databases behind.

Hosts with `-pooler` are served by a real PgBouncer in transaction mode, of 1.21 or newer. Where
this machine has none, they still refuse what Neon's pooler refuses, but nothing is pooled: no
setting leaks, and every session keeps its locks, temporary tables and prepared statements. `verify
standin` says which of the two it is.

What it does not cover: channel binding, roles of a branch's own (all branches share the server's
role), the name that `current_database()` gives, computes of different sizes, archiving, requests
to cancel a statement. Making a branch ends the sessions of its parent.
"""

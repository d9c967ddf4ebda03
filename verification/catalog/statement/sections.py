"""The sections of the statement and their columns, in the order in which they are sent."""

from __future__ import annotations

# Sections whose content is the schema.
LASTING = {
    "schemas": ("name", "owner", "acl", "comment"),
    "relations": (
        "schema", "name", "kind", "owner", "acl", "comment", "inherits", "definition", "more",
    ),
    "columns": ("relation", "number", "name", "type", "nullable", "default", "more"),
    "constraints": (
        "relation", "name", "kind", "columns", "definition", "target", "target_columns", "actions",
        "more",
    ),
    "opclasses": ("oid", "name"),
    "indexes": (
        "relation", "name", "definition", "columns", "keys", "method", "unique", "primary",
        "constraint", "opclasses", "more",
    ),
    "triggers": ("relation", "name", "definition", "enabled", "function", "comment", "parent"),
    "policies": (
        "relation", "name", "command", "permissive", "roles", "using", "check", "comment",
    ),
    "rules": ("relation", "name", "definition", "enabled", "comment"),
    "statistics": ("relation", "schema", "name", "definition", "owner", "target", "comment"),
    "sequences": (
        "relation", "type", "start", "increment", "min", "max", "cycle", "cache", "owner_table",
        "owner_column", "identity",
    ),
    "types": ("schema", "name", "kind", "owner", "acl", "comment", "parts"),
    "functions": (
        "schema", "name", "identity", "kind", "definition", "arguments", "returns", "language",
        "volatility", "security_definer", "strict", "leakproof", "parallel", "cost", "rows",
        "settings", "support", "owner", "acl", "comment",
    ),
    "extensions": ("name", "version", "schema"),
    "default_privileges": ("role", "schema", "objects", "acl"),
    "event_triggers": ("name", "event", "function", "enabled", "tags", "owner", "comment"),
    "others": ("kind", "schema", "name", "definition", "owner", "acl", "comment"),
}  # fmt: skip

# Sections that change while a database is merely used.
PASSING = {
    "estimates": ("rows",),
    "counters": ("last_value",),
    "server": (
        "version_num", "version", "database", "owner", "encoding", "collation", "ctype",
        "collation_provider", "collation_version", "collation_actual_version", "in_recovery",
        "settings", "stored_settings",
    ),
    "role": (
        "name", "session", "superuser", "createrole", "createdb", "bypassrls", "replication",
        "inherit", "memberships",
    ),
}  # fmt: skip

"""uuid-ossp for a server without its files: the same functions, made of PostgreSQL's own."""

from __future__ import annotations

import re
from typing import Any

NAME = "uuid-ossp"
CREATE = re.compile(
    r"\bCREATE\s+EXTENSION\s+(?P<unless>IF\s+NOT\s+EXISTS\s+)?\"uuid-ossp\""
    r"(?:\s+WITH)?(?:\s+SCHEMA\s+\"?(?P<schema>\w+)\"?)?",
    re.IGNORECASE,
)
LACKING = f"""
SELECT NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = '{NAME}')
   AND NOT EXISTS (SELECT FROM pg_extension WHERE extname = '{NAME}')
   AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
"""

_NAMESPACES = {"dns": 0, "url": 1, "oid": 2, "x500": 4}
_RANDOM = "overlay(gen_random_uuid()::text placing '1' from 15)::uuid"
# Of the same name always the same; version 5 would want SHA-1, which PostgreSQL has not.
_NAMED = (
    "encode(set_byte(set_byte(d, 6, get_byte(d, 6) & 15 | {version}), 8,"
    " get_byte(d, 8) & 63 | 128), 'hex')::uuid FROM (SELECT substr({digest}, 1, 16))"
    " AS digested (d)"
)
_BYTES = "decode(replace(namespace::text, '-', ''), 'hex') || convert_to(name, 'UTF8')"
_FUNCTIONS = {
    "uuid_nil()": ("IMMUTABLE", "'00000000-0000-0000-0000-000000000000'::uuid"),
    **{
        f"uuid_ns_{name}()": ("IMMUTABLE", f"'6ba7b81{end}-9dad-11d1-80b4-00c04fd430c8'::uuid")
        for name, end in _NAMESPACES.items()
    },
    "uuid_generate_v1()": ("VOLATILE", _RANDOM),
    "uuid_generate_v1mc()": ("VOLATILE", _RANDOM),
    "uuid_generate_v3(namespace uuid, name text)": (
        "IMMUTABLE",
        _NAMED.format(version=0x30, digest=f"decode(md5({_BYTES}), 'hex')"),
    ),
    "uuid_generate_v4()": ("VOLATILE", "gen_random_uuid()"),
    "uuid_generate_v5(namespace uuid, name text)": (
        "IMMUTABLE",
        _NAMED.format(version=0x50, digest=f"sha256({_BYTES})"),
    ),
}


def standin(schema: str = "") -> str:
    """One statement that makes the extension where the server lacks it, and else does nothing."""
    place = f"'{schema}'" if schema else "current_schema()"
    made = "\n".join(
        f"EXECUTE format('CREATE FUNCTION %I.{head} RETURNS uuid LANGUAGE sql {kind}"
        f" STRICT PARALLEL SAFE AS %L', place, 'SELECT {_doubled(body)}');\n"
        f"EXECUTE format('ALTER EXTENSION \"{NAME}\" ADD FUNCTION %I.{head}', place);"
        for head, (kind, body) in _FUNCTIONS.items()
    )
    return f"""
DO $standin$
DECLARE place text := {place};
BEGIN
IF ({LACKING}) THEN
INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
SELECT pg_nextoid('pg_extension', 'oid', 'pg_extension_oid_index'), '{NAME}',
       (SELECT oid FROM pg_roles WHERE rolname = current_user), place::regnamespace, true, '1.1';
{made}
END IF;
END $standin$"""


def substituted(cursor: Any, statement: str) -> str:
    """The statement to send, after the extension it would make was made in its place."""
    found = CREATE.search(statement)
    if not found:
        return statement
    cursor.execute(LACKING)
    if not cursor.fetchone()[0]:
        return statement
    cursor.execute(standin(found["schema"] or ""))
    if found["unless"]:
        return statement
    return CREATE.sub(lambda each: each[0].replace('"uuid', 'IF NOT EXISTS "uuid'), statement)


def _doubled(text: str) -> str:
    return text.replace("'", "''")

"""Names as PostgreSQL would write them: quoted only where it would quote."""

from __future__ import annotations

import re
from functools import lru_cache

PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")

# What pg_get_keywords() calls anything but unreserved, in PostgreSQL 18; one list for every
# major, so that the same object has the same name in two catalogs.
KEYWORDS = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit
    boolean both case cast char character check coalesce collate collation column concurrently
    constraint create cross current_catalog current_date current_role current_schema current_time
    current_timestamp current_user dec decimal default deferrable desc distinct do else end except
    exists extract false fetch float for foreign freeze from full grant greatest group grouping
    having ilike in initially inner inout int integer intersect interval into is isnull join json
    json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar
    json_serialize json_table json_value lateral leading least left like limit localtime
    localtimestamp merge_action national natural nchar none normalize not notnull null nullif
    numeric offset on only or order out outer overlaps overlay placing position precision primary
    real references returning right row select session_user setof similar smallint some substring
    symmetric system_user table tablesample then time timestamp to trailing treat trim true union
    unique user using values varchar variadic verbose when where window with xmlattributes
    xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize
    xmltable
    """.split()  # noqa: SIM905 - so many words read better as prose
)


@lru_cache(maxsize=65536)
def quote(name: str) -> str:
    """The identifier, in double quotes if PostgreSQL would need them."""
    if PLAIN.match(name) and name not in KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def qualify(*parts: str) -> str:
    """The parts of a name, each quoted where needed, joined by dots."""
    return ".".join(map(quote, parts))

"""Which extension brings a type, a function or an operator class that models name."""

from __future__ import annotations

import re

MISSING = re.compile(
    r'type "(?P<type>[^"]+)" does not exist'
    r"|function (?P<function>[\w.]+)\(.*?\) does not exist"
    r'|operator class "(?P<opclass>[^"]+)" does not exist'
)
BRINGS = {
    "citext": ("citext",),
    "hstore": ("hstore", "gin_hstore_ops", "gist_hstore_ops"),
    "ltree": ("ltree", "lquery", "ltxtquery", "gist_ltree_ops"),
    "cube": ("cube",),
    "isn": ("ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc"),
    "vector": (
        "vector", "halfvec", "sparsevec", "vector_l2_ops", "vector_ip_ops", "vector_cosine_ops",
        "vector_l1_ops", "halfvec_l2_ops", "halfvec_ip_ops", "halfvec_cosine_ops",
    ),
    "postgis": ("geometry", "geography"),
    "postgis_raster": ("raster",),
    "pg_trgm": ("gin_trgm_ops", "gist_trgm_ops", "similarity", "word_similarity"),
    "pgcrypto": ("gen_random_bytes", "crypt", "gen_salt", "digest", "pgp_sym_encrypt"),
    "uuid-ossp": (
        "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v3", "uuid_generate_v4",
        "uuid_generate_v5", "uuid_nil",
    ),
    "unaccent": ("unaccent",),
    "intarray": ("gin__int_ops", "gist__int_ops", "gist__intbig_ops", "query_int"),
}  # fmt: skip


def needed(message: str) -> str:
    """The extension without which PostgreSQL gave this message; empty where none would help."""
    found = MISSING.search(message)
    if not found:
        return ""
    name = next(filter(None, found.groups())).rpartition(".")[2]
    return next((extension for extension, names in BRINGS.items() if name in names), "")

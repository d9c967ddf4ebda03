"""What is wrong with a partitioned table is told once, not again for every partition."""

from contextlib import closing

from verification.databases import Server
from verification.databases.session import connect
from verification.engine import discover
from verification.target.catalogs import catalog_of

SEEN = """
CREATE TABLE kid (id bigint PRIMARY KEY);
CREATE TABLE seen (
    at timestamp NOT NULL, kid bigint REFERENCES kid, active boolean, "order" int,
    price float8, name char(20), email text, note json,
    UNIQUE (at, kid), UNIQUE (at, email)
) PARTITION BY RANGE (at);
CREATE INDEX one ON seen (active);
CREATE INDEX two ON seen (active);
CREATE TABLE seen_1 PARTITION OF seen FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE seen_2 PARTITION OF seen DEFAULT;
"""


def test_each_fault_is_told_of_the_parent(disposable_server: Server) -> None:
    dsn = disposable_server.create()
    try:
        with closing(connect(dsn)) as connection:
            connection.cursor().execute(SEEN)
        deployed = catalog_of(dsn)
    finally:
        disposable_server.drop(dsn)
    checks = [
        each for each in discover() if each.family == "design" and each.needs == ("deployed",)
    ]
    told = [(check.id, finding.subject) for check in checks for finding in check(deployed=deployed)]
    assert sorted(told) == [
        ("design/case-sensitive-email", "public.seen.email"),
        ("design/char-padding", "public.seen.name"),
        ("design/duplicate-index", "public.two"),
        ("design/inexact-money", "public.seen.price"),
        ("design/json-not-jsonb", "public.seen.note"),
        ("design/missing-primary-key", "public.seen"),
        ("design/naive-timestamp", "public.seen.at"),
        ("design/nullable-unique", "public.seen_at_email_key"),
        ("design/nullable-unique", "public.seen_at_kid_key"),
        ("design/oversized-index-key", "public.seen.email"),
        ("design/reserved-name", 'public.seen."order"'),
        ("design/three-state-boolean", "public.seen.active"),
        ("design/unindexed-foreign-key", "public.seen.seen_kid_fkey"),
    ]

-- What every section starts from. Sections name relations by `n`, their place in the order of
-- names, and never by oid: equal databases give equal text.
before AS MATERIALIZED (
    SELECT json_object_agg(s.name, json_build_array(
               current_setting(s.name, true), s.context, s.source) ORDER BY s.name) AS settings
    FROM pg_catalog.pg_settings s
    WHERE s.name LIKE 'neon.%' OR s.name IN (
        'DateStyle', 'IntervalStyle', 'TimeZone', 'application_name', 'autovacuum', 'bytea_output',
        'check_function_bodies', 'client_connection_check_interval', 'client_encoding',
        'cluster_name', 'data_checksums', 'deadlock_timeout', 'default_table_access_method',
        'default_toast_compression', 'default_transaction_isolation',
        'default_transaction_read_only', 'event_triggers', 'extra_float_digits', 'fsync',
        'full_page_writes', 'idle_in_transaction_session_timeout', 'idle_session_timeout',
        'lock_timeout', 'log_min_duration_statement', 'log_statement', 'max_connections',
        'max_locks_per_transaction', 'max_prepared_transactions', 'password_encryption',
        'quote_all_identifiers', 'reserved_connections', 'row_security', 'search_path',
        'server_encoding', 'session_replication_role', 'shared_preload_libraries', 'ssl',
        'ssl_min_protocol_version', 'standard_conforming_strings', 'statement_timeout',
        'superuser_reserved_connections', 'synchronous_commit', 'tcp_keepalives_idle',
        'track_counts', 'transaction_read_only', 'transaction_timeout', 'wal_level')
),
place AS MATERIALIZED (
    SELECT oid, nspname, nspowner, nspacl
    FROM pg_catalog.pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
),
-- Objects that belong to an extension are the extension's business.
member AS MATERIALIZED (
    SELECT classid, objid
    FROM pg_catalog.pg_depend
    WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
      AND refobjid IN (SELECT oid FROM pg_catalog.pg_extension)
      AND deptype = 'e'
),
-- Everything below 16384 was there before the project; 2200 is the schema public.
note AS MATERIALIZED (
    SELECT objoid, classoid, objsubid, description
    FROM pg_catalog.pg_description
    WHERE objoid >= 16384
       OR objoid = 2200 AND description <> 'standard public schema'
),
relation AS MATERIALIZED (
    SELECT (row_number() OVER (ORDER BY p.nspname, c.relname))::int - 1 AS n,
           c.oid, p.nspname, c.relname, c.relkind, c.relowner, c.relpersistence, c.relacl,
           c.reloptions, c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.relispartition,
           c.relpartbound, c.reltablespace, c.reltoastrelid, c.relam, c.reloftype, c.reltype,
           c.relispopulated, c.reltuples, c.relhassubclass
    FROM pg_catalog.pg_class c
    JOIN place p ON p.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c')
      AND c.relpersistence <> 't'
      AND NOT EXISTS (
          SELECT FROM member
          WHERE classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND objid = c.oid
      )
)

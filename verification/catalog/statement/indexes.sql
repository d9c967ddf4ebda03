-- The plain index behind a constraint is not printed: the columns say all of it.
SELECT r.n AS relation, ic.relname AS name,
       CASE WHEN con.contype IN ('p', 'u') AND ic.relkind = 'i' AND am.amname = 'btree'
             AND ic.reloptions IS NULL AND NOT i.indnullsnotdistinct
             AND i.indnkeyatts = i.indnatts AND i.indoption::text !~ '[^0 ]'
             AND i.indcollation::text !~ '(?!\y(0|100)\y)\y\d+'
       THEN NULL ELSE pg_get_indexdef(i.indexrelid) END AS definition,
       i.indkey::pg_catalog.int2[] AS columns, i.indnkeyatts AS keys, am.amname AS method,
       i.indisunique AS "unique", i.indisprimary AS "primary", con.conname AS "constraint",
       i.indclass::pg_catalog.oid[]::int8[] AS opclasses,
       CASE WHEN i.indexprs IS NOT NULL OR i.indpred IS NOT NULL OR i.indnullsnotdistinct
              OR NOT i.indisvalid OR NOT i.indisready OR i.indisclustered
              OR ic.reloptions IS NOT NULL OR ic.reltablespace <> 0 OR note.description IS NOT NULL
              OR ic.relispartition OR i.indoption::text ~ '[^0 ]'
              OR i.indcollation::text ~ '(?!\y(0|100)\y)\y\d+'
       THEN json_strip_nulls(json_build_object(
           'expressions', CASE WHEN i.indexprs IS NOT NULL THEN (
               SELECT json_agg(pg_get_indexdef(i.indexrelid, k, false) ORDER BY k)
               FROM generate_series(1, i.indnkeyatts) k WHERE i.indkey[k - 1] = 0) END,
           'predicate', pg_get_expr(i.indpred, i.indrelid),
           'collations', CASE WHEN i.indcollation::text ~ '(?!\y(0|100)\y)\y\d+' THEN (
               SELECT json_agg(CASE WHEN c IN (0, 100) THEN ''
                               ELSE (c::pg_catalog.regcollation)::text END ORDER BY k)
               FROM unnest(i.indcollation::pg_catalog.oid[]) WITH ORDINALITY u(c, k)) END,
           'orders', CASE WHEN i.indoption::text ~ '[^0 ]' THEN i.indoption::pg_catalog.int2[] END,
           'nulls_not_distinct', nullif(i.indnullsnotdistinct, false),
           'valid', nullif(i.indisvalid, true),
           'ready', nullif(i.indisready, true),
           'clustered', nullif(i.indisclustered, false),
           'statistics', CASE WHEN i.indexprs IS NOT NULL THEN (
               SELECT json_agg(a.attnum || '=' || a.attstattarget ORDER BY a.attnum)
               FROM pg_catalog.pg_attribute a
               WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0) END,
           'options', ic.reloptions,
           'tablespace', (SELECT spcname FROM pg_catalog.pg_tablespace WHERE oid = ic.reltablespace),
           'comment', note.description,
           'parent', CASE WHEN ic.relispartition THEN (
               SELECT json_build_array(pr.n, pc.relname)
               FROM pg_catalog.pg_inherits h
               JOIN pg_catalog.pg_class pc ON pc.oid = h.inhparent
               JOIN pg_catalog.pg_index pi ON pi.indexrelid = h.inhparent
               JOIN relation pr ON pr.oid = pi.indrelid
               WHERE h.inhrelid = i.indexrelid) END
       )) END AS more
FROM (SELECT false AS indnullsnotdistinct) older
CROSS JOIN LATERAL (
    SELECT x.indexrelid, x.indrelid, x.indkey, x.indnkeyatts, x.indnatts, x.indisunique, x.indisprimary,
           x.indclass, x.indcollation, x.indoption, x.indexprs, x.indpred, x.indisvalid,
           x.indisready, x.indisclustered, indnullsnotdistinct
    FROM pg_catalog.pg_index x
) i
JOIN relation r ON r.oid = i.indrelid
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_am am ON am.oid = ic.relam
LEFT JOIN pg_catalog.pg_constraint con ON con.conindid = i.indexrelid
                                      AND con.conrelid = i.indrelid
                                      AND con.contype IN ('p', 'u', 'x')
LEFT JOIN note ON note.objoid = i.indexrelid AND note.objsubid = 0
              AND note.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
ORDER BY r.n, ic.relname

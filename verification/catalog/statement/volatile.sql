-- What changes while a database is merely used; no part of the digest.
SELECT r.n AS relation, r.reltuples AS estimated_rows,
       CASE WHEN r.relkind = 'S' AND has_sequence_privilege(r.oid, 'USAGE, SELECT')
            THEN pg_sequence_last_value(r.oid::pg_catalog.regclass) END AS last_value,
       CASE WHEN r.relkind = 'S'
            THEN has_sequence_privilege(r.oid, 'USAGE, SELECT') END AS readable
FROM relation r
WHERE r.relkind IN ('r', 'p', 'm', 'S')
ORDER BY r.n

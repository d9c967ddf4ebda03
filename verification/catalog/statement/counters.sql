-- Of every sequence, in the order in which they are listed; false where it may not be read.
SELECT CASE WHEN has_sequence_privilege(r.oid, 'USAGE, SELECT')
       THEN to_json(pg_sequence_last_value(r.oid::pg_catalog.regclass))
       ELSE 'false'::json END AS last_value
FROM relation r
WHERE r.relkind = 'S'
ORDER BY r.n

SELECT o.oid::int8 AS oid, CASE WHEN n.nspname = 'pg_catalog' THEN quote_ident(o.opcname)
       ELSE quote_ident(n.nspname) || '.' || quote_ident(o.opcname) END AS name
FROM pg_catalog.pg_opclass o
JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
WHERE o.oid IN (SELECT unnest(i.indclass) FROM pg_catalog.pg_index i WHERE i.indexrelid >= 16384)
ORDER BY 2, 1

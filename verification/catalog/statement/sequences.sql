SELECT r.n AS relation, format_type(s.seqtypid, NULL) AS type, s.seqstart AS start,
       s.seqincrement AS increment, s.seqmin AS min, s.seqmax AS max, s.seqcycle AS cycle,
       s.seqcache AS cache, o.n AS owner_table, d.refobjsubid AS owner_column,
       d.deptype = 'i' AS identity
FROM relation r
JOIN pg_catalog.pg_sequence s ON s.seqrelid = r.oid
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                AND d.objid = r.oid AND d.objsubid = 0
                                AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                AND d.deptype IN ('a', 'i')
LEFT JOIN relation o ON o.oid = d.refobjid
ORDER BY r.n

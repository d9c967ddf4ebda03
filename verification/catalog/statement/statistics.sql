SELECT r.n AS relation, p.nspname AS schema, s.stxname AS name, pg_get_statisticsobjdef(s.oid) AS definition,
       pg_get_userbyid(s.stxowner) AS owner, nullif(s.stxstattarget, -1) AS target,
       note.description AS comment
FROM pg_catalog.pg_statistic_ext s
JOIN relation r ON r.oid = s.stxrelid
JOIN pg_catalog.pg_namespace p ON p.oid = s.stxnamespace
LEFT JOIN note ON note.objoid = s.oid
              AND note.classoid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass
ORDER BY r.n, p.nspname, s.stxname

SELECT r.n AS relation, p.polname AS name, p.polcmd AS command, p.polpermissive AS permissive,
       ARRAY(SELECT CASE role WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(role)::text END
             FROM unnest(p.polroles) role ORDER BY 1) AS roles,
       pg_get_expr(p.polqual, p.polrelid) AS "using",
       pg_get_expr(p.polwithcheck, p.polrelid) AS "check",
       note.description AS comment
FROM pg_catalog.pg_policy p
JOIN relation r ON r.oid = p.polrelid
LEFT JOIN note ON note.objoid = p.oid
              AND note.classoid = 'pg_catalog.pg_policy'::pg_catalog.regclass
ORDER BY r.n, p.polname

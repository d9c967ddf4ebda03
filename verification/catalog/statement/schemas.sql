SELECT p.nspname AS name, pg_get_userbyid(p.nspowner) AS owner, p.nspacl AS acl,
       note.description AS comment
FROM place p
LEFT JOIN note ON note.objoid = p.oid
              AND note.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
WHERE NOT EXISTS (
    SELECT FROM member
    WHERE classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND objid = p.oid
)
ORDER BY p.nspname

SELECT r.n AS relation, t.tgname AS name, pg_get_triggerdef(t.oid) AS definition,
       t.tgenabled AS enabled, (t.tgfoid::pg_catalog.regproc)::text AS function,
       note.description AS comment,
       CASE WHEN pt.oid IS NOT NULL THEN json_build_array(pr.n, pt.tgname) END AS parent
FROM pg_catalog.pg_trigger t
JOIN relation r ON r.oid = t.tgrelid
LEFT JOIN pg_catalog.pg_trigger pt ON pt.oid = t.tgparentid AND t.tgparentid <> 0
LEFT JOIN relation pr ON pr.oid = pt.tgrelid
LEFT JOIN note ON note.objoid = t.oid
              AND note.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
-- PostgreSQL 14 calls the clones of a trigger on partitions internal too.
WHERE NOT t.tgisinternal
   OR t.tgparentid <> 0 AND (t.tgfoid::pg_catalog.regproc)::text NOT LIKE '"RI\_FKey%'
ORDER BY r.n, t.tgname

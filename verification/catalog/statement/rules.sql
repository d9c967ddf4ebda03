SELECT r.n AS relation, w.rulename AS name, pg_get_ruledef(w.oid) AS definition,
       w.ev_enabled AS enabled, note.description AS comment
FROM pg_catalog.pg_rewrite w
JOIN relation r ON r.oid = w.ev_class
LEFT JOIN note ON note.objoid = w.oid
              AND note.classoid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
WHERE w.rulename <> '_RETURN'
ORDER BY r.n, w.rulename

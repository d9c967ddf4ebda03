-- A name that the catalog of this major lacks is found one level further out: in `older`. What the
-- columns say already is not printed: to print takes longer than all else.
SELECT r.n AS relation, con.conname AS name, con.contype AS kind, con.conkey AS columns,
       CASE WHEN con.contype NOT IN ('p', 'u', 'f') OR NOT con.printable
              OR con.contype = 'f' AND target.n IS NULL
              OR con.condeferrable OR con.condeferred OR NOT con.convalidated OR NOT con.conenforced
              OR con.conperiod OR con.confmatchtype NOT IN ('s', ' ')
       THEN pg_get_constraintdef(con.oid) END AS definition, target.n AS target,
       CASE WHEN con.contype = 'f' THEN con.confkey END AS target_columns,
       CASE WHEN con.contype = 'f' THEN con.confdeltype::text || con.confupdtype::text END AS actions,
       CASE WHEN con.condeferrable OR con.condeferred OR NOT con.convalidated
              OR con.connoinherit AND con.contype = 'c' OR NOT con.conislocal OR con.confmatchtype = 'f'
              OR con.conparentid <> 0 OR NOT con.conenforced OR con.conperiod
              OR note.description IS NOT NULL OR con.contype = 'f' AND target.n IS NULL
       THEN json_strip_nulls(json_build_object(
           'deferrable', nullif(con.condeferrable, false),
           'deferred', nullif(con.condeferred, false),
           'validated', nullif(con.convalidated, true),
           'enforced', nullif(con.conenforced, true),
           'no_inherit', CASE WHEN con.contype = 'c' THEN nullif(con.connoinherit, false) END,
           'period', nullif(con.conperiod, false),
           'match', CASE con.confmatchtype WHEN 'f' THEN 'full' WHEN 'p' THEN 'partial' END,
           'comment', note.description,
           'inherited', nullif(NOT con.conislocal, false),
           'parent', CASE WHEN parent.oid IS NOT NULL
                     THEN json_build_array(parent_table.n, parent.conname) END,
           'references', CASE WHEN con.contype = 'f' AND target.n IS NULL
                         THEN (con.confrelid::pg_catalog.regclass)::text END
       )) END AS more
FROM (SELECT true AS conenforced, false AS conperiod, NULL AS confdelsetcols,
             false AS indnullsnotdistinct) older
CROSS JOIN LATERAL (
    SELECT x.oid, x.conname, x.contype, x.conrelid, x.conkey, x.confrelid, x.confkey, x.confdeltype,
           x.confupdtype, x.confmatchtype, x.condeferrable, x.condeferred, x.convalidated,
           x.connoinherit, x.conislocal, x.conparentid, conenforced, conperiod,
           confdelsetcols IS NULL
           AND (y.indexrelid IS NULL OR y.indnatts = y.indnkeyatts AND NOT indnullsnotdistinct)
               AS printable
    FROM pg_catalog.pg_constraint x
    LEFT JOIN pg_catalog.pg_index y ON y.indexrelid = x.conindid AND x.contype IN ('p', 'u')
) con
JOIN relation r ON r.oid = con.conrelid
LEFT JOIN relation target ON target.oid = con.confrelid AND con.contype = 'f'
LEFT JOIN pg_catalog.pg_constraint parent ON parent.oid = con.conparentid AND con.conparentid <> 0
LEFT JOIN relation parent_table ON parent_table.oid = parent.conrelid
LEFT JOIN note ON note.objoid = con.oid
              AND note.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
WHERE con.contype IN ('p', 'u', 'c', 'x') OR con.contype = 'f' AND con.conparentid = 0
ORDER BY r.n, con.conname

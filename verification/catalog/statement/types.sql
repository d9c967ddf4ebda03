-- Enums, domains, ranges; of composite types what the relation does not know; base types.
SELECT p.nspname AS schema, t.typname AS name,
       CASE WHEN NOT t.typisdefined THEN 'shell' ELSE t.typtype::text END AS kind, pg_get_userbyid(t.typowner) AS owner,
       t.typacl AS acl, note.description AS comment,
       CASE t.typtype
       WHEN 'e' THEN (
           SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)
           FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid)
       WHEN 'd' THEN json_build_object(
           'type', format_type(t.typbasetype, t.typtypmod),
           'nullable', NOT t.typnotnull,
           'default', pg_get_expr(t.typdefaultbin, 0),
           'collation', (
               SELECT CASE WHEN t.typcollation <> b.typcollation
                      THEN (t.typcollation::pg_catalog.regcollation)::text ELSE '' END
               FROM pg_catalog.pg_type b WHERE b.oid = t.typbasetype),
           'constraints', (
               SELECT json_agg(json_build_array(
                          con.conname, pg_get_constraintdef(con.oid), con.convalidated,
                          dn.description) ORDER BY con.conname)
               FROM pg_catalog.pg_constraint con
               LEFT JOIN note dn ON dn.objoid = con.oid
                    AND dn.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
               WHERE con.contypid = t.oid AND con.contype = 'c'))
       WHEN 'r' THEN (
           SELECT json_build_object(
               'subtype', format_type(g.rngsubtype, NULL),
               'opclass', (SELECT CASE WHEN o.opcdefault THEN '' ELSE quote_ident(o.opcname) END
                           FROM pg_catalog.pg_opclass o WHERE o.oid = g.rngsubopc),
               'collation', CASE WHEN g.rngcollation IN (0, 100) THEN ''
                            ELSE (g.rngcollation::pg_catalog.regcollation)::text END,
               'canonical', CASE WHEN g.rngcanonical = 0 THEN ''
                            ELSE (g.rngcanonical::pg_catalog.regproc)::text END,
               'difference', CASE WHEN g.rngsubdiff = 0 THEN ''
                             ELSE (g.rngsubdiff::pg_catalog.regproc)::text END,
               'multirange', format_type(g.rngmultitypid, NULL))
           FROM pg_catalog.pg_range g WHERE g.rngtypid = t.oid)
       WHEN 'b' THEN to_json(concat_ws(
           ', ', 'input ' || t.typinput::text, 'output ' || t.typoutput::text,
           'receive ' || t.typreceive::text, 'send ' || t.typsend::text,
           'length ' || t.typlen, 'by value ' || t.typbyval, 'alignment ' || t.typalign::text,
           'storage ' || t.typstorage::text, 'category ' || t.typcategory::text,
           'preferred ' || t.typispreferred, 'default ' || t.typdefault,
           'element ' || format_type(nullif(t.typelem, 0), NULL),
           'delimiter ' || t.typdelim::text))
       END AS parts
FROM pg_catalog.pg_type t
JOIN place p ON p.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND t.typtype = 'c'
LEFT JOIN note ON note.objoid = t.oid
              AND note.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass
WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND c.relkind = 'c'
       OR t.typtype = 'p' AND NOT t.typisdefined
       OR t.typtype = 'b'
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid))
  AND NOT EXISTS (
      SELECT FROM member
      WHERE classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND objid = t.oid
  )
  AND NOT EXISTS (
      SELECT FROM member
      WHERE classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND objid = t.typrelid
  )
ORDER BY p.nspname, t.typname

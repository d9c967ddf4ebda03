SELECT r.n AS relation, a.attnum AS number, a.attname AS name,
       format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
       CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS "default",
       CASE WHEN a.attidentity <> '' OR a.attgenerated <> '' OR a.attcollation <> t.typcollation
              OR a.attstorage <> t.typstorage OR a.attcompression <> '' OR a.attstattarget >= 0
              OR a.attacl IS NOT NULL OR a.attoptions IS NOT NULL OR a.attfdwoptions IS NOT NULL
              OR NOT a.attislocal OR note.description IS NOT NULL
              OR nn.conname <> r.relname || '_' || a.attname || '_not_null'
              OR nn.connoinherit OR NOT nn.convalidated
       THEN json_strip_nulls(json_build_object(
           'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
           'generated', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
           'generated_kind', CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
           'collation', CASE WHEN a.attcollation <> t.typcollation
                        THEN (a.attcollation::pg_catalog.regcollation)::text END,
           'storage', CASE WHEN a.attstorage <> t.typstorage THEN
               CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external'
                                 WHEN 'x' THEN 'extended' WHEN 'm' THEN 'main' END END,
           'compression', CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
           'statistics', nullif(a.attstattarget, -1),
           'options', a.attoptions || a.attfdwoptions,
           'comment', note.description,
           'acl', a.attacl,
           'inherited', nullif(NOT a.attislocal, false),
           'not_null', CASE WHEN nn.conname <> r.relname || '_' || a.attname || '_not_null'
                              OR nn.connoinherit OR NOT nn.convalidated
                       THEN json_build_array(nn.conname, nn.convalidated, nn.connoinherit) END
       )) END AS more
FROM relation r
JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_constraint nn ON nn.conrelid = a.attrelid AND nn.contype = 'n'
                                     AND nn.conkey[1] = a.attnum
LEFT JOIN note ON note.objoid = a.attrelid AND note.objsubid = a.attnum
              AND note.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
WHERE r.relkind <> 'S'
ORDER BY r.n, a.attnum

SELECT r.nspname AS schema, r.relname AS name, r.relkind AS kind, pg_get_userbyid(r.relowner) AS owner,
       r.relacl AS acl, note.description AS comment,
       (SELECT json_agg(parent.n ORDER BY i.inhseqno)
        FROM pg_catalog.pg_inherits i JOIN relation parent ON parent.oid = i.inhparent
        WHERE i.inhrelid = r.oid AND r.relkind IN ('r', 'p', 'f')) AS inherits,
       CASE WHEN r.relkind IN ('v', 'm') THEN pg_get_viewdef(r.oid) END AS definition,
       CASE WHEN r.relpersistence <> 'p' OR r.reloptions IS NOT NULL OR r.relrowsecurity
              OR r.relforcerowsecurity OR r.relispartition OR r.reltablespace <> 0
              OR r.reloftype <> 0 OR r.relkind IN ('p', 'f', 'm') OR am.amname <> 'heap'
              OR toast.reloptions IS NOT NULL OR r.relreplident NOT IN ('d', 'n')
              OR r.relreplident = 'n' AND r.relkind IN ('r', 'p')
       THEN json_strip_nulls(json_build_object(
           'persistence', CASE r.relpersistence WHEN 'u' THEN 'unlogged' END,
           'options', coalesce(r.reloptions, '{}')
               || coalesce((SELECT array_agg('toast.' || o) FROM unnest(toast.reloptions) o), '{}'),
           'row_security', nullif(r.relrowsecurity, false),
           'force_row_security', nullif(r.relforcerowsecurity, false),
           'partition_key', CASE r.relkind WHEN 'p' THEN pg_get_partkeydef(r.oid) END,
           'partition_bound', CASE WHEN r.relispartition THEN pg_get_expr(r.relpartbound, r.oid) END,
           'replica_identity', CASE r.relreplident
               WHEN 'n' THEN CASE WHEN r.relkind IN ('r', 'p') THEN 'nothing' END
               WHEN 'f' THEN 'full'
               WHEN 'i' THEN (
                   SELECT quote_ident(ic.relname)
                   FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
                   WHERE i.indrelid = r.oid AND i.indisreplident) END,
           'access_method', nullif(am.amname, 'heap'),
           'tablespace', (SELECT spcname FROM pg_catalog.pg_tablespace WHERE oid = r.reltablespace),
           'of_type', CASE WHEN r.reloftype <> 0 THEN format_type(r.reloftype, NULL) END,
           'populated', CASE WHEN r.relkind = 'm' THEN nullif(r.relispopulated, true) END,
           'server', s.srvname,
           'server_options', (
               SELECT array_agg(CASE WHEN o ~* '^[^=]*(passw|secret|token|key|credential)'
                                THEN split_part(o, '=', 1) || '=***' ELSE o END)
               FROM unnest(f.ftoptions) o)
       )) END AS more
FROM relation r
LEFT JOIN note ON note.objoid = r.oid AND note.objsubid = 0
              AND note.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
LEFT JOIN pg_catalog.pg_am am ON am.oid = r.relam
LEFT JOIN pg_catalog.pg_class toast ON toast.oid = r.reltoastrelid AND toast.reloptions IS NOT NULL
LEFT JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = r.oid
LEFT JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
ORDER BY r.n

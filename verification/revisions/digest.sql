-- One number a section; equal numbers, equal schema. It is asked after every step of a walk, so it
-- looks only at what the project made (16384 is the first oid after initdb), and adds up hashes,
-- which needs no sorting. What is rare goes in as raw rows with their oids: an object that was made
-- anew then differs, and the catalogs themselves are compared.
WITH member AS MATERIALIZED (
    SELECT classid, objid FROM pg_depend
    WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
      AND refobjid IN (SELECT oid FROM pg_extension WHERE oid >= 16384)
),
relation AS MATERIALIZED (
    SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relkind,
           concat_ws('|', c.relkind, c.relpersistence, c.relowner, c.relacl, c.reloptions,
                     c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.relispartition,
                     pg_get_expr(c.relpartbound, c.oid), c.reltablespace, c.relam, c.reloftype,
                     c.relispopulated,
                     (SELECT t.reloptions FROM pg_class t WHERE t.oid = c.reltoastrelid)) AS shape
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c')
      AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'
      AND NOT EXISTS (
          SELECT FROM member m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
)
SELECT
(SELECT sum(hashtextextended(concat_ws('|', name, shape), 0)) FROM relation),
(SELECT sum(hashtextextended(concat_ws('|', name, place, attname, type, attnotnull, attidentity,
            attgenerated, attcollation, attstorage, attcompression, attstattarget, attacl,
            attoptions, attfdwoptions, attislocal, expression), 0))
 FROM (
    SELECT r.name, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS place,
           CASE WHEN a.atttypid < 16384 AND a.atttypmod < 0 THEN a.atttypid::text
                ELSE format_type(a.atttypid, a.atttypmod) END AS type,
           pg_get_expr(d.adbin, d.adrelid) AS expression, a.*
    FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef
    WHERE a.attnum > 0 AND NOT a.attisdropped AND r.relkind <> 'S'
 ) x),
(SELECT sum(hashtextextended(concat_ws('|', r.name, t.typname, t.typnamespace, c.conname,
            pg_get_constraintdef(c.oid), c.conislocal, c.condeferred, c.convalidated,
            c.conparentid <> 0), 0))
 FROM pg_constraint c
 LEFT JOIN relation r ON r.oid = c.conrelid
 LEFT JOIN pg_type t ON t.oid = c.contypid
 WHERE c.oid >= 16384 AND c.contype IN ('p', 'u', 'c', 'x', 'f', 'n')
   AND (r.oid IS NOT NULL OR c.contypid >= 16384)),
(SELECT sum(hashtextextended(concat_ws('|', r.name, c.relname, i.indisvalid, i.indisready,
            i.indisclustered, i.indisreplident, i.indisunique, i.indisprimary, i.indimmediate,
            c.reloptions, c.reltablespace, c.relispartition,
            (SELECT string_agg(concat(a.attnum, '=', a.attstattarget), ' ') FROM pg_attribute a
             WHERE i.indexprs IS NOT NULL AND a.attrelid = i.indexrelid AND a.attstattarget >= 0),
            CASE WHEN k.oid IS NULL THEN pg_get_indexdef(i.indexrelid) END), 0))
 FROM pg_index i
 JOIN relation r ON r.oid = i.indrelid
 JOIN pg_class c ON c.oid = i.indexrelid
 LEFT JOIN pg_constraint k
        ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')),
(SELECT sum(hashtextextended(concat_ws('|', r.name, p.name, i.inhseqno), 0))
 FROM pg_inherits i JOIN relation r ON r.oid = i.inhrelid JOIN relation p ON p.oid = i.inhparent),
(SELECT sum(hashtextextended(concat_ws('|', r.name, t.tgenabled,
            CASE WHEN NOT t.tgisinternal THEN pg_get_triggerdef(t.oid) END), 0))
 FROM pg_trigger t JOIN relation r ON r.oid = t.tgrelid
 WHERE NOT t.tgisinternal OR t.tgenabled <> 'O'),
(SELECT sum(hashtextextended(concat_ws('|', r.name, p.polname, p.polcmd, p.polpermissive,
            p.polroles, pg_get_expr(p.polqual, p.polrelid),
            pg_get_expr(p.polwithcheck, p.polrelid)), 0))
 FROM pg_policy p JOIN relation r ON r.oid = p.polrelid),
(SELECT sum(hashtextextended(concat_ws('|', r.name, w.rulename, w.ev_enabled,
            pg_get_ruledef(w.oid)), 0))
 FROM pg_rewrite w JOIN relation r ON r.oid = w.ev_class WHERE w.oid >= 16384),
(SELECT sum(hashtextextended(concat_ws('|', r.name, q.seqtypid, q.seqstart, q.seqincrement,
            q.seqmax, q.seqmin, q.seqcache, q.seqcycle, o.name, a.attname, d.deptype), 0))
 FROM pg_sequence q JOIN relation r ON r.oid = q.seqrelid
 LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = q.seqrelid
       AND d.objid >= 16384 AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
 LEFT JOIN relation o ON o.oid = d.refobjid
 LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid),
(SELECT sum(hashtextextended(concat_ws('|', t.typname, t.typnamespace, t.typtype, t.typowner,
            t.typacl, t.typnotnull, t.typdefault, t.typcollation,
            CASE WHEN t.typbasetype <> 0 THEN format_type(t.typbasetype, t.typtypmod) END,
            (SELECT string_agg(e.enumlabel, '|' ORDER BY e.enumsortorder) FROM pg_enum e
             WHERE e.enumtypid = t.oid)), 0))
 FROM pg_type t
 WHERE t.oid >= 16384 AND t.typtype IN ('e', 'd', 'r', 'p', 'b') AND t.typcategory <> 'A'
   AND NOT EXISTS (
       SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)),
(SELECT sum(hashtextextended(concat_ws('|', p.oid::regprocedure, p.proowner, p.proacl,
            CASE WHEN p.prokind = 'a' THEN p::text ELSE pg_get_functiondef(p.oid) END), 0))
 FROM pg_proc p
 WHERE p.oid >= 16384 AND NOT EXISTS (
       SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)),
(SELECT sum(hashtextextended(concat_ws('|', nspname, nspowner, nspacl), 0))
 FROM pg_namespace WHERE (oid >= 16384 OR oid = 2200) AND nspname !~ '^pg_'),
(SELECT sum(hashtextextended(concat_ws('|', i.type, i.identity, d.description), 0))
 FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
 WHERE d.objoid >= 16384 OR d.objoid = 2200),
(SELECT sum(hashtextextended(row, 0)) FROM (
    SELECT concat('e', extname, extversion, extnamespace) FROM pg_extension
    UNION ALL SELECT concat('a', defaclrole, defaclnamespace, defaclobjtype, defaclacl)
              FROM pg_default_acl
    UNION ALL SELECT concat('s', setrole, setconfig) FROM pg_db_role_setting
              WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    UNION ALL SELECT x::text FROM pg_event_trigger x
    UNION ALL SELECT concat(pg_get_statisticsobjdef(x.oid), x.stxowner, x.stxstattarget) FROM pg_statistic_ext x
    UNION ALL SELECT x::text FROM pg_aggregate x WHERE aggfnoid >= 16384
    UNION ALL SELECT x::text FROM pg_range x WHERE rngtypid >= 16384
    UNION ALL SELECT x::text FROM pg_collation x WHERE oid >= 16384
    UNION ALL SELECT x::text FROM pg_conversion x WHERE oid >= 16384
    UNION ALL SELECT x::text FROM pg_operator x WHERE oid >= 16384
    UNION ALL SELECT x::text FROM pg_opclass x WHERE oid >= 16384
    UNION ALL SELECT x::text FROM pg_opfamily x WHERE oid >= 16384
    UNION ALL SELECT x::text FROM pg_amop x WHERE oid >= 16384
    UNION ALL SELECT x::text FROM pg_amproc x WHERE oid >= 16384
    UNION ALL SELECT x::text FROM pg_cast x WHERE oid >= 16384
    UNION ALL SELECT x::text FROM pg_transform x
    UNION ALL SELECT x::text FROM pg_am x WHERE oid >= 16384
    UNION ALL SELECT x::text FROM pg_language x WHERE oid >= 16384
    UNION ALL SELECT x::text FROM pg_ts_config x WHERE oid >= 16384
    UNION ALL SELECT x::text FROM pg_ts_config_map x WHERE mapcfg >= 16384
    UNION ALL SELECT x::text FROM pg_ts_dict x WHERE oid >= 16384
    UNION ALL SELECT x::text FROM pg_ts_parser x WHERE oid >= 16384
    UNION ALL SELECT x::text FROM pg_ts_template x WHERE oid >= 16384
    UNION ALL SELECT x::text FROM pg_foreign_data_wrapper x
    UNION ALL SELECT x::text FROM pg_foreign_server x
    UNION ALL SELECT x::text FROM pg_foreign_table x
    UNION ALL SELECT x::text FROM pg_user_mappings x
    UNION ALL SELECT x::text FROM pg_publication x
    UNION ALL SELECT x::text FROM pg_publication_rel x
    --15 UNION ALL SELECT x::text FROM pg_publication_namespace x
    UNION ALL SELECT concat('p', c.oid, c.relname, pg_get_partkeydef(c.oid)) FROM pg_class c
              WHERE c.oid >= 16384 AND c.relkind = 'p'
    UNION ALL SELECT x::text FROM pg_init_privs x WHERE objoid >= 16384
) rare(row))

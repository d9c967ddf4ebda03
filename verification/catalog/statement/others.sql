-- The rarer kinds, each with a definition composed of what PostgreSQL prints.
SELECT o.kind, coalesce(o.schema, '') AS schema, o.name, o.definition,
       pg_get_userbyid(o.owner) AS owner, o.acl, note.description AS comment
FROM (
    SELECT 'operator' AS kind, 'pg_catalog.pg_operator'::pg_catalog.regclass AS class, x.oid,
           p.nspname::text AS schema,
           x.oprname || '(' || CASE x.oprleft WHEN 0 THEN 'NONE' ELSE format_type(x.oprleft, NULL) END
               || ', ' || format_type(x.oprright, NULL) || ')' AS name,
           concat_ws(', ', 'function ' || x.oprcode::text,
               'returns ' || format_type(x.oprresult, NULL),
               'commutator ' || (x.oprcom::pg_catalog.regoperator)::text,
               'negator ' || (x.oprnegate::pg_catalog.regoperator)::text,
               'restrict ' || x.oprrest::text, 'join ' || x.oprjoin::text,
               'hashes ' || x.oprcanhash, 'merges ' || x.oprcanmerge) AS definition,
           x.oprowner AS owner, NULL::pg_catalog.aclitem[] AS acl
    FROM pg_catalog.pg_operator x JOIN place p ON p.oid = x.oprnamespace
    UNION ALL
    SELECT 'operator class', 'pg_catalog.pg_opclass'::pg_catalog.regclass, x.oid, p.nspname,
           quote_ident(x.opcname) || ' using ' || am.amname,
           concat_ws(', ', 'type ' || format_type(x.opcintype, NULL), 'default ' || x.opcdefault,
               'family ' || quote_ident(f.opfname),
               'storage ' || format_type(nullif(x.opckeytype, 0), NULL)),
           x.opcowner, NULL
    FROM pg_catalog.pg_opclass x JOIN place p ON p.oid = x.opcnamespace
    JOIN pg_catalog.pg_am am ON am.oid = x.opcmethod
    JOIN pg_catalog.pg_opfamily f ON f.oid = x.opcfamily
    UNION ALL
    SELECT 'operator family', 'pg_catalog.pg_opfamily'::pg_catalog.regclass, x.oid, p.nspname,
           quote_ident(x.opfname) || ' using ' || am.amname,
           concat_ws(', ',
               (SELECT string_agg('operator ' || a.amopstrategy || ' '
                           || (a.amopopr::pg_catalog.regoperator)::text || ' ' || a.amoppurpose::text, ', '
                           ORDER BY a.amoplefttype, a.amoprighttype, a.amopstrategy)
                FROM pg_catalog.pg_amop a WHERE a.amopfamily = x.oid),
               (SELECT string_agg('function ' || a.amprocnum || ' '
                           || (a.amproc::oid::pg_catalog.regprocedure)::text, ', '
                           ORDER BY a.amproclefttype, a.amprocrighttype, a.amprocnum)
                FROM pg_catalog.pg_amproc a WHERE a.amprocfamily = x.oid)),
           x.opfowner, NULL
    FROM pg_catalog.pg_opfamily x JOIN place p ON p.oid = x.opfnamespace
    JOIN pg_catalog.pg_am am ON am.oid = x.opfmethod
    UNION ALL
    SELECT 'cast', 'pg_catalog.pg_cast'::pg_catalog.regclass, x.oid, NULL,
           format_type(x.castsource, NULL) || ' as ' || format_type(x.casttarget, NULL),
           concat_ws(', ',
               CASE x.castmethod WHEN 'i' THEN 'inout' WHEN 'b' THEN 'without function'
               ELSE 'function ' || (x.castfunc::pg_catalog.regprocedure)::text END,
               CASE x.castcontext WHEN 'i' THEN 'implicit' WHEN 'a' THEN 'assignment'
               ELSE 'explicit' END),
           NULL, NULL
    FROM pg_catalog.pg_cast x
    WHERE x.oid >= 16384 AND NOT EXISTS (  -- the one that comes with a range type
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND d.objid = x.oid
          AND d.deptype = 'i')
    UNION ALL
    SELECT 'collation', 'pg_catalog.pg_collation'::pg_catalog.regclass, x.oid, p.nspname,
           quote_ident(x.collname),
           concat_ws(', ',
               CASE x.collprovider WHEN 'i' THEN 'icu' WHEN 'c' THEN 'libc' WHEN 'b' THEN 'builtin'
               ELSE 'default' END,
               coalesce(to_jsonb(x) ->> 'colllocale', to_jsonb(x) ->> 'colliculocale', x.collcollate),
               CASE WHEN x.collprovider = 'c' THEN x.collctype END,
               to_jsonb(x) ->> 'collicurules',
               CASE WHEN x.collisdeterministic THEN 'deterministic' ELSE 'not deterministic' END),
           x.collowner, NULL
    FROM pg_catalog.pg_collation x JOIN place p ON p.oid = x.collnamespace
    UNION ALL
    SELECT 'conversion', 'pg_catalog.pg_conversion'::pg_catalog.regclass, x.oid, p.nspname,
           quote_ident(x.conname),
           concat_ws(', ', pg_encoding_to_char(x.conforencoding) || ' to '
               || pg_encoding_to_char(x.contoencoding), x.conproc::text, 'default ' || x.condefault),
           x.conowner, NULL
    FROM pg_catalog.pg_conversion x JOIN place p ON p.oid = x.connamespace
    UNION ALL
    SELECT 'text search configuration', 'pg_catalog.pg_ts_config'::pg_catalog.regclass, x.oid,
           p.nspname, quote_ident(x.cfgname),
           concat_ws(', ', 'parser ' || quote_ident(pp.prsname),
               (SELECT string_agg(m.maptokentype || ' to '
                           || (m.mapdict::pg_catalog.regdictionary)::text, ', '
                           ORDER BY m.maptokentype, m.mapseqno)
                FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg = x.oid)),
           x.cfgowner, NULL
    FROM pg_catalog.pg_ts_config x JOIN place p ON p.oid = x.cfgnamespace
    JOIN pg_catalog.pg_ts_parser pp ON pp.oid = x.cfgparser
    UNION ALL
    SELECT 'text search dictionary', 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, x.oid, p.nspname,
           quote_ident(x.dictname),
           concat_ws(', ', 'template ' || quote_ident(t.tmplname), x.dictinitoption),
           x.dictowner, NULL
    FROM pg_catalog.pg_ts_dict x JOIN place p ON p.oid = x.dictnamespace
    JOIN pg_catalog.pg_ts_template t ON t.oid = x.dicttemplate
    UNION ALL
    SELECT 'text search parser', 'pg_catalog.pg_ts_parser'::pg_catalog.regclass, x.oid, p.nspname,
           quote_ident(x.prsname),
           concat_ws(', ', x.prsstart::text, x.prstoken::text, x.prsend::text, x.prsheadline::text,
               x.prslextype::text),
           NULL, NULL
    FROM pg_catalog.pg_ts_parser x JOIN place p ON p.oid = x.prsnamespace
    UNION ALL
    SELECT 'text search template', 'pg_catalog.pg_ts_template'::pg_catalog.regclass, x.oid,
           p.nspname, quote_ident(x.tmplname), concat_ws(', ', x.tmplinit::text, x.tmpllexize::text),
           NULL, NULL
    FROM pg_catalog.pg_ts_template x JOIN place p ON p.oid = x.tmplnamespace
    UNION ALL
    SELECT 'language', 'pg_catalog.pg_language'::pg_catalog.regclass, x.oid, NULL,
           quote_ident(x.lanname),
           concat_ws(', ', 'trusted ' || x.lanpltrusted,
               (nullif(x.lanplcallfoid, 0)::pg_catalog.regproc)::text),
           x.lanowner, x.lanacl
    FROM pg_catalog.pg_language x WHERE x.lanispl
    UNION ALL
    SELECT 'transform', 'pg_catalog.pg_transform'::pg_catalog.regclass, x.oid, NULL,
           format_type(x.trftype, NULL) || ' for ' || l.lanname,
           concat_ws(', ', x.trffromsql::text, x.trftosql::text), NULL, NULL
    FROM pg_catalog.pg_transform x JOIN pg_catalog.pg_language l ON l.oid = x.trflang
    UNION ALL
    SELECT 'access method', 'pg_catalog.pg_am'::pg_catalog.regclass, x.oid, NULL,
           quote_ident(x.amname), concat_ws(', ', x.amtype::text, x.amhandler::text), NULL, NULL
    FROM pg_catalog.pg_am x WHERE x.oid >= 16384
    UNION ALL
    SELECT 'foreign data wrapper', 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, x.oid,
           NULL, quote_ident(x.fdwname),
           concat_ws(', ', 'handler ' || (x.fdwhandler::pg_catalog.regproc)::text,
               'validator ' || (x.fdwvalidator::pg_catalog.regproc)::text,
               (SELECT string_agg(CASE WHEN o ~* '^[^=]*(passw|secret|token|key|credential)'
                    THEN split_part(o, '=', 1) || '=***' ELSE o END, ', ' ORDER BY o)
                FROM unnest(x.fdwoptions) o)),
           x.fdwowner, x.fdwacl
    FROM pg_catalog.pg_foreign_data_wrapper x
    UNION ALL
    SELECT 'foreign server', 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, x.oid, NULL,
           quote_ident(x.srvname),
           concat_ws(', ', 'wrapper ' || quote_ident(w.fdwname), 'type ' || x.srvtype,
               'version ' || x.srvversion,
               (SELECT string_agg(CASE WHEN o ~* '^[^=]*(passw|secret|token|key|credential)'
                    THEN split_part(o, '=', 1) || '=***' ELSE o END, ', ' ORDER BY o)
                FROM unnest(x.srvoptions) o)),
           x.srvowner, x.srvacl
    FROM pg_catalog.pg_foreign_server x
    JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = x.srvfdw
    UNION ALL
    SELECT 'user mapping', 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, x.umid, NULL,
           quote_ident(x.usename) || ' on ' || quote_ident(x.srvname), '', NULL, NULL
    FROM pg_catalog.pg_user_mappings x
    UNION ALL
    SELECT 'publication', 'pg_catalog.pg_publication'::pg_catalog.regclass, x.oid, NULL,
           quote_ident(x.pubname),
           concat_ws(', ', 'all tables ' || x.puballtables, 'insert ' || x.pubinsert,
               'update ' || x.pubupdate, 'delete ' || x.pubdelete, 'truncate ' || x.pubtruncate,
               'via root ' || x.pubviaroot,
               'generated columns ' || nullif(to_jsonb(x) ->> 'pubgencols', 'n'),
               (SELECT string_agg('table ' || (m.prrelid::pg_catalog.regclass)::text
                           || coalesce(' (' || (
                               SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname)
                               FROM pg_catalog.pg_attribute a
                               WHERE a.attrelid = m.prrelid
                                 AND a.attnum = ANY (m.prattrs::text::pg_catalog.int2vector::pg_catalog.int2[])) || ')', '')
                           || coalesce(' where ' || pg_get_expr(m.prqual, m.prrelid), ''), ', '
                           ORDER BY (m.prrelid::pg_catalog.regclass)::text)
                FROM (SELECT NULL::text AS prattrs, NULL::pg_catalog.pg_node_tree AS prqual) older
                CROSS JOIN LATERAL (
                    SELECT y.prpubid, y.prrelid, prattrs, prqual
                    FROM pg_catalog.pg_publication_rel y) m
                WHERE m.prpubid = x.oid),
               (SELECT string_agg('schema ' || quote_ident(n.nspname), ', ' ORDER BY n.nspname)
                FROM pg_catalog.pg_depend d
                JOIN pg_catalog.pg_depend e ON e.classid = d.classid AND e.objid = d.objid
                     AND e.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                JOIN pg_catalog.pg_namespace n ON n.oid = e.refobjid
                WHERE d.refclassid = 'pg_catalog.pg_publication'::pg_catalog.regclass
                  AND d.refobjid = x.oid)),
           x.pubowner, NULL
    FROM pg_catalog.pg_publication x
    UNION ALL
    SELECT 'subscription', 'pg_catalog.pg_subscription'::pg_catalog.regclass, x.oid, NULL,
           quote_ident(x.subname),
           concat_ws(', ', 'enabled ' || x.subenabled, 'slot ' || x.subslotname,
               'publications ' || array_to_string(x.subpublications, ' ')),
           x.subowner, NULL
    FROM pg_catalog.pg_subscription x
    WHERE x.subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    UNION ALL
    SELECT 'security label', 'pg_catalog.pg_seclabel'::pg_catalog.regclass, 0, NULL,
           x.provider || ' on '
               || (pg_identify_object(x.classoid, x.objoid, x.objsubid)).identity, x.label, NULL, NULL
    FROM pg_catalog.pg_seclabel x
) o
LEFT JOIN note ON note.objoid = o.oid AND note.classoid = o.class AND note.objsubid = 0
WHERE NOT EXISTS (SELECT FROM member WHERE classid = o.class AND objid = o.oid)
ORDER BY o.kind, 2, o.name

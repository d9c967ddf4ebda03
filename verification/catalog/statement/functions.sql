SELECT p.nspname AS schema, f.proname AS name, oidvectortypes(f.proargtypes) AS identity,
       CASE f.prokind WHEN 'f' THEN 'function' WHEN 'p' THEN 'procedure'
                      WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window' END AS kind,
       CASE WHEN f.prokind <> 'a' THEN pg_get_functiondef(f.oid) ELSE (
           SELECT concat_ws(
               ', ', 'kind ' || a.aggkind::text, 'direct arguments ' || a.aggnumdirectargs,
               'transition ' || a.aggtransfn::text, 'final ' || a.aggfinalfn::text,
               'combine ' || a.aggcombinefn::text, 'serial ' || a.aggserialfn::text,
               'deserial ' || a.aggdeserialfn::text, 'moving transition ' || a.aggmtransfn::text,
               'moving inverse ' || a.aggminvtransfn::text, 'moving final ' || a.aggmfinalfn::text,
               'final extra ' || a.aggfinalextra, 'final modifies ' || a.aggfinalmodify::text,
               'sort ' || (a.aggsortop::pg_catalog.regoperator)::text,
               'state ' || format_type(a.aggtranstype, NULL), 'space ' || a.aggtransspace,
               'initial ' || quote_literal(a.agginitval),
               'moving initial ' || quote_literal(a.aggminitval))
           FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = f.oid) END AS definition,
       pg_get_function_arguments(f.oid) AS arguments,
       coalesce(pg_get_function_result(f.oid), '') AS returns,
       l.lanname AS language,
       CASE f.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable'
                          ELSE 'volatile' END AS volatility,
       f.prosecdef AS security_definer, f.proisstrict AS strict, f.proleakproof AS leakproof,
       CASE f.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted'
                          ELSE 'unsafe' END AS parallel,
       f.procost AS cost, f.prorows AS rows, coalesce(f.proconfig, '{}') AS settings,
       CASE WHEN f.prosupport = 0 THEN '' ELSE f.prosupport::text END AS support,
       pg_get_userbyid(f.proowner) AS owner, f.proacl AS acl, note.description AS comment
FROM pg_catalog.pg_proc f
JOIN place p ON p.oid = f.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = f.prolang
LEFT JOIN note ON note.objoid = f.oid
              AND note.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass
WHERE NOT EXISTS (
          SELECT FROM member
          WHERE classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND objid = f.oid
      )
  -- the constructors that come with a range type
  AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend d
          WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = f.oid
            AND d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.deptype = 'i'
      )
ORDER BY p.nspname, f.proname, 3

SELECT e.evtname AS name, e.evtevent AS event, (e.evtfoid::pg_catalog.regproc)::text AS function,
       e.evtenabled AS enabled, coalesce(e.evttags, '{}') AS tags,
       pg_get_userbyid(e.evtowner) AS owner, note.description AS comment
FROM pg_catalog.pg_event_trigger e
LEFT JOIN note ON note.objoid = e.oid
              AND note.classoid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass
WHERE NOT EXISTS (
    SELECT FROM member
    WHERE classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass AND objid = e.oid
)
ORDER BY e.evtname

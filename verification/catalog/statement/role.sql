SELECT current_user AS name, session_user AS session, r.rolsuper AS superuser,
       r.rolcreaterole AS createrole, r.rolcreatedb AS createdb, r.rolbypassrls AS bypassrls,
       r.rolreplication AS replication, r.rolinherit AS inherit,
       (WITH RECURSIVE above(oid) AS (
            SELECT m.roleid FROM pg_catalog.pg_auth_members m WHERE m.member = r.oid
            UNION
            SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN above ON above.oid = m.member
        )
        SELECT json_agg(pg_get_userbyid(above.oid) ORDER BY pg_get_userbyid(above.oid))
        FROM above) AS memberships
FROM pg_catalog.pg_roles r
WHERE r.rolname = current_user

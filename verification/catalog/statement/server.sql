SELECT current_setting('server_version_num')::int AS version_num,
       current_setting('server_version') AS version, d.datname AS database,
       pg_get_userbyid(d.datdba) AS owner, pg_encoding_to_char(d.encoding) AS encoding,
       d.datcollate AS collation, d.datctype AS ctype,
       CASE d.datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END
           AS collation_provider,
       coalesce(d.datcollversion, '') AS collation_version,
       coalesce(pg_collation_actual_version(100), '') AS collation_actual_version,
       pg_is_in_recovery() AS in_recovery,
       (SELECT settings FROM before) AS settings,
       (SELECT json_agg(json_build_array(
                   CASE c.setdatabase WHEN 0 THEN '' ELSE d.datname END,
                   CASE c.setrole WHEN 0 THEN '' ELSE pg_get_userbyid(c.setrole) END, item)
                   ORDER BY c.setdatabase, c.setrole, item)
        FROM pg_catalog.pg_db_role_setting c, unnest(c.setconfig) item
        WHERE c.setdatabase IN (0, d.oid)) AS stored_settings
FROM (SELECT 'c' AS datlocprovider, NULL AS datcollversion) older
CROSS JOIN LATERAL (
    SELECT x.oid, x.datname, x.datdba, x.encoding, x.datcollate, x.datctype, datlocprovider,
           datcollversion
    FROM pg_catalog.pg_database x
    WHERE x.datname = current_database()
) d

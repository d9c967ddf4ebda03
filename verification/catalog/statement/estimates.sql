-- Of every table, partitioned table and materialised view, in the order in which they are listed.
SELECT r.reltuples AS rows
FROM relation r
WHERE r.relkind IN ('r', 'p', 'm')
ORDER BY r.n

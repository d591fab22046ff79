-- Server locks: meta, clients, changes, labels, replica
-- What log2sql leaves out. A queue behind one clients/ lock is one workspace's own; meta/ locks hold up everybody.
SELECT v.label AS server, o.name AS object, o.mode, count(*) AS uses,
  sum(coalesce(t.total_read_wait_ms, 0) + coalesce(t.total_write_wait_ms, 0)) AS wait_ms,
  max(max(coalesce(t.total_read_wait_ms, 0), coalesce(t.total_write_wait_ms, 0))) AS longest_wait_ms,
  max(max(coalesce(t.total_read_held_ms, 0), coalesce(t.total_write_held_ms, 0))) AS longest_held_ms
FROM table_use t
JOIN source s ON s.id = t.source_id
LEFT JOIN server v ON v.id = s.server_id
JOIN lock_object o ON o.id = t.lock_object_id
WHERE o.name NOT GLOB 'db.*' AND o.name NOT GLOB 'rdb.*'
GROUP BY v.label, o.id ORDER BY wait_ms DESC, uses DESC, o.name LIMIT 200

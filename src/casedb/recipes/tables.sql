-- Waits and holds per table
-- High waits name the victims' table, high holds the culprits'; both together the centre of contention.
SELECT v.label AS server, o.name AS object, count(*) AS uses,
  sum(coalesce(t.total_read_wait_ms, 0)) AS read_wait_ms, sum(coalesce(t.total_read_held_ms, 0)) AS read_held_ms,
  sum(coalesce(t.total_write_wait_ms, 0)) AS write_wait_ms, sum(coalesce(t.total_write_held_ms, 0)) AS write_held_ms,
  sum(coalesce(t.pages_in, 0)) AS pages_in, sum(coalesce(t.scan_rows, 0)) AS scan_rows,
  sum(coalesce(t.put_rows, 0) + coalesce(t.del_rows, 0)) AS changed_rows
FROM table_use t
JOIN source s ON s.id = t.source_id
LEFT JOIN server v ON v.id = s.server_id
JOIN lock_object o ON o.id = t.lock_object_id
WHERE o.name GLOB 'db.*' OR o.name GLOB 'rdb.*'
GROUP BY v.label, o.id ORDER BY read_wait_ms + write_wait_ms DESC, uses DESC, o.name

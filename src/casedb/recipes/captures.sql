-- Locks seen by lslocks, lsof and monitor
-- Holders and waiters at the moment of the capture, with the blocker where the tool names it.
SELECT v.label AS server, c.kind, CASE WHEN c.taken_s IS NULL THEN NULL ELSE
    strftime('%Y/%m/%d %H:%M:%S', c.taken_s, 'unixepoch') || CASE c.taken_is_utc WHEN 1 THEN ' UTC' ELSE '' END END AS taken,
  l.pid, l.object, l.mode, CASE l.waiting WHEN 1 THEN 'waits' ELSE 'holds' END AS does, l.blocker_pid, s.path, l.line_no AS line
FROM os_lock l JOIN capture c ON c.source_id = l.source_id AND c.capture_no = l.capture_no
JOIN source s ON s.id = l.source_id LEFT JOIN server v ON v.id = s.server_id
WHERE l.object IS NOT NULL
ORDER BY c.id, l.object, l.waiting, l.id

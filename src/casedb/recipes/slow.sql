-- The 100 longest commands
-- Where the time went: compute is locks and metadata, snd and rcv wait for the client.
SELECT v.label AS server, strftime('%Y/%m/%d %H:%M:%S', c.start_s, 'unixepoch') AS start, strftime('%Y/%m/%d %H:%M:%S', c.end_s, 'unixepoch') AS end, c.pid, c.user, c.cmd, c.args,
  c.longest_ms / 1000.0 AS lapse_s, c.compute_ms / 1000.0 AS compute_s, c.rpc_snd_ms / 1000.0 AS snd_s,
  c.rpc_rcv_ms / 1000.0 AS rcv_s, (coalesce(c.cpu_user_ms, 0) + coalesce(c.cpu_system_ms, 0)) / 1000.0 AS cpu_s,
  s.path, c.line_no AS line
FROM command c JOIN source s ON s.id = c.source_id LEFT JOIN server v ON v.id = s.server_id
WHERE c.longest_ms >= 1000
ORDER BY c.longest_ms DESC, c.id LIMIT 100

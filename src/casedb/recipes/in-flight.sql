-- Commands still open at the end of the log
-- What p4dpending shows: started, never completed. A server that was killed, or a command that hangs, leaves them.
SELECT v.label AS server, strftime('%Y/%m/%d %H:%M:%S', c.start_s, 'unixepoch') AS start, c.pid, c.user, c.workspace, c.ip, c.app, c.cmd, c.args, s.path, c.line_no AS line
FROM command c JOIN source s ON s.id = c.source_id LEFT JOIN server v ON v.id = s.server_id
WHERE c.end_s IS NULL AND c.longest_ms = 0 AND c.flags & 1 AND c.flags & (8 | 256 | 512 | 1024 | 4096) = 0
ORDER BY c.start_s, c.id

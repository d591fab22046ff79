-- Triggers by name and command
-- A trigger that never returned left no line.
SELECT v.label AS server, t.name AS trigger_name, c.cmd, count(*) AS runs,
  round(avg(t.lapse_ms) / 1000.0, 3) AS average_s, round(max(t.lapse_ms) / 1000.0, 3) AS longest_s
FROM trigger_use t
JOIN command c ON c.id = t.id / 4096
JOIN source s ON s.id = c.source_id LEFT JOIN server v ON v.id = s.server_id
GROUP BY v.label, t.name, c.cmd ORDER BY max(t.lapse_ms) DESC, t.name, c.cmd

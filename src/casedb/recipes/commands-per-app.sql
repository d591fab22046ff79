-- Commands and their time per client program
-- Shows polling and noisy automation.
SELECT v.label AS server, c.app, c.cmd, count(*) AS commands, count(DISTINCT c.user) AS users,
  round(sum(c.longest_ms) / 1000.0, 1) AS lapse_s, round(max(c.longest_ms) / 1000.0, 1) AS longest_s
FROM command c JOIN source s ON s.id = c.source_id LEFT JOIN server v ON v.id = s.server_id
GROUP BY v.label, c.app, c.cmd ORDER BY commands DESC, c.app, c.cmd

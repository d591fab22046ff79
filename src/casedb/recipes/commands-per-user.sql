-- Commands and their time per user
-- Service users and automation usually lead; compare with the length of the log.
SELECT v.label AS server, c.user, count(*) AS commands, round(sum(c.longest_ms) / 1000.0, 1) AS lapse_s,
  round(max(c.longest_ms) / 1000.0, 1) AS longest_s,
  round(sum(coalesce(c.cpu_user_ms, 0) + coalesce(c.cpu_system_ms, 0)) / 1000.0, 1) AS cpu_s
FROM command c JOIN source s ON s.id = c.source_id LEFT JOIN server v ON v.id = s.server_id
GROUP BY v.label, c.user ORDER BY commands DESC, c.user

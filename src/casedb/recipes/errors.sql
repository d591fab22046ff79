-- Server errors by text
-- Numbers in the text are not masked; the first and last time show when it began and stopped.
SELECT v.label AS server, e.operation, e.text, count(*) AS times,
  strftime('%Y/%m/%d %H:%M:%S', min(e.time_s), 'unixepoch') AS first,
  strftime('%Y/%m/%d %H:%M:%S', max(e.time_s), 'unixepoch') AS last, min(e.line_no) AS first_line
FROM server_error e JOIN source s ON s.id = e.source_id LEFT JOIN server v ON v.id = s.server_id
GROUP BY v.label, e.operation, e.text ORDER BY times DESC, first LIMIT 200

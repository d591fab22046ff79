-- The files of the case
-- What each was recognised as, whose it is, and how its bytes were spent.
SELECT s.id AS input, v.label AS server, s.kind, s.state, s.path, s.bytes, s.lines, s.records, s.bytes_parsed,
  s.bytes_noise, s.bytes_unknown, s.bytes_skipped, strftime('%Y/%m/%d %H:%M:%S', s.first_s, 'unixepoch') AS first,
  strftime('%Y/%m/%d %H:%M:%S', s.last_s, 'unixepoch') AS last, s.reason, s.notes
FROM source s LEFT JOIN server v ON v.id = s.server_id ORDER BY s.id

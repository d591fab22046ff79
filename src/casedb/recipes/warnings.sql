-- What could not be read, or only in part
-- With the place where it happened first.
SELECT s.path, w.code, w.text, w.count, w.line_no AS first_line, w.byte_offset AS first_byte
FROM warning w LEFT JOIN source s ON s.id = w.source_id ORDER BY w.count DESC, w.id

-- Commands running, per second in which one started
-- The number at the moment of the start, as in log2sql; seconds with more than 20 only.
SELECT startTime AS second, max(running) AS running, count(*) AS started
FROM process GROUP BY startTime HAVING max(running) > 20 ORDER BY startTime

-- Look-ups of many ids at once. LATERAL with LIMIT makes each id one step down an index,
-- whatever the planner believes about the table's size.

-- name: find_in_week
SELECT r.connection, r.kind, r.week, r.id, r.state, r.version, r.sequence, r.raw_digest, r.page, r.position,
       r.entry, r.open_minor, r.facts
  FROM json_array_elements_text(CAST(:ids AS json)) AS wanted (id)
 CROSS JOIN LATERAL (
    SELECT * FROM record
     WHERE connection = :connection AND kind = :kind AND week = :week AND record.id = wanted.id LIMIT 1) AS r;

-- name: digests_in_week
SELECT r.id, r.raw_digest, r.sequence
  FROM json_array_elements_text(CAST(:ids AS json)) AS wanted (id)
 CROSS JOIN LATERAL (
    SELECT record.id, raw_digest, sequence FROM record
     WHERE connection = :connection AND kind = :kind AND week = :week AND record.id = wanted.id LIMIT 1) AS r;

-- name: weeks_of
-- One week is enough to say that there is something: find_in_weeks goes by id here.
SELECT max(week) FROM record WHERE connection = :connection AND kind = :kind HAVING max(week) IS NOT NULL;

-- name: find_in_weeks
SELECT r.connection, r.kind, r.week, r.id, r.state, r.version, r.sequence, r.raw_digest, r.page, r.position,
       r.entry, r.open_minor, r.facts
  FROM json_array_elements_text(CAST(:ids AS json)) AS wanted (id)
 CROSS JOIN LATERAL (
    SELECT * FROM record
     WHERE record.id = wanted.id AND kind = :kind AND connection = :connection OFFSET 0) AS r;

-- name: events_known
SELECT e.id, e.digest FROM json_array_elements_text(CAST(:ids AS json)) AS wanted (id)
 CROSS JOIN LATERAL (
    SELECT event.id, digest FROM event WHERE connection = :connection AND event.id = wanted.id LIMIT 1) AS e;

-- name: records_by_reference
SELECT f.key, f.connection, f.kind, f.week, f.id
  FROM json_array_elements_text(CAST(:keys AS json)) WITH ORDINALITY AS wanted (key, n)
 CROSS JOIN LATERAL (SELECT * FROM reference WHERE reference.key = wanted.key OFFSET 0) AS f
 ORDER BY wanted.n, f.connection, f.kind, f.week, f.id;

-- name: entries_by_id
SELECT e.* FROM json_array_elements_text(CAST(:ids AS json)) AS wanted (id)
 CROSS JOIN LATERAL (SELECT * FROM entry WHERE entry.id = CAST(wanted.id AS BIGINT) LIMIT 1) AS e;

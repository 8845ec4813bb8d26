-- Bulk writes: positional values, one prepared statement for all rows.

-- name: insert_record*!
INSERT INTO record (connection, kind, week, id, state, version, sequence, raw_digest, page, position,
                    entry, open_minor, facts)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: replace_record*!
INSERT INTO record (connection, kind, week, id, state, version, sequence, raw_digest, page, position,
                    entry, open_minor, facts)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (connection, kind, week, id) DO UPDATE SET
    state = excluded.state, version = excluded.version, sequence = excluded.sequence,
    raw_digest = excluded.raw_digest, page = excluded.page, position = excluded.position,
    entry = excluded.entry, open_minor = excluded.open_minor, facts = excluded.facts;

-- name: advance_record*!
UPDATE record SET sequence = ? WHERE connection = ? AND kind = ? AND week = ? AND id = ?;

-- name: insert_line*!
INSERT INTO line (entry, n, account, amount, tax_code, original_currency, original_minor, customer, invoice)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: insert_entry*!
INSERT INTO entry (id, series, fiscal_year, number, day, document_day, journal, text, sources, rule,
                   rule_version, reverses, posted_at, previous_hash, hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: add_balance_month*!
INSERT INTO balance_month (account, month, debit, credit) VALUES (?, ?, ?, ?)
ON CONFLICT (month, account) DO UPDATE SET debit = debit + excluded.debit, credit = credit + excluded.credit;

-- name: add_balance_day*!
INSERT INTO balance_day (account, day, debit, credit) VALUES (?, ?, ?, ?)
ON CONFLICT (day, account) DO UPDATE SET debit = debit + excluded.debit, credit = credit + excluded.credit;

-- name: add_record_count*!
INSERT INTO record_count (connection, kind, state, records) VALUES (?, ?, ?, ?)
ON CONFLICT (connection, kind, state) DO UPDATE SET records = records + excluded.records;

-- name: insert_event*!
INSERT INTO event (connection, id, digest) VALUES (?, ?, ?) ON CONFLICT (connection, id) DO NOTHING;

-- name: insert_waiting*!
INSERT INTO waiting (awaited_kind, awaited_id, connection, kind, week, id, since) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (awaited_kind, awaited_id, connection, kind, week, id) DO UPDATE SET ready = 0;

-- name: wake*!
UPDATE waiting SET ready = 1 WHERE awaited_kind = ? AND awaited_id = ?;

-- name: delete_waiting*!
DELETE FROM waiting WHERE awaited_kind = ? AND awaited_id = ? AND connection = ? AND kind = ? AND week = ? AND id = ?;

-- name: insert_reference*!
INSERT INTO reference (key, connection, kind, week, id) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING;

-- name: insert_open_item*!
INSERT INTO open_item (role, amount, currency, day, connection, kind, week, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING;

-- name: delete_open_item*!
DELETE FROM open_item
 WHERE role = ? AND amount = ? AND day = ? AND connection = ? AND kind = ? AND week = ? AND id = ?;

-- name: insert_schedule*!
INSERT INTO schedule (id, connection, week, invoice, line, line_no, account_from, account_to, total,
                      start_day, end_day, method, next_due, rule)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: set_schedule_due*!
UPDATE schedule SET next_due = ? WHERE id = ?;

-- name: pull_schedule_due*!
UPDATE schedule SET next_due = ?1 WHERE id = ?2 AND (next_due IS NULL OR next_due > ?1);

-- name: insert_schedule_credit*!
INSERT INTO schedule_credit (schedule, day, record, amount) VALUES (?, ?, ?, ?);

-- name: insert_release*!
INSERT INTO release (entry, schedule, month, amount) VALUES (?, ?, ?, ?);

-- name: insert_match*!
INSERT INTO match (left_id, right_id, amount, currency, rung, confidence, explain, entry)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: insert_exception*!
INSERT INTO exception (code, connection, kind, week, record, severity, status, detail, suggestions, amount,
                       currency, page, position, opened_at)
VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (code, connection, kind, record) WHERE status = 'open'
DO UPDATE SET detail = excluded.detail, suggestions = excluded.suggestions, page = excluded.page,
              position = excluded.position;

-- name: resolve_exception*!
UPDATE exception SET status = 'resolved', resolved_at = ?, resolution = ?
 WHERE code = ? AND connection = ? AND kind = ? AND record = ? AND status = 'open';

-- name: put_delivery*!
INSERT INTO delivery (connection, entry, key, state, digest, attempts, remote_id, why, moved_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (connection, entry) DO UPDATE SET
    state = excluded.state, digest = excluded.digest, attempts = excluded.attempts,
    remote_id = excluded.remote_id, why = excluded.why, moved_at = excluded.moved_at;

-- name: insert_account*!
INSERT INTO account (number, name, type, role, standard) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (number) DO UPDATE SET name = excluded.name, type = excluded.type, role = excluded.role,
                                   standard = excluded.standard;

-- name: find_in_week
SELECT r.connection, r.kind, r.week, r.id, r.state, r.version, r.sequence, r.raw_digest, r.page, r.position,
       r.entry, r.open_minor, r.facts
  FROM json_each(:ids) AS wanted
 CROSS JOIN record AS r
    ON r.connection = :connection AND r.kind = :kind AND r.week = :week AND r.id = wanted.value;

-- name: digests_in_week
SELECT r.id, r.raw_digest, r.sequence
  FROM json_each(:ids) AS wanted
 CROSS JOIN record AS r
    ON r.connection = :connection AND r.kind = :kind AND r.week = :week AND r.id = wanted.value;

-- name: weeks_of
WITH RECURSIVE found (week) AS (
    SELECT min(week) FROM record WHERE connection = :connection AND kind = :kind
    UNION ALL
    SELECT (SELECT min(week) FROM record
             WHERE connection = :connection AND kind = :kind AND week > found.week)
      FROM found WHERE found.week IS NOT NULL)
SELECT week FROM found WHERE week IS NOT NULL ORDER BY week DESC;

-- name: find_in_weeks
SELECT r.connection, r.kind, r.week, r.id, r.state, r.version, r.sequence, r.raw_digest, r.page, r.position,
       r.entry, r.open_minor, r.facts
  FROM json_each(:ids) AS wanted
 CROSS JOIN json_each(:weeks) AS during
 CROSS JOIN record AS r
    ON r.connection = :connection AND r.kind = :kind AND r.week = during.value AND r.id = wanted.value;

-- name: events_known
SELECT e.id, e.digest FROM json_each(:ids) AS wanted
 CROSS JOIN event AS e ON e.connection = :connection AND e.id = wanted.value;

-- name: records_by_reference
SELECT f.key, f.connection, f.kind, f.week, f.id
  FROM json_each(:keys) AS wanted CROSS JOIN reference AS f ON f.key = wanted.value;

-- name: entries_by_id
SELECT e.* FROM json_each(:ids) AS wanted CROSS JOIN entry AS e ON e.id = wanted.value;

-- Bulk writes. A COPY goes straight into its table; any other write first fills the table
-- that its query of the same name and _stage makes, which is emptied at each commit.

-- name: insert_record*!
COPY record (connection, kind, week, id, state, version, sequence, raw_digest, page, position,
             entry, open_minor, facts) FROM STDIN;

-- name: replace_record_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS replace_record_stage ON COMMIT DELETE ROWS AS
SELECT connection, kind, week, id, state, version, sequence, raw_digest, page, position,
       entry, open_minor, facts FROM record WITH NO DATA;

-- name: replace_record*!
INSERT INTO record (connection, kind, week, id, state, version, sequence, raw_digest, page, position,
                    entry, open_minor, facts)
SELECT * FROM replace_record_stage
ON CONFLICT (connection, kind, week, id) DO UPDATE SET
    state = excluded.state, version = excluded.version, sequence = excluded.sequence,
    raw_digest = excluded.raw_digest, page = excluded.page, position = excluded.position,
    entry = excluded.entry, open_minor = excluded.open_minor, facts = excluded.facts;

-- name: insert_line*!
COPY line (entry, n, account, amount, tax_code, original_currency, original_minor, customer, invoice) FROM STDIN;

-- name: insert_entry*!
COPY entry (id, series, fiscal_year, number, day, document_day, journal, text, sources, rule,
            rule_version, reverses, posted_at, previous_hash, hash) FROM STDIN;

-- name: add_balance_month_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS add_balance_month_stage ON COMMIT DELETE ROWS AS
SELECT account, month, debit, credit FROM balance_month WITH NO DATA;

-- name: add_balance_month*!
INSERT INTO balance_month AS b (account, month, debit, credit) SELECT * FROM add_balance_month_stage
ON CONFLICT (month, account) DO UPDATE SET
    debit = b.debit + excluded.debit, credit = b.credit + excluded.credit;

-- name: add_balance_day_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS add_balance_day_stage ON COMMIT DELETE ROWS AS
SELECT account, day, debit, credit FROM balance_day WITH NO DATA;

-- name: add_balance_day*!
INSERT INTO balance_day AS b (account, day, debit, credit) SELECT * FROM add_balance_day_stage
ON CONFLICT (day, account) DO UPDATE SET
    debit = b.debit + excluded.debit, credit = b.credit + excluded.credit;

-- name: add_record_count_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS add_record_count_stage ON COMMIT DELETE ROWS AS
SELECT connection, kind, state, records FROM record_count WITH NO DATA;

-- name: add_record_count*!
INSERT INTO record_count AS c (connection, kind, state, records) SELECT * FROM add_record_count_stage
ON CONFLICT (connection, kind, state) DO UPDATE SET records = c.records + excluded.records;

-- name: insert_event_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS insert_event_stage ON COMMIT DELETE ROWS AS
SELECT connection, id, digest FROM event WITH NO DATA;

-- name: insert_event*!
INSERT INTO event (connection, id, digest) SELECT * FROM insert_event_stage
ON CONFLICT (connection, id) DO NOTHING;

-- name: insert_waiting_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS insert_waiting_stage ON COMMIT DELETE ROWS AS
SELECT awaited_kind, awaited_id, connection, kind, week, id, since FROM waiting WITH NO DATA;

-- name: insert_waiting*!
INSERT INTO waiting (awaited_kind, awaited_id, connection, kind, week, id, since)
SELECT * FROM insert_waiting_stage
ON CONFLICT (awaited_kind, awaited_id, connection, kind, week, id) DO UPDATE SET ready = 0;

-- name: wake_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS wake_stage ON COMMIT DELETE ROWS AS
SELECT awaited_kind, awaited_id FROM waiting WITH NO DATA;

-- name: wake*!
UPDATE waiting AS w SET ready = 1 FROM wake_stage AS s
 WHERE w.awaited_kind = s.awaited_kind AND w.awaited_id = s.awaited_id;

-- name: delete_waiting_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS delete_waiting_stage ON COMMIT DELETE ROWS AS
SELECT awaited_kind, awaited_id, connection, kind, week, id FROM waiting WITH NO DATA;

-- name: delete_waiting*!
DELETE FROM waiting AS w USING delete_waiting_stage AS s
 WHERE w.awaited_kind = s.awaited_kind AND w.awaited_id = s.awaited_id AND w.connection = s.connection
   AND w.kind = s.kind AND w.week = s.week AND w.id = s.id;

-- name: insert_reference_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS insert_reference_stage ON COMMIT DELETE ROWS AS
SELECT key, connection, kind, week, id FROM reference WITH NO DATA;

-- name: insert_reference*!
INSERT INTO reference (key, connection, kind, week, id) SELECT * FROM insert_reference_stage
ON CONFLICT DO NOTHING;

-- name: insert_open_item_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS insert_open_item_stage ON COMMIT DELETE ROWS AS
SELECT role, amount, currency, day, connection, kind, week, id FROM open_item WITH NO DATA;

-- name: insert_open_item*!
INSERT INTO open_item (role, amount, currency, day, connection, kind, week, id)
SELECT * FROM insert_open_item_stage ON CONFLICT DO NOTHING;

-- name: delete_open_item_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS delete_open_item_stage ON COMMIT DELETE ROWS AS
SELECT role, amount, day, connection, kind, week, id FROM open_item WITH NO DATA;

-- name: delete_open_item*!
DELETE FROM open_item AS o USING delete_open_item_stage AS s
 WHERE o.role = s.role AND o.amount = s.amount AND o.day = s.day AND o.connection = s.connection
   AND o.kind = s.kind AND o.week = s.week AND o.id = s.id;

-- name: insert_schedule*!
COPY schedule (id, connection, week, invoice, line, line_no, account_from, account_to, total,
               start_day, end_day, method, next_due, rule) FROM STDIN;

-- name: set_schedule_due_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS set_schedule_due_stage ON COMMIT DELETE ROWS AS
SELECT next_due, id FROM schedule WITH NO DATA;

-- name: set_schedule_due*!
UPDATE schedule AS d SET next_due = s.next_due FROM set_schedule_due_stage AS s WHERE d.id = s.id;

-- name: pull_schedule_due_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS pull_schedule_due_stage ON COMMIT DELETE ROWS AS
SELECT next_due, id FROM schedule WITH NO DATA;

-- name: pull_schedule_due*!
UPDATE schedule AS d SET next_due = least(d.next_due, s.next_due)
  FROM pull_schedule_due_stage AS s WHERE d.id = s.id;

-- name: insert_schedule_credit*!
COPY schedule_credit (schedule, day, record, amount) FROM STDIN;

-- name: insert_release*!
COPY release (entry, schedule, month, amount) FROM STDIN;

-- name: insert_match*!
COPY match (left_id, right_id, amount, currency, rung, confidence, explain, entry) FROM STDIN;

-- name: insert_exception_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS insert_exception_stage ON COMMIT DELETE ROWS AS
SELECT code, connection, kind, week, record, severity, detail, suggestions, amount, currency, page,
       position, opened_at FROM exception WITH NO DATA;

-- name: insert_exception*!
INSERT INTO exception (code, connection, kind, week, record, severity, status, detail, suggestions, amount,
                       currency, page, position, opened_at)
SELECT code, connection, kind, week, record, severity, 'open', detail, suggestions, amount,
       currency, page, position, opened_at FROM insert_exception_stage
ON CONFLICT (code, connection, kind, record) WHERE status = 'open'
DO UPDATE SET detail = excluded.detail, suggestions = excluded.suggestions, page = excluded.page,
              position = excluded.position;

-- name: resolve_exception_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS resolve_exception_stage ON COMMIT DELETE ROWS AS
SELECT resolved_at, resolution, code, connection, kind, record FROM exception WITH NO DATA;

-- name: resolve_exception*!
UPDATE exception AS e SET status = 'resolved', resolved_at = s.resolved_at, resolution = s.resolution
  FROM resolve_exception_stage AS s
 WHERE e.code = s.code AND e.connection = s.connection AND e.kind = s.kind AND e.record = s.record
   AND e.status = 'open';

-- name: put_delivery_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS put_delivery_stage ON COMMIT DELETE ROWS AS
SELECT connection, entry, key, state, digest, attempts, remote_id, why, moved_at FROM delivery WITH NO DATA;

-- name: put_delivery*!
INSERT INTO delivery (connection, entry, key, state, digest, attempts, remote_id, why, moved_at)
SELECT * FROM put_delivery_stage
ON CONFLICT (connection, entry) DO UPDATE SET
    state = excluded.state, digest = excluded.digest, attempts = excluded.attempts,
    remote_id = excluded.remote_id, why = excluded.why, moved_at = excluded.moved_at;

-- name: insert_account_stage#
CREATE TEMPORARY TABLE IF NOT EXISTS insert_account_stage ON COMMIT DELETE ROWS AS
SELECT number, name, type, role, standard FROM account WITH NO DATA;

-- name: insert_account*!
INSERT INTO account (number, name, type, role, standard) SELECT * FROM insert_account_stage
ON CONFLICT (number) DO UPDATE SET name = excluded.name, type = excluded.type, role = excluded.role,
                                   standard = excluded.standard;

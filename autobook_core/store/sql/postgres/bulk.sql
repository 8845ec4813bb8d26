-- Bulk writes. A COPY goes straight into its table. Any other statement is given its rows as
-- one array per column: as fast as a table to copy into first, and one round trip for any number.

-- name: insert_record*!
COPY record (connection, kind, week, id, state, version, sequence, raw_digest, page, position,
             entry, open_minor, facts) FROM STDIN;

-- name: replace_record*!
INSERT INTO record (connection, kind, week, id, state, version, sequence, raw_digest, page, position,
                    entry, open_minor, facts)
SELECT * FROM unnest(%s::BIGINT[], %s::TEXT[], %s::BIGINT[], %s::TEXT[], %s::TEXT[], %s::BYTEA[], %s::TEXT[],
              %s::BYTEA[], %s::BIGINT[], %s::BIGINT[], %s::BIGINT[], %s::BIGINT[], %s::BYTEA[])
ON CONFLICT (connection, kind, week, id) DO UPDATE SET
    state = excluded.state, version = excluded.version, sequence = excluded.sequence,
    raw_digest = excluded.raw_digest, page = excluded.page, position = excluded.position,
    entry = excluded.entry, open_minor = excluded.open_minor, facts = excluded.facts;

-- name: advance_record*!
UPDATE record AS d SET sequence = s.sequence
  FROM unnest(%s::TEXT[], %s::BIGINT[], %s::TEXT[], %s::BIGINT[], %s::TEXT[])
    AS s (sequence, connection, kind, week, id)
 WHERE d.connection = s.connection AND d.kind = s.kind AND d.week = s.week AND d.id = s.id;

-- name: insert_line*!
COPY line (entry, n, account, amount, tax_code, original_currency, original_minor, customer, invoice) FROM STDIN;

-- name: insert_entry*!
COPY entry (id, series, fiscal_year, number, day, document_day, journal, text, sources, rule,
            rule_version, reverses, posted_at, previous_hash, hash) FROM STDIN;

-- name: add_balance_month*!
INSERT INTO balance_month AS b (account, month, debit, credit)
SELECT * FROM unnest(%s::BIGINT[], %s::TEXT[], %s::BIGINT[], %s::BIGINT[])
ON CONFLICT (month, account) DO UPDATE SET
    debit = b.debit + excluded.debit, credit = b.credit + excluded.credit;

-- name: add_balance_day*!
INSERT INTO balance_day AS b (account, day, debit, credit)
SELECT * FROM unnest(%s::BIGINT[], %s::TEXT[], %s::BIGINT[], %s::BIGINT[])
ON CONFLICT (day, account) DO UPDATE SET
    debit = b.debit + excluded.debit, credit = b.credit + excluded.credit;

-- name: add_record_count*!
INSERT INTO record_count AS c (connection, kind, state, records)
SELECT * FROM unnest(%s::BIGINT[], %s::TEXT[], %s::TEXT[], %s::BIGINT[])
ON CONFLICT (connection, kind, state) DO UPDATE SET records = c.records + excluded.records;

-- name: insert_event*!
INSERT INTO event (connection, id, digest)
SELECT * FROM unnest(%s::BIGINT[], %s::TEXT[], %s::BYTEA[])
ON CONFLICT (connection, id) DO NOTHING;

-- name: insert_waiting*!
INSERT INTO waiting (awaited_kind, awaited_id, connection, kind, week, id, since)
SELECT * FROM unnest(%s::TEXT[], %s::TEXT[], %s::BIGINT[], %s::TEXT[], %s::BIGINT[], %s::TEXT[], %s::BIGINT[])
ON CONFLICT (awaited_kind, awaited_id, connection, kind, week, id) DO UPDATE SET ready = 0;

-- name: wake*!
UPDATE waiting AS w SET ready = 1 FROM unnest(%s::TEXT[], %s::TEXT[])
    AS s (awaited_kind, awaited_id)
 WHERE w.awaited_kind = s.awaited_kind AND w.awaited_id = s.awaited_id;

-- name: delete_waiting*!
DELETE FROM waiting AS w
 USING unnest(%s::TEXT[], %s::TEXT[], %s::BIGINT[], %s::TEXT[], %s::BIGINT[], %s::TEXT[])
    AS s (awaited_kind, awaited_id, connection, kind, week, id)
 WHERE w.awaited_kind = s.awaited_kind AND w.awaited_id = s.awaited_id AND w.connection = s.connection
   AND w.kind = s.kind AND w.week = s.week AND w.id = s.id;

-- name: insert_reference*!
INSERT INTO reference (key, connection, kind, week, id)
SELECT * FROM unnest(%s::TEXT[], %s::BIGINT[], %s::TEXT[], %s::BIGINT[], %s::TEXT[])
ON CONFLICT DO NOTHING;

-- name: insert_open_item*!
INSERT INTO open_item (role, amount, currency, day, connection, kind, week, id)
SELECT * FROM unnest(%s::TEXT[], %s::BIGINT[], %s::TEXT[], %s::TEXT[], %s::BIGINT[], %s::TEXT[], %s::BIGINT[],
              %s::TEXT[])
ON CONFLICT DO NOTHING;

-- name: delete_open_item*!
DELETE FROM open_item AS o
 USING unnest(%s::TEXT[], %s::BIGINT[], %s::TEXT[], %s::BIGINT[], %s::TEXT[], %s::BIGINT[], %s::TEXT[])
    AS s (role, amount, day, connection, kind, week, id)
 WHERE o.role = s.role AND o.amount = s.amount AND o.day = s.day AND o.connection = s.connection
   AND o.kind = s.kind AND o.week = s.week AND o.id = s.id;

-- name: insert_schedule*!
COPY schedule (id, connection, week, invoice, line, line_no, account_from, account_to, total,
               start_day, end_day, method, next_due, rule) FROM STDIN;

-- name: set_schedule_due*!
UPDATE schedule AS d SET next_due = s.next_due FROM unnest(%s::TEXT[], %s::BIGINT[])
    AS s (next_due, id) WHERE d.id = s.id;

-- name: pull_schedule_due*!
UPDATE schedule AS d SET next_due = least(d.next_due, s.next_due)
  FROM unnest(%s::TEXT[], %s::BIGINT[])
    AS s (next_due, id) WHERE d.id = s.id;

-- name: insert_schedule_credit*!
COPY schedule_credit (schedule, day, record, amount) FROM STDIN;

-- name: insert_release*!
COPY release (entry, schedule, month, amount) FROM STDIN;

-- name: insert_match*!
COPY match (left_id, right_id, amount, currency, rung, confidence, explain, entry) FROM STDIN;

-- name: insert_exception*!
INSERT INTO exception (code, connection, kind, week, record, severity, status, detail, suggestions, amount,
                       currency, page, position, opened_at)
SELECT code, connection, kind, week, record, severity, 'open', detail, suggestions, amount,
       currency, page, position, opened_at
  FROM unnest(%s::TEXT[], %s::BIGINT[], %s::TEXT[], %s::BIGINT[], %s::TEXT[], %s::TEXT[], %s::TEXT[], %s::TEXT[],
              %s::BIGINT[], %s::TEXT[], %s::BIGINT[], %s::BIGINT[], %s::BIGINT[])
    AS s (code, connection, kind, week, record, severity, detail, suggestions, amount, currency, page,
          position, opened_at)
ON CONFLICT (code, connection, kind, record) WHERE status = 'open'
DO UPDATE SET detail = excluded.detail, suggestions = excluded.suggestions, page = excluded.page,
              position = excluded.position;

-- name: resolve_exception*!
UPDATE exception AS e SET status = 'resolved', resolved_at = s.resolved_at, resolution = s.resolution
  FROM unnest(%s::BIGINT[], %s::TEXT[], %s::TEXT[], %s::BIGINT[], %s::TEXT[], %s::TEXT[])
    AS s (resolved_at, resolution, code, connection, kind, record)
 WHERE e.code = s.code AND e.connection = s.connection AND e.kind = s.kind AND e.record = s.record
   AND e.status = 'open';

-- name: put_delivery*!
INSERT INTO delivery (connection, entry, key, state, digest, attempts, remote_id, why, moved_at)
SELECT * FROM unnest(%s::BIGINT[], %s::BIGINT[], %s::TEXT[], %s::TEXT[], %s::BYTEA[], %s::BIGINT[], %s::TEXT[],
              %s::TEXT[], %s::BIGINT[])
ON CONFLICT (connection, entry) DO UPDATE SET
    state = excluded.state, digest = excluded.digest, attempts = excluded.attempts,
    remote_id = excluded.remote_id, why = excluded.why, moved_at = excluded.moved_at;

-- name: insert_account*!
INSERT INTO account (number, name, type, role, standard)
SELECT * FROM unnest(%s::TEXT[], %s::TEXT[], %s::TEXT[], %s::TEXT[], %s::TEXT[])
ON CONFLICT (number) DO UPDATE SET name = excluded.name, type = excluded.type, role = excluded.role,
                                   standard = excluded.standard;

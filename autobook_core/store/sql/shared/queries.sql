-- Queries both engines run as they stand.

-- name: meta_get$
SELECT value FROM meta WHERE key = :key;

-- name: meta_set!
INSERT INTO meta (key, value) VALUES (:key, :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: connections
SELECT id, name, type, account_id FROM connection ORDER BY id;

-- name: connection_add!
INSERT INTO connection (id, name, type) SELECT coalesce(max(id), 0) + 1, :name, :type FROM connection;

-- name: connection_pin!
UPDATE connection SET account_id = :account_id WHERE id = :id;

-- name: cursor_get
SELECT version, position FROM cursor WHERE connection = :connection AND stream = :stream;

-- name: cursor_list
SELECT stream, version, position, moved_at FROM cursor WHERE connection = :connection ORDER BY stream;

-- name: cursor_set!
INSERT INTO cursor (connection, stream, version, position, moved_at)
VALUES (:connection, :stream, :version, :position, :moved_at)
ON CONFLICT (connection, stream) DO UPDATE SET
    version = excluded.version, position = excluded.position, moved_at = excluded.moved_at;

-- name: page_last$
SELECT coalesce(max(id), 0) FROM page;

-- name: page_add!
INSERT INTO page (id, connection, stream, rank, born, last, origin, received_at, row_count, raw_bytes, body)
VALUES (:id, :connection, :stream, :rank, :born, :last, :origin, :received_at, :row_count, :raw_bytes, :body);

-- name: pages_waiting
SELECT id, row_count, rank, born, last FROM page WHERE processed = 0 ORDER BY born, rank, id LIMIT :most;

-- name: page_get
SELECT id, connection, stream, origin, received_at, body FROM page WHERE id = :id;

-- name: page_done!
UPDATE page SET processed = 1 WHERE id = :id;

-- name: page_totals
SELECT count(*), coalesce(sum(row_count), 0), coalesce(sum(raw_bytes), 0) FROM page;

-- name: record_counts
SELECT connection, kind, state, records FROM record_count WHERE records <> 0 ORDER BY connection, kind, state;

-- name: all_records
SELECT connection, kind, week, id, state, version, sequence, raw_digest, page, position, entry, open_minor, facts
  FROM record ORDER BY connection, kind, week, id;

-- name: records_of
SELECT connection, kind, week, id, state, version, sequence, raw_digest, page, position, entry, open_minor, facts
  FROM record WHERE connection = :connection AND kind = :kind ORDER BY week, id;

-- name: record_anywhere
SELECT connection, kind, week, id, state, version, sequence, raw_digest, page, position, entry, open_minor, facts
  FROM record WHERE id = :id ORDER BY connection, kind, week;

-- name: waiting_all
SELECT awaited_kind, awaited_id, connection, kind, week, id, since FROM waiting
 ORDER BY awaited_kind, awaited_id, connection, kind, week, id;

-- name: awaited
SELECT DISTINCT awaited_kind, awaited_id FROM waiting;

-- name: waiting_ready
SELECT awaited_kind, awaited_id, connection, kind, week, id FROM waiting WHERE ready = 1
 ORDER BY awaited_kind, awaited_id, connection, kind, week, id LIMIT :most;

-- name: open_items_by_amount
SELECT role, amount, currency, day, connection, kind, week, id FROM open_item
 WHERE role = :role AND amount = :amount ORDER BY day, connection, kind, week, id;

-- name: open_items_all
SELECT role, amount, currency, day, connection, kind, week, id FROM open_item
 ORDER BY role, amount, day, connection, kind, week, id;

-- name: accounts
SELECT id, number, name, type, role, standard FROM account ORDER BY number;

-- name: last_entry
SELECT id, hash FROM entry ORDER BY id DESC LIMIT 1;

-- name: last_numbers
SELECT series, fiscal_year, max(number) FROM entry GROUP BY series, fiscal_year;

-- name: last_number$
SELECT coalesce(max(number), 0) FROM entry WHERE series = :series AND fiscal_year = :fiscal_year;

-- name: entry_count$
SELECT count(*) FROM entry;

-- name: entries_from
SELECT id, series, fiscal_year, number, day, document_day, journal, text, sources, rule, rule_version, reverses,
       posted_at, previous_hash, hash
  FROM entry WHERE id > :after ORDER BY id LIMIT :most;

-- name: entries_by_day
SELECT id, series, fiscal_year, number, day, document_day, journal, text, sources, rule, rule_version, reverses,
       posted_at, previous_hash, hash
  FROM entry WHERE day >= :first AND day <= :last ORDER BY day, series, fiscal_year, number LIMIT :most;

-- name: lines_between
SELECT l.entry, l.n, a.number, l.amount, l.tax_code, l.original_currency, l.original_minor, l.customer, l.invoice
  FROM line AS l JOIN account AS a ON a.id = l.account
 WHERE l.entry >= :first AND l.entry <= :last ORDER BY l.entry, l.n;

-- name: movements_of
SELECT e.day, l.amount
  FROM line AS l JOIN entry AS e ON e.id = l.entry JOIN account AS a ON a.id = l.account
 WHERE l.entry > :after AND l.invoice = :invoice AND a.number = :account AND e.rule <> :but
 ORDER BY l.entry, l.n;

-- name: reversals
SELECT reverses, id FROM entry WHERE reverses IS NOT NULL ORDER BY reverses;

-- name: movements
SELECT e.day, a.number, l.tax_code, l.original_currency, l.customer, l.invoice,
       sum(l.amount), sum(coalesce(l.original_minor, 0))
  FROM line AS l JOIN entry AS e ON e.id = l.entry JOIN account AS a ON a.id = l.account
 GROUP BY e.day, a.number, l.tax_code, l.original_currency, l.customer, l.invoice
HAVING sum(l.amount) <> 0;

-- name: balances_all
SELECT a.number, sum(b.debit), sum(b.credit) FROM balance_month AS b JOIN account AS a ON a.id = b.account
 GROUP BY a.number ORDER BY a.number;

-- name: balances_at
SELECT number, sum(debit), sum(credit) FROM (
    SELECT a.number AS number, b.debit AS debit, b.credit AS credit
      FROM balance_month AS b JOIN account AS a ON a.id = b.account WHERE b.month < :month
     UNION ALL
    SELECT a.number, d.debit, d.credit
      FROM balance_day AS d JOIN account AS a ON a.id = d.account WHERE d.day >= :first AND d.day <= :day
) AS both_parts GROUP BY number ORDER BY number;

-- name: balances_between
SELECT a.number, sum(d.debit), sum(d.credit)
  FROM balance_day AS d JOIN account AS a ON a.id = d.account
 WHERE d.day >= :first AND d.day <= :last GROUP BY a.number ORDER BY a.number;

-- name: balances_by_month
SELECT a.number, b.month, b.debit, b.credit FROM balance_month AS b JOIN account AS a ON a.id = b.account
 WHERE b.month >= :first AND b.month <= :last ORDER BY a.number, b.month;

-- name: balances_from_lines
SELECT a.number, sum(l.amount) FROM line AS l JOIN account AS a ON a.id = l.account
 GROUP BY a.number ORDER BY a.number;

-- name: moved_by_rule
SELECT substr(e.day, 1, 7), e.rule, sum(l.amount)
  FROM line AS l JOIN entry AS e ON e.id = l.entry JOIN account AS a ON a.id = l.account
 WHERE a.number = :account AND e.journal = :journal AND e.day >= :first AND e.day <= :last
 GROUP BY substr(e.day, 1, 7), e.rule;

-- name: rollup_differences
SELECT number, during, sum(debit), sum(credit) FROM (
    SELECT a.number AS number, substr(e.day, 1, 7) AS during,
           CASE WHEN l.amount > 0 THEN l.amount ELSE 0 END AS debit,
           CASE WHEN l.amount < 0 THEN -l.amount ELSE 0 END AS credit
      FROM line AS l JOIN entry AS e ON e.id = l.entry JOIN account AS a ON a.id = l.account
     UNION ALL
    SELECT a.number, b.month, -b.debit, -b.credit
      FROM balance_month AS b JOIN account AS a ON a.id = b.account
     UNION ALL
    SELECT a.number, e.day,
           CASE WHEN l.amount > 0 THEN l.amount ELSE 0 END,
           CASE WHEN l.amount < 0 THEN -l.amount ELSE 0 END
      FROM line AS l JOIN entry AS e ON e.id = l.entry JOIN account AS a ON a.id = l.account
     UNION ALL
    SELECT a.number, d.day, -d.debit, -d.credit
      FROM balance_day AS d JOIN account AS a ON a.id = d.account
) AS both_sides GROUP BY number, during HAVING sum(debit) <> 0 OR sum(credit) <> 0 ORDER BY number, during;

-- name: schedule_last$
SELECT coalesce(max(id), 0) FROM schedule;

-- name: schedules_due
SELECT id, connection, week, invoice, line, line_no, account_from, account_to, total, start_day, end_day, method,
       next_due, rule
  FROM schedule
 WHERE next_due <= :day AND (next_due > :due OR (next_due = :due AND id > :after))
 ORDER BY next_due, id LIMIT :most;

-- name: schedules_of
SELECT id, connection, week, invoice, line, line_no, account_from, account_to, total, start_day, end_day, method,
       next_due, rule
  FROM schedule WHERE connection = :connection AND week = :week AND invoice = :invoice ORDER BY line_no, id;

-- name: schedules_credited
SELECT DISTINCT schedule FROM schedule_credit;

-- name: schedule_credits
-- What was taken and given back again leaves no trace: not even in the rounding of what is released.
SELECT day, record, sum(amount) FROM schedule_credit WHERE schedule = :schedule
 GROUP BY day, record HAVING sum(amount) <> 0 ORDER BY day, record;

-- name: releases_of
SELECT month, sum(amount) FROM release WHERE schedule = :schedule GROUP BY month ORDER BY month;

-- name: release_lines
SELECT r.entry, s.line FROM release AS r JOIN schedule AS s ON s.id = r.schedule ORDER BY r.entry, s.line;

-- name: matches
SELECT left_id, right_id, amount, currency, rung, confidence, explain, entry FROM match ORDER BY id;

-- name: exceptions
SELECT id, code, connection, kind, week, record, severity, status, detail, suggestions, amount, currency, page,
       position, opened_at, resolved_at, resolution
  FROM exception ORDER BY id;

-- name: exceptions_open_of
SELECT id, code, connection, kind, week, record, severity, status, detail, suggestions, amount, currency, page,
       position, opened_at, resolved_at, resolution
  FROM exception WHERE status = 'open' AND code = :code ORDER BY id;

-- name: exception_counts
SELECT severity, code, connection, count(*) FROM exception WHERE status = 'open'
 GROUP BY severity, code, connection ORDER BY severity, code, connection;

-- name: deliveries
SELECT connection, entry, key, state, digest, attempts, remote_id, why, moved_at FROM delivery
 ORDER BY connection, entry;

-- name: deliveries_in
SELECT connection, entry, key, state, digest, attempts, remote_id, why, moved_at FROM delivery
 WHERE connection = :connection AND state = :state ORDER BY entry LIMIT :most;

-- name: delivery_high$
SELECT coalesce(max(entry), 0) FROM delivery WHERE connection = :connection;

-- name: delivery_counts
SELECT connection, state, count(*) FROM delivery GROUP BY connection, state ORDER BY connection, state;

-- name: run_start<!
INSERT INTO run (connection, started_at) VALUES (:connection, :started_at) RETURNING id;

-- name: run_end!
UPDATE run SET ended_at = :ended_at, outcome = :outcome, pages = :pages, rows_read = :rows_read,
               rows_new = :rows_new, set_aside = :set_aside, retry_at = :retry_at, error = :error
 WHERE id = :id;

-- name: runs_latest
SELECT id, connection, started_at, ended_at, outcome, pages, rows_read, rows_new, set_aside, retry_at, error
  FROM run WHERE id IN (SELECT max(id) FROM run GROUP BY connection) ORDER BY connection;

-- name: alerts_open
SELECT id, level, title, detail, connection, command, raised_at, told_at
  FROM alert WHERE over_at IS NULL ORDER BY raised_at, id;

-- name: alert_raise!
INSERT INTO alert (id, level, title, detail, connection, command, raised_at)
VALUES (:id, :level, :title, :detail, :connection, :command, :raised_at)
ON CONFLICT (id) DO UPDATE SET level = excluded.level, title = excluded.title, detail = excluded.detail,
    connection = excluded.connection, command = excluded.command, raised_at = excluded.raised_at,
    told_at = NULL, over_at = NULL;

-- name: alert_told!
UPDATE alert SET told_at = :now WHERE id = :id;

-- name: alert_over!
UPDATE alert SET over_at = :now WHERE id = :id;

-- Reports: what an accountant asks. Days are ISO dates; "before" is 1 where it lies before the first day asked for.

-- name: tax_movements
SELECT l.tax_code, a.number, e.journal, sum(l.amount)
  FROM line AS l JOIN entry AS e ON e.id = l.entry JOIN account AS a ON a.id = l.account
 WHERE l.tax_code IS NOT NULL AND e.day >= :first AND e.day <= :last
 GROUP BY l.tax_code, a.number, e.journal ORDER BY l.tax_code, a.number, e.journal;

-- name: untaxed_movements
-- Lines without a tax code on the accounts of VAT; "trade" is 1 where their entry has income or expense.
SELECT number, trade, count(*), sum(amount) FROM (
    SELECT a.number AS number, l.amount AS amount,
           CASE WHEN EXISTS (
               SELECT 1 FROM line AS o JOIN account AS other ON other.id = o.account
                WHERE o.entry = l.entry AND other.type IN ('income', 'expense')) THEN 1 ELSE 0 END AS trade
      FROM line AS l JOIN account AS a ON a.id = l.account JOIN entry AS e ON e.id = l.entry
     WHERE l.tax_code IS NULL AND a.number IN (:one, :two, :three, :four) AND e.day >= :first AND e.day <= :last
) AS untaxed GROUP BY number, trade ORDER BY number, trade;

-- name: entries_of_code
SELECT e.id, e.day, e.sources, max(l.invoice), max(l.customer),
       sum(CASE WHEN l.tax_code = :code THEN l.amount ELSE 0 END)
  FROM entry AS e JOIN line AS l ON l.entry = e.id
 WHERE e.day >= :first AND e.day <= :last AND e.journal NOT IN ('recognition', 'accrual')
   AND e.id IN (SELECT entry FROM line WHERE tax_code = :code)
 GROUP BY e.id, e.day, e.sources ORDER BY e.day, e.id;

-- name: entries_redated
SELECT series, fiscal_year, number, day, document_day FROM entry
 WHERE document_day IS NOT NULL
   AND ((day >= :first AND day <= :last AND document_day < :first)
     OR (document_day >= :first AND document_day <= :last AND day > :last))
 ORDER BY day, series, fiscal_year, number;

-- name: open_by_invoice
-- What is open on an account by invoice; what names no invoice comes by customer.
SELECT l.invoice, max(l.customer), min(e.day), sum(l.amount)
  FROM line AS l JOIN account AS a ON a.id = l.account JOIN entry AS e ON e.id = l.entry
 WHERE a.number = :account AND e.day <= :day
 GROUP BY l.invoice, CASE WHEN l.invoice IS NULL THEN l.customer END
HAVING sum(l.amount) <> 0 ORDER BY 1, 2;

-- name: entries_on
SELECT e.id, e.day, e.journal, e.sources, sum(l.amount)
  FROM line AS l JOIN account AS a ON a.id = l.account JOIN entry AS e ON e.id = l.entry
 WHERE a.number = :account AND e.day <= :day
 GROUP BY e.id, e.day, e.journal, e.sources ORDER BY e.day, e.id;

-- name: account_by_journal
SELECT e.journal, CASE WHEN e.day < :first THEN 1 ELSE 0 END AS before, sum(l.amount)
  FROM line AS l JOIN account AS a ON a.id = l.account JOIN entry AS e ON e.id = l.entry
 WHERE a.number = :account AND e.day <= :last GROUP BY 1, 2 ORDER BY 1, 2;

-- name: deferral_accounts
SELECT DISTINCT account_from FROM schedule ORDER BY account_from;

-- name: deferral_flow
SELECT account, what, before, sum(amount) FROM (
    SELECT s.account_from AS account, 'billed' AS what, CASE WHEN e.day < :first THEN 1 ELSE 0 END AS before,
           s.total AS amount
      FROM schedule AS s
      JOIN record AS i ON i.connection = s.connection AND i.kind = 'invoice' AND i.week = s.week AND i.id = s.invoice
      JOIN entry AS e ON e.id = i.entry
     WHERE e.day <= :last
     UNION ALL
    SELECT s.account_from, 'recognised', CASE WHEN e.day < :first THEN 1 ELSE 0 END, r.amount
      FROM release AS r JOIN schedule AS s ON s.id = r.schedule JOIN entry AS e ON e.id = r.entry
     WHERE e.day <= :last
     UNION ALL
    SELECT s.account_from, 'credited', CASE WHEN c.day < :first THEN 1 ELSE 0 END, c.amount
      FROM schedule_credit AS c JOIN schedule AS s ON s.id = c.schedule
     WHERE c.day <= :last
) AS flow GROUP BY account, what, before ORDER BY account, what, before;

-- name: schedules_unearned
SELECT id, total, start_day, end_day, method, released, credited FROM (
    SELECT s.id AS id, s.total AS total, s.start_day AS start_day, s.end_day AS end_day, s.method AS method,
           coalesce((SELECT sum(r.amount) FROM release AS r JOIN entry AS x ON x.id = r.entry
                      WHERE r.schedule = s.id AND x.day <= :day), 0) AS released,
           coalesce((SELECT sum(c.amount) FROM schedule_credit AS c
                      WHERE c.schedule = s.id AND c.day <= :day), 0) AS credited
      FROM schedule AS s
      JOIN record AS i ON i.connection = s.connection AND i.kind = 'invoice' AND i.week = s.week AND i.id = s.invoice
      JOIN entry AS e ON e.id = i.entry
     WHERE e.day <= :day
) AS unearned WHERE total <> released + credited ORDER BY id;

-- name: schedule_credits_through
SELECT schedule, day, sum(amount) FROM schedule_credit WHERE day <= :day
 GROUP BY schedule, day, record HAVING sum(amount) <> 0 ORDER BY schedule, day, record;

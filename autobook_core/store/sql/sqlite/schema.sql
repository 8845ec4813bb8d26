-- The book in SQLite. STRICT: a text in a number column is refused, not stored.
-- What is posted cannot be changed: triggers below refuse it, whoever asks.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE connection (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    type       TEXT NOT NULL,
    account_id TEXT
) STRICT;

-- One position per stream; it moves in the commit that lands the rows before it.
CREATE TABLE cursor (
    connection INTEGER NOT NULL REFERENCES connection (id),
    stream     TEXT NOT NULL,
    version    INTEGER NOT NULL,
    position   TEXT NOT NULL,
    moved_at   INTEGER NOT NULL,
    PRIMARY KEY (connection, stream)
) STRICT, WITHOUT ROWID;

-- Raw rows as they came, compressed: the evidence, and the work queue of translation.
CREATE TABLE page (
    id          INTEGER PRIMARY KEY,
    connection  INTEGER NOT NULL REFERENCES connection (id),
    stream      TEXT NOT NULL,
    rank        INTEGER NOT NULL,
    born        INTEGER NOT NULL,
    last        INTEGER NOT NULL,
    origin      TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    row_count   INTEGER NOT NULL,
    raw_bytes   INTEGER NOT NULL,
    body        BLOB NOT NULL,
    processed   INTEGER NOT NULL DEFAULT 0 CHECK (processed IN (0, 1))
) STRICT;
CREATE INDEX page_waiting ON page (born, rank, id) WHERE processed = 0;

-- One row per record; the key leads with time (whole weeks), so that inserts stay local.
CREATE TABLE record (
    connection INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    week       INTEGER NOT NULL,
    id         TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('posted', 'no_posting', 'duplicate', 'pending', 'quarantined')),
    version    BLOB NOT NULL,
    sequence   TEXT NOT NULL,
    raw_digest BLOB NOT NULL,
    page       INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    entry      INTEGER,
    open_minor INTEGER,
    facts      BLOB NOT NULL,
    PRIMARY KEY (connection, kind, week, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_count (
    connection INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    state      TEXT NOT NULL,
    records    INTEGER NOT NULL,
    PRIMARY KEY (connection, kind, state)
) STRICT, WITHOUT ROWID;

-- Same event id with other content is a conflict, so event ids are kept with their digest.
CREATE TABLE event (
    connection INTEGER NOT NULL,
    id         TEXT NOT NULL,
    digest     BLOB NOT NULL,
    PRIMARY KEY (connection, id)
) STRICT, WITHOUT ROWID;

-- Records that name a parent which is not here yet.
CREATE TABLE waiting (
    awaited_kind TEXT NOT NULL,
    awaited_id   TEXT NOT NULL,
    connection   INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    week         INTEGER NOT NULL,
    id           TEXT NOT NULL,
    since        INTEGER NOT NULL,
    ready        INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (awaited_kind, awaited_id, connection, kind, week, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_ready ON waiting (ready) WHERE ready = 1;

-- What a bank line may call a record by: invoice numbers, trace ids, normalised.
CREATE TABLE reference (
    key        TEXT NOT NULL,
    connection INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    week       INTEGER NOT NULL,
    id         TEXT NOT NULL,
    PRIMARY KEY (key, connection, kind, week, id)
) STRICT, WITHOUT ROWID;

-- Open items that are looked for by amount: payouts on their way to the bank.
CREATE TABLE open_item (
    role       TEXT NOT NULL,
    amount     INTEGER NOT NULL,
    currency   TEXT NOT NULL,
    day        TEXT NOT NULL,
    connection INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    week       INTEGER NOT NULL,
    id         TEXT NOT NULL,
    PRIMARY KEY (role, amount, day, connection, kind, week, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    id       INTEGER PRIMARY KEY,
    number   TEXT NOT NULL UNIQUE,
    name     TEXT NOT NULL,
    type     TEXT NOT NULL,
    role     TEXT,
    standard TEXT
) STRICT;

CREATE TABLE entry (
    id            INTEGER PRIMARY KEY,
    series        TEXT NOT NULL,
    fiscal_year   INTEGER NOT NULL,
    number        INTEGER NOT NULL,
    day           TEXT NOT NULL,
    document_day  TEXT,
    journal       TEXT NOT NULL,
    text          TEXT NOT NULL,
    sources       TEXT NOT NULL,
    rule          TEXT NOT NULL,
    rule_version  TEXT NOT NULL,
    reverses      INTEGER REFERENCES entry (id),
    posted_at     TEXT NOT NULL,
    previous_hash BLOB NOT NULL,
    hash          BLOB NOT NULL,
    UNIQUE (series, fiscal_year, number)
) STRICT;
CREATE INDEX entry_reverses ON entry (reverses) WHERE reverses IS NOT NULL;

-- Lines go in before their entry; the reference is checked at commit.
CREATE TABLE line (
    entry             INTEGER NOT NULL REFERENCES entry (id) DEFERRABLE INITIALLY DEFERRED,
    n                 INTEGER NOT NULL,
    account           INTEGER NOT NULL,
    amount            INTEGER NOT NULL CHECK (amount <> 0),
    tax_code          TEXT,
    original_currency TEXT,
    original_minor    INTEGER,
    customer          TEXT,
    invoice           TEXT,
    PRIMARY KEY (entry, n)
) STRICT, WITHOUT ROWID;

-- Balances by month and by day, moved in the commit that posts.
CREATE TABLE balance_month (
    account INTEGER NOT NULL,
    month   TEXT NOT NULL,
    debit   INTEGER NOT NULL,
    credit  INTEGER NOT NULL,
    PRIMARY KEY (month, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE balance_day (
    account INTEGER NOT NULL,
    day     TEXT NOT NULL,
    debit   INTEGER NOT NULL,
    credit  INTEGER NOT NULL,
    PRIMARY KEY (day, account)
) STRICT, WITHOUT ROWID;

-- Prepaid revenue waiting for its time; what was released stands in release.
CREATE TABLE schedule (
    id           INTEGER PRIMARY KEY,
    connection   INTEGER NOT NULL,
    week         INTEGER NOT NULL,
    invoice      TEXT NOT NULL,
    line         TEXT NOT NULL,
    line_no      INTEGER NOT NULL,
    account_from TEXT NOT NULL,
    account_to   TEXT NOT NULL,
    total        INTEGER NOT NULL,
    start_day    TEXT NOT NULL,
    end_day      TEXT NOT NULL,
    method       TEXT NOT NULL,
    next_due     TEXT,
    rule         TEXT NOT NULL
) STRICT;
CREATE INDEX schedule_due ON schedule (next_due) WHERE next_due IS NOT NULL;
CREATE INDEX schedule_invoice ON schedule (connection, week, invoice);

CREATE TABLE schedule_credit (
    id       INTEGER PRIMARY KEY,
    schedule INTEGER NOT NULL REFERENCES schedule (id),
    day      TEXT NOT NULL,
    record   TEXT NOT NULL,
    amount   INTEGER NOT NULL
) STRICT;
CREATE INDEX schedule_credit_of ON schedule_credit (schedule);

CREATE TABLE release (
    entry    INTEGER NOT NULL REFERENCES entry (id),
    schedule INTEGER NOT NULL REFERENCES schedule (id),
    month    TEXT NOT NULL,
    amount   INTEGER NOT NULL,
    PRIMARY KEY (schedule, month, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE match (
    id         INTEGER PRIMARY KEY,
    left_id    TEXT NOT NULL,
    right_id   TEXT NOT NULL,
    amount     INTEGER NOT NULL,
    currency   TEXT NOT NULL,
    rung       TEXT NOT NULL,
    confidence INTEGER NOT NULL CHECK (confidence BETWEEN 0 AND 100),
    explain    TEXT NOT NULL,
    entry      INTEGER
) STRICT;

CREATE TABLE exception (
    id          INTEGER PRIMARY KEY,
    code        TEXT NOT NULL,
    connection  INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    week        INTEGER NOT NULL,
    record      TEXT NOT NULL,
    severity    TEXT NOT NULL CHECK (severity IN ('error', 'warning')),
    status      TEXT NOT NULL CHECK (status IN ('open', 'resolved')),
    detail      TEXT NOT NULL,
    suggestions TEXT NOT NULL,
    amount      INTEGER,
    currency    TEXT,
    page        INTEGER,
    position    INTEGER,
    opened_at   INTEGER NOT NULL,
    resolved_at INTEGER,
    resolution  TEXT
) STRICT;
CREATE UNIQUE INDEX exception_open ON exception (code, connection, kind, record) WHERE status = 'open';

-- One row per sink and entry, from just before the first byte is sent.
CREATE TABLE delivery (
    connection INTEGER NOT NULL REFERENCES connection (id),
    entry      INTEGER NOT NULL REFERENCES entry (id),
    key        TEXT NOT NULL,
    state      TEXT NOT NULL
               CHECK (state IN ('sending', 'accepted', 'verified', 'rejected', 'conflict', 'ready')),
    digest     BLOB NOT NULL,
    attempts   INTEGER NOT NULL,
    remote_id  TEXT,
    why        TEXT NOT NULL DEFAULT '',
    moved_at   INTEGER NOT NULL,
    PRIMARY KEY (connection, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_unsettled ON delivery (connection, state, entry) WHERE state <> 'verified';

CREATE TABLE run (
    id         INTEGER PRIMARY KEY,
    connection INTEGER NOT NULL REFERENCES connection (id),
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    outcome    TEXT,
    pages      INTEGER NOT NULL DEFAULT 0,
    rows_read  INTEGER NOT NULL DEFAULT 0,
    rows_new   INTEGER NOT NULL DEFAULT 0,
    set_aside  INTEGER NOT NULL DEFAULT 0,
    retry_at   INTEGER,
    error      TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX run_latest ON run (connection, id);

-- What a person should know: kept until every observer has taken it, and until it is over.

CREATE TABLE alert (
    id         TEXT PRIMARY KEY,
    level      TEXT NOT NULL CHECK (level IN ('info', 'warning', 'error')),
    title      TEXT NOT NULL,
    detail     TEXT NOT NULL,
    connection TEXT NOT NULL,
    command    TEXT NOT NULL,
    raised_at  INTEGER NOT NULL,
    told_at    INTEGER,
    over_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_open ON alert (raised_at, id) WHERE over_at IS NULL;

-- The books enforce themselves.

CREATE TRIGGER entry_is_whole BEFORE INSERT ON entry BEGIN
    SELECT RAISE(ABORT, 'unbalanced_entry: debits and credits differ, or the entry has no lines')
     WHERE (SELECT coalesce(sum(amount), 1) FROM line WHERE entry = NEW.id) <> 0;
    SELECT RAISE(ABORT, 'number_gap: entries are numbered without gaps per series and fiscal year')
     WHERE NEW.number <> 1 + coalesce(
        (SELECT max(number) FROM entry WHERE series = NEW.series AND fiscal_year = NEW.fiscal_year), 0);
    SELECT RAISE(ABORT, 'broken_chain: an entry carries the hash of the entry before')
     WHERE NEW.id <> 1 + coalesce((SELECT max(id) FROM entry), 0)
        OR NEW.previous_hash <> coalesce((SELECT hash FROM entry WHERE id = NEW.id - 1), zeroblob(32));
END;

CREATE TRIGGER line_is_not_late BEFORE INSERT ON line
WHEN NEW.entry <= coalesce((SELECT max(id) FROM entry), 0) BEGIN
    SELECT RAISE(ABORT, 'posted_is_final: no line is added to a posted entry');
END;

CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN
    SELECT RAISE(ABORT, 'posted_is_final: an entry is never changed, only reversed');
END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN
    SELECT RAISE(ABORT, 'posted_is_final: an entry is never deleted, only reversed');
END;
CREATE TRIGGER line_no_update BEFORE UPDATE ON line BEGIN
    SELECT RAISE(ABORT, 'posted_is_final: a line is never changed, only reversed');
END;
CREATE TRIGGER line_no_delete BEFORE DELETE ON line BEGIN
    SELECT RAISE(ABORT, 'posted_is_final: a line is never deleted, only reversed');
END;
CREATE TRIGGER release_no_update BEFORE UPDATE ON release BEGIN
    SELECT RAISE(ABORT, 'posted_is_final: a release is never changed');
END;
CREATE TRIGGER release_no_delete BEFORE DELETE ON release BEGIN
    SELECT RAISE(ABORT, 'posted_is_final: a release is never deleted');
END;
CREATE TRIGGER page_no_delete BEFORE DELETE ON page BEGIN
    SELECT RAISE(ABORT, 'evidence_is_kept: raw pages are never deleted');
END;
CREATE TRIGGER page_body_no_update BEFORE UPDATE OF body, connection, stream, received_at ON page BEGIN
    SELECT RAISE(ABORT, 'evidence_is_kept: raw pages are never changed');
END;

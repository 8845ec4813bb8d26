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

-- What a person should know: kept until every observer has taken it, and until it is over.

CREATE TABLE alert (
    id         TEXT COLLATE "C" PRIMARY KEY,
    level      TEXT COLLATE "C" NOT NULL CHECK (level IN ('info', 'warning', 'error')),
    title      TEXT COLLATE "C" NOT NULL,
    detail     TEXT COLLATE "C" NOT NULL,
    connection TEXT COLLATE "C" NOT NULL,
    command    TEXT COLLATE "C" NOT NULL,
    raised_at  BIGINT NOT NULL,
    told_at    BIGINT,
    over_at    BIGINT
);
CREATE INDEX alert_open ON alert (raised_at, id) WHERE over_at IS NULL;

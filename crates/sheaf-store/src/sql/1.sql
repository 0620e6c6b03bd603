-- Schema 1. What the log says, then what follows from it.

CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID, STRICT;
INSERT INTO counters VALUES ('revision', 0), ('feed_floor', 0);

CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID, STRICT;

CREATE TABLE peers (
    device BLOB PRIMARY KEY, last_met_ms INTEGER, address TEXT, carrier TEXT
) WITHOUT ROWID, STRICT;

CREATE TABLE invites (
    id BLOB PRIMARY KEY, body BLOB NOT NULL, expires_ms INTEGER NOT NULL, used_ms INTEGER
) WITHOUT ROWID, STRICT;

-- Each log in each lane, and how far it has got, as the caller encodes it.
CREATE TABLE logs (
    row INTEGER PRIMARY KEY,
    space BLOB NOT NULL, part INTEGER NOT NULL, log BLOB NOT NULL,
    entries INTEGER NOT NULL, tips BLOB NOT NULL,
    UNIQUE (space, part, log)
) STRICT;

-- arrival is the order in which entries joined their logs here. A log that forked has several
-- entries of one seq.
CREATE TABLE entries (
    arrival INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    log INTEGER NOT NULL REFERENCES logs (row), seq INTEGER NOT NULL,
    arrived_ms INTEGER NOT NULL, signature BLOB NOT NULL, header BLOB NOT NULL
) STRICT;
CREATE INDEX entries_by_seq ON entries (log, seq);
CREATE INDEX entries_by_log ON entries (log);

-- place = arrival * 512 + index: in the order of arrival without an index of its own.
CREATE TABLE sections (
    place INTEGER PRIMARY KEY, document BLOB NOT NULL, sealed BLOB NOT NULL
) STRICT;
CREATE INDEX sections_by_document ON sections (document);

-- Sections that a header names and that are not here: erased, or yet to come.
CREATE TABLE absent (place INTEGER PRIMARY KEY, document BLOB NOT NULL) STRICT;
CREATE INDEX absent_by_document ON absent (document);

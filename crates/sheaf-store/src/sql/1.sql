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

-- One unforked stretch of a log in a lane. From a fork on, the branch that arrived later is a
-- chain of its own, named by its first entry; the trunk has 32 zero bytes.
CREATE TABLE chains (
    chain INTEGER PRIMARY KEY,
    space BLOB NOT NULL, part INTEGER NOT NULL, log BLOB NOT NULL, branch BLOB NOT NULL,
    parent INTEGER REFERENCES chains (chain),
    first_seq INTEGER NOT NULL, next_seq INTEGER NOT NULL, last BLOB NOT NULL,
    UNIQUE (space, part, log, branch)
) STRICT;

-- arrival is the order in which entries joined their logs here.
CREATE TABLE entries (
    arrival INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    chain INTEGER NOT NULL REFERENCES chains (chain), seq INTEGER NOT NULL,
    arrived_ms INTEGER NOT NULL, claimed_ms INTEGER NOT NULL,
    signature BLOB NOT NULL, header BLOB NOT NULL,
    UNIQUE (chain, seq)
) STRICT;

-- place = arrival * 512 + index: in the order of arrival without an index of its own.
CREATE TABLE sections (
    place INTEGER PRIMARY KEY, document BLOB NOT NULL, sealed BLOB NOT NULL
) STRICT;
CREATE INDEX sections_by_document ON sections (document);

-- Sections that a header names and that are not here: erased, or yet to come.
CREATE TABLE absent (place INTEGER PRIMARY KEY, document BLOB NOT NULL) STRICT;
CREATE INDEX absent_by_document ON absent (document);

-- Entries that have not joined their log.
CREATE TABLE waiting (
    id BLOB PRIMARY KEY, needs BLOB NOT NULL, bytes INTEGER NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX waiting_by_need ON waiting (needs);
CREATE INDEX waiting_by_size ON waiting (bytes);

CREATE TABLE applying (entry BLOB PRIMARY KEY) WITHOUT ROWID, STRICT;

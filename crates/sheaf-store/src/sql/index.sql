-- Everything that follows from the entries. Made anew by a rebuild, so no table above may refer
-- to one of these. Ids are random: each index by id costs a bulk import a page for every row, so
-- there is one a table.

-- Runs of sections that are stored and not applied yet, both ends included; of those that are
-- held or control parts none is meant.
CREATE TABLE arrived (
    first INTEGER PRIMARY KEY, last INTEGER NOT NULL, tries INTEGER NOT NULL
) STRICT;

-- Sections that cannot be opened or applied yet.
CREATE TABLE pending (
    place INTEGER PRIMARY KEY, document BLOB NOT NULL, needs BLOB NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE INDEX pending_by_need ON pending (needs);

-- Sections that do not stand.
CREATE TABLE held (
    place INTEGER PRIMARY KEY, document BLOB NOT NULL, reason TEXT NOT NULL, cause INTEGER NOT NULL
) STRICT;

CREATE TABLE documents (
    document BLOB PRIMARY KEY, space BLOB NOT NULL,
    changes INTEGER NOT NULL, heads BLOB NOT NULL, stored BLOB
) STRICT;

CREATE TABLE buckets (
    space BLOB NOT NULL, bucket INTEGER NOT NULL, state BLOB NOT NULL,
    PRIMARY KEY (space, bucket)
) WITHOUT ROWID, STRICT;

-- Of buckets with many documents, as long rows beside the short ones that each session reads.
CREATE TABLE parts (
    space BLOB NOT NULL, bucket INTEGER NOT NULL, digests BLOB NOT NULL,
    PRIMARY KEY (space, bucket)
) STRICT;

CREATE TABLE records (
    row INTEGER PRIMARY KEY,
    record BLOB NOT NULL UNIQUE, space BLOB NOT NULL, kind TEXT NOT NULL,
    withdrawn INTEGER NOT NULL, sort_at INTEGER NOT NULL, conflicts INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    created_by BLOB NOT NULL, created_ms INTEGER NOT NULL, entry BLOB NOT NULL,
    title TEXT NOT NULL, body TEXT NOT NULL, json TEXT NOT NULL
) STRICT;
CREATE INDEX records_by_revision ON records (revision);
CREATE INDEX records_by_kind ON records (kind, withdrawn, sort_at, record);

CREATE TABLE links (
    row INTEGER NOT NULL REFERENCES records (row) ON DELETE CASCADE,
    related BLOB NOT NULL, role TEXT NOT NULL,
    PRIMARY KEY (row, related, role)
) WITHOUT ROWID, STRICT;
CREATE INDEX links_by_related ON links (related, row);

CREATE TABLE conflicts (
    row INTEGER NOT NULL REFERENCES records (row) ON DELETE CASCADE,
    path TEXT NOT NULL,
    PRIMARY KEY (row, path)
) WITHOUT ROWID, STRICT;

-- Not a contentless table: those keep the words of what was deleted until a merge. No trigger
-- keeps it: for one, every row would go to disk by itself and be merged with the others at once.
CREATE VIRTUAL TABLE search USING fts5 (
    title, body, content = 'records', content_rowid = 'row',
    tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);

-- Records that are gone, and since when.
CREATE TABLE dropped (record BLOB PRIMARY KEY, revision INTEGER NOT NULL) STRICT;

-- Schema 2. Digests of buckets are made of digests of their parts: those of before, made otherwise,
-- are forgotten. Index tables are made by step 1 as they are now, so that these may be there.

UPDATE buckets SET state = x'';
CREATE TABLE IF NOT EXISTS parts (
    space BLOB NOT NULL, bucket INTEGER NOT NULL, digests BLOB NOT NULL,
    PRIMARY KEY (space, bucket)
) STRICT;

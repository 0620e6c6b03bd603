-- Schema 3. What is held has a cause beside its reason. Those of before are told by the words that
-- were written for them; whatever they do not tell counts as a verdict, which is judged again.

CREATE TEMP TABLE held_before AS SELECT place, document, reason FROM held;
DROP TABLE held;
CREATE TABLE held (
    place INTEGER PRIMARY KEY, document BLOB NOT NULL, reason TEXT NOT NULL, cause INTEGER NOT NULL
) STRICT;
INSERT INTO held (place, document, reason, cause)
    SELECT place, document, reason, CASE
        WHEN reason = 'it could not be applied; this device stopped each time it was tried' THEN 2
        WHEN reason IN (
            'it cannot be read', 'it holds changes of another author',
            'its document belongs to another space'
        ) THEN 1
        WHEN reason LIKE 'actor % wrote two changes numbered %' THEN 1
        WHEN reason LIKE 'change % does not fit its document: %' THEN 1
        WHEN reason LIKE 'the change is malformed at byte %' THEN 1
        WHEN reason LIKE 'the change has too many %' THEN 1
        ELSE 0
    END FROM held_before;
DROP TABLE temp.held_before;

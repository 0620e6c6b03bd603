#!/usr/bin/env bash
# The new safeguarding lead reads old files; the mentor beside them holds not a byte of them.
. "$(dirname "$0")/lib.sh"
school 4
log 1 safeguarding canary-old-file >/dev/null
on 1 member set-role "$(person 3)" deputy-dsl --reason appointed >/dev/null
on 1 space admit safeguarding "$(person 3)" >/dev/null
meet 1 3 >/dev/null
meet 1 4 >/dev/null
meet 3 4 >/dev/null
sees 3 canary-old-file
misses 4 canary-old-file
on 1 space leave safeguarding --person "$(person 3)" --reason "changed school" >/dev/null
log 1 safeguarding canary-later-file >/dev/null
meet 1 3 >/dev/null
misses 3 canary-later-file
